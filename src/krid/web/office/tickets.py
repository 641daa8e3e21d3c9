"""What stands behind an offer: the office's ticket, or the IC card of whoever asks."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, ContentError
from krid.openid.oauth.store import new_secret
from krid.registrar.ic_card import CHALLENGE_LIFETIME
from krid.web.office.office import Office

if TYPE_CHECKING:
    from datetime import datetime

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
class IcCardReader:
    """A reader of IC cards: a chip that was laid on it answers once, for one offer, and soon.

    What lies on it is kept in this process: a reader is a device, and so is the phone it is in.
    """

    def __init__(self, *, clock: Clock, entropy: Entropy) -> None:
        self._clock: Final = clock
        self._entropy: Final = entropy
        self._turn: Final = threading.Lock()
        self._laid: Final[OrderedDict[str, tuple[IcCard, datetime]]] = OrderedDict()

    def lay(self, chip: "IcCard") -> str:
        """Lay a chip on the reader, and return the secret of the offer that it answers for."""
        ticket = f"{IC_CARD}{new_secret(self._entropy)}"
        with self._turn:
            self._laid[ticket] = chip, self._clock.now() + CHALLENGE_LIFETIME
            while len(self._laid) > limits.MAX_WEB_PENDING:
                self._laid.popitem(last=False)
        return ticket

    def take(self, ticket: str) -> "IcCard":
        """Return the chip that lies there for an offer, and let it go.

        Raises:
            ContentError: `register.ic_absent`.
        """
        with self._turn:
            chip, until = self._laid.pop(ticket, (None, self._clock.now()))
        if chip is None or until <= self._clock.now():
            raise ContentError(Code.REGISTER_IC_ABSENT)
        return chip
