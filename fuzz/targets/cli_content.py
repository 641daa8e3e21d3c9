"""Any file as `krid inspect` reads it."""

from krid.cli.content import recognise
from krid.cli.inspect_command import decode
from krid.errors import KridError


def target(data: bytes) -> None:
    """Tell the content apart and decode it; nothing but KridError may come out."""
    try:
        decode(recognise(data))
    except KridError:
        return
