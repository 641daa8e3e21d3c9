"""Connections: transactions that begin when they say so, and errors that are krid's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event, exc, make_url

from krid.errors import Code, MisuseError, StoreError

_BUSY_SECONDS: Final = 30.0
"""How long a writer waits for others: a batch of the largest size takes about a second."""

_ON_CONNECT: Final = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
)


def open_engine(where: Path | str) -> Engine:
    """Make an engine for a file, or for the address of a database as SQLAlchemy writes it.

    Raises:
        MisuseError: `misuse.option` for an address that is none, or a database other than SQLite
            and PostgreSQL, or one whose driver is not installed.
    """
    url = _url(where)
    kind = url.get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise MisuseError(Code.MISUSE_OPTION, "a ledger lives in SQLite or PostgreSQL")
    if kind == "postgresql" and url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    settings = {"timeout": _BUSY_SECONDS} if kind == "sqlite" else {}
    try:
        engine = sqlalchemy.create_engine(url, connect_args=settings)
    except (ImportError, exc.ArgumentError) as cause:
        raise MisuseError(Code.MISUSE_OPTION, "the database's driver") from cause
    if kind == "sqlite":
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def _url(where: Path | str) -> URL:
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite+pysqlite", database=str(where))
    try:
        return make_url(where)
    except (exc.ArgumentError, ValueError) as cause:
        raise MisuseError(Code.MISUSE_OPTION, "the address of a database") from cause


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own
    # The driver would begin a transaction before some statements and not before others.
    connection.isolation_level = None
    for setting in _ON_CONNECT:
        connection.execute(setting)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Do statements as one transaction: all of them or none.

    Raises:
        StoreError: `store.busy`, `store.io`, `ledger.altered`.
    """
    with _errors(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Look at one state of the database, which others can't change meanwhile.

    Raises:
        StoreError: as `writing`.
    """
    # SQLite's write-ahead log gives every transaction its snapshot.
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else "SERIALIZABLE"
    with _errors(), engine.connect().execution_options(isolation_level=level) as connection:
        yield connection


@contextmanager
def _errors() -> Iterator[None]:
    """Raise in the place of a database's error the `StoreError` that it means."""
    try:
        yield
    except (exc.IntegrityError, exc.ProgrammingError, exc.InvalidRequestError) as cause:
        raise StoreError(Code.LEDGER_ALTERED, type(cause).__name__) from cause
    except exc.SQLAlchemyError as cause:
        raise StoreError(_code_of(cause), type(cause).__name__) from cause


def _code_of(error: exc.SQLAlchemyError) -> Code:
    words = str(getattr(error, "orig", ""))
    if "database is locked" in words or isinstance(error, exc.TimeoutError):
        return Code.STORE_BUSY
    if "malformed" in words or "not a database" in words or "no such table" in words:
        return Code.LEDGER_ALTERED
    return Code.STORE_IO
