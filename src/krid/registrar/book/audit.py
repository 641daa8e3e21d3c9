"""Holding the register against its log: every line against the chain, every row against a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, final

from sqlalchemy import Connection, Row, Select, Table, func, select

from krid.errors import Code, StoreError
from krid.registrar.book.act import place_of
from krid.registrar.book.book import Book
from krid.registrar.book.chain import NOTHING, START, Head, Note, Touch, line_digest, row_digest
from krid.registrar.book.schema import (
    CREDENTIAL,
    DELIVERY,
    HEAD,
    KEPT,
    LINE,
    PERSON,
    PORTRAIT,
    TOUCH,
)

_AT_ONCE: Final = 1_000
"""Rows in memory at a time: an audit takes as much of it for a million people as for ten."""


@final
@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit proved: so many lines, up to this head, cover so many rows."""

    head: Head
    lines: int
    rows: int


def audit(book: Book, *, expected: Head | None) -> Audited:
    """Prove that the log is whole, that every row is as a line left it, and that none is missing.

    `expected` is a head that was written down before, None where there is none: without it, a
    register and log that were both put back to an earlier state are not told from the true ones.

    Raises:
        StoreError: `register.chain` with the number of the line that does not fit; `register.row`
            with table and handle of a row that was changed, put in or taken away behind the log's
            back; `register.rollback` when the chain does not go through the expected head;
            `register.database`.
    """
    with book.snapshot() as connection:
        head = _check_chain(connection, expected)
        rows = sum(_check_rows(connection, table) for table in KEPT)
        for table in KEPT:
            _check_none_missing(connection, table)
        _check_portraits(connection)
        _check_deliveries(connection)
    return Audited(head, head.seq, rows)


def _check_chain(connection: Connection, expected: Head | None) -> Head:
    head, seen = Head(0, START), expected is None or expected == Head(0, START)
    touches = _touches(connection)
    upcoming = next(touches, None)
    for row in _stream(connection, select(LINE).order_by(LINE.c.seq)):
        if row.seq != head.seq + 1:
            raise StoreError(Code.REGISTER_CHAIN, f"line {head.seq + 1}")
        own: list[Touch] = []
        if upcoming is not None and upcoming[0] == row.seq:
            own, upcoming = upcoming[1], next(touches, None)
        digest = line_digest(head, _note(row), own)
        if digest != row.digest:
            raise StoreError(Code.REGISTER_CHAIN, f"line {row.seq}")
        head = Head(row.seq, digest)
        seen = seen or head == expected
    if upcoming is not None:
        raise StoreError(Code.REGISTER_CHAIN, f"line {upcoming[0]}")
    kept = connection.execute(select(HEAD)).one_or_none()
    if kept is None or Head(kept.seq, kept.digest) != head:
        raise StoreError(Code.REGISTER_CHAIN, "its end")
    if not seen:
        raise StoreError(Code.REGISTER_ROLLBACK)
    return head


def _note(row: Row[Any]) -> Note:
    return Note(
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        reason=row.reason,
        at=row.at,
        refusal=row.refusal,
    )


def _touches(connection: Connection) -> Iterator[tuple[int, list[Touch]]]:
    """Give the rows of each line, sorted as they were digested, whatever the database sorts by."""
    statement = select(TOUCH).order_by(TOUCH.c.seq)
    for seq, rows in groupby(_stream(connection, statement), key=itemgetter(0)):
        yield seq, sorted(Touch(row.place, row.key, row.digest) for row in rows)


def _check_rows(connection: Connection, table: Table) -> int:
    """Hold each row against the last line that touched it."""
    place, count = place_of(table), 0
    last = (
        select(TOUCH.c.digest)
        .where(TOUCH.c.place == place, TOUCH.c.key == table.c.id)
        .order_by(TOUCH.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    for found in _stream(connection, select(table, last.label("kept_digest"))):
        row = dict(found._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
        digest = row.pop("kept_digest")
        if digest != row_digest(place, row):
            raise StoreError(Code.REGISTER_ROW, f"{place} {row['id']}")
        count += 1
    return count


def _check_none_missing(connection: Connection, table: Table) -> None:
    """Look for rows that a line left behind and that are not there."""
    place = place_of(table)
    last = (
        select(TOUCH.c.key, func.max(TOUCH.c.seq).label("seq"))
        .where(TOUCH.c.place == place)
        .group_by(TOUCH.c.key)
        .subquery()
    )
    is_last = (TOUCH.c.key == last.c.key) & (TOUCH.c.seq == last.c.seq) & (TOUCH.c.place == place)
    statement = (
        select(TOUCH.c.key)
        .join(last, is_last)
        .outerjoin(table, table.c.id == TOUCH.c.key)
        .where(table.c.id.is_(None), TOUCH.c.digest != NOTHING)
        .limit(1)
    )
    missing = connection.execute(statement).scalar_one_or_none()
    if missing is not None:
        raise StoreError(Code.REGISTER_ROW, f"{place} {missing}")


def _check_portraits(connection: Connection) -> None:
    """A portrait is named by its digest, which stands in the row of whoever it shows."""
    used = select(PERSON.c.id).where(PERSON.c.portrait == PORTRAIT.c.digest).exists()
    for row in _stream(connection, select(PORTRAIT).where(used)):
        if sha256(row.jpeg).hexdigest() != row.digest:
            raise StoreError(Code.REGISTER_ROW, f"portrait {row.digest}")


def _check_deliveries(connection: Connection) -> None:
    """A credential that waits to be fetched is the one that was made."""
    statement = select(CREDENTIAL.c.id, CREDENTIAL.c.digest, DELIVERY.c.credential).join(
        DELIVERY, DELIVERY.c.credential_id == CREDENTIAL.c.id
    )
    for row in _stream(connection, statement):
        if sha256(row.credential).hexdigest() != row.digest:
            raise StoreError(Code.REGISTER_ROW, f"delivery {row.id}")


def _stream(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    options = {"stream_results": True, "yield_per": _AT_ONCE}
    yield from connection.execute(statement, execution_options=options)
