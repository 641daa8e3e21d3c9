"""Pages of the state as rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from sqlalchemy import Connection, bindparam, insert, select, update

from krid.ledger.embedded.schema import PAGE

_AT_ONCE: Final = 500
"""Paths named in one statement: databases take some thousands of parameters."""


@final
@dataclass(frozen=True, slots=True)
class SqlPages:
    """Pages in the database, inside somebody's transaction."""

    connection: Connection

    def read(self, paths: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return the pages that there are, by their paths."""
        found: dict[bytes, bytes] = {}
        for some in _portions(paths):
            query = select(PAGE.c.path, PAGE.c.body).where(PAGE.c.path.in_(some))
            found.update((row.path, row.body) for row in self.connection.execute(query))
        return found

    def write(self, new: Mapping[bytes, bytes], changed: Mapping[bytes, bytes]) -> None:
        """Keep pages that were not there before, and others that were."""
        if new:
            rows = [{"path": path, "body": body} for path, body in new.items()]
            self.connection.execute(insert(PAGE), rows)
        if changed:
            rows = [{"at": path, "body": body} for path, body in changed.items()]
            self.connection.execute(update(PAGE).where(PAGE.c.path == bindparam("at")), rows)


def _portions(paths: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    return (paths[at : at + _AT_ONCE] for at in range(0, len(paths), _AT_ONCE))
