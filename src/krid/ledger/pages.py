"""The state in pages: four bits of the key a page, so that a change touches few rows.

A page has sixteen children: nothing, one entry, or the hash of a page below with several. Pages
are named by the bits that lead to them, one byte for each four.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, Self, final

from krid.errors import Code, StoreError
from krid.ledger.merkle import HASH_BYTES
from krid.ledger.state import Node, StateEntry, StateProof, hash_of, join

_CHILDREN: Final = 16
_BITS: Final = 4
_INDEX_BYTES: Final = 8
_ENTRY_BYTES: Final = 2 * HASH_BYTES + _INDEX_BYTES
_NOTHING, _HASH, _ENTRY = 0, 1, 2


class Pages(Protocol):
    """Where pages are kept."""

    def read(self, paths: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the pages that there are, by their paths."""
        ...

    def write(self, new: Mapping[bytes, bytes], changed: Mapping[bytes, bytes]) -> None:
        """Keep pages that were not there before, and others that were."""
        ...


@final
@dataclass(frozen=True, slots=True)
class MemoryPages:
    """Pages in memory: for a monitor, which believes nobody's."""

    kept: dict[bytes, bytes] = field(default_factory=dict)

    def read(self, paths: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the pages that there are, by their paths."""
        return {path: self.kept[path] for path in paths if path in self.kept}

    def write(self, new: Mapping[bytes, bytes], changed: Mapping[bytes, bytes]) -> None:
        """Keep pages."""
        self.kept.update(new)
        self.kept.update(changed)


@final
@dataclass(slots=True)
class _Page:
    """A page while it is being changed."""

    children: list[Node]
    is_new: bool

    @classmethod
    def empty(cls) -> Self:
        return cls([None] * _CHILDREN, is_new=True)

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        kinds, place = raw[:_CHILDREN], _CHILDREN
        children: list[Node] = []
        for kind in kinds:
            if kind == _NOTHING:
                children.append(None)
            elif kind == _HASH:
                children.append(raw[place : place + HASH_BYTES])
                place += HASH_BYTES
            else:
                children.append(_entry(raw[place : place + _ENTRY_BYTES]))
                place += _ENTRY_BYTES
        if len(kinds) != _CHILDREN or place != len(raw) or max(kinds) > _ENTRY:
            raise StoreError(Code.LEDGER_ALTERED, "a page of the state")
        return cls(children, is_new=False)

    def encode(self) -> bytes:
        """Write the kinds of all children, then what there is of each."""
        kinds = bytearray(_CHILDREN)
        bodies: list[bytes] = []
        for place, child in enumerate(self.children):
            if isinstance(child, bytes):
                kinds[place] = _HASH
                bodies.append(child)
            elif child is not None:
                kinds[place] = _ENTRY
                bodies += (child.key, child.index.to_bytes(_INDEX_BYTES, "big"), child.leaf)
        return bytes(kinds) + b"".join(bodies)

    def levels(self) -> list[list[Node]]:
        """Join the children, level by level; the last level is the page's own node."""
        levels = [self.children]
        while len(levels[-1]) > 1:
            below = levels[-1]
            levels.append(list(map(join, below[::2], below[1::2])))
        return levels

    def node(self) -> Node:
        return self.levels()[-1][0]


def _entry(raw: bytes) -> StateEntry:
    key, index, leaf = raw[:HASH_BYTES], raw[HASH_BYTES:-HASH_BYTES], raw[-HASH_BYTES:]
    return StateEntry(key, int.from_bytes(index, "big"), leaf)


def nibble(key: bytes, depth: int) -> int:
    """Return four bits of a key, by the depth of their page."""
    byte = key[depth >> 1]
    return byte & 15 if depth & 1 else byte >> 4


def put(pages: Pages, entries: Iterable[StateEntry]) -> bytes:
    """Let the entries hold for their subjects, the last one of each, and return the new root."""
    waiting = {b"": {entry.key: entry for entry in entries}}
    touched: dict[bytes, _Page] = {}
    while waiting:
        waiting = _put_level(pages, waiting, touched)
    root = _rehash(touched)
    pages.write(
        {path: page.encode() for path, page in touched.items() if page.is_new},
        {path: page.encode() for path, page in touched.items() if not page.is_new},
    )
    return hash_of(root)


def _put_level(
    pages: Pages, waiting: Mapping[bytes, Mapping[bytes, StateEntry]], touched: dict[bytes, _Page]
) -> dict[bytes, dict[bytes, StateEntry]]:
    """Put entries into the pages of one depth; return those that go deeper."""
    deeper: dict[bytes, dict[bytes, StateEntry]] = {}
    there = pages.read(list(waiting))
    for path, entries in waiting.items():
        raw = there.get(path)
        page = touched[path] = _Page.empty() if raw is None else _Page.decode(raw)
        groups: dict[int, dict[bytes, StateEntry]] = {}
        for key, entry in entries.items():
            groups.setdefault(nibble(key, len(path)), {})[key] = entry
        for place, group in groups.items():
            child = page.children[place]
            together = {child.key: child, **group} if isinstance(child, StateEntry) else group
            if len(together) == 1 and not isinstance(child, bytes):
                (page.children[place],) = together.values()
            else:
                deeper[path + bytes((place,))] = together
    return deeper


def _rehash(touched: Mapping[bytes, _Page]) -> Node:
    """Carry the nodes of changed pages upwards, the deepest first."""
    node: Node = None
    for path in sorted(touched, key=len, reverse=True):
        node = touched[path].node()
        if path:
            touched[path[:-1]].children[path[-1]] = node
    return node


def read_root(pages: Pages) -> bytes:
    """Return the root of the state."""
    raw = pages.read([b""]).get(b"")
    return hash_of(None if raw is None else _Page.decode(raw).node())


def prove(pages: Pages, key: bytes) -> StateProof:
    """Make the proof of what holds for a subject.

    Raises:
        StoreError: `ledger.altered` when a page is missing or not in its form.
    """
    siblings: list[bytes] = []
    path = b""
    while True:
        node = _descend(pages, path, key, siblings)
        if not isinstance(node, bytes):
            return StateProof(tuple(siblings), node)
        path += bytes((nibble(key, len(path)),))


def _descend(pages: Pages, path: bytes, key: bytes, siblings: list[bytes]) -> Node:
    """Go through one page towards a key: to an entry, to nothing, or to the page below."""
    raw = pages.read([path]).get(path)
    if raw is None and path:
        raise StoreError(Code.LEDGER_ALTERED, "a page of the state")
    page = _Page.empty() if raw is None else _Page.decode(raw)
    levels = page.levels()
    place = nibble(key, len(path))
    node = levels[_BITS][0]
    for height in range(_BITS - 1, -1, -1):
        if not isinstance(node, bytes):
            break
        at = place >> height
        siblings.append(hash_of(levels[height][at ^ 1]))
        node = levels[height][at]
    return node
