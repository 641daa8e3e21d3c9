"""Decisions with their evidence, each line chained to the one before by a digest.

A line says what was decided, by which rules, and krid's report of the verification, which names
checks and issuers and no claims. Of the customer it has a handle and a digest of the customer's
file: an auditor who is given the file can tell that it is the one that the decision was about.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

import krid
from bank.liveness import Liveness

EMPTY: Final = "0" * 64
"""The head of a trail without lines."""


class TrailError(Exception):
    """The trail was changed; `line` is the first that does not fit, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the audit trail does not fit")
        self.line = line


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision about one application; `reason` is a krid code, or a rule of the bank."""

    at: datetime
    opened: bool
    reason: str | None
    rules: Sequence[str]
    report: krid.Report
    liveness: Liveness | None
    customer: str | None
    file: str | None

    def to_json(self) -> dict[str, object]:
        """Return what is kept."""
        liveness = self.liveness
        return {
            "at": self.at.isoformat(),
            "decision": "opened" if self.opened else "refused",
            "reason": self.reason,
            "rules": list(self.rules),
            "report": self.report.to_json(),
            "liveness": liveness and {"method": liveness.method, "passed": liveness.passed},
            "customer": self.customer,
            "file": self.file,
        }


class AuditTrail:
    """A file of lines, to be appended to and never changed; one process has it open."""

    def __init__(self, place: Path) -> None:
        """Begin a trail, or go on with one that is still whole.

        Raises:
            TrailError: a line of the file does not fit.
        """
        self._place = place
        self._lock = Lock()
        self.count, self.head = _walk(self.lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines, as an auditor gets them."""
        return tuple(self._place.read_text().splitlines()) if self._place.exists() else ()

    def record(self, decision: Decision) -> str:
        """Append a decision and return the new head, to be kept where the bank can't change it."""
        with self._lock:
            body = {"line": self.count + 1, "before": self.head, **decision.to_json()}
            head = _digest(body)
            with self._place.open("a") as file:
                file.write(_write(body | {"digest": head}) + "\n")
            self.count, self.head = self.count + 1, head
            return head


def check_trail(lines: Iterable[str], *, head: str) -> int:
    """Check every line and that the trail ends at a head known from elsewhere; count the lines.

    Without such a head nobody can tell a trail that was cut off, or written anew from the start.

    Raises:
        TrailError: a line was changed, taken out, put in or moved, or lines are missing at the end.
    """
    count, found = _walk(lines)
    if found != head:
        raise TrailError(count + 1)
    return count


def _walk(lines: Iterable[str]) -> tuple[int, str]:
    """Check that each line fits to the one before; return how many there are, and the head."""
    count, before = 0, EMPTY
    for line in lines:
        count, before = count + 1, _next(line, count + 1, before)
    return count, before


def _next(line: str, number: int, before: str) -> str:
    try:
        body = json.loads(line)
        digest = body.pop("digest")
    except (ValueError, KeyError, AttributeError, TypeError) as cause:
        raise TrailError(number) from cause
    fits = body.get("line") == number and body.get("before") == before
    if not fits or digest != _digest(body) or line != _write(body | {"digest": digest}):
        raise TrailError(number)
    return str(digest)


def _digest(body: object) -> str:
    return sha256(_write(body).encode()).hexdigest()


def _write(body: object) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"))
