"""Shows a table of ratios; the measuring is that of `krid bench`."""

import argparse
from collections.abc import Sequence

from krid.cli.bench.timing import ROUNDS, Line, measure, table

__all__ = ["Line", "show"]


def show(title: str, lines: Sequence[Line]) -> None:
    """Measure and print a table; the first line is the base."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    print(table(title, measure(lines, rounds=parser.parse_args().rounds)))
