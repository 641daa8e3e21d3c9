"""SQLite connections to a vault file, set up the one way that krid wants them.

The journal is SQLite's rollback journal, not a write-ahead log: between two transactions the one
file is the whole wallet, so a copy of it never silently lacks what was committed last.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, final

from krid._core import limits
from krid.errors import Code, StoreError

if TYPE_CHECKING:
    import sqlite3

BUSY_SECONDS: Final = 5.0
"""How long to wait for another program's transaction: each takes some milliseconds."""

_ROW_OVERHEAD: Final = 64 * 1024

_BEFORE_READING: Final = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
)


@final
class Access(Enum):
    """Whether a connection may write; the values are SQLite's own."""

    READ = "ro"
    WRITE = "rw"


@final
class SqliteErrors:
    """Turns SQLite's errors into `StoreError`, used as `with SQLITE_ERRORS:`."""

    __slots__ = ()

    def __enter__(self) -> None:
        """Begin to watch."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Raise in the place of an SQLite error the `StoreError` that it means."""
        code = None if error is None else code_of(error)
        if code is not None:
            raise StoreError(code, type(error).__name__) from error


SQLITE_ERRORS: Final = SqliteErrors()


def code_of(error: BaseException) -> Code | None:
    """Say which of krid's codes an SQLite error means; None for an error of anything else."""
    import sqlite3

    if isinstance(error, UnicodeDecodeError):  # SQLite quotes damaged text in its messages
        return Code.STORE_ALTERED
    if isinstance(error, sqlite3.ProgrammingError):
        return Code.STORE_CLOSED
    if not isinstance(error, sqlite3.Error):
        return None
    primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Code.STORE_BUSY
    if primary in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
    }:
        return Code.STORE_ALTERED
    return Code.STORE_IO


def connect(path: Path, access: Access) -> "sqlite3.Connection":
    """Open a connection that decodes no text, starts no transaction by itself and trusts nothing.

    Does not read the file yet.
    """
    import sqlite3

    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={access.value}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = bytes
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.MAX_RECORD_BYTES + _ROW_OVERHEAD)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for setting in _BEFORE_READING:
        connection.execute(setting)
    return connection


def make_durable(connection: "sqlite3.Connection") -> None:
    """Let a commit return only when it will outlive a loss of power.

    EXTRA is FULL and, beyond that, writes the folder after the journal is gone.
    """
    connection.execute("PRAGMA synchronous = EXTRA")


def single(connection: "sqlite3.Connection", statement: str) -> object:
    """Return the first column of the first row, None when there is no row."""
    row: tuple[object, ...] | None = connection.execute(statement).fetchone()
    return None if row is None else row[0]


@contextmanager
def writing(connection: "sqlite3.Connection") -> Iterator[None]:
    """Do several statements as one transaction: all of them or none."""
    with SQLITE_ERRORS:
        connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        with SQLITE_ERRORS:
            connection.execute("COMMIT")
    except BaseException:
        _undo(connection)
        raise


@contextmanager
def reading(connection: "sqlite3.Connection") -> Iterator[None]:
    """Look at one state of the file, which others can't change meanwhile."""
    with SQLITE_ERRORS:
        inside = connection.in_transaction
        if not inside:
            connection.execute("BEGIN")
    try:
        yield
    finally:
        if not inside:
            _undo(connection)


def _undo(connection: "sqlite3.Connection") -> None:
    import sqlite3

    # An error here means that there is nothing left to undo: SQLite did, or the file is closed.
    with suppress(sqlite3.Error):
        connection.execute("ROLLBACK")
