import pickle
from typing import Any

import pytest

from krid._core import limits
from krid.errors import Code, MisuseError, StoreError
from krid.store import STANDARD_COST, Pin, PinCost
from krid.store import pin as pin_module
from krid.store.pin import FLOOR_MEMORY_KIB, stretch

CHEAP = PinCost(FLOOR_MEMORY_KIB, 1, 1)


def test_text_that_looks_the_same_is_the_same() -> None:
    assert Pin("caf\u00e9") == Pin("cafe\u0301")
    assert Pin("1234") != Pin("1234 ")


def test_shows_nothing() -> None:
    secret = Pin("493817")
    assert repr(secret) == str(secret) == "Pin(***)"
    with pytest.raises(MisuseError) as error:
        pickle.dumps(secret)
    assert error.value.code is Code.MISUSE_SECRET


def test_takes_a_long_passphrase() -> None:
    assert Pin("a" * limits.MAX_PIN_CHARS).reveal() == b"a" * limits.MAX_PIN_CHARS


@pytest.mark.parametrize("text", ["", "a" * (limits.MAX_PIN_CHARS + 1), "12\ud80034", 246813])
def test_refuses_what_is_no_pin(text: Any) -> None:
    with pytest.raises(MisuseError) as error:
        Pin(text)
    assert error.value.code is Code.MISUSE_PIN


@pytest.mark.parametrize(
    "cost",
    [
        (FLOOR_MEMORY_KIB - 1, 1, 1),
        (limits.MAX_PIN_MEMORY_KIB + 1, 1, 1),
        (FLOOR_MEMORY_KIB, 0, 1),
        (FLOOR_MEMORY_KIB, limits.MAX_PIN_ITERATIONS + 1, 1),
        (FLOOR_MEMORY_KIB, 1, 0),
        (FLOOR_MEMORY_KIB, 1, limits.MAX_PIN_LANES + 1),
    ],
)
def test_refuses_a_cost_beyond_the_limits(cost: tuple[int, int, int]) -> None:
    with pytest.raises(MisuseError) as error:
        PinCost(*cost)
    assert error.value.code is Code.MISUSE_PIN_COST


def test_the_standard_cost_is_the_second_recommendation_of_rfc_9106() -> None:
    assert (STANDARD_COST.memory_kib, STANDARD_COST.iterations, STANDARD_COST.lanes) == (
        65536,
        3,
        4,
    )


def test_the_key_depends_on_pin_salt_and_cost() -> None:
    keys = {
        stretch(Pin("1"), b"a" * 16, CHEAP),
        stretch(Pin("2"), b"a" * 16, CHEAP),
        stretch(Pin("1"), b"b" * 16, CHEAP),
        stretch(Pin("1"), b"a" * 16, PinCost(FLOOR_MEMORY_KIB, 2, 1)),
    }
    assert len(keys) == 4
    assert all(len(key) == 32 for key in keys)


def test_a_machine_without_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Exhausted:
        def __init__(self, **_parameters: object) -> None: ...

        def derive(self, _secret: bytes) -> bytes:
            raise MemoryError

    monkeypatch.setattr(pin_module, "Argon2id", Exhausted)
    with pytest.raises(StoreError) as error:
        stretch(Pin("1"), b"a" * 16, CHEAP)
    assert error.value.code is Code.STORE_IO
