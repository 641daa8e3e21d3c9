"""The application of those who take reports of a lost phone."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from krid.registrar.lifecycle import Hold, Role
from krid.web.issuer.access import Access
from krid.web.office import Office
from krid.web.platform import Check, Page, Platform, Redirect, Route, Turn, Visit, make_app
from krid.web.platform.words import picture_of
from krid.web.police.driving import driving_pages, states_of
from krid.web.police.texts import TEXTS

if TYPE_CHECKING:
    from starlette.applications import Starlette

_NEWS: Final = frozenset({"lost", "found"})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """What the station works with. `seconds` is when every verifier knows, at the latest."""

    office: Office
    access: Access
    seconds: int


@final
@dataclass(frozen=True, slots=True)
class _Person:
    """A resident as the station shows one, with the state of the card."""

    id: str
    name: str = field(repr=False)
    latin: str = field(repr=False)
    portrait: str | None = field(repr=False)
    state: str
    may_lose: bool
    may_restore: bool


def police_app(
    station: Station, platform: Platform, *, checks: tuple[Check, ...] = ()
) -> "Starlette":
    """Make the application.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    return make_app(
        platform,
        pages=(*_Pages(station).routes, *driving_pages(station.office, station.access).routes),
        texts=(TEXTS,),
        templates=("krid.web.police",),
        checks=checks,
    )


@final
class _Pages:
    """The pages of the station."""

    def __init__(self, station: Station) -> None:
        self._station: Final = station
        self._office: Final = station.office

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/", view=self.shown, name="police", summary="Whose phone is lost?"),
            Route(
                path="/lose",
                view=self.lose,
                name="police-lose",
                summary="Suspend all cards of a person.",
                method="POST",
                fields=("person",),
            ),
            Route(
                path="/restore",
                view=self.restore,
                name="police-restore",
                summary="The phone was found.",
                method="POST",
                fields=("person",),
            ),
        )

    def shown(self, visit: Visit) -> Turn:
        """Show everybody, with the state of their cards."""
        if not self._station.access.is_clerk(visit):
            return _denied()
        news = visit.query.get("news", "")
        values = {
            "people": [self._person(each, visit) for each in self._office.people],
            "seconds": self._station.seconds,
            "news": visit.say(f"news.{news}") if news in _NEWS else None,
        }
        return Page("police.html", values)

    def lose(self, visit: Visit) -> Turn:
        """Suspend all cards of a person."""
        if not self._station.access.is_clerk(visit):
            return _denied()
        person = self._office.shown(visit.form.get("person", ""))
        note = self._office.note("call-centre", "phone_lost")
        self._office.registrar.cards.lose_phone(person.id, role=Role.POLICE, **note)
        self._office.publish()
        return Redirect("/?news=lost")

    def restore(self, visit: Visit) -> Turn:
        """Restore the cards that were suspended for a lost phone."""
        if not self._station.access.is_clerk(visit):
            return _denied()
        person = self._office.shown(visit.form.get("person", ""))
        note = self._office.note("police", "phone_found")
        for card in self._office.held(person.id):
            if Hold.PHONE_LOST in card.holds:
                self._office.registrar.cards.restore(
                    card.id, Hold.PHONE_LOST, role=Role.POLICE, **note
                )
        self._office.publish()
        return Redirect("/?news=found")

    def _person(self, person_id: str, visit: Visit) -> _Person:
        person, held = self._office.shown(person_id), self._office.held(person_id)
        lost = [Hold.PHONE_LOST in card.holds for card in held]
        states = [states_of(self._office, card, visit) for card in held]
        return _Person(
            person.id,
            person.facts["name"],
            person.facts.get("name_latin", ""),
            picture_of(person.portrait),
            " · ".join(states) or visit.say("police.state.none"),
            may_lose=not all(lost),
            may_restore=any(lost),
        )


def _denied() -> Page:
    return Page("error.html", {"key": "police.denied"}, 403, code="police.denied")
