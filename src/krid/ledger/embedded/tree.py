"""The Merkle tree in tiles: 256 hashes of one level a row, written once when they are complete.

What is not in a full tile yet is at most 255 hashes a level: those of the last entries, and the
roots of the last full tiles below. So nothing that was written ever changes, one entry costs one
row, and a proof reads one tile a level: four for fifty million entries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, final

from sqlalchemy import Connection, insert, select

from krid.errors import Code, StoreError
from krid.ledger.embedded.schema import ENTRY, TILE
from krid.ledger.merkle import HASH_BYTES, hash_children, hash_leaf

_HEIGHT: Final = 8
_WIDTH: Final = 1 << _HEIGHT


@final
@dataclass(frozen=True, slots=True)
class TileTree:
    """Knows the hash of each complete subtree of the first `size` entries.

    An object is good for one transaction: it keeps what it has read.
    """

    connection: Connection
    size: int
    _read: dict[tuple[int, int], Sequence[bytes]] = field(default_factory=dict, repr=False)

    def subtree(self, level: int, index: int) -> bytes:
        """Return the hash of the subtree of 2**level entries at an index; see `merkle.Subtrees`.

        Raises:
            StoreError: `ledger.altered` when the database lacks what must be there.
        """
        layer, height = divmod(level, _HEIGHT)
        first = index << height
        tile, place = divmod(first, _WIDTH)
        return _join(self._hashes(layer, tile)[place : place + (1 << height)])

    def _hashes(self, layer: int, tile: int) -> Sequence[bytes]:
        found = self._read.get((layer, tile))
        if found is None:
            first, end = tile << _HEIGHT, (tile + 1) << _HEIGHT
            end = min(end, self.size >> _HEIGHT * layer)
            found = self._read[layer, tile] = self._load(layer, first, end)
            if len(found) != end - first:
                raise StoreError(Code.LEDGER_ALTERED, "entries or tiles are missing")
        return found

    def _load(self, layer: int, first: int, end: int) -> Sequence[bytes]:
        """Read a full tile, or else what there is of it."""
        if end - first == _WIDTH:
            query = select(TILE.c.hashes).where(TILE.c.level == layer)
            query = query.where(TILE.c.position == first >> _HEIGHT)
            return _cut(self.connection.execute(query).scalar() or b"")
        if layer == 0:
            query = select(ENTRY.c.statement).where(ENTRY.c.position >= first)
            query = query.where(ENTRY.c.position < end).order_by(ENTRY.c.position)
            return list(map(hash_leaf, self.connection.execute(query).scalars()))
        query = select(TILE.c.root).where(TILE.c.level == layer - 1, TILE.c.position >= first)
        query = query.where(TILE.c.position < end).order_by(TILE.c.position)
        return list(self.connection.execute(query).scalars())


def write_tiles(connection: Connection, *, old: int, size: int, leaves: Sequence[bytes]) -> None:
    """Write the tiles that became complete when a ledger grew; `leaves` are those from `old` on."""
    before = TileTree(connection, old)
    added = list(leaves)
    layer = 0
    while size >> _HEIGHT:
        first = old >> _HEIGHT
        there = before._hashes(layer, first) if old % _WIDTH else ()  # noqa: SLF001  beside it
        hashes = [*there, *added]
        full = [hashes[at : at + _WIDTH] for at in range(0, len(hashes) - _WIDTH + 1, _WIDTH)]
        added = list(map(_join, full))
        if full:
            rows = [
                {"level": layer, "position": first + number, "root": root, "hashes": b"".join(tile)}
                for number, (root, tile) in enumerate(zip(added, full, strict=True))
            ]
            connection.execute(insert(TILE), rows)
        old, size, layer = old >> _HEIGHT, size >> _HEIGHT, layer + 1


def _join(hashes: Sequence[bytes]) -> bytes:
    """Hash a power of two of neighbours as one subtree."""
    while len(hashes) > 1:
        hashes = [hash_children(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _cut(raw: bytes) -> Sequence[bytes]:
    return [raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES)]
