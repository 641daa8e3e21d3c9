"""Any bytes as a CSV file of the family register: a whole value for each line, or its code."""

from krid.errors import KridError
from krid.registrar.family.csv_family import read_family


def target(data: bytes) -> None:
    lines = data.splitlines(keepends=True)
    try:
        found = list(read_family(lines))
    except KridError:
        return
    if len(found) != len(lines) - 1:
        raise AssertionError("a line was lost")
    for each in found:
        if each.of({number: number for number in each.numbers}) != each.told:
            raise AssertionError("handles changed more than names")
