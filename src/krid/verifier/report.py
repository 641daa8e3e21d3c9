"""A report of a verification, accepted or refused: each check in the order made, and by what.

It holds no claim values and no personal data, so that it may be logged and kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self, final

from krid._core import times
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError
from krid.model import Check, Evidence, State, VerifiedCredential
from krid.verifier.steps import Section, Step, printable

EVERY_FORMAT: Final = (
    Check.ISSUER,
    Check.ISSUER_SIGNATURE,
    Check.INTEGRITY,
    Check.VALIDITY,
    Check.HOLDER,
    Check.STATUS,
)
"""The checks that every format makes, in their usual order: what a refusal did not reach."""


@final
@dataclass(frozen=True, slots=True)
class Report:
    """A verification, told check by check; shows itself as text, as JSON, and in a notebook.

    `refusal` is the code of what was refused, None when everything was proved.
    """

    sections: tuple[Section, ...]
    refusal: Code | None = None
    at: datetime | None = None

    @classmethod
    def of(cls, outcome: VerifiedCredential | KridError, *, at: datetime | None = None) -> Self:
        """Tell what came of one verification: of what it returned, or of what it raised.

        >>> from krid.errors import Code, MalformedError
        >>> print(Report.of(MalformedError(Code.JWS_SYNTAX)).sections[0].steps[0].state)
        refused
        """
        if isinstance(outcome, KridError):
            return cls((Section("", _refused(outcome)),), outcome.code, at)
        return cls((_section("", outcome),), None, at)

    @classmethod
    def of_answer(
        cls, credentials: Mapping[str, tuple[VerifiedCredential, ...]], *, at: datetime
    ) -> Self:
        """Tell what was proved of each credential of an answer, by query id."""
        sections = (
            _section(query_id, each) for query_id, found in credentials.items() for each in found
        )
        return cls(tuple(sections), None, at)

    @property
    def title(self) -> str:
        """The outcome in one line."""
        outcome = "verified" if self.refusal is None else f"refused: {self.refusal}"
        return outcome if self.at is None else f"{outcome} at {times.to_rfc3339(self.at)}"

    def __str__(self) -> str:
        """Return the report as lines of text."""
        return "\n".join(_lines(self))

    def to_json(self) -> JsonObject:
        """Return the report as one JSON object."""
        sections: list[Json] = [
            {"heading": each.heading, "checks": [step.to_json() for step in each.steps]}
            for each in self.sections
        ]
        return {
            "verified": self.refusal is None,
            "code": None if self.refusal is None else str(self.refusal),
            "at": None if self.at is None else times.to_rfc3339(self.at),
            "sections": sections,
        }

    def _repr_html_(self) -> str:
        """Show the report in a notebook, with everything from outside escaped."""
        from krid.verifier.report_html import html

        return html(self.title, refused=self.refusal is not None, sections=self.sections)


def _section(query_id: str, credential: VerifiedCredential) -> Section:
    named = f"{credential.format} {credential.type} by {credential.issuer}"
    heading = f"{query_id}: {named}" if query_id else named
    return Section(heading, tuple(_step(each) for each in credential.evidence))


def _refused(error: KridError) -> tuple[Step, ...]:
    proved = tuple(_step(each) for each in error.proved)
    refused = Step(error.check, State.REFUSED, str(error), error.code)
    reached = {each.check for each in (*proved, refused)}
    missed = (Step(each, State.NOT_REACHED, "") for each in EVERY_FORMAT if each not in reached)
    return (*proved, refused, *missed)


def _step(evidence: Evidence) -> Step:
    return Step(evidence.check, evidence.state, evidence.detail)


def _lines(report: Report) -> Iterable[str]:
    yield report.title
    for section in report.sections:
        if section.heading:
            yield printable(section.heading)
        for step in section.steps:
            code = "" if step.code is None else f"{step.code}: "
            detail = f"{code}{printable(step.detail)}"
            yield f"  {step.state.value:<11}  {step.name:<16}  {detail}".rstrip()
