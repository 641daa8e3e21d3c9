"""Element values, read and written."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor
from krid._core.cbor import DateTime, Embedded, FullDate, Tagged
from krid._core.frozen import thaw
from krid.errors import Code, MalformedError, MisuseError
from krid.mdoc.values import read_value, write_value


def test_dates_are_read_as_their_text() -> None:
    assert read_value(FullDate("1990-02-03")) == "1990-02-03"
    assert read_value(DateTime("2026-06-01T00:00:00Z")) == "2026-06-01T00:00:00Z"


def test_an_embedded_item_is_read_as_its_bytes() -> None:
    assert read_value(Embedded.wrap(b"\x01")) == b"\x01"


def test_dates_are_written_with_their_tags() -> None:
    assert write_value(date(1990, 2, 3)) == FullDate("1990-02-03")
    moment = datetime(2026, 6, 1, 12, 0, 0, 5, tzinfo=UTC)
    assert write_value(moment) == DateTime("2026-06-01T12:00:00Z")


@pytest.mark.parametrize(
    "value",
    [Tagged(18, []), math.inf, {b"k": 1}, {None: 1}, {True: 1}, {1.5: 1}, object(), [{b"k": 1}]],
)
def test_what_no_element_has_is_refused(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        read_value(value)
    assert error.value.code is Code.MDOC_SYNTAX


@pytest.mark.parametrize(
    "value", [math.inf, -math.inf, math.nan, {b"k": 1}, {True: 1}, object(), {1, 2}, [object()]]
)
def test_what_no_element_can_hold_is_a_misuse(value: object) -> None:
    with pytest.raises(MisuseError) as error:
        write_value(value)
    assert error.value.code is Code.MISUSE_CLAIMS


def test_a_naive_time_is_a_misuse() -> None:
    with pytest.raises(MisuseError) as error:
        write_value(datetime(2026, 6, 1))  # noqa: DTZ001  the naive time is what is tested
    assert error.value.code is Code.MISUSE_NAIVE_TIME


def test_values_that_hold_themselves_are_a_misuse() -> None:
    lists: list[object] = []
    lists.append(lists)
    maps: dict[str, object] = {}
    maps["self"] = maps
    for value in (lists, maps):
        with pytest.raises(MisuseError) as error:
            write_value(value)
        assert error.value.code is Code.MISUSE_CLAIMS


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.binary(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=4) | st.integers(0, 9), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read(value: object) -> None:
    read = read_value(cbor.decode(cbor.encode(write_value(value))))
    assert thaw(read) == value


@given(VALUES)
def test_what_is_read_is_read_only(value: object) -> None:
    stack = [read_value(value)]
    while stack:
        member = stack.pop()
        assert not isinstance(member, list | dict)
        if isinstance(member, Mapping):
            stack.extend(member.values())
        elif isinstance(member, tuple):
            stack.extend(member)
