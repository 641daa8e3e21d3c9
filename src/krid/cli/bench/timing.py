"""Interleaved rounds, medians and ratios: how every benchmark of krid is measured.

What is taken is the processor time of the thread, so that other programs on the machine count
as little as may be; they still empty its caches.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import thread_time_ns
from typing import Final, final

ROUNDS: Final = 30
ROUND_MICROSECONDS: Final = 10_000.0


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: a name, and the operation whose time it shows."""

    name: str
    run: Callable[[], object]


@final
@dataclass(frozen=True, slots=True)
class Result:
    """What one line took: medians over the rounds.

    `of_limit` is the time of the first line divided by the time of this one, taken within each
    round; `spread` is the distance of the quartiles as a part of the median.
    """

    name: str
    microseconds: float
    of_limit: float
    spread: float


def measure(lines: Sequence[Line], *, rounds: int = ROUNDS) -> list[Result]:
    """Measure all lines in turn, round after round; the first is the limit of the others."""
    repeats = [_repeats(line.run) for line in lines]
    times: list[list[float]] = [[] for _ in lines]
    for _ in range(rounds):
        for line, count, taken in zip(lines, repeats, times, strict=True):
            taken.append(once(line.run, count))
    return [result(line.name, times[0], taken) for line, taken in zip(lines, times, strict=True)]


def once(run: Callable[[], object], count: int) -> float:
    """Return the microseconds of one run, over so many."""
    start = thread_time_ns()
    for _ in range(count):
        run()
    return (thread_time_ns() - start) / count / 1000


def result(name: str, limit: Sequence[float], taken: Sequence[float]) -> Result:
    """Sum up the rounds of one line and of the limit beside it, in microseconds."""
    middle = statistics.median(taken)
    quarters = statistics.quantiles(taken, n=4) if len(taken) > 1 else [middle] * 3
    ratios = [bare / whole for bare, whole in zip(limit, taken, strict=True)]
    return Result(name, middle, statistics.median(ratios), (quarters[2] - quarters[0]) / middle)


def table(title: str, results: Sequence[Result]) -> str:
    """Return a table of one set of lines; the first is the limit."""
    width = max(len(each.name) for each in results)
    head = f"{'':{width}}  {'median':>10}  {'ratio':>7}  {'of limit':>8}  {'spread':>7}"
    rows = [
        f"{each.name:{width}}  {each.microseconds:7.1f} µs  {1 / each.of_limit:7.2f}"
        f"  {each.of_limit:8.2f}  {each.spread:6.0%}"
        for each in results
    ]
    return "\n".join([title, head, *rows, ""])


def _repeats(run: Callable[[], object]) -> int:
    """Find how many runs fill a round, so that the clock's own steps do not count."""
    count = 1
    while once(run, count) * count < ROUND_MICROSECONDS:
        count *= 2
    return count
