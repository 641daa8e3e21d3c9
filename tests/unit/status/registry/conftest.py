"""Status registries on both kinds of database; the PostgreSQL is a real one."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from krid.status import StatusRegistry

_NUMBERS = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of a database: a fresh file, or the one server of this run."""
    if request.param == "sqlite":
        return str(tmp_path / "status.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def uri() -> str:
    """Addresses that no other test uses."""
    return f"https://mois.example/{next(_NUMBERS)}/{{shard}}"


@pytest.fixture
def opened(database: str, uri: str) -> Iterator[Callable[[], StatusRegistry]]:
    """Opens the small registry of this test, as often as one likes."""
    registries: list[StatusRegistry] = []

    def again() -> StatusRegistry:
        registries.append(StatusRegistry.open(database, uri, shard_size=64, open_shards=2))
        return registries[-1]

    yield again
    for registry in registries:
        registry.close()


@pytest.fixture
def registry(opened: Callable[[], StatusRegistry]) -> StatusRegistry:
    return opened()
