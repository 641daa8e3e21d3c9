import threading
from collections.abc import Iterator

import pytest

from krid._core import limits
from krid._core.bulk import in_order
from krid.errors import Code, KridError, MalformedError, MisuseError


def _odd_alone(number: int) -> int:
    if number % 2 == 0:
        raise MalformedError(Code.JSON_SYNTAX)
    return -number


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 16, 17, 200])
def test_results_come_in_order_and_errors_in_their_place(workers: int, count: int) -> None:
    found = list(in_order(_odd_alone, range(count), workers=workers))
    assert len(found) == count
    for number, outcome in enumerate(found):
        if number % 2:
            assert outcome == -number
        else:
            assert isinstance(outcome, KridError)
            assert outcome.code is Code.JSON_SYNTAX


def test_a_source_without_end_is_read_a_few_batches_ahead() -> None:
    read = 0

    def endless() -> Iterator[int]:
        nonlocal read
        while True:
            read += 1
            yield 1

    results = in_order(_odd_alone, endless(), workers=2)
    assert read == 0
    assert next(results) == -1
    assert read <= 2 * 2 * 16
    results.close()  # type: ignore[attr-defined]  # it is a generator, which has an end


def test_a_fault_of_the_program_is_not_an_outcome() -> None:
    def fail(_: int) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(in_order(fail, range(3), workers=2))


def test_the_work_is_done_by_other_threads() -> None:
    names = set(in_order(lambda _: threading.current_thread().name, range(3), workers=1))
    assert threading.current_thread().name not in names


@pytest.mark.parametrize("workers", [0, -1, limits.MAX_WORKERS + 1])
def test_the_number_of_threads_is_bounded(workers: int) -> None:
    with pytest.raises(MisuseError) as error:
        in_order(_odd_alone, [], workers=workers)
    assert error.value.code is Code.MISUSE_OPTION
