"""Interleaved rounds, medians, and a table of ratios: how every benchmark of krid is measured."""

import argparse
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns

ROUNDS = 30
ROUND_SECONDS = 0.01


@dataclass(frozen=True)
class Line:
    """One line of a table: a name, and the operation whose time it shows."""

    name: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Result:
    """The median time of one operation, in microseconds, and the spread of its rounds."""

    name: str
    microseconds: float
    spread: float


def measure(lines: Sequence[Line], *, rounds: int = ROUNDS) -> list[Result]:
    """Measure all lines in turn, round after round."""
    repeats = [_repeats(line.run) for line in lines]
    times: list[list[float]] = [[] for _ in lines]
    for _ in range(rounds):
        for line, count, taken in zip(lines, repeats, times, strict=True):
            taken.append(_time(line.run, count))
    return [_result(line.name, taken) for line, taken in zip(lines, times, strict=True)]


def show(title: str, lines: Sequence[Line]) -> None:
    """Measure and print a table; the first line is the base."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    results = measure(lines, rounds=parser.parse_args().rounds)
    print(table(title, results))


def table(title: str, results: Sequence[Result]) -> str:
    """Return a table of ratios to the first result."""
    base = results[0].microseconds
    width = max(len(result.name) for result in results)
    head = f"{'':{width}}  {'median':>10}  {'ratio':>7}  {'of limit':>8}  {'spread':>7}"
    rows = [
        f"{result.name:{width}}  {result.microseconds:7.1f} µs  {result.microseconds / base:7.2f}"
        f"  {base / result.microseconds:8.2f}  {result.spread:6.0%}"
        for result in results
    ]
    return "\n".join([title, head, *rows, ""])


def _repeats(run: Callable[[], object]) -> int:
    """Find how many runs fill a round, so that the clock's own steps do not count."""
    count = 1
    while _time(run, count) * count < ROUND_SECONDS * 1e6:
        count *= 2
    return count


def _time(run: Callable[[], object], count: int) -> float:
    """Return the microseconds of one run, over so many."""
    start = perf_counter_ns()
    for _ in range(count):
        run()
    return (perf_counter_ns() - start) / count / 1000


def _result(name: str, times: Sequence[float]) -> Result:
    middle = statistics.median(times)
    quarters = statistics.quantiles(times, n=4) if len(times) > 1 else [middle] * 3
    return Result(name, middle, (quarters[2] - quarters[0]) / middle)
