"""Opening the status registry that a command names."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from krid.cli.extras import need
from krid.errors import Code, StoreError

if TYPE_CHECKING:
    from krid.status.registry.registry import (
        StatusRegistry,
    )


def open_registry(database: str, uri: str | None) -> "StatusRegistry":
    """Open the registry of an address, or the only one that a database holds.

    Raises:
        StoreError: `store.not_found` for a file that is not there; `status.database`.
        MisuseError: `misuse.extra` without the extra `sql`.
    """
    need("sql")
    from sqlalchemy import select

    from krid.status.registry.database import connect
    from krid.status.registry.registry import StatusRegistry
    from krid.status.registry.schema import (
        REGISTRY,
    )
    from krid.status.registry.values import RegistryKind

    if "://" not in database and not Path(database).is_file():
        raise StoreError(Code.STORE_NOT_FOUND, database)
    opened = connect(database)
    try:
        with opened.reading() as connection:
            rows = connection.execute(select(REGISTRY)).all()
    finally:
        opened.close()
    found = [row for row in rows if uri in {None, row.uri}]
    if len(found) != 1:
        raise click.UsageError(f"{len(found)} registries fit: name one with --uri")
    (row,) = found
    return StatusRegistry.open(
        database,
        row.uri,
        bits=row.bits,
        shard_size=row.size,
        open_shards=row.open_shards,
        kind=RegistryKind(row.kind),
    )
