"""The clerk's pages: who waits, and the decision."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid.errors import ContentError
from krid.web.applications.book import ApplicationBook, Stand
from krid.web.applications.texts import TEXTS
from krid.web.issuer import Access, PeopleRegister
from krid.web.platform import Page, PageGroup, Redirect, Route, Turn, Visit
from krid.web.platform.words import picture_of

if TYPE_CHECKING:
    from krid.web.applications.book import Application

_PATH: Final = "/applications"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDesk:
    """What the pages work with."""

    book: ApplicationBook
    register: PeopleRegister
    access: Access


def application_pages(desk: ApplicationDesk) -> PageGroup:
    """Make the pages."""
    return PageGroup(routes=_Pages(desk).routes, texts=TEXTS, package="krid.web.applications")


@final
@dataclass(frozen=True, slots=True)
class _Pages:
    desk: ApplicationDesk

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path=_PATH, view=self.shown, name="applications", summary="Who waits."),
            Route(
                path=_PATH,
                view=self.decided,
                name="applications-decided",
                summary="Approve or refuse an application.",
                method="POST",
                fields=("application", "decision"),
            ),
        )

    def shown(self, visit: Visit) -> Turn:
        """Show who waits, the longest first."""
        if not self.desk.access.is_clerk(visit):
            return _denied()
        waiting = sorted(self.desk.book.waiting(), key=lambda each: each[1].since)
        news = f"applications.{visit.query.get('news', '')}"
        values = {
            "people": [self._person(key, found) for key, found in waiting],
            "news": visit.say(news) if news in _NEWS else None,
        }
        return Page("applications.html", values)

    def decided(self, visit: Visit) -> Turn:
        """Approve or refuse; the wallet learns it when it asks again."""
        if not self.desk.access.is_clerk(visit):
            return _denied()
        decision = visit.form.get("decision", "")
        if decision not in {Stand.APPROVED, Stand.REFUSED}:
            return Redirect(_PATH)
        self.desk.book.decide(visit.form.get("application", ""), Stand(decision))
        return Redirect(f"{_PATH}?news={decision}")

    def _person(self, key: str, found: "Application") -> dict[str, object]:
        try:
            person = self.desk.register.resident(found.person_id)
        except ContentError:  # who has left the register keeps no clerk from the others
            unknown = {"name": found.person_id, "latin": "", "portrait": None}
            return {"key": key, "since": found.since, **unknown}
        return {
            "key": key,
            "name": person.name,
            "latin": person.name_latin or "",
            "portrait": picture_of(person.portrait),
            "since": found.since,
        }


_NEWS: Final = frozenset({"applications.approved", "applications.refused"})


def _denied() -> Page:
    return Page("error.html", {"key": "applications.denied"}, 403, code="applications.denied")
