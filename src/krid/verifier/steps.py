"""What reports are made of: one step for each check."""

from dataclasses import dataclass
from typing import final

from krid._core.strict_json import JsonObject
from krid.errors import Code
from krid.model import Check, State


@final
@dataclass(frozen=True, slots=True)
class Step:
    """What came of one check. `check` is None when what refused was not one of the checks."""

    check: Check | None
    state: State
    detail: str
    code: Code | None = None

    @property
    def name(self) -> str:
        """The check's name for people."""
        return "verification" if self.check is None else self.check.replace("_", " ")

    def to_json(self) -> JsonObject:
        """Return the step as JSON members."""
        members: JsonObject = {
            "check": None if self.check is None else self.check.value,
            "state": self.state.value,
            "detail": self.detail,
        }
        return members if self.code is None else members | {"code": str(self.code)}


@final
@dataclass(frozen=True, slots=True)
class Section:
    """One credential of a report; a refused one has no heading, for nothing of it is believed."""

    heading: str
    steps: tuple[Step, ...]


def printable(text: str) -> str:
    """Keep names from moving a terminal's cursor or turning the direction of writing."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
