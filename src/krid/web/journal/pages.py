"""The page of the log."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid.web.issuer.access import Access
from krid.web.journal.texts import TEXTS
from krid.web.platform import Page, PageGroup, Route, Turn, Visit

if TYPE_CHECKING:
    from krid.registrar import Log, LogLine

_SHOWN: Final = 60
"""As many lines as somebody reads; the whole log is for an audit."""


@final
@dataclass(frozen=True, slots=True)
class _Journal:
    log: "Log"
    access: Access

    def shown(self, visit: Visit) -> Turn:
        if not self.access.is_clerk(visit):
            return Page("error.html", {"key": "journal.denied"}, 403, code="journal.denied")
        lines = [_line(each, visit) for each in self.log.newest(limit=_SHOWN)]
        return Page("journal.html", {"lines": lines})


def journal_pages(log: "Log", access: Access) -> PageGroup:
    """Make the pages of a log, for clerks."""
    page = Route(
        path="/journal",
        view=_Journal(log, access).shown,
        name="journal",
        summary="The newest lines of the log.",
    )
    return PageGroup(routes=(page,), texts=TEXTS, package="krid.web.journal")


def _line(line: "LogLine", visit: Visit) -> dict[str, object]:
    action, why = f"action.{line.action}", f"code.{line.refusal}"
    return {
        "seq": line.seq,
        "at": line.at,
        "actor": line.actor,
        "action": visit.say(action) if action in visit.texts else line.action,
        "subject": line.subject,
        "reason": line.reason,
        "refusal": line.refusal,
        "why": visit.say(why) if why in visit.texts else "",
    }
