"""Statuses of cards from a registry, published before the card is handed over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from krid._core.clock import Clock
from krid.model import OrderedStatus, StatusReference
from krid.openid.vci.server import CredentialOrder
from krid.web.issuer.records import DeskRecords

if TYPE_CHECKING:
    from krid.status import Publisher, StatusRegistry


@final
@dataclass(frozen=True, slots=True)
class RegistryStatuses:
    """The port `StatusAllotment` over a registry that every process of the issuer shares.

    Of each kind of credential one holds for each ticket: a wallet that asks again, for another
    phone perhaps, gets a new one, and the earlier one is revoked.
    """

    registry: "StatusRegistry"
    publisher: "Publisher"
    records: DeskRecords
    clock: Clock

    def allot(self, order: CredentialOrder) -> StatusReference:
        """Give out a place in a list that is published by the time the card is out.

        Raises:
            BindingError: `session.unknown`.
            StoreError: `oauth.busy` when the ticket was redeemed too often.
        """
        slot = self.records.new_slot(order.subject)
        found = self.registry.allocate()
        self.records.fill(slot, order.subject, order.configuration, found)
        for configuration, place in self.records.places(order.subject):
            if configuration == order.configuration and place != found:
                self._revoke(place, "issued again")
        self.publisher.run(now=self.clock.now())
        return found

    def give_back(self, status: OrderedStatus) -> None:
        """Mark a place as used up: nobody holds a card with it."""
        if isinstance(status, StatusReference):
            self._revoke(status, "not issued")

    def end(self, ticket: str) -> None:
        """Revoke all credentials of a ticket, whoever has them."""
        for _, place in self.records.places(ticket):
            self._revoke(place, "not kept")
        self.publisher.run(now=self.clock.now())

    def _revoke(self, place: StatusReference, reason: str) -> None:
        self.registry.revoke(place, by="issuer", reason=reason, now=self.clock.now())
