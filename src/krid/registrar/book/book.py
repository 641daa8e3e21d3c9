"""The register's database, with the log that every change goes through."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, final

from sqlalchemy import Connection, select

from krid._core.database import Database
from krid._core.entropy import Entropy, system_entropy
from krid.errors import Code, MalformedError, RejectedError
from krid.registrar.book import migrate
from krid.registrar.book.act import Act
from krid.registrar.book.chain import Head, Note
from krid.registrar.book.schema import HEAD
from krid.status.registry import moments
from krid.status.registry.values import check_word

_LEASE_LOCK: Final = 0x6B72696C
"""The advisory lock under which one process alone takes leases in PostgreSQL."""


@final
class Book:
    """A register in a database that any number of processes and threads share.

    Nothing is changed but through `acting` and `entering`, and nothing is changed without a line
    in the log. Make one book in each process, after any fork.
    """

    def __init__(self, database: Database, *, entropy: Entropy = system_entropy) -> None:
        self._database: Final = database
        self._entropy: Final = entropy

    @classmethod
    def open(cls, place: str | Path, *, entropy: Entropy = system_entropy) -> Self:
        """Open a register, or begin it where there is none.

        `place` is a file for SQLite, or `postgresql+psycopg://...`.

        Raises:
            MisuseError: `misuse.option`, `misuse.extra`.
            StoreError: `register.database`; `register.version` for tables of another krid, which
                `upgrade` brings to this one if they are older.
        """
        return cls._opened(place, entropy, only_fresh=True)

    @classmethod
    def upgrade(cls, place: str | Path, *, entropy: Entropy = system_entropy) -> Self:
        """Open a register and bring its tables to the version of this krid first.

        Raises:
            MisuseError, StoreError: as `open`.
        """
        return cls._opened(place, entropy, only_fresh=False)

    @classmethod
    def _opened(cls, place: str | Path, entropy: Entropy, *, only_fresh: bool) -> Self:
        database = Database.connect(place, code=Code.REGISTER_DATABASE)
        try:
            with database.creating() as connection:
                if not only_fresh or migrate.version_of(connection) is None:
                    migrate.upgrade(connection)
                migrate.check(connection)
        except BaseException:
            database.close()
            raise
        return cls(database, entropy=entropy)

    def __repr__(self) -> str:
        """Say nothing of the database, whose name may hold a password."""
        return "Book(***)"

    def __enter__(self) -> Self:
        """Use the book in a `with` block that closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    @property
    def database(self) -> Database:
        """The database itself, for a status registry beside the register."""
        return self._database

    @property
    def entropy(self) -> Entropy:
        """Where handles, salts and tickets come from."""
        return self._entropy

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at the register.

        Raises:
            StoreError: `register.database`.
        """
        with self._database.reading() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Look at the whole register as it stands at one moment, for as long as it takes.

        Raises:
            StoreError: `register.database`.
        """
        with self._database.reading() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield connection

    @contextmanager
    def acting(self, note: Note) -> Iterator[Act]:
        """Change the register; what is refused changes nothing, but stands in the log.

        The first line carries the note, and covers what is done with it (`act.line` of the note
        is the caller's to begin). Rows are put in and changed under it or under further lines.

        Raises:
            StoreError: `register.database`.
        """
        refused: RejectedError | MalformedError | None = None
        with self._database.writing() as connection:
            act = Act(connection, self._entropy)
            try:
                with connection.begin_nested():
                    yield act
            except (RejectedError, MalformedError) as error:
                refused = error
                act.forget_lines()
                act.line(_refusal(note, error))
            act.append()
        if refused is not None:
            raise refused

    @contextmanager
    def entering(self) -> Iterator[Act]:
        """Change the register in bulk, each row under a line of its own; errors leave no line.

        Raises:
            StoreError: `register.database`.
        """
        with self._database.writing() as connection:
            act = Act(connection, self._entropy)
            yield act
            act.append()

    @contextmanager
    def leasing(self) -> Iterator[Connection]:
        """Change leases, one process at a time; they are no part of what the log covers.

        Raises:
            StoreError: `register.database`.
        """
        with self._database.alone(_LEASE_LOCK) as connection:
            yield connection

    def head(self) -> Head:
        """Return the end of the log, to be written down where nobody can change it.

        Raises:
            StoreError: `register.database`.
        """
        with self.reading() as connection:
            row = connection.execute(select(HEAD)).one()
        return Head(row.seq, row.digest)


def _refusal(note: Note, error: RejectedError | MalformedError) -> Note:
    return Note(
        actor=note.actor,
        action=note.action,
        subject=note.subject,
        reason=note.reason,
        at=note.at,
        refusal=str(error.code),
    )


def make_note(*, actor: str, action: str, subject: str, reason: str, now: datetime) -> Note:
    """Make a note; who and why are short words such as `officer-7` and `phone_lost`.

    Raises:
        MisuseError: `misuse.option` for what is no short word: names and stories of people stay
            out of the log, which is kept for good; `misuse.naive_time`.
    """
    return Note(
        actor=check_word(actor, "actor"),
        action=action,
        subject=check_word(subject, "subject"),
        reason=check_word(reason, "reason"),
        at=moments.to_number(now),
    )
