"""Draw what `krid demo` prints in a terminal: docs/images/demo.svg, without foreign fonts.

python scripts/draw_demo.py
"""

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from krid._core.clock import SystemClock
from krid._core.entropy import system_entropy
from krid.cli.demo.rich_screen import RichScreen
from krid.cli.demo_command import play

PICTURE = Path(__file__).parents[1] / "docs" / "images" / "demo.svg"
_FOREIGN_FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def main() -> None:
    console = Console(
        record=True, width=96, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    with tempfile.TemporaryDirectory() as folder:
        play(RichScreen(console), Path(folder), SystemClock(), system_entropy)
    drawing = _FOREIGN_FONT.sub("", console.export_svg(title="krid demo"))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawing.replace("Fira Code", "ui-monospace, monospace"), encoding="utf-8")
    print(f"{PICTURE.name}: {len(drawing):,} characters")


if __name__ == "__main__":
    main()
