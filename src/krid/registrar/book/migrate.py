"""Bringing the tables of a database to the version of this krid, step by step, by alembic."""

from pathlib import Path
from typing import Final

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from krid.errors import Code, StoreError

VERSION_TABLE: Final = "krid_registrar_version"
_FOLDER: Final = Path(__file__).parent / "migrations"


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables that a database has, None where it has none."""
    return _context(connection).get_current_revision()


def newest() -> str:
    """Return the version that this krid works with."""
    return str(_scripts().get_current_head())


def check(connection: Connection) -> None:
    """Check that a database has the tables of this krid.

    Raises:
        StoreError: `register.version`.
    """
    found = version_of(connection)
    if found != newest():
        raise StoreError(Code.REGISTER_VERSION, f"{found or 'none'}, not {newest()}")


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, inside the caller's transaction.

    Raises:
        StoreError: `register.version` for tables of a newer krid.
    """
    scripts, context = _scripts(), _context(connection)
    found = context.get_current_revision()
    steps = list(reversed(_missing(scripts, found)))
    with Operations.context(context):
        for step in steps:
            step.module.upgrade()
            context.stamp(scripts, step.revision)


def _missing(scripts: ScriptDirectory, found: str | None) -> list[Script]:
    """List the steps after a version, newest first."""
    steps: list[Script] = []
    for step in scripts.walk_revisions():
        if step.revision == found:
            return steps
        steps.append(step)
    if found is not None:
        raise StoreError(Code.REGISTER_VERSION, f"{found}, of a newer krid")
    return steps


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER.parent), version_locations=[str(_FOLDER)])


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
