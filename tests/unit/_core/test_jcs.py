"""Canonical JSON: the quick way against the package, and what has no canonical form."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from krid._core import jcs
from krid._core.frozen import freeze
from krid.errors import Code, MalformedError

CHARACTERS = st.characters(codec="utf-8")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1)  # larger ones come back as integers
    | st.text(CHARACTERS)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(CHARACTERS), inner),
    max_leaves=20,
)


@given(VALUES)
def test_the_quick_way_writes_what_the_package_writes(value: Any) -> None:
    written = jcs.canonical(value)
    assert written == rfc8785.dumps(value)
    assert jcs.canonical(json.loads(written)) == written
    assert jcs.canonical(freeze(value)) == written  # type: ignore[arg-type]


def test_names_sort_by_utf_16() -> None:
    """The example of RFC 8785, section 3.2.3."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(jcs.canonical(dict.fromkeys(names, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_a_deep_value_takes_the_careful_way() -> None:
    assert jcs.canonical(deep(40)) == b"[" * 40 + b"1" + b"]" * 40


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (2**53, Code.JSON_NUMBER),
        ([-(2**53)], Code.JSON_NUMBER),
        (float("nan"), Code.JSON_NUMBER),
        ({"a": float("inf")}, Code.JSON_NUMBER),
        ("\ud800", Code.JSON_SYNTAX),
        ({"a": "\ud800"}, Code.JSON_SYNTAX),
        ({"\ud800": 1}, Code.JSON_SYNTAX),
        ({1: 2}, Code.JSON_SYNTAX),
        (b"bytes", Code.JSON_SYNTAX),
        (deep(100_000), Code.JSON_SYNTAX),
    ],
    ids=[
        "2^53",
        "-2^53",
        "NaN",
        "infinity",
        "surrogate",
        "inside",
        "name",
        "integer name",
        "bytes",
        "deep",
    ],
)
def test_what_has_no_canonical_form(value: Any, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        jcs.canonical(value)
    assert error.value.code is code
