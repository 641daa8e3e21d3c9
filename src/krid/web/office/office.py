"""One office of a registrar: the register, the card that it issues, the clock, and the lists."""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

from krid._core.clock import Clock
from krid.errors import Code, ContentError
from krid.registrar.lifecycle import HELD, Stage
from krid.registrar.mobile import MobileCard, Via
from krid.registrar.work import Noted
from krid.web.issuer.source import MDOC, SDJWT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from krid.registrar import Person, Registrar
    from krid.status import Publisher

RESIDENT_CARD: "Final[Mapping[str, str]]" = MappingProxyType({SDJWT: "dc+sd-jwt", MDOC: "mso_mdoc"})
"""The credentials of the resident card."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A registrar as pages work with it. `people` are the handles of those whom pages show.

    `card_type` is the type that is issued here, `formats` the format of each of its credentials
    by the name in the issuer's metadata.
    """

    registrar: "Registrar" = field(repr=False)
    publisher: "Publisher" = field(repr=False)
    card_type: str
    people: "Sequence[str]" = field(repr=False)
    clock: Clock = field(repr=False)
    formats: "Mapping[str, str]" = field(default_factory=lambda: RESIDENT_CARD)

    def note(self, actor: str, reason: str) -> Noted:
        """Say who does something now, and why."""
        return {"actor": actor, "reason": reason, "now": self.clock.now()}

    def publish(self) -> None:
        """Publish the status lists that are due."""
        self.publisher.run(now=self.clock.now())

    def shown(self, person_id: str) -> "Person":
        """Find one of those whom pages show.

        Raises:
            ContentError: `register.unknown`.
        """
        if person_id not in self.people:
            raise ContentError(Code.REGISTER_UNKNOWN)
        return self.registrar.residents.person(person_id)

    def held(self, person_id: str) -> tuple[MobileCard, ...]:
        """List the cards of a person that are in the world."""
        cards = self.registrar.cards.of_person(person_id)
        return tuple(card for card in cards if card.stage in HELD)

    def waiting_card(self, person_id: str) -> MobileCard | None:
        """Find the card that a change of the register enrolled for the phone with the old one."""
        for card in reversed(self.registrar.cards.of_person(person_id)):
            is_ours = card.type == self.card_type
            if is_ours and card.stage is Stage.ENROLLED and card.via is Via.SAME_PHONE:
                return card
        return None

    def is_due(self, card: MobileCard) -> bool:
        """Tell whether an active card is so near to its end that it may be renewed."""
        country, last = self.registrar.country, card.expires_on
        if card.stage is not Stage.ACTIVE or last is None:
            return False
        begins = last - country.type(card.type).validity.renewal
        return begins <= country.day(self.clock.now()) <= last
