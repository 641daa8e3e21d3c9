"""From one end of a byte to the other: statuses of tokens as bits of bitstrings."""

from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.status import StatusBits
from krid.status.deflate import deflate
from krid.status.inflate import inflate
from krid.status.repack import shown_values, whole_values

BITS = st.sampled_from([1, 2, 4, 8])


@st.composite
def lists(draw: st.DrawFn) -> StatusBits:
    bits = draw(BITS)
    packed = draw(st.binary(min_size=bits, max_size=20 * bits).filter(len))
    return StatusBits(bits, packed[: len(packed) // bits * bits])


@given(lists())
def test_each_value_stays_at_its_index(statuses: StatusBits) -> None:
    turned = whole_values(statuses)
    for index in range(statuses.size):
        assert turned.value_at(index, size=statuses.bits) == statuses.value_at(index)


@given(lists(), st.frozensets(st.integers(0, 255), min_size=1))
def test_a_bit_shows_whether_a_status_is_one_of_some(
    statuses: StatusBits, shows: frozenset[int]
) -> None:
    bits = shown_values(statuses, shows)
    assert len(bits.packed) * 8 == statuses.size
    for index in range(statuses.size):
        assert bits.value_at(index, size=1) == (statuses.value_at(index) in shows)


@given(lists())
def test_turning_twice_changes_nothing(statuses: StatusBits) -> None:
    once = StatusBits(statuses.bits, whole_values(statuses).packed)
    assert whole_values(once).packed == statuses.packed


@pytest.mark.parametrize("wbits", [15, 31])
@pytest.mark.parametrize("packed", [b"", bytes(100), bytes(range(256)) * 100])
def test_what_is_deflated_is_inflated_again(packed: bytes, wbits: int) -> None:
    assert inflate(deflate(packed, wbits), wbits) == packed


def test_a_gzip_member_tells_no_time() -> None:
    """Bytes 4 to 8 of a GZIP header are when it was made (RFC 1952, section 2.3.1)."""
    assert itemgetter(slice(4, 8))(deflate(b"list", 31)) == bytes(4)
