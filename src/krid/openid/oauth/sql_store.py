"""What an issuer remembers, in a database that several processes share (extra `sql`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final, final

from krid._core.times import aware, to_numeric_date
from krid.errors import Code, StoreError
from krid.openid.oauth.store import Kind, check_size

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

_TABLE: Final = "krid_issuance"


@final
class SqlIssuanceStore:
    """Records in one table, by SQLAlchemy Core: SQLite from 3.35 on, or PostgreSQL.

    `take` is one `DELETE ... RETURNING` and `claim` one `INSERT`, so that the database itself
    decides who was first. What has ended is passed over at once and deleted by `purge`, which an
    issuer calls now and then. The engine belongs to the caller.
    """

    def __init__(self, engine: "Engine") -> None:
        """Use a database; `create_tables` makes the table where it is not there yet."""
        self._engine = engine
        self._table = _table()

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
        with _failures():
            if not self._replace(kind, key, record, expires):
                self._replace(kind, key, record, expires, last=True)

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
        from sqlalchemy.exc import IntegrityError

        with _failures():
            try:
                with self._engine.begin() as connection:
                    self._delete(connection, kind, key, ended=_micros(now))
                    self._insert(connection, kind, key, b"", expires)
            except IntegrityError:
                return False
        return True

    def purge(self, *, now: datetime) -> int:
        """Delete what has ended, and return how many records that were.

        Raises:
            StoreError: `store.io`.
        """
        from sqlalchemy import delete

        query = delete(self._table).where(self._table.c.expires <= _micros(now))
        with _failures(), self._engine.begin() as connection:
            return int(connection.execute(query).rowcount)

    def _replace(
        self, kind: Kind, key: str, record: bytes, expires: datetime, *, last: bool = False
    ) -> bool:
        """Put a record in place; tell whether nobody else put one there meanwhile."""
        from sqlalchemy.exc import IntegrityError

        try:
            with self._engine.begin() as connection:
                self._delete(connection, kind, key)
                self._insert(connection, kind, key, record, expires)
        except IntegrityError:
            if last:
                raise
            return False
        return True

    def _delete(
        self, connection: "Connection", kind: Kind, key: str, *, ended: int | None = None
    ) -> None:
        from sqlalchemy import delete

        table = self._table
        query = delete(table).where(table.c.kind == kind.value, table.c.key == key)
        connection.execute(query if ended is None else query.where(table.c.expires <= ended))

    def _insert(
        self, connection: "Connection", kind: Kind, key: str, record: bytes, expires: datetime
    ) -> None:
        from sqlalchemy import insert

        values = {"kind": kind.value, "key": key, "record": record, "expires": _micros(expires)}
        connection.execute(insert(self._table).values(values))


@contextmanager
def _failures() -> Iterator[None]:
    """Turn what the database says into krid's own error."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as cause:
        raise StoreError(Code.STORE_IO) from cause


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
