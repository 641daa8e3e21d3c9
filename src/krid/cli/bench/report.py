"""The table and the plot of a run."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final
from xml.sax.saxutils import escape

from krid.cli.bench.operations import operations
from krid.cli.bench.timing import measure

_BAR: Final = 22
_LEFT: Final = 300
_WIDE: Final = 400
_COLOURS: Final = {"krid": "#0b6e4f"}
_OTHER: Final = "#8a94a0"


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One subject at one operation; `goal` is a part of the limit, for krid alone."""

    operation: str
    subject: str
    microseconds: float
    of_limit: float
    goal: float | None = None

    def to_json(self) -> dict[str, str | float | None]:
        """Return the row as `krid bench --json` prints it."""
        return {
            "operation": self.operation,
            "subject": self.subject,
            "microseconds": round(self.microseconds, 1),
            "of_limit": round(self.of_limit, 3),
            "goal": self.goal,
        }


def run(*, rounds: int) -> list[Row]:
    """Measure krid beside the bare signatures."""
    rows = []
    for operation in operations():
        _, krid = measure(operation.lines(), rounds=rounds)
        row = Row(operation.name, "krid", krid.microseconds, krid.of_limit, operation.goal)
        rows.append(row)
    return rows


def machine() -> str:
    """Say what it ran on, as far as that explains a figure."""
    return f"Python {platform.python_version()}, {platform.machine()}"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as text in columns."""
    wide = max(len(row.operation) for row in rows)
    subject = max(len(row.subject) for row in rows)
    head = f"{'':{wide}}  {'':{subject}}  {'median':>11}  {'of limit':>8}  {'goal':>5}"
    return "\n".join([head, *(_line(row, wide, subject) for row in rows)])


def _line(row: Row, wide: int, subject: int) -> str:
    goal = "" if row.goal is None else f"{row.goal:.2f}"
    return (
        f"{row.operation:{wide}}  {row.subject:{subject}}  {row.microseconds:8.1f} µs"
        f"  {row.of_limit:8.2f}  {goal:>5}"
    )


def svg(rows: Sequence[Row]) -> str:
    """Draw the part of the limit that each row reaches, as bars; a line marks each goal."""
    high = _BAR * len(rows) + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDE + 60} {high}"',
        'font-family="sans-serif" font-size="13" role="img">',
        "<title>Part of the bare signature's speed that is reached</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="20" fill="#333">of limit: 1 is the bare signature</text>',
    ]
    parts.extend(_bar(row, 34 + _BAR * index) for index, row in enumerate(rows))
    parts.append(f'<text x="{_LEFT}" y="{high - 8}" fill="#333">{escape(machine())}</text></svg>')
    return "\n".join(parts) + "\n"


def _bar(row: Row, top: int) -> str:
    wide = max(1, round(_WIDE * min(row.of_limit, 1)))
    label = escape(f"{row.operation}: {row.subject}")
    drawn = (
        f'<text x="{_LEFT - 8}" y="{top + 13}" text-anchor="end" fill="#333">{label}</text>'
        f'<rect x="{_LEFT}" y="{top}" width="{wide}" height="{_BAR - 6}" '
        f'fill="{_COLOURS.get(row.subject, _OTHER)}"/>'
        f'<text x="{_LEFT + wide + 6}" y="{top + 13}" fill="#333">{row.of_limit:.2f}</text>'
    )
    if row.goal is None:
        return drawn
    x = _LEFT + round(_WIDE * row.goal)
    return (
        drawn + f'<line x1="{x}" x2="{x}" y1="{top - 2}" y2="{top + _BAR - 4}" stroke="#c0392b"/>'
    )
