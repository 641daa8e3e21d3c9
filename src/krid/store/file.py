"""The vault as a file on disk: made whole or not at all, and told apart from what is none."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

from krid._core.entropy import Entropy
from krid.errors import Code, StoreError
from krid.store import schema
from krid.store.connection import SQLITE_ERRORS, Access, connect, make_durable, writing
from krid.store.header import Header
from krid.store.manifest import check_plain_sum
from krid.store.methods import Methods
from krid.store.tries import Tries

if TYPE_CHECKING:
    import sqlite3

_MAGIC: Final = b"SQLite format 3\x00"
_SQLITE_HEADER_SIZE: Final = 100
_FORMAT: Final = b"\x10\x00\x01\x01\x00\x40\x20\x20"
"""Page size 4096, rollback journal to write and to read, no reserved bytes, fixed fractions."""

_OWNER_ONLY: Final = 0o600


@contextmanager
def _os_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as cause:
        raise StoreError(Code.STORE_NOT_FOUND) from cause
    except (OSError, ValueError) as cause:  # ValueError: a NUL character in the path
        raise StoreError(Code.STORE_IO, type(cause).__name__) from cause


def make(path: Path, fill: Callable[["sqlite3.Connection"], None], *, entropy: Entropy) -> None:
    """Make a vault file that only its owner may read, under another name until it is whole.

    Raises:
        StoreError: `store.exists`, `store.not_found` for its folder, `store.io`.
    """
    with _os_errors():
        if os.path.lexists(path):
            raise StoreError(Code.STORE_EXISTS)
        draft = path.with_name(f"{path.name}.{entropy(8).hex()}.new")
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_ONLY))
        try:
            with SQLITE_ERRORS, closing(connect(draft, Access.WRITE)) as connection:
                _fill(connection, fill)
            _publish(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _fill(connection: "sqlite3.Connection", fill: Callable[["sqlite3.Connection"], None]) -> None:
    connection.execute(f"PRAGMA page_size = {schema.PAGE_SIZE}")
    make_durable(connection)
    connection.execute("BEGIN IMMEDIATE")
    schema.lay_out(connection)
    fill(connection)
    connection.execute("COMMIT")


def _publish(draft: Path, path: Path) -> None:
    # A link, unlike a renaming, never replaces a file that came into being meanwhile.
    try:
        path.hardlink_to(draft)
    except FileExistsError as cause:
        raise StoreError(Code.STORE_EXISTS) from cause
    with suppress(OSError):  # not every system lets a folder be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def open_checked(path: Path) -> "sqlite3.Connection":
    """Check all that can be checked without a PIN, change nothing, and open for writing.

    What a killed program left half written is undone first, as SQLite does on every opening.

    Raises:
        StoreError: `store.not_found`, `store.not_wallet`, `store.version`, `store.truncated`,
            `store.altered`, `store.busy`, `store.io`.
    """
    _check_regular(path)
    try:
        with SQLITE_ERRORS:
            _undo_half_written(path)
            with closing(connect(path, Access.READ)) as connection:
                _examine(path, connection)
            return _open_for_writing(path)
    except StoreError as cause:
        if cause.__cause__ is None:
            raise
        raise StoreError(_diagnose(path, cause.code), cause.detail) from cause


def _check_regular(path: Path) -> None:
    with _os_errors():
        status = path.stat()
    if not S_ISREG(status.st_mode):
        raise StoreError(Code.STORE_NOT_WALLET, "not a regular file")
    if status.st_size < _SQLITE_HEADER_SIZE:
        raise StoreError(_diagnose(path, Code.STORE_TRUNCATED))


def _undo_half_written(path: Path) -> None:
    """Let SQLite roll back what a killed program left: a connection that only reads can't."""
    journal = path.with_name(f"{path.name}-journal")
    with _os_errors():
        if not journal.exists():
            return
    with closing(connect(path, Access.WRITE)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _examine(path: Path, connection: "sqlite3.Connection") -> None:
    # Else SQLite would put files beside one whose header says write-ahead log.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN")
    schema.check_identity(connection)
    with _os_errors():
        if path.stat().st_size % schema.PAGE_SIZE:
            raise StoreError(Code.STORE_TRUNCATED)
    schema.check_structure(connection)
    parts = schema.read_parts(connection)
    Header.parse(parts[schema.HEADER])
    Tries.parse(parts[schema.TRIES])
    schema.check_version_fits(connection, parts)
    Methods.parse(parts.get(schema.METHODS))
    with schema.rows(connection) as rows:
        check_plain_sum(parts[schema.MANIFEST], rows)


def _open_for_writing(path: Path) -> "sqlite3.Connection":
    connection = connect(path, Access.WRITE)
    try:
        with writing(connection):  # SQLite says only now whether it may write
            schema.check_identity(connection)
        make_durable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _diagnose(path: Path, code: Code) -> Code:
    """Say what is wrong with a file that SQLite can't read or write.

    The file is opened beside SQLite here and nowhere else: closing it takes SQLite's locks away
    from other connections of this process, but a file in this state has no good user.
    """
    if code is Code.STORE_BUSY:
        return code
    with _os_errors(), path.open("rb") as file:
        head = file.read(_SQLITE_HEADER_SIZE)
        size = file.seek(0, os.SEEK_END)
    if not head.startswith(_MAGIC[: len(head)]):
        return Code.STORE_NOT_WALLET
    if len(head) < _SQLITE_HEADER_SIZE:
        return Code.STORE_TRUNCATED
    if int.from_bytes(head[68:72], "big") != schema.APPLICATION_ID:
        return Code.STORE_NOT_WALLET
    if not head.startswith(_FORMAT, len(_MAGIC)):
        return Code.STORE_ALTERED
    pages = int.from_bytes(head[28:32], "big")
    return Code.STORE_TRUNCATED if size < pages * schema.PAGE_SIZE else code
