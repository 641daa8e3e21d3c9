"""Statuses in a bitstring, of one bit and of many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, StatusError
from krid.status import Bitstring


@given(st.binary(min_size=1, max_size=20), st.integers(1, 31), st.data())
def test_a_status_is_what_stands_between_its_bits(
    packed: bytes, size: int, data: st.DataObject
) -> None:
    text = "".join(f"{octet:08b}" for octet in packed)
    count = len(text) // size
    if count:
        index = data.draw(st.integers(0, count - 1))
        expected = int(text[index * size : (index + 1) * size], 2)
        assert Bitstring(packed).value_at(index, size=size) == expected


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("index", [-1, 24, 10**30])
def test_an_index_outside_is_refused(size: int, index: int) -> None:
    with pytest.raises(StatusError) as caught:
        Bitstring(bytes(3)).value_at(index, size=size)
    assert caught.value.code is Code.STATUS_INDEX
