"""The page of the log."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid.web.issuer.access import Access
from krid.web.journal.texts import TEXTS
from krid.web.platform import Page, PageGroup, Route, Turn, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krid.registrar import Log, LogLine, Overasked, PartyBook

_SHOWN: Final = 60
"""As many lines as somebody reads; the whole log is for an audit."""


@final
@dataclass(frozen=True, slots=True)
class _Journal:
    log: "Log"
    access: Access
    parties: "PartyBook | None"

    def shown(self, visit: Visit) -> Turn:
        if not self.access.is_clerk(visit):
            return Page("error.html", {"key": "journal.denied"}, 403, code="journal.denied")
        found = self.log.newest(limit=_SHOWN)
        reports: Mapping[int, Overasked] = {}
        if self.parties is not None:
            reports = self.parties.at_lines([each.seq for each in found])
        lines = [_line(each, visit) | _over(reports.get(each.seq)) for each in found]
        return Page("journal.html", {"lines": lines, "has_parties": self.parties is not None})


def journal_pages(log: "Log", access: Access, *, parties: "PartyBook | None" = None) -> PageGroup:
    """Make the pages of a log, for clerks; with `parties`, of what was asked too much as well."""
    page = Route(
        path="/journal",
        view=_Journal(log, access, parties).shown,
        name="journal",
        summary="The newest lines of the log.",
    )
    return PageGroup(routes=(page,), texts=TEXTS, package="krid.web.journal")


def _over(report: "Overasked | None") -> dict[str, object]:
    """Say what a confirmed report was about: paths, types, and the digest of the request."""
    if report is None:
        return {"over": None}
    paths = [" / ".join("*" if step is None else str(step) for step in path)
             for path in report.claims]  # fmt: skip
    return {"over": [*report.types, *paths], "digest": report.digest.hex()}


def _line(line: "LogLine", visit: Visit) -> dict[str, object]:
    action = f"action.{line.action}"
    return {
        "seq": line.seq,
        "at": line.at,
        "actor": line.actor,
        "action": visit.say(action) if action in visit.texts else line.action,
        "subject": line.subject,
        "reason": line.reason,
        "refusal": line.refusal,
        "why": visit.say_code(line.refusal),
    }
