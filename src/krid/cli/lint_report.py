"""`krid inspect --lint`: findings as lines for people, or as one JSON object."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import click

from krid._core import times
from krid._core.clock import SystemClock
from krid.cli.content import CREDENTIALS, Content, Kind
from krid.cli.exits import Exit
from krid.cli.files import write_json
from krid.errors import Code, MalformedError, UnsupportedError
from krid.formats import named, standard_formats
from krid.model import Finding, LintingFormat, Severity


def lint(content: Content, *, now: str | None) -> tuple[Finding, ...]:
    """Lint a credential, presentation, reader's request or type metadata at a moment.

    Raises:
        UnsupportedError: `misuse.format` for content that no format lints.
    """
    if content.kind is Kind.REQUEST:
        from krid.mdoc import lint_request

        return lint_request(content.raw, now=_moment(now))
    if content.kind is Kind.TYPE:
        from krid.sdjwt.type_metadata import lint_type_metadata

        return lint_type_metadata(content.raw)
    if content.kind not in CREDENTIALS:
        raise UnsupportedError(Code.MISUSE_FORMAT, f"{content.kind.value} has no linter")
    chosen = named(standard_formats(), content.kind.value)
    if not isinstance(chosen, LintingFormat):
        raise UnsupportedError(Code.MISUSE_FORMAT, f"{chosen.name} has no linter")
    return chosen.lint(content.raw, now=_moment(now))


def show(content: Content, findings: Sequence[Finding]) -> None:
    """Print one line for each finding, grouped by weight, and the count last."""
    for severity, group in groupby(findings, key=lambda each: each.severity):
        click.echo(severity.value)
        for finding in group:
            click.echo(f"  {_line(finding)}")
    counts = (_counted(_count(findings, each), each.value) for each in Severity)
    click.echo(f"{content.kind.value}: {', '.join(counts)}")


def show_json(content: Content, findings: Sequence[Finding]) -> None:
    """Print one JSON object."""
    write_json({"format": content.kind.value, "findings": [_members(each) for each in findings]})


def exit_status(findings: Sequence[Finding]) -> Exit:
    """Tell whether a verifier must refuse what was linted."""
    return Exit.REJECTED if _count(findings, Severity.ERROR) else Exit.DONE


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _line(finding: Finding) -> str:
    place = _printable(finding.place) or "the whole"
    return f"{finding.code}  {place}: {_printable(finding.words)} [{finding.clause}]"


def _printable(text: str) -> str:
    """Keep names out of the terminal that would move its cursor or change its colours."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _members(finding: Finding) -> dict[str, str]:
    return {
        "code": str(finding.code),
        "severity": finding.severity.value,
        "clause": finding.clause,
        "place": finding.place,
        "words": finding.words,
    }


def _count(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _moment(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        return times.from_rfc3339(text)
    except MalformedError as cause:
        raise click.UsageError("--now is not an RFC 3339 date-time") from cause
