"""What was when: the history of an index, a list as of a moment, and whether all of it agrees."""

from datetime import datetime

from sqlalchemy import Connection, select

from krid._core.database import Database
from krid.errors import Code, StoreError
from krid.model import StatusReference
from krid.status.bits import StatusBits, write_value
from krid.status.registry import moments
from krid.status.registry.held import hold, shard_id_of
from krid.status.registry.schema import CHANGE, PAGES, SHARD
from krid.status.registry.shape import Shape
from krid.status.registry.values import Event


def history(database: Database, shape: Shape, reference: StatusReference) -> tuple[Event, ...]:
    """Return every change of one index, oldest first.

    Raises:
        MisuseError: `status.subject`, `status.index`.
        StoreError: `status.database`.
    """
    name = shape.name_in(reference)
    with database.reading() as connection:
        shard_id = shard_id_of(connection, shape, name)
        rows = connection.execute(
            select(CHANGE)
            .where(CHANGE.c.shard_id == shard_id, CHANGE.c.position == reference.index)
            .order_by(CHANGE.c.version)
        )
        return tuple(
            Event(
                index=row.position,
                version=row.version,
                before=row.before,
                after=row.after,
                at=moments.from_number(row.at),
                by=row.by,
                reason=row.reason,
            )
            for row in rows
        )


def statuses_at(database: Database, shape: Shape, name: str, moment: datetime) -> StatusBits:
    """Return a list as it stood at a moment, from the history alone.

    Raises:
        MisuseError: `status.subject`, `misuse.naive_time`.
        StoreError: `status.database`.
    """
    until = moments.to_number(moment)
    with database.reading() as connection:
        return _replay(connection, shape, shard_id_of(connection, shape, name), until)


def _replay(
    connection: Connection, shape: Shape, shard_id: int, until: int | None = None
) -> StatusBits:
    packed = bytearray(StatusBits.zeros(shape.size, bits=shape.bits).packed)
    lines = select(CHANGE.c.position, CHANGE.c.after).where(CHANGE.c.shard_id == shard_id)
    if until is not None:
        lines = lines.where(CHANGE.c.at <= until)
    for position, after in connection.execute(lines.order_by(CHANGE.c.version)):
        write_value(packed, shape.bits, position, after)
    return StatusBits(shape.bits, bytes(packed))


def audit(database: Database, shape: Shape, name: str) -> None:
    """Compare the statuses of a shard with its history, and its marks with their number.

    Raises:
        MisuseError: `status.subject`.
        StoreError: `status.registry` when they do not agree, `status.database`.
    """
    with database.writing() as connection:  # held, so that nobody changes it in between
        (held,) = hold(connection, shape, [name])
        rows = connection.execute(
            select(PAGES.c.taken, PAGES.c.statuses)
            .where(PAGES.c.shard_id == held.shard_id)
            .order_by(PAGES.c.number)
        ).all()
        given = connection.execute(select(SHARD.c.given).where(SHARD.c.id == held.shard_id))
        told = _replay(connection, shape, held.shard_id)
        counted = given.scalar_one()
    marks = int.from_bytes(b"".join(row.taken for row in rows), "big").bit_count()
    if marks != counted:
        raise StoreError(Code.STATUS_REGISTRY, "marks against the number given out")
    if b"".join(row.statuses for row in rows) != told.packed:
        raise StoreError(Code.STATUS_REGISTRY, "statuses against the history")
