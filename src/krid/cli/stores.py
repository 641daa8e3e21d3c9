"""Opening the store of an issuer or a verifier in a database."""

from typing import TYPE_CHECKING, Any

from krid.cli.extras import need

if TYPE_CHECKING:
    from krid._core.clock import Clock
    from krid.openid.oauth.sql_store import SqlIssuanceStore
    from krid.web.platform import Check

_BUSY_SECONDS = 30


def open_store(database: str) -> "SqlIssuanceStore":
    """Open the store in a file, for SQLite, or at `postgresql+psycopg://...`, making its table.

    Raises:
        MisuseError: `misuse.extra` without the extra `sql`, or `postgres` where it needs that;
            `misuse.option` for another address.
        StoreError: `store.io`.
    """
    need("sql")
    from sqlalchemy import create_engine, event

    from krid._core.database import database_url
    from krid.openid.oauth.sql_store import SqlIssuanceStore

    url = database_url(database)
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    else:
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)
        event.listen(engine, "connect", _set_up)
    store = SqlIssuanceStore(engine)
    store.create_tables()
    return store


def reachable(store: "SqlIssuanceStore", clock: "Clock") -> "Check":
    """Return a check that the store answers, which also forgets what has ended."""

    def check() -> None:
        store.purge(now=clock.now())

    return check


def _set_up(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own type
    """Let readers and a writer work at the same time; what is kept lives for minutes."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
