"""From the register of residents to what an issuer signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol, final

from krid.errors import BindingError, Code, ContentError, KridError
from krid.openid.oauth.store import fingerprint
from krid.openid.vci import Event
from krid.openid.vci.server import CredentialOrder, Denied, News, Ready
from krid.openid.vci.server.ports import Decision
from krid.profiles import kr
from krid.registrar import PhysicalCard, Resident, check_eligible
from krid.web.issuer.records import DeskRecords, Progress

SDJWT: Final = "resident-card"
MDOC: Final = "resident-card-mdoc"
CONFIGURATIONS: Final = (SDJWT, MDOC)
"""The credentials of one card by their names in the issuer's metadata."""

_MDOC_LIFETIME: Final = timedelta(days=30)
"""An mdoc must not outlive its signer's certificate, which lasts 457 days at most."""


class PeopleRegister(Protocol):
    """The resident register, as the pages of the desk need it."""

    @property
    def residents(self) -> Sequence[Resident]:
        """Everybody whom the desk shows."""
        ...

    def resident(self, resident_id: str) -> Resident:
        """Find a person, or raise `register.unknown`."""
        ...

    def card(self, resident_id: str) -> PhysicalCard | None:
        """Find a person's plastic card."""
        ...

    def active_phone(self, resident_id: str) -> str | None:
        """Name the phone that holds the mobile card now."""
        ...


class Registry(PeopleRegister, Protocol):
    """The resident register, as `CardSource` needs it; `krid.registrar.Register` is one."""

    def activate_phone(self, resident_id: str, phone: str) -> None:
        """Record that a phone holds the card, or raise `register.active_phone`."""
        ...

    def release_phone(self, resident_id: str) -> None:
        """Record that no phone holds the card."""
        ...


class Statuses(Protocol):
    """The statuses of what was issued; `RegistryStatuses` is one."""

    def end(self, ticket: str) -> None:
        """Revoke all credentials of a ticket."""
        ...


@final
@dataclass(frozen=True, slots=True)
class CardSource:
    """The port `CredentialSource` over a register: subjects are tickets of the desk.

    Whether the person may have the card is checked again when the wallet asks, and the phone is
    taken down before anything is signed: of two phones one gets the card. An offer of which the
    desk knows nothing any more brings none. A wallet that says that it did not keep the card may
    say anything: what it got is revoked before another phone may have it.
    """

    register: Registry
    records: DeskRecords
    statuses: Statuses

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:  # noqa: ARG002  the port's words
        """Name the one credential of each kind."""
        return (configuration,)

    def decide(self, order: CredentialOrder) -> Decision:
        """Say what to sign."""
        try:
            resident_id = self.records.find(order.subject).resident_id
            resident = check(self.register, resident_id, self._day(), phone=_phone(order.subject))
            self.register.activate_phone(resident_id, _phone(order.subject))
        except (BindingError, ContentError):
            return Denied()
        self.records.advance(order.subject, Progress.FETCHED)
        return self._ready(order.configuration, resident)

    def told(self, news: News) -> None:
        """Note that the wallet keeps the card, or that it does not and the phone is free again."""
        try:
            if news.event is Event.ACCEPTED:
                self.records.advance(news.subject, Progress.KEPT)
                return
            record = self.records.advance(news.subject, Progress.FAILED)
        except KridError:
            return  # so long ago that nobody looks any more
        self.statuses.end(news.subject)
        if self.register.active_phone(record.resident_id) == _phone(news.subject):
            self.register.release_phone(record.resident_id)

    def _day(self) -> date:
        return kr.korean_day(self.records.clock.now())

    def _ready(self, configuration: str, resident: Resident) -> Ready:
        card, now = self._card(resident), self.records.clock.now()
        if configuration == MDOC:
            return Ready(kr.mdoc_claims(card), _MDOC_LIFETIME)
        lifetime = kr.valid_until(self._day()) - now.replace(microsecond=0)
        return Ready(kr.sdjwt_claims(card), lifetime)

    def _card(self, resident: Resident) -> kr.ResidentCard:
        plastic = self.register.card(resident.id)
        if plastic is None:
            raise ContentError(Code.REGISTER_NO_CARD)
        return kr.ResidentCard(
            name=resident.name,
            name_hanja=resident.name_hanja,
            name_latin=resident.name_latin,
            birth_date=resident.birth_date,
            sex=kr.Sex(resident.sex),
            resident_number=resident.number.encode(),
            address=resident.address,
            portrait=resident.portrait,
            issued_on=self._day(),
            issuing_authority=plastic.issuing_office,
        )


def check(register: PeopleRegister, resident_id: str, day: date, *, phone: str | None) -> Resident:
    """Check that a person may have the card, on no phone or on this one.

    Raises:
        ContentError: `register.*`.
    """
    resident, active = register.resident(resident_id), register.active_phone(resident_id)
    check_eligible(
        resident,
        register.card(resident_id),
        day=day,
        active_phone=None if active == phone else active,
    )
    return resident


def _phone(ticket: str) -> str:
    """Name the phone that redeemed a ticket, without the ticket."""
    return f"ticket:{fingerprint(ticket)}"
