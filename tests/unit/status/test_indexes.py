from collections import Counter

import pytest

from krid._core.entropy import system_entropy
from krid.errors import Code, MalformedError, StatusError
from krid.status.indexes import Indexes


def zeros(size: int) -> bytes:
    return bytes(size)


@pytest.mark.parametrize("size", [1, 7, 8, 9, 1000])
def test_gives_out_every_index_once_and_then_is_full(size: int) -> None:
    indexes = Indexes(size)
    drawn = [indexes.draw(system_entropy) for _ in range(size)]
    assert sorted(drawn) == list(range(size))
    assert all(indexes.is_given_out(index) for index in drawn)
    with pytest.raises(StatusError) as error:
        indexes.draw(system_entropy)
    assert error.value.code is Code.STATUS_FULL


def test_ends_even_when_randomness_repeats() -> None:
    indexes = Indexes(20)
    assert [indexes.draw(zeros) for _ in range(20)] == list(range(20))


def test_counts_through_a_list_longer_than_one_chunk() -> None:
    size = 4096 * 8 * 2 + 3
    full = Indexes(size)
    marks = bytearray(b"\xff" * len(full.marks))
    marks[5000] = 0b11101111
    indexes = Indexes.restore(size, bytes(marks))
    assert indexes.draw(zeros) == 5000 * 8 + 4


def test_each_index_is_equally_likely() -> None:
    first = Counter(Indexes(4).draw(system_entropy) for _ in range(2000))
    assert set(first) == {0, 1, 2, 3}
    assert min(first.values()) > 350  # expected: 500, give or take 20


def test_outside_nothing_is_given_out() -> None:
    indexes = Indexes(3)
    assert not indexes.is_given_out(-1)
    assert not indexes.is_given_out(3)
    assert not indexes.is_given_out(7)


def test_goes_on_where_it_stopped() -> None:
    before = Indexes(9)
    drawn = {before.draw(zeros) for _ in range(4)}
    after = Indexes.restore(9, before.marks)
    drawn |= {after.draw(zeros) for _ in range(5)}
    assert drawn == set(range(9))
    with pytest.raises(StatusError):
        after.draw(zeros)


@pytest.mark.parametrize("marks", [b"", b"\0", b"\0\0", b"\0\xfe\0"])
def test_refuses_marks_of_another_list(marks: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        Indexes.restore(9, marks)
    assert error.value.code is Code.STATUS_SYNTAX
