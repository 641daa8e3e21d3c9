from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core.cbor import FullDate
from krid._core.frozen import freeze, freeze_object, thaw

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(VALUES)
def test_thawing_undoes_freezing(value: object) -> None:
    assert thaw(freeze(value)) == value


def test_a_frozen_value_can_not_be_changed() -> None:
    frozen = freeze_object({"a": {"b": [1]}})
    with pytest.raises(TypeError):
        frozen["a"] = 1  # type: ignore[index]  # that it fails is the point
    inner = frozen["a"]
    assert isinstance(inner, MappingProxyType)
    assert inner["b"] == (1,)


def test_a_frozen_value_does_not_follow_its_source() -> None:
    source: dict[str, object] = {"a": {"b": [1]}}
    frozen = freeze_object(source)
    source["c"] = 2
    assert frozen == {"a": {"b": (1,)}}


def test_what_is_neither_container_nor_plain_stays_as_it_is() -> None:
    item = FullDate("2026-06-01")
    assert freeze([item]) == (item,)
    assert freeze(item) is item
