"""Choosing a chip, its PIN, and the offer that its tap stands behind."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from krid.errors import Code, ContentError, KridError
from krid.openid.vci.server import CredentialIssuer
from krid.store import Pin
from krid.web.asking.taking import make_offer
from krid.web.asking.texts import TEXTS as ASKING
from krid.web.chips.texts import TEXTS
from krid.web.issuer.access import Access
from krid.web.issuer.records import DeskRecords, Progress
from krid.web.issuer.source import CONFIGURATIONS
from krid.web.office import IcCardReader, Office
from krid.web.platform import Fragment, Page, PageGroup, Redirect, Route, Turn, Visit
from krid.web.platform.wallets import WalletAddress
from krid.web.platform.words import picture_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from krid.registrar import PinnedChip

_DONE: Final = frozenset({Progress.KEPT, Progress.FAILED})


@final
@dataclass(frozen=True, slots=True)
class ChipInHand:
    """A chip in software that somebody may lay on the reader.

    `person_id` is whose it claims to be; `is_copy` says that the page names it as a copy.
    """

    id: str
    person_id: str
    chip: "PinnedChip" = field(repr=False)
    is_copy: bool = False


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TapDesk:
    """What the pages work with. `hint` is a sample PIN to show, for demonstrations alone."""

    office: Office
    reader: IcCardReader
    records: DeskRecords
    issuer: CredentialIssuer
    chips: "Sequence[ChipInHand]" = field(repr=False)
    access: Access
    wallets: tuple[WalletAddress, ...] = ()
    hint: str = field(default="", repr=False)


@final
@dataclass(frozen=True, slots=True)
class _Person:
    """A resident as the page shows one."""

    id: str
    name: str = field(repr=False)
    latin: str = field(repr=False)
    portrait: str | None = field(repr=False)
    has_phone: bool
    chips: "tuple[ChipInHand, ...]"


def chip_pages(desk: TapDesk) -> PageGroup:
    """Make the pages."""
    return PageGroup(
        routes=_Pages(desk).routes, texts={**ASKING, **TEXTS}, package="krid.web.chips"
    )


@final
class _Pages:
    def __init__(self, desk: TapDesk) -> None:
        self._desk: Final = desk

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/chips", view=self.home, name="chips", summary="Whose IC card is it?"),
            Route(path="/chips/tap", view=_to_home, name="chips-tap", summary="Back."),
            Route(
                path="/chips/tap",
                view=self.tap,
                name="chips-tap",
                summary="Open a chip by its PIN, and offer the card.",
                method="POST",
                fields=("chip", "pin"),
            ),
            Route(
                path="/chips/taps/{ticket}",
                view=self.state,
                name="chips-state",
                summary="What became of a tap, as a part of its page.",
            ),
        )

    def home(self, visit: Visit) -> Turn:
        """Show everybody, with the chips that are at hand."""
        return self._home(visit) if self._may(visit) else _denied()

    def tap(self, visit: Visit) -> Turn:
        """Lay a chip on the reader, and offer the card to whoever scans."""
        if not self._may(visit):
            return _denied()
        try:
            chosen = self._chosen(visit.form.get("chip", ""))
            opened = chosen.chip.open(Pin(visit.form.get("pin", "") or " "))
        except ContentError as error:
            return self._home(visit, error)
        ticket = self._desk.reader.lay(opened)
        self._desk.records.begin(ticket, chosen.person_id)
        offer = make_offer(self._desk.issuer, ticket, CONFIGURATIONS, self._desk.wallets)
        person = self._person(chosen.person_id)
        values = {"offer": offer, "ticket": ticket, "person": person, "why": "", "code": ""}
        return Page("tap.html", {**values, "progress": Progress.OFFERED.value})

    def state(self, visit: Visit) -> Turn:
        """Show what became of a tap."""
        if not self._may(visit):
            return _denied()
        found = self._desk.records.find(visit.params["ticket"])
        values = {
            "progress": found.progress.value,
            "code": found.code,
            "why": visit.say_code(found.code),
        }
        done = "yes" if found.progress in _DONE else ""
        return Fragment("tap_state.html", values, state=found.progress.value, done=done)

    def _home(self, visit: Visit, error: KridError | None = None) -> Page:
        people = [self._person(each) for each in self._desk.office.people]
        values = {"people": people, "hint": self._desk.hint, "error": None}
        if error is None:
            return Page("chips.html", values)
        left = self._left(visit.form.get("chip", ""))
        values["error"] = visit.say(f"code.{error.code}", left=left)
        return Page("chips.html", values, 400, code=str(error.code))

    def _chosen(self, chip_id: str) -> ChipInHand:
        for each in self._desk.chips:
            if each.id == chip_id:
                return each
        raise ContentError(Code.REGISTER_NO_CARD)

    def _left(self, chip_id: str) -> int:
        return next((each.chip.left for each in self._desk.chips if each.id == chip_id), 0)

    def _person(self, person_id: str) -> _Person:
        person = self._desk.office.shown(person_id)
        kind = self._desk.office.card_type
        return _Person(
            person.id,
            person.facts["name"],
            person.facts.get("name_latin", ""),
            picture_of(person.portrait),
            any(card.type == kind for card in self._desk.office.held(person_id)),
            tuple(each for each in self._desk.chips if each.person_id == person_id),
        )

    def _may(self, visit: Visit) -> bool:
        return self._desk.access.is_clerk(visit)


def _to_home(_visit: Visit) -> Redirect:
    return Redirect("/chips")


def _denied() -> Page:
    return Page("error.html", {"key": "chips.denied"}, 403, code="chips.denied")
