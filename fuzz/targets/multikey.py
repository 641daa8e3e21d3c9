"""Any text is a Multikey, or is refused; a key survives being written."""

from krid.errors import KridError
from krid.keys import multikey


def target(data: bytes) -> None:
    try:
        key = multikey.parse(data.decode("utf-8", "surrogateescape"))
    except KridError:
        return
    if multikey.parse(multikey.encode(key)) != key:
        raise AssertionError("a key changed on its way")
