"""The database of status registries: the tables, and a version that says who wrote them."""

from pathlib import Path

from sqlalchemy import func, insert, inspect, select

from krid._core.database import Database
from krid.errors import Code, StoreError
from krid.status.registry.schema import GUARDS, META, METADATA, VERSION


def connect(place: str | Path) -> Database:
    """Open a database and make the tables that are not there; a path means SQLite.

    Raises:
        MisuseError: `misuse.option` for what is neither a file nor PostgreSQL by psycopg;
            `misuse.extra` where psycopg is missing.
        StoreError: `status.database`, `status.registry` for tables of a newer krid.
    """
    database = Database.connect(place, code=Code.STATUS_DATABASE)
    make_tables(database)
    return database


def make_tables(database: Database) -> None:
    """Make the tables where there are none.

    Raises:
        StoreError: `status.database`, `status.registry` for tables of a newer krid.
    """
    with database.creating() as connection:
        if not inspect(connection).has_table(META.name):
            METADATA.create_all(connection)
            for guard in GUARDS[connection.dialect.name]:
                connection.exec_driver_sql(guard)
            connection.execute(insert(META).values(version=VERSION))
        found = connection.execute(select(func.max(META.c.version))).scalar_one()
    if found != VERSION:
        raise StoreError(Code.STATUS_REGISTRY, "the version of its tables")
