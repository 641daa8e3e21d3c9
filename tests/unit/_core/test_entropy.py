from collections import Counter

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


def test_shuffling_reaches_every_order() -> None:
    orders = set()
    for first in range(3):
        for second in range(2):
            draws = iter([bytes((first,)), bytes((second,))])
            orders.add(tuple(shuffled(lambda _, draws=draws: next(draws), ["a", "b", "c"])))  # type: ignore[misc]  # mypy does not type the default of a lambda
    assert len(orders) == 6


def test_system_entropy_has_the_length_asked_for() -> None:
    assert len(system_entropy(16)) == 16
    assert system_entropy(16) != system_entropy(16)
