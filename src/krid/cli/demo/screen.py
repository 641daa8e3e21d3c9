"""What the story shows, apart from how: the port that a terminal and a pipe implement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, final


class Row(NamedTuple):
    """A label and what it says."""

    label: str
    value: str


@final
@dataclass(frozen=True, slots=True)
class ConsentScreen:
    """What a person sees before deciding: who asks, why, what would leave and what stays."""

    verifier: str
    proof: str
    purpose: str
    leaves: Sequence[Row]
    always: Sequence[str]
    stays: Sequence[str]


@final
@dataclass(frozen=True, slots=True)
class Refusal:
    """An attempt that was refused: the error's code and words."""

    attempt: str
    format: str
    code: str
    words: str


class Screen(Protocol):
    """A place to tell the story on."""

    def title(self, text: str, note: str) -> None:
        """Open the story."""
        ...

    def scene(self, number: int, text: str) -> None:
        """Begin a scene."""
        ...

    def say(self, text: str) -> None:
        """Tell one thing that happened."""
        ...

    def card(self, heading: str, rows: Sequence[Row]) -> None:
        """Show something with a heading and rows: a register entry, a card, evidence."""
        ...

    def qr(self, content: str, caption: str) -> None:
        """Show a QR code."""
        ...

    def consent(self, screen: ConsentScreen) -> None:
        """Show the consent screen."""
        ...

    def refusals(self, refusals: Sequence[Refusal]) -> None:
        """Show what was refused, and with which code."""
        ...

    def end(self, text: str) -> None:
        """Close the story."""
        ...
