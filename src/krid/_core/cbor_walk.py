"""Walking over CBOR bytes without decoding them: how much there is, and where items stand.

`check_bounds` goes over large inputs before the decoder does. `embedded_items` goes over bytes
that the decoder has accepted already, and only when an embedded item does not stand there in its
shortest spelling.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from krid._core import limits
from krid.errors import Code, MalformedError

Spans: TypeAlias = Callable[[], bytes]
"""Called once for each embedded item, in the order of their ends."""

_LENGTH_BYTES: Final = {24: 1, 25: 2, 26: 4, 27: 8}
_BYTES: Final = 2
_TEXT: Final = 3
_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6
_INDEFINITE: Final = 31
_EMBEDDED: Final = 24
_ONE_BYTE: Final = 24
_STRINGS: Final = frozenset({_BYTES, _TEXT})
_CONTAINERS: Final = frozenset({_ARRAY, _MAP, _TAG})

_LONG: Final = 4096
"""From this many bytes on, an item is likely to be one long string, such as a portrait."""


def check_bounds(raw: bytes, *, max_items: int) -> None:
    """Check what decoding would cost: the number of items, and no arrays, maps or tags as keys.

    Such keys are hashed by their content, without a secret, so an attacker can make thousands
    that collide. What is malformed is left to the decoder, which stops where this stops.

    Raises:
        MalformedError: `cbor.size` for too many items, `cbor.key`, and as `head`.
    """
    position, end = 0, len(raw)
    left: list[int] = [1]
    keyed: list[bool] = [False]
    for _ in range(max_items):
        if not left or position >= end or len(left) > limits.MAX_CBOR_DEPTH + 1:
            return
        kind, argument = raw[position] >> 5, raw[position] & 0x1F
        if argument < _ONE_BYTE:
            position += 1
        else:
            kind, argument, position = head(raw, position)
        left[-1] -= 1
        if kind in _STRINGS:
            position += argument
        elif kind in _CONTAINERS:
            if keyed[-1] and left[-1] % 2:
                raise MalformedError(Code.CBOR_KEY)
            members = argument * 2 if kind == _MAP else argument if kind == _ARRAY else 1
            if max_items < members <= end - position:
                raise MalformedError(Code.CBOR_SIZE)  # they may all be there: a byte is an item
            left.append(members)
            keyed.append(kind == _MAP)
        while left and left[-1] == 0:
            left.pop()
            keyed.pop()
    if left and position < end:
        raise MalformedError(Code.CBOR_SIZE)


def check_crowd(raws: Sequence[bytes], *, max_items: int) -> None:
    """Check how many items there are in several encoded ones together, before any is decoded.

    Raises:
        MalformedError: `cbor.size`.
    """
    if not are_few(raws, max_items):
        raise MalformedError(Code.CBOR_SIZE)


def are_few(raws: Sequence[bytes], most: int) -> bool:
    """Tell whether there are at most so many items in several encoded ones together."""
    return _are_few(raws, most, short=_LONG) or _are_few(raws, most, short=0)


def _are_few(raws: Sequence[bytes], most: int, *, short: int) -> bool:
    """Tell whether there are few items, where those in short strings are one for each byte."""
    left = most
    for raw in raws:
        left -= len(raw) if len(raw) < short else _count_items(raw, left)
        if left < 0:
            return False
    return True


def _count_items(raw: bytes, most: int) -> int:
    """Count items, embedded ones not, up to one more than `most` and up to what is malformed."""
    count, position = 0, 0
    while position < len(raw) and count <= most:
        kind, argument = raw[position] >> 5, raw[position] & 0x1F
        if argument < _ONE_BYTE:
            position += 1
        else:
            try:
                kind, argument, position = head(raw, position)
            except MalformedError:
                break
        count += 1
        if kind in _STRINGS:
            position += argument
    return count


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
        MalformedError: `cbor.indefinite`, or `cbor.syntax` when the head is cut off or reserved.
    """
    first = raw[position]
    kind, short = first >> 5, first & 0x1F
    position += 1
    if short < 24:
        return kind, short, position
    if short == _INDEFINITE and kind in {_BYTES, _TEXT, _ARRAY, _MAP}:
        raise MalformedError(Code.CBOR_INDEFINITE)
    size = _LENGTH_BYTES.get(short, 0)
    argument = raw[position : position + size]
    if size == 0 or len(argument) != size:
        raise MalformedError(Code.CBOR_SYNTAX)
    return kind, int.from_bytes(argument, "big"), position + size
