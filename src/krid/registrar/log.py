"""Reading the register's log: what was done or refused, by whom, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from sqlalchemy import Select, func, select

from krid.registrar.book.book import Book
from krid.registrar.book.schema import LINE
from krid.status.registry import moments


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the log; `refusal` is the code of what was refused, None for what was done."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    reason: str
    refusal: str | None


@final
class Log:
    """The log as it reads; that it is whole is for an audit to prove."""

    def __init__(self, book: Book) -> None:
        self._book: Final = book

    def of(self, subject: str) -> tuple[LogLine, ...]:
        """Return the lines about one handle, the oldest first.

        Raises:
            StoreError: `register.database`.
        """
        return self._lines(select(LINE).where(LINE.c.subject == subject))

    def after(self, seq: int, *, limit: int = 1_000) -> tuple[LogLine, ...]:
        """Return so many lines after a number, the oldest first.

        Raises:
            StoreError: `register.database`.
        """
        return self._lines(select(LINE).where(LINE.c.seq > seq).limit(limit))

    def newest(self, *, limit: int = 100) -> tuple[LogLine, ...]:
        """Return the last lines, the newest first.

        Raises:
            StoreError: `register.database`.
        """
        last = select(func.max(LINE.c.seq)).scalar_subquery()
        found = self._lines(select(LINE).where(LINE.c.seq > last - limit))
        return found[::-1]

    def _lines(self, statement: Select[Any]) -> tuple[LogLine, ...]:
        with self._book.reading() as connection:
            rows = connection.execute(statement.order_by(LINE.c.seq)).all()
        return tuple(
            LogLine(
                seq=row.seq,
                at=moments.from_number(row.at),
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                reason=row.reason,
                refusal=row.refusal,
            )
            for row in rows
        )
