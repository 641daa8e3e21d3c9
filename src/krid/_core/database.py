"""One database, SQLite or PostgreSQL, opened the one way that krid wants it.

Needs SQLAlchemy (extra `sql`): whoever imports this does so late.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, final

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError

from krid._core.arguments import typed
from krid.errors import Code, MisuseError, StoreError

if TYPE_CHECKING:
    import sqlite3

    import psycopg

_BUSY_SECONDS: Final = 60.0
"""How long SQLite waits for another process's transaction: a batch takes tens of milliseconds."""

_IDLE_SECONDS: Final = 60
"""How long a PostgreSQL waits for the next word of a transaction: krid's come within a second."""

_WRITES: Final = "krid_writes"
_NO_DATABASE: Final = "neither a file nor postgresql+psycopg://..."
_CREATION_LOCK: Final = 0x6B726964
"""The advisory lock under which one process alone makes tables and registries in PostgreSQL."""


@final
class Database:
    """Transactions on one database; several threads may use it, but not after a fork.

    `code` is what its failures are called.
    """

    def __init__(self, engine: Engine, code: Code, joined: Connection | None = None) -> None:
        self._engine: Final = engine
        self._code: Final = code
        self._joined: Final = joined

    @classmethod
    def connect(cls, place: str | Path, *, code: Code) -> Self:
        """Open a database; a path means SQLite. No table is made.

        Raises:
            MisuseError: `misuse.option` for what is neither a file nor PostgreSQL by psycopg;
                `misuse.extra` where psycopg is missing.
        """
        url = database_url(place)
        if url.get_backend_name() == "sqlite":
            engine = create_engine(
                url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True
            )
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = create_engine(
                url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True
            )
            event.listen(engine, "connect", _set_up_postgresql)
        return cls(engine, code)

    def coded(self, code: Code) -> Self:
        """Return the same connections, with failures under another code."""
        return type(self)(self._engine, code, self._joined)

    def within(self, connection: Connection) -> Self:
        """Return a database whose transactions are parts of one that is open already.

        What it writes is committed with the whole, or not at all.
        """
        return type(self)(self._engine, self._code, connection)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Run a transaction that is committed, and on the disk, when the block ends.

        Raises:
            StoreError: the code of this database.
        """
        if self._joined is not None:
            with self._translated(), self._joined.begin_nested():
                yield self._joined
            return
        with self._translated(), self._engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Run a transaction that only reads.

        Raises:
            StoreError: the code of this database.
        """
        if self._joined is not None:
            with self._translated():
                yield self._joined
            return
        with self._translated(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def creating(self) -> Iterator[Connection]:
        """Run a transaction that writes while no other one of this kind does.

        Raises:
            StoreError: the code of this database.
        """
        with self.alone(_CREATION_LOCK) as connection:
            yield connection

    @contextmanager
    def alone(self, lock: int) -> Iterator[Connection]:
        """Run a transaction that writes while no other one under the same number does.

        Raises:
            StoreError: the code of this database.
        """
        with self.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(lock)))
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as cause:
            raise StoreError(self._code, "could not be reached, or is busy") from cause
        except SQLAlchemyError as cause:
            raise StoreError(self._code, type(cause).__name__) from cause


def database_url(place: str | Path) -> URL:
    """Return the address of a database, SQLite for a path, where its driver is installed.

    Raises:
        MisuseError: `misuse.option` for what is neither a file nor PostgreSQL by psycopg;
            `misuse.extra` where psycopg is missing.
    """
    url = _url(place)
    if url.get_backend_name() == "postgresql" and find_spec("psycopg") is None:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[postgres]'")
    return url


def _url(place: str | Path) -> URL:
    typed("place", place, str, Path)
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise MisuseError(Code.MISUSE_OPTION, _NO_DATABASE) from None  # it may hold a password
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    if is_file or url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url
    raise MisuseError(Code.MISUSE_OPTION, _NO_DATABASE)


def _set_up_sqlite(connection: "sqlite3.Connection", _record: object) -> None:
    """Leave transactions to `_begin_sqlite`, and write what is committed through to the disk."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Lock for writing at once: a lock that is taken up later can fail where it can't wait."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(connection: "psycopg.Connection", _record: object) -> None:
    """Wait for the disk even where the server is set not to: no index may be forgotten.

    And let the server end a transaction whose process stands still, unless the server or the
    address of the database says another time: others wait for the rows that it holds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        if cursor.fetchone() == ("0",):
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
        cursor.execute("SHOW synchronous_commit")
        if cursor.fetchone() == ("off",):
            cursor.execute("SET synchronous_commit = on")
    connection.commit()
