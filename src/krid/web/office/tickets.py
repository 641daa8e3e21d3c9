"""What stands behind an offer: the office's ticket, or the IC card of whoever asks."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from krid._core.entropy import Entropy
from krid.errors import Code, ContentError
from krid.openid.oauth.store import new_secret
from krid.web.office.office import Office

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krid.registrar import IcCard

IC_CARD: Final = "ic-card:"
"""What the secret of an offer starts with where an IC card is to prove the person."""


@final
@dataclass(frozen=True, slots=True)
class OfficeTickets:
    """The port `desk.Tickets`: the secret of an offer is the text of the registrar's office QR."""

    office: Office
    actor: str

    def check(self, resident_id: str) -> None:
        """Look whether a first phone of a person could have the card.

        Raises:
            ContentError: `register.*`; nothing is written down.
        """
        office = self.office
        person = office.shown(resident_id)
        office.registrar.desk.check(person.id, office.card_type, now=office.clock.now())

    def hand_out(self, resident_id: str, *, replaces: bool) -> str:
        """Hand out a ticket.

        Raises:
            ContentError: `register.*`; also the refusal stands in the log.
        """
        office = self.office
        ticket = office.registrar.desk.hand_out(
            office.shown(resident_id).id,
            office.card_type,
            replaces=replaces,
            **office.note(self.actor, "new_phone" if replaces else "recognised"),
        )
        return ticket.qr_text


@final
@dataclass(frozen=True, slots=True)
class IcCardReader:
    """IC cards that can be tapped here: chips in software, by the handle of the person."""

    chips: "Mapping[str, IcCard]" = field(repr=False)
    entropy: Entropy = field(repr=False)

    def hand_out(self, resident_id: str, *, replaces: bool) -> str:  # noqa: ARG002  the port's words
        """Make the secret of an offer for somebody who has an IC card here.

        Raises:
            ContentError: `register.no_card`.
        """
        self.chip(resident_id)
        return f"{IC_CARD}{new_secret(self.entropy)}"

    def chip(self, person_id: str) -> "IcCard":
        """Find the chip of a person.

        Raises:
            ContentError: `register.no_card`.
        """
        found = self.chips.get(person_id)
        if found is None:
            raise ContentError(Code.REGISTER_NO_CARD)
        return found
