import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url, limits
from krid.errors import Code, KridError, MalformedError, MisuseError, StatusError
from krid.status import StatusBits
from krid.status.bits import write_value

BITS = st.sampled_from([1, 2, 4, 8])


@given(bits=BITS, packed=st.binary(max_size=400))
def test_reads_what_it_wrote(bits: int, packed: bytes) -> None:
    statuses = StatusBits(bits, packed)
    assert StatusBits.decode(bits, statuses.encode()) == statuses


@given(bits=BITS, packed=st.binary(min_size=1, max_size=40), data=st.data())
def test_a_changed_value_changes_no_other(bits: int, packed: bytes, data: st.DataObject) -> None:
    before = StatusBits(bits, packed)
    index = data.draw(st.integers(0, before.size - 1))
    value = data.draw(st.integers(0, 2**bits - 1))
    after = before.with_value(index, value)
    expected = [before.value_at(place) for place in range(before.size)]
    expected[index] = value
    assert [after.value_at(place) for place in range(after.size)] == expected
    assert before.packed == packed


@given(st.sampled_from([0, 1, 2, 3, 8, 16]), st.text(max_size=40))
def test_any_text_is_a_list_or_refused(bits: int, lst: str) -> None:
    try:
        StatusBits.decode(bits, lst)
    except KridError as error:
        assert isinstance(error, MalformedError)


@pytest.mark.parametrize(("size", "bits", "length"), [(1, 1, 1), (8, 1, 1), (9, 1, 2), (5, 2, 2)])
def test_zeros_fill_whole_bytes(size: int, bits: int, length: int) -> None:
    assert StatusBits.zeros(size, bits=bits) == StatusBits(bits, bytes(length))


@pytest.mark.parametrize("size", [0, -8, limits.MAX_STATUS_LIST_BYTES * 8 + 1])
def test_refuses_sizes_beyond_the_limits(size: int) -> None:
    with pytest.raises(MisuseError) as error:
        StatusBits.zeros(size, bits=1)
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize("bits", [0, 3, 5, 16, -1])
def test_refuses_other_numbers_of_bits(bits: int) -> None:
    with pytest.raises(MalformedError) as error:
        StatusBits(bits, b"\0")
    assert error.value.code is Code.STATUS_SYNTAX
    with pytest.raises(MalformedError) as error:
        StatusBits.zeros(8, bits=bits)
    assert error.value.code is Code.STATUS_SYNTAX
    with pytest.raises(MalformedError) as error:
        StatusBits.decode(bits, "eNrbuRgAAhcBXQ")
    assert error.value.code is Code.STATUS_SYNTAX


@pytest.mark.parametrize("index", [-1, 12, 10**30])
def test_refuses_an_index_outside(index: int) -> None:
    statuses = StatusBits(2, bytes(3))
    with pytest.raises(StatusError) as error:
        statuses.value_at(index)
    assert error.value.code is Code.STATUS_INDEX
    with pytest.raises(StatusError):
        statuses.with_value(index, 0)


@pytest.mark.parametrize("value", [-1, 4])
def test_refuses_a_value_that_does_not_fit(value: int) -> None:
    packed = bytearray(3)
    with pytest.raises(MisuseError) as error:
        write_value(packed, 2, 0, value)
    assert error.value.code is Code.MISUSE_STATUS
    assert packed == bytes(3)


def test_a_list_of_the_largest_size_is_read_and_a_byte_more_refused() -> None:
    largest = bytes(limits.MAX_STATUS_LIST_BYTES)
    assert StatusBits.decode(1, StatusBits(1, largest).encode()).packed == largest
    bomb = base64url.encode(zlib.compress(largest + b"\0", 9))
    with pytest.raises(MalformedError) as error:
        StatusBits.decode(1, bomb)
    assert error.value.code is Code.STATUS_INFLATED_SIZE


def test_shows_no_statuses() -> None:
    assert repr(StatusBits(2, b"\x01\x02")) == "StatusBits(bits=2)"


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.1, 1.0])
def test_a_large_list_is_as_small_as_the_highest_level_makes_it(bits: int, share: float) -> None:
    """But for an eighth, a quarter with 8 bits; where few are set it is smaller."""
    size = 2**18
    packed = bytearray(StatusBits.zeros(size, bits=bits).packed)
    for index in random.Random(bits).sample(range(size), int(size * share)):  # noqa: S311
        write_value(packed, bits, index, 1)
    statuses = StatusBits(bits, bytes(packed))
    assert StatusBits.decode(bits, statuses.encode()) == statuses
    most = 1.3 if bits == 8 else 1.125
    assert len(statuses.compress()) <= most * len(zlib.compress(statuses.packed, 9))
