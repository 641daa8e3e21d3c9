"""The tables of status registries, the same on SQLite and on PostgreSQL.

Statuses and marks lie in pages of 1,024 entries: one change writes some hundred bytes and not a
quarter of a megabyte, and a list is read in one statement. Moments are whole microseconds since
1970 in UTC.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION: Final = 2
"""Of the tables; a database with a greater one was written by a newer krid."""

PAGE: Final = 1024
"""Entries in a page: 128 bytes of marks and 256 of two-bit statuses."""

METADATA: Final = MetaData()

META: Final = Table("krid_status_meta", METADATA, Column("version", Integer, nullable=False))

REGISTRY: Final = Table(
    "krid_status_registry",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("uri", Text, nullable=False, unique=True),
    Column("bits", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("bound", Integer, nullable=False),
    Column("open_shards", Integer, nullable=False),
    Column("kind", Text, nullable=False),
)

SHARD: Final = Table(
    "krid_status_shard",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("registry_id", ForeignKey(REGISTRY.c.id), nullable=False),
    Column("name", Text, nullable=False),
    Column("given", Integer, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("needed_until", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("registry_id", "name"),
)

PAGES: Final = Table(
    "krid_status_page",
    METADATA,
    Column("shard_id", ForeignKey(SHARD.c.id), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("taken", LargeBinary, nullable=False),
    Column("statuses", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
    postgresql_with={"fillfactor": 80},
)

CHANGE: Final = Table(
    "krid_status_change",
    METADATA,
    Column("shard_id", ForeignKey(SHARD.c.id), primary_key=True, autoincrement=False),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("before", Integer, nullable=False),
    Column("after", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("krid_status_change_position", "shard_id", "position", "version"),
    sqlite_with_rowid=False,
)

TOKEN: Final = Table(
    "krid_status_token",
    METADATA,
    Column("shard_id", ForeignKey(SHARD.c.id), primary_key=True, autoincrement=False),
    Column("form", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ttl", BigInteger),
    Column("token", LargeBinary, nullable=False),
)

ORDER: Final = Table(
    "krid_status_order",
    METADATA,
    Column("registry_id", ForeignKey(REGISTRY.c.id), primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("given", LargeBinary, nullable=False),
)

_ONLY_APPENDED: Final = "krid_status_change is only appended to"

_SQLITE_TRIGGER: Final = f"""
CREATE TRIGGER krid_status_change_kept_from_{{act}} BEFORE {{act}} ON krid_status_change
BEGIN SELECT RAISE(ABORT, '{_ONLY_APPENDED}'); END"""

_POSTGRESQL_FUNCTION: Final = f"""
CREATE FUNCTION krid_status_change_kept() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''{_ONLY_APPENDED}''; END'"""

_POSTGRESQL_TRIGGER: Final = """
CREATE TRIGGER krid_status_change_kept BEFORE UPDATE OR DELETE OR TRUNCATE
ON krid_status_change EXECUTE FUNCTION krid_status_change_kept()"""

GUARDS: Final = {
    "sqlite": tuple(_SQLITE_TRIGGER.format(act=act) for act in ("update", "delete")),
    "postgresql": (_POSTGRESQL_FUNCTION, _POSTGRESQL_TRIGGER),
}
"""What makes the database itself refuse to change the history, by the name of its kind."""
