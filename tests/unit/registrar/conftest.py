"""Registers on both kinds of database; the PostgreSQL is a real one, with a schema for each test."""

from collections.abc import Iterator
from pathlib import Path

import postgres
import pytest
import registers
from registers import Authority

from krid.registrar.registrar import Registrar


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.make()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of a fresh database."""
    if request.param == "sqlite":
        return str(tmp_path / "register.db")
    return postgres.fresh(request.getfixturevalue("postgres_url"))


@pytest.fixture
def registrar(database: str, authority: Authority) -> Iterator[Registrar]:
    registers.begin(database)
    with registers.opened(database, authority) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "register.db"


@pytest.fixture
def small(file: Path, authority: Authority) -> Iterator[Registrar]:
    """A register in a file, for what does not depend on the kind of database."""
    registers.begin(file)
    with registers.opened(file, authority) as opened:
        yield opened
