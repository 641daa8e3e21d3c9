"""Setting statuses: all of a batch or none of it, and each with a line in the history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from krid._core import limits
from krid._core.database import Database
from krid.errors import Code, MisuseError, StatusError
from krid.model import StatusReference
from krid.status.bits import read_value, write_value
from krid.status.registry import moments, pages
from krid.status.registry.held import Held, hold, shard_id_of
from krid.status.registry.schema import CHANGE, SHARD
from krid.status.registry.shape import Shape
from krid.status.registry.values import Change, Entry, check_word


class _Note(NamedTuple):
    """What the history says about each change of a batch."""

    by: str
    reason: str
    at: int


def change(
    database: Database,
    shape: Shape,
    changes: Sequence[Change],
    *,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Set statuses in one transaction; one that is set already adds nothing to the history.

    Raises:
        MisuseError: `misuse.revoked`, `misuse.status`, `status.subject`, `status.index`,
            `misuse.naive_time`; `misuse.option` for too many changes, or a name or reason that
            is no short word.
        StatusError: `status.conflict`.
        StoreError: `status.database`, `status.registry`.
    """
    if len(changes) > limits.MAX_STATUS_CHANGES:
        raise MisuseError(Code.MISUSE_OPTION, "the number of changes")
    note = _Note(check_word(by, "by"), check_word(reason, "reason"), moments.to_number(now))
    by_shard: dict[str, list[Change]] = {}
    for one in changes:
        by_shard.setdefault(shape.name_in(one.reference), []).append(one)
    with database.writing() as connection:
        for held in hold(connection, shape, by_shard):
            _change_shard(connection, shape, held, by_shard[held.name], note)


def _change_shard(
    connection: Connection, shape: Shape, held: Held, changes: Sequence[Change], note: _Note
) -> None:
    numbers = {one.reference.index // shape.page_entries for one in changes}
    marks = pages.load(connection, pages.MARKS, held.shard_id, numbers)
    statuses = pages.load(connection, pages.STATUSES, held.shard_id, numbers)
    _check_seen(connection, held.shard_id, changes)
    # A clock that runs behind must not stop a revocation, nor put it before what came earlier.
    at = max(note.at, held.changed_at)
    lines: list[dict[str, object]] = []
    for one in changes:
        before = _set(marks, statuses, shape, one)
        if before != one.status:
            version = held.version + len(lines) + 1
            lines.append(
                {"version": version, **_line(held, one, before), **note._asdict(), "at": at}
            )
    if lines:
        pages.store(connection, pages.STATUSES, held.shard_id, statuses)
        connection.execute(insert(CHANGE), lines)
        to = {"version": held.version + len(lines), "changed_at": at}
        connection.execute(update(SHARD).where(SHARD.c.id == held.shard_id).values(to))


def _line(held: Held, one: Change, before: int) -> dict[str, object]:
    index = one.reference.index
    return {"shard_id": held.shard_id, "position": index, "before": before, "after": one.status}


def _set(
    marks: Mapping[int, bytearray], statuses: Mapping[int, bytearray], shape: Shape, one: Change
) -> int:
    """Write one status into its page, and return what it was."""
    number, place = divmod(one.reference.index, shape.page_entries)
    if not read_value(marks[number], 1, place):
        raise MisuseError(Code.STATUS_INDEX)
    before = read_value(statuses[number], shape.bits, place)
    if before == shape.kind.final != one.status:
        raise MisuseError(Code.MISUSE_REVOKED)
    write_value(statuses[number], shape.bits, place, one.status)
    return before


def _check_seen(connection: Connection, shard_id: int, changes: Sequence[Change]) -> None:
    """Refuse a change that was decided on before somebody else changed the same entry."""
    seen = {one.reference.index: one.seen for one in changes if one.seen is not None}
    if seen:
        current = versions(connection, shard_id, list(seen))
        if any(current.get(index, 0) != version for index, version in seen.items()):
            raise StatusError(Code.STATUS_CONFLICT)


def versions(connection: Connection, shard_id: int, indexes: Sequence[int]) -> dict[int, int]:
    """Return the version of the last change of each index that was ever changed."""
    statement = (
        select(CHANGE.c.position, func.max(CHANGE.c.version).label("version"))
        .where(CHANGE.c.shard_id == shard_id, CHANGE.c.position.in_(indexes))
        .group_by(CHANGE.c.position)
    )
    return {row.position: row.version for row in connection.execute(statement)}


def look_up(database: Database, shape: Shape, reference: StatusReference) -> Entry:
    """Return what is known of one index that was given out.

    Raises:
        MisuseError: `status.subject`, `status.index`.
        StoreError: `status.database`, `status.registry`.
    """
    name = shape.name_in(reference)
    number, place = divmod(reference.index, shape.page_entries)
    with database.reading() as connection:
        shard_id = shard_id_of(connection, shape, name)
        # The version first: an entry may then look older than it is, and a change is refused.
        version = versions(connection, shard_id, [reference.index]).get(reference.index, 0)
        marks = pages.load(connection, pages.MARKS, shard_id, [number])
        statuses = pages.load(connection, pages.STATUSES, shard_id, [number])
    if not read_value(marks[number], 1, place):
        raise MisuseError(Code.STATUS_INDEX)
    return Entry(reference, read_value(statuses[number], shape.bits, place), version)
