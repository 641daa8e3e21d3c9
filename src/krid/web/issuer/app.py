"""The application of an issuer with a desk."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, final

from krid.errors import Code, KridError
from krid.openid.oauth.store import new_secret
from krid.openid.vci import TxCode
from krid.openid.vci.server import CredentialIssuer, RequiredTxCode, TypedCode
from krid.profiles import kr
from krid.web.issuer.access import Access
from krid.web.issuer.protocol import operations
from krid.web.issuer.records import DeskRecords, Progress
from krid.web.issuer.source import CONFIGURATIONS, PeopleRegister, check
from krid.web.issuer.texts import TEXTS
from krid.web.platform import (
    Check,
    Fragment,
    Page,
    PageGroup,
    Platform,
    Redirect,
    Route,
    Turn,
    Visit,
    make_app,
)
from krid.web.platform.routes import Answering, Endpoints
from krid.web.platform.wallets import WalletAddress, with_wallet
from krid.web.platform.words import picture_of, qr_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from krid.registrar import Resident
    from krid.web.platform.texts import Text

_CODE_DIGITS: Final = 6


class Tickets(Protocol):
    """Hands out what stands behind each offer, such as the office QR of a registrar."""

    def check(self, resident_id: str) -> None:
        """Look whether a first phone of a person could have the card, or raise `register.*`."""
        ...

    def hand_out(self, resident_id: str, *, replaces: bool) -> str:
        """Return a new secret for a person whom the clerk has recognised, or raise `register.*`."""
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the desk works with. `wallets` are those that open by an address, beside the QR.

    With `tickets` these decide who may have a card, also in the place of one on another phone;
    without, the desk does. `answering` answers the protocol in the place of the issuer. `links`
    lead to further pages: a path, and the key of its name. `configurations` are what an offer
    brings; `texts` stand in the place of the desk's own, for what is said of another card.
    """

    issuer: CredentialIssuer
    register: PeopleRegister
    records: DeskRecords
    access: Access
    wallets: tuple[WalletAddress, ...] = ()
    tickets: Tickets | None = None
    answering: Answering | None = None
    links: tuple[tuple[str, str], ...] = ()
    configurations: tuple[str, ...] = CONFIGURATIONS
    texts: "Mapping[str, Text]" = field(default_factory=dict)


def desk_app(
    desk: Desk,
    platform: Platform,
    *,
    checks: tuple[Check, ...] = (),
    published: "Mapping[str, ASGIApp] | None" = None,
    groups: tuple[PageGroup, ...] = (),
    endpoints: tuple[Endpoints, ...] = (),
) -> "Starlette":
    """Make the application of an issuer: desk, endpoints, and what is `published`, by path.

    `groups` are further pages for clerks, `endpoints` those of further protocols.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    pages = _Pages(desk)
    return make_app(
        platform,
        pages=(*pages.routes, *(route for each in groups for route in each.routes)),
        endpoints=(_endpoints(desk.issuer, desk.answering), *endpoints),
        texts=(TEXTS, desk.texts, *(each.texts for each in groups)),
        templates=("krid.web.issuer", *(each.package for each in groups)),
        checks=checks,
        others=published,
    )


def issuance_app(
    issuer: CredentialIssuer,
    platform: Platform,
    *,
    checks: tuple[Check, ...] = (),
    published: "Mapping[str, ASGIApp] | None" = None,
    answering: Answering | None = None,
    groups: tuple[PageGroup, ...] = (),
    endpoints: tuple[Endpoints, ...] = (),
) -> "Starlette":
    """Make an application of the endpoints alone, and of what is `published`, by path.

    The metadata lie at `/.well-known/...` of the issuer's host, so it is mounted at `/`. `groups`
    are pages such as those of `krid.web.login`, `endpoints` those of further protocols, and
    `answering` answers in the place of the issuer. One of the groups must have the text of the
    application's name, `<platform.name>.brand`, such as by `LoginDesk.brand`.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`; `misuse.option` for groups without
            that text.
    """
    return make_app(
        platform,
        pages=tuple(route for each in groups for route in each.routes),
        endpoints=(_endpoints(issuer, answering), *endpoints),
        texts=tuple(each.texts for each in groups),
        templates=tuple(each.package for each in groups),
        checks=checks,
        others=published,
    )


def _endpoints(issuer: CredentialIssuer, answering: Answering | None) -> Endpoints:
    return Endpoints(
        answering=answering or issuer, name="openid4vci", operations=operations(issuer.paths)
    )


@final
@dataclass(frozen=True, slots=True)
class _Person:
    """A resident as the desk shows one; `why` says why there can be no card."""

    id: str
    name: str = field(repr=False)
    latin: str = field(repr=False)
    born: str = field(repr=False)
    portrait: str | None = field(repr=False)
    why: str | None
    may_replace: bool


@final
class _Pages:
    """The pages of the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk: Final = desk

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/", view=_to_desk, name="home", summary="The way to the desk."),
            Route(path="/desk", view=self.desk, name="desk", summary="Whose card is it?"),
            Route(path="/desk/offer", view=_to_desk, name="desk-offer", summary="Back."),
            Route(
                path="/desk/offer",
                view=self.offer,
                name="desk-offer",
                summary="Offer a card: a QR code, and a code to type.",
                method="POST",
                fields=("resident", "replaces"),
            ),
            Route(
                path="/desk/offers/{ticket}",
                view=self.state,
                name="desk-state",
                summary="How far an offer has come, as a part of its page.",
            ),
        )

    def desk(self, visit: Visit) -> Turn:
        """Show everybody."""
        if not self._desk.access.is_clerk(visit):
            return _denied()
        people = [self._person(each, visit) for each in self._desk.register.residents]
        return Page("desk.html", {"people": people, "links": self._desk.links})

    def offer(self, visit: Visit) -> Turn:
        """Offer a card, and show the QR code and the code to type, once."""
        if not self._desk.access.is_clerk(visit):
            return _denied()
        resident, ticket = self._ticket(visit)
        self._desk.records.begin(ticket, resident.id)
        code = _digits(visit.platform)
        made = self._desk.issuer.offer_pre_authorized(
            subject=ticket,
            configurations=self._desk.configurations,
            tx_code=RequiredTxCode(TypedCode(code.encode("ascii")), TxCode(length=_CODE_DIGITS)),
        )
        if made.pre_authorized is not None:
            self._desk.records.tie(made.pre_authorized.code, ticket)
        link = self._desk.issuer.publish(made).to_uri()
        values = {
            "name": resident.name,
            "person": self._person(resident, visit),
            "link": link,
            "qr": qr_svg(link),
            "code": code,
            "ticket": ticket,
            "wallets": [with_wallet(each, "offer", link) for each in self._desk.wallets],
            "progress": Progress.OFFERED.value,
        }
        return Page("offer.html", values)

    def state(self, visit: Visit) -> Turn:
        """Show how far an offer has come."""
        if not self._desk.access.is_clerk(visit):
            return _denied()
        found = self._desk.records.find(visit.params["ticket"])
        done = found.progress in {Progress.KEPT, Progress.FAILED}
        return Fragment(
            "offer_state.html",
            {"progress": found.progress.value},
            state=found.progress.value,
            done="yes" if done else "",
        )

    def _ticket(self, visit: Visit) -> "tuple[Resident, str]":
        """Hand out what stands behind an offer, for the person whom the clerk picked."""
        resident_id, tickets = visit.form.get("resident", ""), self._desk.tickets
        if tickets is None:
            return self._check(resident_id), new_secret(visit.platform.entropy)
        resident = self._desk.register.resident(resident_id)
        replaces = visit.form.get("replaces") == "yes"
        return resident, tickets.hand_out(resident_id, replaces=replaces)

    def _check(self, resident_id: str) -> "Resident":
        if self._desk.tickets is not None:
            self._desk.tickets.check(resident_id)
            return self._desk.register.resident(resident_id)
        day = kr.korean_day(self._desk.records.clock.now())
        return check(self._desk.register, resident_id, day, phone=None)

    def _person(self, resident: "Resident", visit: Visit) -> _Person:
        why, may_replace = None, False
        try:
            self._check(resident.id)
        except KridError as error:
            why = visit.say(f"code.{error.code}")
            is_other_phone = error.code is Code.REGISTER_ACTIVE_PHONE
            may_replace = is_other_phone and self._desk.tickets is not None
        return _Person(
            resident.id,
            resident.name,
            resident.name_latin or "",
            visit.say("desk.born", day=resident.birth_date.isoformat()),
            picture_of(resident.portrait),
            why,
            may_replace,
        )


def _to_desk(_visit: Visit) -> Redirect:
    return Redirect("/desk")


def _denied() -> Page:
    return Page("error.html", {"key": "desk.denied"}, 403, code="desk.denied")


def _digits(platform: Platform) -> str:
    """Make a code to type; of 128 bits, what remains of the division is as good as none."""
    number = int.from_bytes(platform.entropy(16), "big") % 10**_CODE_DIGITS
    return f"{number:0{_CODE_DIGITS}d}"
