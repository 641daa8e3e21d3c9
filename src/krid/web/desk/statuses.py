"""Statuses of cards from a registry, published before the card is handed over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from krid._core.clock import Clock
from krid.model import OrderedStatus, StatusReference
from krid.openid.vci.server import CredentialOrder

if TYPE_CHECKING:
    from krid.status import Publisher, StatusRegistry


@final
@dataclass(frozen=True, slots=True)
class RegistryStatuses:
    """The port `StatusAllotment` over a registry that every process of the issuer shares."""

    registry: "StatusRegistry"
    publisher: "Publisher"
    clock: Clock

    def allot(self, order: CredentialOrder) -> StatusReference:  # noqa: ARG002  the port's words
        """Give out a place in a list that is published by the time the card is out."""
        found = self.registry.allocate()
        self.publisher.run(now=self.clock.now())
        return found

    def give_back(self, status: OrderedStatus) -> None:
        """Mark a place as used up: nobody holds a card with it."""
        if isinstance(status, StatusReference):
            now = self.clock.now()
            self.registry.revoke(status, by="issuer", reason="not issued", now=now)
