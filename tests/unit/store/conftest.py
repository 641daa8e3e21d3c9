"""A vault that opens quickly: the least cost that krid allows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krid.store import Pin, PinCost, Vault

CHEAP = PinCost(memory_kib=7 * 1024, iterations=1, lanes=1)
PIN = "493817"


@dataclass
class HandClock:
    """A clock that a test turns by hand."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 6, 1, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def turn(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "wallet.db"


@pytest.fixture
def vault(path: Path, clock: HandClock) -> Iterator[Vault]:
    with Vault.create(path, pin=Pin(PIN), clock=clock, cost=CHEAP) as made:
        yield made
