"""What a linter says: every deviation from a standard, each with its clause and its place.

Linting believes nothing and refuses nothing. It calls the checks that verification calls, one
for each item, and writes their refusals down instead of stopping at the first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import Final, Protocol, TypeVar, final, runtime_checkable

from krid._core import limits
from krid.errors import Code, KridError

T = TypeVar("T")


@unique
class Severity(Enum):
    """How much a deviation weighs."""

    ERROR = "error"
    """A verifier must refuse it."""
    WARNING = "warning"
    """It breaks a recommendation or a profile, and a verifier may take it."""
    NOTE = "note"
    """It is allowed, and worth knowing."""


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """Where a rule stands, and how much breaking it weighs."""

    clause: str
    severity: Severity = Severity.ERROR


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation: the rule's code, its weight, its clause, where it is broken, and words.

    `place` is a claim's path, a disclosure's number, a namespace and element, a header member or
    a byte offset. Neither it nor `words` holds a value of a claim.
    """

    code: Code
    severity: Severity
    clause: str
    place: str
    words: str


@runtime_checkable
class LintingFormat(Protocol):
    """What a credential format offers beside `CredentialFormat` when it can lint."""

    def lint(self, raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
        """Return every deviation from the standard, errors first; empty when there is none.

        Never refuses `raw`, whatever it is: that it can't be read is a finding.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        ...


LINT_LIMIT: Final = Rule("krid")

_GENERAL: Final[Mapping[str, Rule]] = {
    "base64url": Rule("RFC 7515, 2"),
    "json": Rule("RFC 8259, and RFC 7493, 2"),
    "cbor": Rule("RFC 8949, 5"),
    "time": Rule("RFC 3339, 5.6"),
    "input": Rule("krid"),
    "alg": Rule("RFC 7515, 4.1.1"),
    "key": Rule("RFC 7517, 4"),
    "signature": Rule("RFC 7518, 3.4"),
    "jws": Rule("RFC 7515, 4.1"),
    "cose": Rule("RFC 9052, 3"),
    "x509": Rule("RFC 5280, 6.1"),
    "status": Rule("draft-ietf-oauth-status-list, 6"),
}
"""The rule of a code that a format's own table does not name, by the area of the code."""


@final
@dataclass(frozen=True, slots=True)
class Findings:
    """Collects findings, each once, up to `limits.MAX_FINDINGS`."""

    rules: Mapping[Code, Rule]
    found: dict[tuple[Code, str, str], Finding] = field(default_factory=dict, repr=False)

    def check(self, place: str, rule: Callable[[], T]) -> T | None:
        """Call a check; when it refuses, write that down and return None."""
        try:
            return rule()
        except KridError as refusal:
            self.refused(place, refusal)
            return None

    def refused(self, place: str, refusal: KridError) -> None:
        """Write down what a check refused."""
        self.add(refusal.code, place, str(refusal))

    def add(self, code: Code, place: str, words: str = "") -> None:
        """Write down that the rule of a code is broken at a place."""
        if len(self.found) > limits.MAX_FINDINGS:
            return
        if len(self.found) == limits.MAX_FINDINGS:
            code, place, words = Code.LINT_LIMIT, "", ""
        rule = self.rule(code)
        words = words or code.message
        finding = Finding(code, rule.severity, rule.clause, place, words)
        self.found.setdefault((code, place, words), finding)

    def rule(self, code: Code) -> Rule:
        """Return the rule behind a code."""
        area = str(code).partition(".")[0]
        return self.rules.get(code) or _GENERAL.get(area, LINT_LIMIT)

    def ordered(self) -> tuple[Finding, ...]:
        """Return what was found, errors first, otherwise in the order of finding."""
        return ordered(self.found.values())


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by their weight, the heaviest first."""
    return tuple(sorted(findings, key=lambda each: _WEIGHT[each.severity]))


_WEIGHT: Final = {severity: number for number, severity in enumerate(Severity)}
