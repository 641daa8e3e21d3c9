"""The tables of a ledger, and what keeps anybody from changing an entry by accident.

Entries, full tiles and checkpoints are only ever added; triggers refuse everything else. Whoever
may alter the database may drop triggers, too: that is what checkpoints and monitors are for.
"""

from typing import Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    event,
)

METADATA: Final = MetaData()

VERSION: Final = 1

HEAD: Final = Table(
    "krid_ledger_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sealed", BigInteger, nullable=False),
)
"""One row: how many entries there are, and over how many the state is computed."""

ENTRY: Final = Table(
    "krid_ledger_entry",
    METADATA,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("subject", LargeBinary),
    Column("statement", LargeBinary, nullable=False),
)
"""Each statement as it was hashed; `subject` is the key of its subject, none for a seal."""

TILE: Final = Table(
    "krid_ledger_tile",
    METADATA,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""256 neighbouring hashes of one level of the tree, when there are so many, and their root."""

CHECKPOINT: Final = Table(
    "krid_ledger_checkpoint",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", LargeBinary, nullable=False),
)

PAGE: Final = Table(
    "krid_ledger_page",
    METADATA,
    Column("path", LargeBinary, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""The state at the last seal (`krid.ledger.pages`): the one thing that is changed in place."""

_GROWING: Final = (ENTRY, TILE, CHECKPOINT)

_REFUSE_ON_SQLITE: Final = (
    "CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table}"
    " BEGIN SELECT RAISE(ABORT, 'a ledger only grows'); END"
)
_FUNCTION: Final = (
    "CREATE OR REPLACE FUNCTION krid_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'a ledger only grows'"
    " USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
_REFUSE_ON_POSTGRESQL: Final = (
    "CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION krid_ledger_refuse()"
)


def _guard() -> None:
    """Have the triggers made with the tables."""
    _after(METADATA, "before_create", _FUNCTION, "postgresql")
    for table in _GROWING:
        for what in ("UPDATE", "DELETE"):
            text = _REFUSE_ON_SQLITE.format(table=table.name, what=what)
            _after(table, "after_create", text, "sqlite")
        text = _REFUSE_ON_POSTGRESQL.format(table=table.name)
        _after(table, "after_create", text, "postgresql")


def _after(target: Table | MetaData, moment: str, text: str, dialect: str) -> None:
    statement: DDL = DDL(text)  # type: ignore[no-untyped-call]
    event.listen(target, moment, statement.execute_if(dialect=dialect))


_guard()
