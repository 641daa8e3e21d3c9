"""Suspending somebody from driving: the mobile licence alone, for a reason that is kept."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final, final

from krid.errors import Code, ContentError
from krid.registrar.lifecycle import Hold, Role
from krid.web.issuer.access import Access
from krid.web.office import Office
from krid.web.platform import Page, PageGroup, Redirect, Route, Turn, Visit
from krid.web.platform.words import picture_of
from krid.web.police.texts import TEXTS

if TYPE_CHECKING:
    from krid.registrar import MobileCard

_NEWS: Final = frozenset({"suspended", "restored"})
_OVER: Final = "ban_over"


@unique
class Ban(StrEnum):
    """Why somebody may not drive for a time; the log has it word for word."""

    DRUNK = "drunk_driving"
    POINTS = "penalty_points"
    ACCIDENT = "accident"
    NO_TEST = "no_aptitude_test"


@final
@dataclass(frozen=True, slots=True)
class _Driver:
    """A resident with a mobile licence, or without one."""

    id: str
    name: str = field(repr=False)
    latin: str = field(repr=False)
    portrait: str | None = field(repr=False)
    state: str
    has_licence: bool
    is_banned: bool


def driving_pages(office: Office, access: Access) -> PageGroup:
    """Make the pages on which the police suspend licences and restore them.

    They concern cards of types that the police may suspend, whoever issues them.
    """
    return PageGroup(routes=_Pages(office, access).routes, texts=TEXTS, package="krid.web.police")


def states_of(office: Office, card: "MobileCard", visit: Visit) -> str:
    """Say which card it is, and whether it holds."""
    name = office.registrar.country.type(card.type).names[visit.language.value]
    stage = visit.say(f"police.state.{card.stage.value}")
    if Hold.POLICE in card.holds:
        stage = visit.say("police.state.banned")
    return f"{name}: {stage}"


@final
@dataclass(frozen=True, slots=True)
class _Pages:
    office: Office
    access: Access

    @property
    def routes(self) -> tuple[Route, ...]:
        return (
            Route(path="/driving", view=self.shown, name="driving", summary="Who may drive?"),
            Route(
                path="/driving/suspend",
                view=self.suspend,
                name="driving-suspend",
                summary="Suspend a licence for a reason.",
                method="POST",
                fields=("person", "reason"),
            ),
            Route(
                path="/driving/restore",
                view=self.restore,
                name="driving-restore",
                summary="Restore a licence that the police suspended.",
                method="POST",
                fields=("person",),
            ),
        )

    def shown(self, visit: Visit) -> Turn:
        """Show everybody, with the state of their licence."""
        if not self.access.is_clerk(visit):
            return _denied()
        news = visit.query.get("news", "")
        values = {
            "people": [self._driver(each, visit) for each in self.office.people],
            "bans": [(each.value, visit.say(f"ban.{each.value}")) for each in Ban],
            "news": visit.say(f"driving.{news}") if news in _NEWS else None,
        }
        return Page("driving.html", values)

    def suspend(self, visit: Visit) -> Turn:
        """Suspend the licence of a person, and nothing else."""
        if not self.access.is_clerk(visit):
            return _denied()
        reason = visit.form.get("reason", "")
        if reason not in set(Ban):
            return Redirect("/driving")
        card = self._licence(visit.form.get("person", ""))
        note = self.office.note("police", reason)
        self.office.registrar.cards.suspend(card.id, Hold.POLICE, role=Role.POLICE, **note)
        self.office.publish()
        return Redirect("/driving?news=suspended")

    def restore(self, visit: Visit) -> Turn:
        """Let the licence of a person hold again, unless it is suspended for more."""
        if not self.access.is_clerk(visit):
            return _denied()
        card = self._licence(visit.form.get("person", ""))
        note = self.office.note("police", _OVER)
        self.office.registrar.cards.restore(card.id, Hold.POLICE, role=Role.POLICE, **note)
        self.office.publish()
        return Redirect("/driving?news=restored")

    def _licence(self, person_id: str) -> "MobileCard":
        """Find the licence of one of those whom the page shows.

        Raises:
            ContentError: `register.unknown`, `register.no_card`.
        """
        found = self._licences(self.office.shown(person_id).id)
        if not found:
            raise ContentError(Code.REGISTER_NO_CARD)
        return found[-1]

    def _licences(self, person_id: str) -> "list[MobileCard]":
        country = self.office.registrar.country
        held = self.office.held(person_id)
        return [card for card in held if country.type(card.type).police_may_suspend]

    def _driver(self, person_id: str, visit: Visit) -> _Driver:
        person, licences = self.office.shown(person_id), self._licences(person_id)
        states = [states_of(self.office, card, visit) for card in licences]
        return _Driver(
            person.id,
            person.facts["name"],
            person.facts.get("name_latin", ""),
            picture_of(person.portrait),
            " · ".join(states) or visit.say("driving.none"),
            has_licence=bool(licences),
            is_banned=any(Hold.POLICE in card.holds for card in licences),
        )


def _denied() -> Page:
    return Page("error.html", {"key": "police.denied"}, 403, code="police.denied")
