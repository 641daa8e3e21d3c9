"""Much of the same over threads: results in the order of what came in, memory bounded.

Signing and verifying let go of the interpreter's lock, the work around them does not; so threads
help only where signatures are much the larger part. As measured (docs/performance.md) they are
not yet: there two are as fast as one, and processes are the way to more cores.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Final, TypeVar

from krid._core import limits
from krid.errors import Code, KridError, MisuseError

Item = TypeVar("Item")
Result = TypeVar("Result")

_BATCH: Final = 16
"""Items a thread takes at once: handing over costs about as much as a tenth of a signature."""

_AHEAD: Final = 2
"""Batches in work or waiting for each thread; the source is read no further."""


def in_order(
    task: Callable[[Item], Result], items: Iterable[Item], *, workers: int
) -> Iterator[Result | KridError]:
    """Do a task for each item, and give the results in the order of the items.

    A `KridError` takes the place of the result of its item, and the others go on. Any other
    exception is a fault of the program: it is raised where its result would stand. The source is
    read from the caller's thread, a few batches ahead and never whole.

    Raises:
        MisuseError: `misuse.option` when `workers` is not from 1 to `limits.MAX_WORKERS`.
    """
    if not 1 <= workers <= limits.MAX_WORKERS:
        raise MisuseError(Code.MISUSE_OPTION, "workers")
    return _results(task, iter(items), workers)


def _results(
    task: Callable[[Item], Result], source: Iterator[Item], workers: int
) -> Iterator[Result | KridError]:
    def work(batch: list[Item]) -> list[Result | KridError]:
        return [_outcome(task, item) for item in batch]

    waiting: deque[Future[list[Result | KridError]]] = deque()
    pool = ThreadPoolExecutor(workers)
    try:
        while batch := list(islice(source, _BATCH)):
            waiting.append(pool.submit(work, batch))
            if len(waiting) >= workers * _AHEAD:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _outcome(task: Callable[[Item], Result], item: Item) -> Result | KridError:
    try:
        return task(item)
    except KridError as error:
        return error
