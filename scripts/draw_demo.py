"""Draw what `krid demo` prints in a terminal: docs/images/demo.svg, without foreign fonts.

python scripts/draw_demo.py
"""

import html
import io
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.demo.rich_screen import RichScreen
from krid.cli.demo.screen import Refusal
from krid.cli.demo_command import play

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "demo.svg"
_FOREIGN_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)

_TEXT = re.compile(r'textLength="([0-9.]+)"([^>]*)>([^<]*)</text>')
_SCENES = {2, 4, 6}
_REFUSALS = 6


class _Excerpt(RichScreen):  # type: ignore[misc]  # final for users; a picture takes a part of it
    """The scenes that fit a README: the QR, the bank, and the first refusals."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._picture = console
        self._quiet = Console(file=io.StringIO(), width=96)

    def scene(self, number: int, text: str) -> None:
        self._console = self._picture if number in _SCENES else self._quiet
        super().scene(number, text)

    def refusals(self, refusals: Sequence[Refusal]) -> None:
        super().refusals(refusals[:_REFUSALS])
        self._console.print(f"    ... and {len(refusals) - _REFUSALS} more", style="dim")


def _wide(found: re.Match[str]) -> str:
    """Give a text the width of its cells: a Korean letter takes two."""
    text = html.unescape(found[3])
    width = float(found[1]) / len(text) * cell_len(text)
    return f'textLength="{width:g}"{found[2]}>{found[3]}</text>'


def main() -> None:
    console = Console(
        record=True,
        width=96,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        play(_Excerpt(console), Path(folder), SystemClock(), system_entropy)
    drawing = _FOREIGN_FONT.sub("", console.export_svg(title="krid demo"))
    drawing = _TEXT.sub(_wide, drawing)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawing.replace("Fira Code", "ui-monospace, monospace"), encoding="utf-8")
    print(f"{PICTURE.name}: {len(drawing):,} characters")


if __name__ == "__main__":
    main()
