"""The tables of a vault file, what marks it as one, and the statements krid runs on it."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from krid.errors import Code, StoreError
from krid.store.connection import single
from krid.store.keys import Row

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID: Final = 0x6B726964
"""`krid` in ASCII, at offset 68 of the file."""

VERSION: Final = 2
"""The newest version that is read: 1 is opened by the PIN alone, 2 has other ways beside it."""

FIRST_VERSION: Final = 1
PAGE_SIZE: Final = 4096

HEADER: Final = "header"
TRIES: Final = "tries"
MANIFEST: Final = "manifest"
METHODS: Final = "methods"

_ALWAYS: Final = frozenset({HEADER, TRIES, MANIFEST})

_PART_TABLE: Final = (
    "CREATE TABLE part (name TEXT PRIMARY KEY, body BLOB NOT NULL, digest BLOB NOT NULL)"
    " WITHOUT ROWID"
)
_RECORD_TABLE: Final = (
    "CREATE TABLE record (id BLOB PRIMARY KEY, kind BLOB NOT NULL, version INTEGER NOT NULL,"
    " sealed BLOB NOT NULL)"
)
_KIND_INDEX: Final = "CREATE INDEX record_kind ON record (kind)"

_SCHEMA: Final = (
    (b"table", b"part", b"part", _PART_TABLE.encode()),
    (b"table", b"record", b"record", _RECORD_TABLE.encode()),
    (b"index", b"sqlite_autoindex_record_1", b"record", None),
    (b"index", b"record_kind", b"record", _KIND_INDEX.encode()),
)

_READ_SCHEMA: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid"

INSERT_ROW: Final = "INSERT INTO record (id, kind, version, sealed) VALUES (?, ?, ?, ?)"
UPDATE_ROW: Final = "UPDATE record SET version = ?, sealed = ? WHERE id = ?"
DELETE_ROW: Final = "DELETE FROM record WHERE id = ?"
ONE_ROW: Final = "SELECT id, kind, version, sealed FROM record WHERE id = ?"
ROWS_OF_KIND: Final = "SELECT id, kind, version, sealed FROM record WHERE kind = ?"
ALL_ROWS: Final = "SELECT id, kind, version, sealed FROM record"
IDS_OF_KIND: Final = "SELECT id FROM record WHERE kind = ? ORDER BY id"
ALL_IDS: Final = "SELECT id FROM record ORDER BY id"
MANIFEST_AND_ROW: Final = (
    "SELECT part.body, record.id, record.kind, record.version, record.sealed FROM part"
    " LEFT JOIN record ON record.id = ? WHERE part.name = 'manifest'"
)


def lay_out(connection: "sqlite3.Connection") -> None:
    """Mark an empty file as a vault and make its tables."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FIRST_VERSION}")
    for statement in (_PART_TABLE, _RECORD_TABLE, _KIND_INDEX):
        connection.execute(statement)


def check_identity(connection: "sqlite3.Connection") -> None:
    """Refuse what is no vault, or one of a newer krid, or one with other tables.

    Raises:
        StoreError: `store.not_wallet`, `store.version`, `store.altered`.
    """
    if single(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise StoreError(Code.STORE_NOT_WALLET)
    _check_version(single(connection, "PRAGMA user_version"))
    if single(connection, "PRAGMA journal_mode") != b"delete":
        raise StoreError(Code.STORE_ALTERED, "the journal mode")
    found = connection.execute(_READ_SCHEMA).fetchmany(len(_SCHEMA) + 1)
    if tuple(found) != _SCHEMA:
        raise StoreError(Code.STORE_ALTERED, "the tables")


def _check_version(version: object) -> None:
    if not isinstance(version, int) or version < FIRST_VERSION:
        raise StoreError(Code.STORE_ALTERED, "the version")
    if version > VERSION:
        raise StoreError(Code.STORE_VERSION)


def check_structure(connection: "sqlite3.Connection") -> None:
    """Let SQLite check its pages, and that its indexes hold what its tables hold.

    Raises:
        StoreError: `store.altered`.
    """
    if single(connection, "PRAGMA integrity_check(1)") != b"ok":
        raise StoreError(Code.STORE_ALTERED, "the pages")


@contextmanager
def rows(
    connection: "sqlite3.Connection", statement: str = ALL_ROWS, values: tuple[bytes, ...] = ()
) -> Iterator[Iterator[Row]]:
    """Read records one after another, and let go of the file when that stops midway.

    Raises:
        StoreError: `store.altered`.
    """
    # A cursor left open keeps its lock on the file, even after the connection is closed.
    with closing(connection.execute(statement, values)) as cursor:
        yield map(Row.of, cursor)


def read_parts(connection: "sqlite3.Connection") -> dict[str, bytes]:
    """Read header, PIN counter, manifest and unlock methods, each held against its digest.

    Unlock methods stand in files of version 2, and only there.

    Raises:
        StoreError: `store.altered`.
    """
    found = connection.execute("SELECT name, body, digest FROM part").fetchmany(5)
    parts = {
        _part_name(name): body for name, body, digest in found if digest == _digest(name, body)
    }
    expected = _ALWAYS | {METHODS} if METHODS in parts else _ALWAYS
    if len(found) != len(parts) or parts.keys() != expected:
        raise StoreError(Code.STORE_ALTERED, "the header, the PIN counter or the manifest")
    return parts


def read_part(connection: "sqlite3.Connection", name: str) -> bytes:
    """Read one part as `read_parts` does."""
    return read_parts(connection)[name]


def check_version_fits(connection: "sqlite3.Connection", parts: Mapping[str, bytes]) -> None:
    """Check that unlock methods and the version that has them come together.

    Raises:
        StoreError: `store.altered`.
    """
    newest = single(connection, "PRAGMA user_version") == VERSION
    if newest != (METHODS in parts):
        raise StoreError(Code.STORE_ALTERED, "the version")


def write_methods(connection: "sqlite3.Connection", body: bytes) -> None:
    """Write the unlock methods, which makes the file one of version 2."""
    connection.execute(f"PRAGMA user_version = {VERSION}")
    write_part(connection, METHODS, body)


def write_part(connection: "sqlite3.Connection", name: str, body: bytes) -> None:
    """Write one part and its digest."""
    connection.execute(
        "INSERT INTO part (name, body, digest) VALUES (?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET body = excluded.body, digest = excluded.digest",
        (name, body, _digest(name.encode(), body)),
    )


def _part_name(name: object) -> str:
    return name.decode("ascii", "replace") if isinstance(name, bytes) else ""


def _digest(name: object, body: object) -> bytes | None:
    if not isinstance(name, bytes) or not isinstance(body, bytes):
        return None
    return hashlib.sha256(b"krid vault part 1\x00" + name + b"\x00" + body).digest()
