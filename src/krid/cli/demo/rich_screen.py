"""The story in a terminal: colours, cards, QR codes and tables."""

from collections.abc import Sequence
from typing import final

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from krid.cli.demo.screen import ConsentScreen, Refusal, Row

_WIDTH = 96
_ACCENT = "deep_sky_blue1"
_GOOD = "green3"
_BAD = "red1"
_HALF_BLOCKS = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
_QUIET_ZONE = 2


@final
class RichScreen:
    """Draws on a rich console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        console.width = min(console.width, _WIDTH)

    def title(self, text: str, note: str) -> None:
        """Open the story."""
        self._console.print(Panel(Text(note), title=f"[bold]{text}[/]", border_style=_ACCENT))

    def scene(self, number: int, text: str) -> None:
        """Begin a scene."""
        self._console.print()
        self._console.print(Rule(f"[bold]{number} · {text}[/]", align="left", style=_ACCENT))

    def say(self, text: str) -> None:
        """Tell one thing that happened."""
        line = Text.assemble(("✓ ", _GOOD), text)
        self._console.print(Padding(line, (0, 1)))

    def card(self, heading: str, rows: Sequence[Row]) -> None:
        """Show a card with its rows."""
        panel = Panel(
            _grid(rows), title=Text(heading, "bold"), title_align="left", border_style=_ACCENT,
            box=box.ROUNDED, expand=False, padding=(0, 2),
        )  # fmt: skip
        self._console.print(Padding(panel, (0, 1)))

    def qr(self, content: str, caption: str) -> None:
        """Draw a QR code, black on white whatever the terminal's colours."""
        drawing = Text(_draw_qr(content), style="white on black", no_wrap=True)
        group = Group(drawing, Text(caption, "dim italic"))
        self._console.print(Padding(group, (1, 3)))

    def consent(self, screen: ConsentScreen) -> None:
        """Show the consent screen as a phone would."""
        table = Table(box=box.SIMPLE, show_header=False, padding=(0, 1))
        table.add_column(style="bold")
        table.add_column()
        table.add_row("Who asks", f"[bold]{screen.verifier}[/]  [dim]{screen.proof}[/]")
        table.add_row("Why", screen.purpose)
        for index, row in enumerate(screen.leaves):
            value = Text.assemble((f"{row.label}: ", "dim"), (row.value, f"bold {_GOOD}"))
            table.add_row("Leaves the phone" if index == 0 else "", value)
        table.add_row("With every answer", Text(", ".join(screen.always) or "nothing", "dim"))
        table.add_row("Stays hidden", Text(", ".join(screen.stays) or "nothing", "dim"))
        panel = Panel(table, title="[bold]The phone asks its owner[/]", border_style="yellow3",
                      box=box.DOUBLE, expand=False)  # fmt: skip
        self._console.print(Padding(panel, (0, 1)))

    def refusals(self, refusals: Sequence[Refusal]) -> None:
        """Show what was refused in a table."""
        table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1))
        table.add_column("Attempt", max_width=34)
        table.add_column("Refused with, and why")
        for each in refusals:
            attempt = Text.assemble(each.attempt, (f"\n{each.format}", "dim"))
            verdict = Text.assemble(("✗ ", _BAD), (each.code, f"bold {_BAD}"), f"\n  {each.words}")
            table.add_row(attempt, verdict)
        self._console.print(Padding(table, (0, 1)))

    def end(self, text: str) -> None:
        """Close the story."""
        self._console.print()
        self._console.print(Panel(Text(text), border_style=_GOOD, expand=False))


def _grid(rows: Sequence[Row]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for row in rows:
        grid.add_row(row.label, row.value)
    return grid


def _draw_qr(content: str) -> str:
    """Draw two rows of modules in each line of text; full blocks are light."""
    import segno

    rows = [list(row) for row in segno.make_qr(content, error="l").matrix_iter(border=_QUIET_ZONE)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join(
        "".join(_HALF_BLOCKS[upper, lower] for upper, lower in zip(top, bottom, strict=True))
        for top, bottom in pairs
    )
