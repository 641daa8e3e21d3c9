"""What an issuer remembers, in a database that several processes share (extra `sql`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from krid._core.times import aware, to_numeric_date
from krid.errors import Code, StoreError
from krid.openid.oauth.store import Kind, check_size

if TYPE_CHECKING:
    from sqlalchemy import Engine, Table

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
        self._said = _Statements(self._table, engine.dialect.name)

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
            connection.execute(self._said.put, _values(kind, key, record, expires))

    def get(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record, None when there is none that has not expired.

        Raises:
            StoreError: `store.io`.
        """
        with _failures(), self._engine.connect() as connection:
            row = connection.execute(self._said.get, _named(kind, key)).first()
        return None if row is None or row.expires <= _micros(now) else bytes(row.record)

    def take(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record and forget it: no second caller gets it.

        Raises:
            StoreError: `store.io`.
        """
        with _failures(), self._engine.begin() as connection:
            row = connection.execute(self._said.take, _named(kind, key)).first()
        return None if row is None or row.expires <= _micros(now) else bytes(row.record)

    def claim(self, kind: Kind, key: str, *, expires: datetime, now: datetime) -> bool:
        """Mark a key as used; tell whether this caller was the first.

        Raises:
            StoreError: `store.io`.
        """
        values = _values(kind, key, b"", expires) | {"ended": _micros(now)}
        with _failures(), self._engine.begin() as connection:
            return connection.execute(self._said.claim, values).first() is not None

    def purge(self, *, now: datetime) -> int:
        """Delete what has ended, and return how many records that were.

        Raises:
            StoreError: `store.io`.
        """
        from sqlalchemy import delete

        query = delete(self._table).where(self._table.c.expires <= _micros(now))
        with _failures(), self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)


@final
class _Statements:
    """The statements of a store, made once: making one takes longer than sending it."""

    def __init__(self, table: "Table", dialect: str) -> None:
        from sqlalchemy import bindparam, delete, select
        from sqlalchemy.dialects import postgresql, sqlite

        insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
        key = table.c.kind, table.c.key
        new = {name: insert.excluded[name] for name in ("record", "expires")}
        ended = table.c.expires <= bindparam("ended")
        named = (key[0] == bindparam("a_kind"), key[1] == bindparam("a_key"))
        told = table.c.record, table.c.expires
        self.put: Final = insert.on_conflict_do_update(index_elements=key, set_=new)
        self.claim: Final = insert.on_conflict_do_update(
            index_elements=key, set_=new, where=ended
        ).returning(table.c.key)
        self.get: Final = select(*told).where(*named)
        self.take: Final = delete(table).where(*named).returning(*told)


def _named(kind: Kind, key: str) -> dict[str, object]:
    return {"a_kind": kind.value, "a_key": key}


def _values(kind: Kind, key: str, record: bytes, expires: datetime) -> dict[str, object]:
    return {"kind": kind.value, "key": key, "record": record, "expires": _micros(expires)}


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the database says into krid's own error."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as cause:
        raise StoreError(Code.STORE_IO) from cause


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
