"""Where items begin and end in CBOR bytes: needed where an item is spelt longer than need be.

Expects bytes that the decoder has accepted already; it is run a second time over them only when
an embedded item does not stand there in its shortest spelling.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from krid.errors import Code, MalformedError

Spans: TypeAlias = Callable[[], bytes]
"""Called once for each embedded item, in the order of their ends."""

_LENGTH_BYTES: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_BYTES: Final = 2
_TEXT: Final = 3
_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6
_EMBEDDED: Final = 24


def embedded_items(raw: bytes) -> list[bytes]:
    """Return the exact bytes of each tag 24 item, tag included, in order."""
    found: list[bytes] = []
    position = 0
    tag_start: int | None = None
    while position < len(raw):
        start = position
        kind, argument, position = head(raw, position)
        if kind in {_BYTES, _TEXT}:
            position += argument
            if tag_start is not None:
                found.append(raw[tag_start:position])
        tag_start = start if (kind, argument) == (_TAG, _EMBEDDED) else None
    return found


def head(raw: bytes, position: int) -> tuple[int, int, int]:
    """Return the major type, the argument, and where the head ends (RFC 8949, section 3).

    Raises:
        MalformedError: `cbor.syntax` when the head is cut off or its length is not definite.
    """
    first = raw[position]
    kind, short = first >> 5, first & 0x1F
    position += 1
    if short < 24:
        return kind, short, position
    size = _LENGTH_BYTES.get(short, 0)
    argument = raw[position : position + size]
    if size == 0 or len(argument) != size:
        raise MalformedError(Code.CBOR_SYNTAX)
    return kind, int.from_bytes(argument, "big"), position + size
