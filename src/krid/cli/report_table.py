"""A report of a verification as a table in the terminal."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from krid.model import State

if TYPE_CHECKING:
    from rich.table import Table

    from krid.verifier.report import Report
    from krid.verifier.steps import Section

_STYLES: Final[Mapping[State, tuple[str, str]]] = {
    State.PROVED: ("✓", "green3"),
    State.ABSENT: ("-", "dim"),
    State.OPTED_OUT: ("○", "yellow3"),
    State.REFUSED: ("✗", "bold red1"),
    State.NOT_REACHED: ("·", "dim"),
}


def show(report: "Report") -> None:
    """Print a report: a table in a terminal, lines of text anywhere else."""
    if not sys.stdout.isatty():
        sys.stdout.write(f"{report}\n")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console()
    style = "bold green3" if report.refusal is None else "bold red1"
    console.print(Text(report.title, style))
    for section in report.sections:
        console.print(table(section))


def table(section: "Section") -> "Table":
    """Draw one credential's checks; nothing in them is read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from krid.verifier.steps import printable

    drawn = Table(
        box=box.SIMPLE_HEAD,
        header_style="bold",
        title=Text(printable(section.heading), "bold") if section.heading else None,
        title_justify="left",
    )
    for name in ("Outcome", "Check", "By what"):
        drawn.add_column(name, no_wrap=name != "By what", overflow="fold")
    for step in section.steps:
        mark, style = _STYLES[step.state]
        said = Text(printable(step.detail))
        if step.code is not None:
            said = Text.assemble((str(step.code), style), "\n", said)
        drawn.add_row(Text(f"{mark} {step.state.value}", style), step.name, said)
    return drawn
