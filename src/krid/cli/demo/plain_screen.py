"""The story as plain lines, for pipes and files."""

from collections.abc import Callable, Sequence
from typing import final

from krid.cli.demo.screen import ConsentScreen, Refusal, Row


@final
class PlainScreen:
    """Writes lines without colours, boxes or pictures."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def title(self, text: str, note: str) -> None:
        """Open the story."""
        self._write(text)
        self._write(note)

    def scene(self, number: int, text: str) -> None:
        """Begin a scene."""
        self._write(f"\n{number}. {text}")

    def say(self, text: str) -> None:
        """Tell one thing that happened."""
        self._write(f"   {text}")

    def card(self, heading: str, rows: Sequence[Row]) -> None:
        """Show a heading and its rows."""
        self._write(f"   [{heading}]")
        for row in rows:
            self._write(f"     {row.label}: {row.value}")

    def qr(self, content: str, caption: str) -> None:
        """Name what the QR code holds."""
        self._write(f"   [QR: {caption}] {content}")

    def consent(self, screen: ConsentScreen) -> None:
        """Show the consent screen line by line."""
        self._write(f"   [consent] {screen.verifier} asks ({screen.proof})")
        self._write(f"     purpose: {screen.purpose}")
        for row in screen.leaves:
            self._write(f"     leaves: {row.label}: {row.value}")
        self._write(f"     leaves with every answer: {', '.join(screen.always) or 'nothing'}")
        self._write(f"     stays hidden: {', '.join(screen.stays) or 'nothing'}")

    def refusals(self, refusals: Sequence[Refusal]) -> None:
        """Show one refusal a line."""
        for each in refusals:
            self._write(f"   refused: {each.attempt} [{each.format}]: {each.code}: {each.words}")

    def end(self, text: str) -> None:
        """Close the story."""
        self._write(f"\n{text}")
