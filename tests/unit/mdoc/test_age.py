"""Age attestations: which one answers (ISO 18013-5, section 7.2.5)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.mdoc.age import attested_age, count_age_requests, nearest_attestation


@pytest.mark.parametrize(
    ("identifier", "age"),
    [
        ("age_over_00", 0),
        ("age_over_18", 18),
        ("age_over_99", 99),
        ("age_over_1", None),
        ("age_over_100", None),
        ("age_over_1８", None),  # noqa: RUF001  a digit of another script
        ("age_over_18\n", None),
        ("age_in_years", None),
        ("AGE_OVER_18", None),
    ],
)
def test_an_age_is_two_digits(identifier: str, age: int | None) -> None:
    assert attested_age(identifier) == age


@pytest.mark.parametrize(
    ("asked", "held", "found"),
    [
        (18, {"age_over_18": True}, "age_over_18"),
        (18, {"age_over_18": False}, "age_over_18"),
        (18, {"age_over_21": True, "age_over_65": True}, "age_over_21"),
        (18, {"age_over_21": True, "age_over_18": True}, "age_over_18"),
        (18, {"age_over_15": False, "age_over_10": False}, "age_over_15"),
        (18, {"age_over_15": True, "age_over_21": False}, None),
        (18, {"age_over_21": False, "age_over_16": True, "age_over_12": True}, None),
        (18, {"age_over_16": False, "age_over_19": False}, "age_over_16"),
        (18, {"age_over_18": "yes"}, None),
        (18, {"age_over_18": 1}, None),
        (18, {"birth_date": "1990-02-03"}, None),
        (18, {}, None),
    ],
)
def test_the_nearest_that_tells(asked: int, held: dict[str, object], found: str | None) -> None:
    assert nearest_attestation(asked, held) == found


def test_requests_are_counted() -> None:
    assert count_age_requests(["age_over_18", "age_over_65", "age_in_years", "name"]) == 2


@given(
    age=st.integers(0, 120), asked=st.integers(0, 99), held=st.sets(st.integers(0, 99), max_size=9)
)
def test_what_is_found_is_true_of_the_holder_and_the_nearest(
    age: int, asked: int, held: set[int]
) -> None:
    elements: dict[str, object] = {f"age_over_{each:02}": age >= each for each in held}
    found = nearest_attestation(asked, elements)
    if found is None:
        assert not any(each >= asked if age >= each else each <= asked for each in held)
        return
    nearest = attested_age(found)
    assert nearest is not None
    assert elements[found] is (age >= asked)  # the question is answered, and rightly
    between = sorted({asked, nearest})
    for low, high in pairwise(between):
        assert not any(low < each < high for each in held)
        assert high == asked or asked not in held
