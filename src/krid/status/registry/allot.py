"""Giving out indexes: random, each once, by any number of processes.

An index is marked as given out in the transaction that ends before its caller hears of it. A
process that dies in between leaves a marked index that nobody uses, or, when the caller named an
order, one that is handed over when the same order is named again.
"""

import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, case, delete, insert, select, update

from krid._core import limits
from krid._core.database import Database
from krid._core.entropy import Entropy, below
from krid.errors import Code, MisuseError, StoreError
from krid.model import StatusReference
from krid.status.bits import read_value, write_value
from krid.status.registry import moments, pages
from krid.status.registry.schema import ORDER, REGISTRY, SHARD
from krid.status.registry.shape import Shape

FOREVER: Final = 2**63 - 1
"""When a shard is no longer needed of which nobody said how long its cards hold."""

_NAME_BYTES: Final = 8
_ROUNDS: Final = 256
"""Each guess is right in at least a quarter of the cases: this many never fail by chance."""

_ENTRY: Final = struct.Struct(">8sI")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What one transaction gives out: from which shards, and how long the cards may hold."""

    shape: Shape
    plan: Sequence[int]
    needed_until: int
    entropy: Entropy


class _Taken(Exception):  # noqa: N818  not an error: somebody else was faster
    """The room that was planned with is gone."""


def allot(
    database: Database,
    shape: Shape,
    count: int,
    *,
    entropy: Entropy,
    order: str | None,
    until: datetime | None,
) -> tuple[StatusReference, ...]:
    """Give out so many indexes, all of them in one transaction.

    Raises:
        MisuseError: `misuse.option` for a count beyond the limit, or other than the order had;
            `misuse.naive_time`.
        StoreError: `status.database`, `status.registry`.
    """
    if not 1 <= count <= limits.MAX_STATUS_ALLOTMENT:
        raise MisuseError(Code.MISUSE_OPTION, "the number of indexes")
    needed_until = FOREVER if until is None else moments.to_number(until)
    while True:
        room = _make_room(database, shape, count, entropy)
        drawing = _Drawing(shape, _plan(room, count, entropy), needed_until, entropy)
        try:
            with database.writing() as connection:
                if order is None:
                    return _draw(connection, drawing)
                return _ordered(connection, drawing, order)
        except _Taken:
            continue


def _make_room(database: Database, shape: Shape, count: int, entropy: Entropy) -> Mapping[int, int]:
    """Open shards until enough are open and have room; return the room in each."""
    with database.reading() as connection:
        room = _room(connection, shape)
    if not _is_enough(room, shape, count):
        with database.writing() as connection:
            _lock(connection, shape)
            while not _is_enough(room := _room(connection, shape), shape, count):
                _open_shard(connection, shape, entropy)
    return room


def _is_enough(room: Mapping[int, int], shape: Shape, count: int) -> bool:
    return len(room) >= shape.open_shards and sum(room.values()) >= count


def _room(connection: Connection, shape: Shape) -> dict[int, int]:
    are_open = (SHARD.c.registry_id == shape.registry_id) & SHARD.c.is_open
    rows = connection.execute(select(SHARD.c.id, SHARD.c.given).where(are_open))
    return {shard_id: shape.bound - given for shard_id, given in rows}


def _lock(connection: Connection, shape: Shape) -> None:
    row = select(REGISTRY.c.id).where(REGISTRY.c.id == shape.registry_id)
    connection.execute(row.with_for_update())


def _open_shard(connection: Connection, shape: Shape, entropy: Entropy) -> None:
    """Make a shard; its name is random, so that it does not tell how old the shard is."""
    statement = (
        insert(SHARD)
        .values(
            registry_id=shape.registry_id,
            name=entropy(_NAME_BYTES).hex(),
            given=0,
            is_open=True,
            needed_until=0,
            version=0,
            changed_at=0,
        )
        .returning(SHARD.c.id)
    )
    pages.make(connection, shape, connection.execute(statement).scalar_one())


def _plan(room: Mapping[int, int], count: int, entropy: Entropy) -> Sequence[int]:
    """Choose a shard for each index, every open one equally likely."""
    left, plan = dict(room), list[int]()
    choices = list(left)
    while len(plan) < count:
        chosen = choices[below(entropy, len(choices))]
        plan.append(chosen)
        left[chosen] -= 1
        if left[chosen] == 0:
            choices.remove(chosen)
    return plan


def _draw(connection: Connection, drawing: _Drawing) -> tuple[StatusReference, ...]:
    shape, counts = drawing.shape, Counter(drawing.plan)
    drawn: dict[int, list[StatusReference]] = {}
    for shard_id in sorted(counts):  # always in one order, so that nobody waits in a circle
        uri = shape.address(_take(connection, drawing, shard_id, counts[shard_id]))
        indexes = _mark(connection, shape, shard_id, counts[shard_id], drawing.entropy)
        drawn[shard_id] = [StatusReference(uri, index) for index in indexes]
    return tuple(drawn[shard_id].pop() for shard_id in drawing.plan)


def _take(connection: Connection, drawing: _Drawing, shard_id: int, count: int) -> str:
    """Count the indexes as given out, and by that hold the shard; return its name."""
    given, bound = SHARD.c.given + count, drawing.shape.bound
    is_longer = SHARD.c.needed_until < drawing.needed_until
    longest = case((is_longer, drawing.needed_until), else_=SHARD.c.needed_until)
    row = connection.execute(
        update(SHARD)
        .where(SHARD.c.id == shard_id, given <= bound)
        .values(given=given, is_open=given < bound, needed_until=longest)
        .returning(SHARD.c.name)
    ).one_or_none()
    if row is None:
        raise _Taken
    return str(row.name)


def _mark(
    connection: Connection, shape: Shape, shard_id: int, count: int, entropy: Entropy
) -> list[int]:
    """Guess indexes until enough of them were free, which makes each free one equally likely."""
    loaded, drawn = dict[int, bytearray](), list[int]()
    for _ in range(_ROUNDS):
        guesses = [below(entropy, shape.size) for _ in range(count - len(drawn))]
        numbers = {guess // shape.page_entries for guess in guesses} - loaded.keys()
        loaded |= pages.load(connection, pages.MARKS, shard_id, numbers)
        drawn += [guess for guess in guesses if _mark_one(loaded, shape, guess)]
        if len(drawn) == count:
            pages.store(connection, pages.MARKS, shard_id, loaded)
            return drawn
    raise StoreError(Code.STATUS_REGISTRY, "more marks than indexes given out")


def _mark_one(loaded: Mapping[int, bytearray], shape: Shape, index: int) -> bool:
    number, place = divmod(index, shape.page_entries)
    if read_value(loaded[number], 1, place):
        return False
    write_value(loaded[number], 1, place, 1)
    return True


def _ordered(connection: Connection, drawing: _Drawing, order: str) -> tuple[StatusReference, ...]:
    shape = drawing.shape
    _lock(connection, shape)  # two that name one order at once come one after the other
    is_ours = (ORDER.c.registry_id == shape.registry_id) & (ORDER.c.name == order)
    kept = connection.execute(select(ORDER.c.given).where(is_ours)).scalar_one_or_none()
    if kept is None:
        drawn = _draw(connection, drawing)
        raw = write_order(shape, drawn)
        connection.execute(
            insert(ORDER).values(registry_id=shape.registry_id, name=order, given=raw)
        )
        return drawn
    found = read_order(shape, kept)
    if len(found) != len(drawing.plan):
        raise MisuseError(Code.MISUSE_OPTION, "an order of another number of indexes")
    return found


def read_order(shape: Shape, raw: bytes) -> tuple[StatusReference, ...]:
    """Read what was given out for an order.

    Raises:
        StoreError: `status.registry` for what is no list of references into these shards.
    """
    if len(raw) % _ENTRY.size:
        raise StoreError(Code.STATUS_REGISTRY, "an order")
    given = list(_ENTRY.iter_unpack(raw))
    if any(index >= shape.size for _, index in given):
        raise StoreError(Code.STATUS_REGISTRY, "an order")
    return tuple(StatusReference(shape.address(name.hex()), index) for name, index in given)


def write_order(shape: Shape, given: Sequence[StatusReference]) -> bytes:
    """Write what `read_order` reads: eight bytes for a shard's name and four for the index."""
    names = [bytes.fromhex(shape.name_in(one)) for one in given]
    return b"".join(_ENTRY.pack(name, one.index) for name, one in zip(names, given, strict=True))


def forget(database: Database, shape: Shape, order: str) -> None:
    """Forget an order.

    Raises:
        StoreError: `status.database`.
    """
    with database.writing() as connection:
        is_ours = (ORDER.c.registry_id == shape.registry_id) & (ORDER.c.name == order)
        connection.execute(delete(ORDER).where(is_ours))
