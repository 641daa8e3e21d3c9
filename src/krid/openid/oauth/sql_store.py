"""What an issuer remembers, in a database that several processes share (extra `sql`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from krid._core.times import aware, to_numeric_date
from krid.errors import Code, StoreError
from krid.openid.oauth.store import Kind, check_size

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from sqlalchemy import Engine, Table
    from sqlalchemy.dialects import postgresql, sqlite

    Insert: TypeAlias = sqlite.Insert | postgresql.Insert

_TABLE: Final = "krid_issuance"


@final
class SqlIssuanceStore:
    """Records in one table, by SQLAlchemy Core: SQLite from 3.35 on, or PostgreSQL.

    Each call is one statement, so that the database itself decides who was first: `take` is a
    `DELETE ... RETURNING`, `put` and `claim` are an `INSERT ... ON CONFLICT`. In PostgreSQL, each
    is one round trip, too. What has ended is passed over at once and deleted by `purge`, which an
    issuer calls now and then. The engine belongs to the caller.
    """

    def __init__(self, engine: "Engine") -> None:
        """Use a database; `create_tables` makes the table where it is not there yet."""
        self._engine = _single(engine)
        self._table = _table()
        self._insert = _insert(engine)

    def __repr__(self) -> str:
        return f"SqlIssuanceStore({self._engine.dialect.name})"

    def create_tables(self) -> None:
        """Make the table, if it is not there.

        Raises:
            StoreError: `store.io`.
        """
        with _failures():
            self._table.metadata.create_all(self._engine)

    def put(self, kind: Kind, key: str, record: bytes, *, expires: datetime, now: datetime) -> None:
        """Keep a record until it is taken or has expired.

        Raises:
            StoreError: `store.io`.
            MisuseError: `misuse.record`, `misuse.naive_time`.
        """
        check_size(record)
        aware(now)
        with _failures(), self._engine.begin() as connection:
            connection.execute(self._written(kind, key, record, expires))

    def get(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record, None when there is none that has not expired.

        Raises:
            StoreError: `store.io`.
        """
        from sqlalchemy import select

        table = self._table
        query = select(table.c.record, table.c.expires).where(
            table.c.kind == kind.value, table.c.key == key
        )
        with _failures(), self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None or row.expires <= _micros(now) else bytes(row.record)

    def take(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record and forget it: no second caller gets it.

        Raises:
            StoreError: `store.io`.
        """
        from sqlalchemy import delete

        table = self._table
        query = (
            delete(table)
            .where(table.c.kind == kind.value, table.c.key == key)
            .returning(table.c.record, table.c.expires)
        )
        with _failures(), self._engine.begin() as connection:
            row = connection.execute(query).first()
        return None if row is None or row.expires <= _micros(now) else bytes(row.record)

    def claim(self, kind: Kind, key: str, *, expires: datetime, now: datetime) -> bool:
        """Mark a key as used; tell whether this caller was the first.

        Raises:
            StoreError: `store.io`.
        """
        query = self._written(kind, key, b"", expires, ended=_micros(now))
        with _failures(), self._engine.begin() as connection:
            return connection.execute(query.returning(self._table.c.key)).first() is not None

    def purge(self, *, now: datetime) -> int:
        """Delete what has ended, and return how many records that were.

        Raises:
            StoreError: `store.io`.
        """
        from sqlalchemy import delete

        query = delete(self._table).where(self._table.c.expires <= _micros(now))
        with _failures(), self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    def _written(
        self, kind: Kind, key: str, record: bytes, expires: datetime, *, ended: int | None = None
    ) -> "Insert":
        """Put a record in the place of another; of one alone that had `ended`, where that is told.

        It is one statement, so that nobody comes between.
        """
        values = {"kind": kind.value, "key": key, "record": record, "expires": _micros(expires)}
        table, insert = self._table, self._insert(self._table).values(values)
        return insert.on_conflict_do_update(
            index_elements=(table.c.kind, table.c.key),
            set_={"record": insert.excluded.record, "expires": insert.excluded.expires},
            where=None if ended is None else table.c.expires <= ended,
        )


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the database says into krid's own error."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as cause:
        raise StoreError(Code.STORE_IO) from cause


def _insert(engine: "Engine") -> "Callable[[Table], Insert]":
    """Return what makes an `INSERT` of this database that knows conflicts."""
    from sqlalchemy.dialects import postgresql, sqlite

    return postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert


def _single(engine: "Engine") -> "Engine":
    """Return an engine whose statements are transactions of their own, without further words.

    In SQLite these words cost nothing, and how its connections begin is the caller's.
    """
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine


def _micros(moment: datetime) -> int:
    return to_numeric_date(moment) * 1_000_000 + moment.microsecond


def _table() -> "Table":
    from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table

    return Table(
        _TABLE,
        MetaData(),
        Column("kind", String(32), primary_key=True),
        Column("key", String(128), primary_key=True),
        Column("record", LargeBinary, nullable=False),
        Column("expires", BigInteger, nullable=False, index=True),
    )
