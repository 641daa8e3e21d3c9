"""Any text is the one spelling of a byte string, or is refused."""

from krid._core import base64url
from krid.errors import KridError


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        raw = base64url.decode(text)
    except KridError:
        return
    if base64url.encode(raw) != text:
        raise AssertionError("two spellings of one byte string")
