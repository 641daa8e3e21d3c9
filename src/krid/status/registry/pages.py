"""Reading and writing pages of marks and statuses, inside somebody's transaction.

Whoever changes pages holds the row of their shard first, so that the changes of one shard come
one after the other: by `UPDATE` or `FOR UPDATE` on PostgreSQL; on SQLite a writer is alone anyway.
"""

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import Column, Connection, bindparam, insert, select, update

from krid.errors import Code, StoreError
from krid.status.registry.schema import PAGES
from krid.status.registry.shape import Shape

_AT_ONCE: Final = 4096
"""Page numbers in one statement, and new pages in one: below every limit on parameters."""

MARKS: Final = PAGES.c.taken
STATUSES: Final = PAGES.c.statuses


def make(connection: Connection, shape: Shape, shard_id: int) -> None:
    """Write the empty pages of a new shard."""
    empty = {"shard_id": shard_id, "taken": shape.empty_marks, "statuses": shape.empty_statuses}
    numbers = range(shape.size // shape.page_entries)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        connection.execute(insert(PAGES), [{**empty, "number": number} for number in some])


def load(
    connection: Connection, column: Column[bytes], shard_id: int, numbers: Collection[int]
) -> dict[int, bytearray]:
    """Read one column of some pages.

    Raises:
        StoreError: `status.registry` when one of them is not there.
    """
    wanted, found = sorted(numbers), dict[int, bytearray]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        of_shard = select(PAGES.c.number, column).where(PAGES.c.shard_id == shard_id)
        rows = connection.execute(of_shard.where(PAGES.c.number.in_(some)))
        found.update({number: bytearray(raw) for number, raw in rows})
    if len(found) != len(wanted):
        raise StoreError(Code.STATUS_REGISTRY, "a page is missing")
    return found


def store(
    connection: Connection, column: Column[bytes], shard_id: int, pages: Mapping[int, bytearray]
) -> None:
    """Write one column of some pages, one at least, in the order of their numbers."""
    statement = (
        update(PAGES)
        .where(PAGES.c.shard_id == bindparam("of_shard"), PAGES.c.number == bindparam("page"))
        .values({column: bindparam("raw")})
    )
    rows = [
        {"of_shard": shard_id, "page": number, "raw": bytes(pages[number])}
        for number in sorted(pages)
    ]
    connection.execute(statement, rows)
