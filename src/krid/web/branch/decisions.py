"""Decisions that are kept: what came of it, under which rules, and the report of every check."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, final

from krid._core import shape, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code

_CODE: Final = Code.PRESENTATION_RECORD


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision. `report` is `krid.verifier.Report` as JSON: it holds no claim values.

    `outcome` is opened, declined or refused; `code` says why it was refused. `customer` is the
    bank's own number, empty where no account was opened.
    """

    id: str
    at: str
    outcome: str
    code: str
    policy: str
    liveness: str
    customer: str
    report: JsonObject

    def encode(self) -> bytes:
        """Write the decision as one line of JSON."""
        return strict_json.dumps(
            {
                "id": self.id,
                "at": self.at,
                "outcome": self.outcome,
                "code": self.code,
                "policy": self.policy,
                "liveness": self.liveness,
                "customer": self.customer,
                "report": self.report,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a decision back."""
        members = strict_json.loads_object(raw)
        names = ("id", "at", "outcome", "code", "policy", "liveness", "customer")
        texts = {name: shape.text(members.get(name), _CODE) for name in names}
        report = strict_json.loads_object(strict_json.dumps(members.get("report")))
        return cls(**texts, report=report)


@final
class DecisionBook:
    """Decisions in a file to which lines are only added, each on the disk before it is shown.

    For one process. Who may write the file may change it: an auditor gets copies.
    """

    def __init__(self, path: Path) -> None:
        self._path: Final = path
        self._turn: Final = threading.Lock()

    def keep(self, decision: Decision) -> None:
        """Add a decision."""
        with self._turn, self._path.open("ab") as file:
            file.write(decision.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def every(self) -> tuple[Decision, ...]:
        """Return all decisions, the newest first."""
        with self._turn:
            raw = self._path.read_bytes() if self._path.exists() else b""
        return tuple(Decision.decode(line) for line in reversed(raw.splitlines()))

    def find(self, decision_id: str) -> Decision | None:
        """Return a decision by its number, None for none."""
        return next((each for each in self.every() if each.id == decision_id), None)
