import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.model import ClaimPath, select
from krid.model.paths import value_at

CLAIMS = {
    "name": "Arthur Dent",
    "address": {"street_address": "42 Market Street", "locality": "Milliways"},
    "degrees": [{"type": "Bachelor"}, {"type": "Master"}],
    "nationalities": ["British", "Betelgeusian"],
}

# OpenID4VP 1.0, section 7.3.
EXAMPLES: list[tuple[ClaimPath, list[object]]] = [
    (("name",), ["Arthur Dent"]),
    (("address",), [CLAIMS["address"]]),
    (("address", "street_address"), ["42 Market Street"]),
    (("degrees", None, "type"), ["Bachelor", "Master"]),
    (("nationalities", 1), ["Betelgeusian"]),
]


@pytest.mark.parametrize(("path", "values"), EXAMPLES)
def test_examples_of_the_standard(path: ClaimPath, values: list[object]) -> None:
    assert [value_at(CLAIMS, concrete) for concrete in select(CLAIMS, path)] == values


@pytest.mark.parametrize(
    "path",
    [
        ("unknown",),
        ("name", 0),
        ("name", None),
        ("name", "first"),
        ("address", 0),
        ("address", None),
        ("nationalities", "0"),
        ("nationalities", 2),
        ("nationalities", -1),
        ("degrees", None, "year"),
    ],
)
def test_a_path_that_leads_nowhere_selects_nothing(path: ClaimPath) -> None:
    assert select(CLAIMS, path) == ()
    with pytest.raises(KeyError):
        value_at(CLAIMS, path)


def test_tuples_are_arrays() -> None:
    assert select({"a": ("x", "y")}, ("a", None)) == (("a", 0), ("a", 1))


def test_a_path_with_null_has_no_single_value() -> None:
    with pytest.raises(KeyError):
        value_at(CLAIMS, ("degrees", None))


NAMES = st.sampled_from(["a", "b"])
VALUES = st.recursive(
    st.none() | st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2),
)
PATHS = st.lists(NAMES | st.integers(-1, 3) | st.none(), max_size=5).map(tuple)


@given(VALUES, PATHS)
def test_what_is_selected_is_there_once_and_has_no_null(value: object, path: ClaimPath) -> None:
    found = select(value, path)
    assert len(set(found)) == len(found)
    for concrete in found:
        assert None not in concrete
        assert len(concrete) == len(path)
        assert select(value, concrete) == (concrete,)
        value_at(value, concrete)
