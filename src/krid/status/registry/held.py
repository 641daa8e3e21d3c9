"""The rows of shards, read and held until the transaction ends."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, select

from krid.errors import Code, MisuseError
from krid.status.registry.schema import SHARD
from krid.status.registry.shape import Shape


class Held(NamedTuple):
    """A shard that nobody else changes meanwhile."""

    shard_id: int
    name: str
    version: int
    changed_at: int


def hold(connection: Connection, shape: Shape, names: Collection[str]) -> list[Held]:
    """Hold shards for a change, always in one order, so that nobody waits in a circle.

    Raises:
        MisuseError: `status.subject` when there is no such shard.
    """
    wanted = (SHARD.c.registry_id == shape.registry_id) & SHARD.c.name.in_(names)
    rows = connection.execute(
        select(SHARD.c.id, SHARD.c.name, SHARD.c.version, SHARD.c.changed_at)
        .where(wanted)
        .order_by(SHARD.c.id)
        .with_for_update()
    )
    found = [Held(*row) for row in rows]
    if len(found) != len(names):
        raise MisuseError(Code.STATUS_SUBJECT)
    return found


def shard_id_of(connection: Connection, shape: Shape, name: str) -> int:
    """Find a shard by its name, and hold nothing.

    Raises:
        MisuseError: `status.subject` when there is no such shard.
    """
    is_it = (SHARD.c.registry_id == shape.registry_id) & (SHARD.c.name == name)
    row = connection.execute(select(SHARD.c.id).where(is_it)).one_or_none()
    if row is None:
        raise MisuseError(Code.STATUS_SUBJECT)
    return int(row.id)
