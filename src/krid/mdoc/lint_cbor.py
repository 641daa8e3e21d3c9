"""Linting CBOR bytes by their heads alone, each finding with its byte offset.

Core deterministic encoding (RFC 8949, section 4.2.1) is not demanded of an mdoc, so what
departs from it is a note. The bytes of embedded items are walked too.
"""

from dataclasses import dataclass, field
from typing import Final, final

from krid._core import cbor_walk, limits
from krid.errors import Code, MalformedError
from krid.model import Findings

_BYTES: Final = 2
_TEXT: Final = 3
_ARRAY: Final = 4
_MAP: Final = 5
_TAG: Final = 6
_SIMPLE: Final = 7
_EMBEDDED: Final = 24
_HEAD_BYTES: Final = ((24, 1), (2**8, 2), (2**16, 3), (2**32, 5))
"""Below each number, the bytes of the shortest head."""


@final
@dataclass(slots=True)
class _Container:
    """An array, map or tag that is open: items still to come, and the key before."""

    left: int
    is_map: bool
    start: int
    key: bytes = b""
    is_sorted: bool = True


@final
@dataclass(slots=True)
class _Walk:
    """One walk over `raw`; `items` counts over all embedded items together."""

    raw: bytes
    into: Findings
    items: int = 0
    embedded: list[tuple[int, int]] = field(default_factory=list)


def lint_cbor(raw: bytes, into: Findings) -> None:
    """Name each head that is longer than need be, each unsorted map, and where bytes break off."""
    walk = _Walk(raw, into, embedded=[(0, len(raw))])
    while walk.embedded:
        start, end = walk.embedded.pop()
        try:
            _lint_item(walk, start, end)
        except MalformedError as refusal:
            into.refused(f"byte {start}", refusal)


def _lint_item(walk: _Walk, position: int, end: int) -> None:
    open_now: list[_Container] = [_Container(1, is_map=False, start=position)]
    is_embedded = False
    while open_now and position < end and len(open_now) <= limits.MAX_CBOR_DEPTH + 1:
        walk.items += 1
        if walk.items > limits.MAX_LINTED_CBOR_ITEMS:
            walk.into.add(Code.LINT_LIMIT, f"byte {position}")
            walk.embedded.clear()
            return
        start = position
        kind, argument, position = _head(walk, start, end)
        if kind in {_BYTES, _TEXT}:
            if is_embedded and kind == _BYTES and position + argument <= end:
                walk.embedded.append((position, position + argument))
            position += argument
        is_embedded = (kind, argument) == (_TAG, _EMBEDDED)
        _close(walk, open_now, start, min(position, end))
        if kind in {_ARRAY, _MAP, _TAG}:
            count = {_ARRAY: argument, _MAP: 2 * argument, _TAG: 1}[kind]
            open_now.append(_Container(count, is_map=kind == _MAP, start=start))
        while open_now and open_now[-1].left == 0:
            open_now.pop()


def _head(walk: _Walk, start: int, end: int) -> tuple[int, int, int]:
    """Read one head, and say where it is at fault."""
    try:
        kind, argument, position = cbor_walk.head(
            walk.raw[:end] if end < start + 9 else walk.raw, start
        )
    except MalformedError as refusal:
        raise MalformedError(refusal.code, f"at byte {start}") from refusal
    shortest = next((size for most, size in _HEAD_BYTES if argument < most), 9)
    if kind != _SIMPLE and position - start > shortest:
        walk.into.add(Code.CBOR_LONGER, f"byte {start}")
    return kind, argument, position


def _close(walk: _Walk, open_now: list[_Container], start: int, end: int) -> None:
    """Count an item in its container; in a map, compare a key with the one before."""
    container = open_now[-1]
    if container.is_map and container.left % 2 == 0:
        key = walk.raw[start:end]
        if container.is_sorted and key < container.key:
            container.is_sorted = False
            walk.into.add(Code.CBOR_UNSORTED, f"byte {container.start}")
        container.key = key
    container.left -= 1
