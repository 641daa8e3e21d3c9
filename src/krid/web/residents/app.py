"""The application of residents: everything after the log-in is about who logged in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid.errors import Code, ContentError
from krid.openid.oauth.store import new_secret
from krid.openid.vci.server import CredentialIssuer
from krid.registrar.people import Movers
from krid.web.asking import Asking
from krid.web.asking.taking import make_offer, taking_page
from krid.web.issuer.protocol import operations as issuance_operations
from krid.web.issuer.records import DeskRecords
from krid.web.office import Office
from krid.web.platform import Check, Page, Platform, Redirect, Route, Turn, Visit, make_app
from krid.web.platform.routes import Endpoints
from krid.web.residents.anew import Anew
from krid.web.residents.certificates import CERTIFICATES, LINES, CertificateOrders
from krid.web.residents.entry import entry_of
from krid.web.residents.family import CERTIFICATES as FAMILIES
from krid.web.residents.texts import TEXTS
from krid.web.verifier.protocol import operations as presentation_operations
from krid.web.verifier.records import VisitRecord

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.registrar import Person

_NUMBER: Final = ("resident_registration_number",)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What residents are served with.

    `login` asks for the number of the register, which tells who it is. `cards` issues the card
    anew after a move, `certificates` what was ordered. `further` issue other cards anew.
    """

    office: Office
    login: Asking
    cards: CredentialIssuer
    card_records: DeskRecords
    certificates: CredentialIssuer
    orders: CertificateOrders
    further: tuple[Anew, ...] = ()


def residents_app(
    service: Service, platform: Platform, *, checks: tuple[Check, ...] = ()
) -> "Starlette":
    """Make the application.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    login = service.login.group
    verifier, issuer = service.login.verifier, service.certificates
    return make_app(
        platform,
        pages=(*_Pages(service).routes, *login.routes),
        endpoints=(
            Endpoints(
                answering=verifier,
                name="openid4vp",
                operations=presentation_operations(verifier.paths),
            ),
            Endpoints(
                answering=issuer, name="openid4vci", operations=issuance_operations(issuer.paths)
            ),
        ),
        texts=(login.texts, TEXTS),
        templates=("krid.web.residents", login.package),
        checks=checks,
    )


@final
class _Pages:
    """The pages of the service."""

    def __init__(self, service: Service) -> None:
        self._service: Final = service
        self._office: Final = service.office
        own = Anew(service.office, service.cards, service.card_records)
        self._issuing: Final = (own, *service.further)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(path="/", view=self.start, name="residents", summary="Log in."),
            Route(path="/me", view=self.entry, name="residents-entry", summary="One's own entry."),
            Route(path="/move", view=self.back, name="residents-move", summary="Back."),
            Route(
                path="/move",
                view=self.move,
                name="residents-move",
                summary="Report a move, and get a new card.",
                method="POST",
                fields=("address", "movers"),
            ),
            Route(
                path="/take",
                view=self.take,
                name="residents-take",
                summary="Take the card that waits.",
                method="POST",
            ),
            Route(path="/certificate", view=self.back, name="residents-order", summary="Back."),
            Route(
                path="/certificate",
                view=self.order,
                name="residents-order",
                summary="Order a certificate.",
                method="POST",
                fields=("kind", *sorted({line for lines in LINES.values() for line in lines})),
            ),
            Route(
                path="/leave",
                view=self.leave,
                name="residents-leave",
                summary="Log out.",
                method="POST",
            ),
        )

    def start(self, visit: Visit) -> Turn:
        """Ask who it is."""
        if self._person(visit) is not None:
            return Redirect("/me")
        return Page("residents_start.html", {"begin": "/begin"})

    def entry(self, visit: Visit) -> Turn:
        """Show the entry of who logged in."""
        person = self._person(visit)
        if person is None:
            return Redirect("/")
        return self._shown(person, visit)

    def move(self, visit: Visit) -> Turn:
        """Report a move, and offer the card anew to the phone that has it."""
        person = self._person(visit)
        if person is None:
            return Redirect("/")
        address = visit.form.get("address", "").strip()
        together = visit.form.get("movers") == "household"
        try:
            self._office.registrar.residents.move(
                person.id,
                address,
                movers=Movers.HOUSEHOLD if together else Movers.ALONE,
                since=self._office.registrar.country.day(self._office.clock.now()),
                **self._office.note("resident", "moved"),
            )
        except ContentError as error:
            if error.code not in {Code.REGISTER_PERSON, Code.REGISTER_DAY}:
                raise
            return self._shown(person, visit, error=visit.say(f"move.{error.code}"))
        return self._anew(person, visit)

    def take(self, visit: Visit) -> Turn:
        """Offer the card that waits for this person's phone."""
        person = self._person(visit)
        return Redirect("/") if person is None else self._anew(person, visit)

    def order(self, visit: Visit) -> Turn:
        """Order a certificate with the lines that were ticked."""
        person, kind = self._person(visit), visit.form.get("kind", "")
        if person is None or kind not in CERTIFICATES:
            return Redirect("/")
        lines = [name for name in LINES[kind] if visit.form.get(name) == "yes"]
        secret = new_secret(visit.platform.entropy)
        self._service.orders.put(secret, person.id, kind, lines)
        wallets = self._service.login.wallets
        offer = make_offer(self._service.certificates, secret, (kind,), wallets)
        return taking_page("order.title", "order.lead", offer, back="/me")

    def leave(self, visit: Visit) -> Turn:
        """Forget who it is."""
        return Redirect("/", self._service.login.left(visit))

    def back(self, _visit: Visit) -> Turn:
        """Go back to the entry."""
        return Redirect("/me")

    def _anew(self, person: "Person", visit: Visit) -> Turn:
        """Offer the card that was enrolled for the same phone, if there is one."""
        wallets = self._service.login.wallets
        made = [each.offer(person.id, visit, wallets) for each in self._issuing]
        offers = [each for each in made if each is not None]
        if not offers:
            return Redirect("/me")
        return taking_page("moved.title", "moved.lead", *offers, back="/me")

    def _shown(self, person: "Person", visit: Visit, *, error: str | None = None) -> Page:
        waits = any(each.office.waiting_card(person.id) for each in self._issuing)
        values = {
            "entry": entry_of(self._office, person, visit, waits=waits),
            "certificates": [
                {"kind": kind, "lines": lines, "is_family": kind in FAMILIES}
                for kind, lines in LINES.items()
            ],
            "error": error,
        }
        return Page("entry.html", values, 200 if error is None else 400)

    def _person(self, visit: Visit) -> "Person | None":
        record = self._service.login.verified(visit)
        if record is None:
            return None
        return self._office.registrar.residents.by_number(_number(record))


def _number(record: VisitRecord) -> str:
    (number,) = (
        str(value) for each in record.proved for path, value in each.claims if path == _NUMBER
    )
    return number
