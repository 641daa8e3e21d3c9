"""How a PIN stands, read from a file that is closed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from krid.errors import KridError
from krid.store import Pin, UnlockKey, Vault

PIN = "493817"


def wrong(path: Path, clock: Any, times: int) -> None:
    for _ in range(times):
        state = Vault.pin_state_of(path, clock=clock)
        if state.wait_until is not None:
            clock.moment = state.wait_until
        with pytest.raises(KridError):
            Vault.open(path, pin=Pin("000000"), clock=clock)


def test_it_counts_down_to_a_wait(vault: Vault, path: Path, clock: Any) -> None:
    vault.close()
    fresh = Vault.pin_state_of(path, clock=clock)
    assert (fresh.wrong, fresh.before_wait, fresh.before_lock) == (0, 5, None)
    wrong(path, clock, 4)
    assert Vault.pin_state_of(path, clock=clock).before_wait == 1
    wrong(path, clock, 1)
    waiting = Vault.pin_state_of(path, clock=clock)
    assert (waiting.wrong, waiting.before_wait, waiting.is_locked) == (5, 0, False)
    assert waiting.wait_until == clock.moment + timedelta(seconds=30)
    clock.turn(30)
    assert Vault.pin_state_of(path, clock=clock).wait_until is None
    Vault.open(path, pin=Pin(PIN), clock=clock).close()
    assert Vault.pin_state_of(path, clock=clock) == fresh


def test_with_another_way_it_counts_down_to_the_lock(vault: Vault, path: Path, clock: Any) -> None:
    vault.unlocking.add_key(
        UnlockKey(bytes(32)), label="a finger", attached=b"", pin=Pin(PIN), clock=clock
    )
    vault.close()
    assert Vault.pin_state_of(path, clock=clock).before_lock == 10
    wrong(path, clock, 10)
    locked = Vault.pin_state_of(path, clock=clock)
    assert (locked.wrong, locked.before_lock, locked.is_locked) == (10, 0, True)
