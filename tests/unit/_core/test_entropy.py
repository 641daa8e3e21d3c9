from collections import Counter
from itertools import product
from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from krid._core.entropy import below, shuffled, system_entropy


@given(st.integers(1, 70_000))
def test_a_number_is_below_its_bound(bound: int) -> None:
    assert 0 <= below(system_entropy, bound) < bound


def test_numbers_that_would_favour_some_are_drawn_again() -> None:
    draws = iter([b"\xff", b"\xfa", b"\xf9"])
    assert below(lambda _: next(draws), 10) == 9
    assert next(draws, None) is None


def test_every_number_is_equally_likely() -> None:
    bytes_in_order = iter(range(256))
    counts = Counter(below(lambda _: bytes((next(bytes_in_order),)), 10) for _ in range(250))
    assert set(counts.values()) == {25}


@given(st.lists(st.text(max_size=3), max_size=20))
def test_shuffling_keeps_all_and_leaves_the_argument_alone(items: list[str]) -> None:
    before = list(items)
    assert sorted(shuffled(system_entropy, items)) == sorted(items)
    assert items == before


def test_shuffling_reaches_every_order_by_as_many_draws() -> None:
    orders = Counter(
        tuple(shuffled(lambda _, draws=draws: pack("3Q", *draws), ["a", "b", "c"]))  # type: ignore[misc]  # mypy does not type the default of a lambda
        for draws in product(range(6), repeat=3)
    )
    assert len(orders) == 6
    assert set(orders.values()) == {6 * 6 * 6 // 6}


def test_shuffling_ends_whatever_is_drawn() -> None:
    assert sorted(shuffled(lambda size: b"\xff" * size, ["a", "b", "c"])) == ["a", "b", "c"]
    assert shuffled(bytes, []) == []


def test_shuffling_draws_64_bits_for_each_in_one_call() -> None:
    asked: list[int] = []

    def entropy(size: int) -> bytes:
        asked.append(size)
        return system_entropy(size)

    assert sorted(shuffled(entropy, ["a", "b", "c"])) == ["a", "b", "c"]
    assert asked == [24]


def test_system_entropy_has_the_length_asked_for() -> None:
    assert len(system_entropy(16)) == 16
    assert system_entropy(16) != system_entropy(16)
