"""The bank's own card: issued over OpenID4VCI, on a status list, to be shown at log-in."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import krid
from bank.customers import Customers
from krid.keys import Signer
from krid.model import OrderedStatus, StatusReference
from krid.openid import vci
from krid.openid.oauth import Call, Reply
from krid.openid.vci import server
from krid.profiles import HAIP
from krid.sdjwt import sd
from krid.status import StatusListIssuer

VCT: Final = "urn:example:bank-customer-card"
CONFIGURATION: Final = "customer-card"
_YEAR: Final = timedelta(days=365)
_LIST_SIZE: Final = 100_000


class CustomerCards:
    """What the cards say, where their statuses stand, and which belong to whom.

    It is two ports of `krid.openid.vci.server`: `CredentialSource` and `StatusAllotment`.
    """

    def __init__(self, url: str, signer: Signer, customers: Customers, clock: krid.Clock) -> None:
        self._url = url
        self._signer = signer
        self._customers = customers
        self._clock = clock
        self._statuses = StatusListIssuer(f"{url}/status/1", _LIST_SIZE)
        self._cards: dict[str, list[StatusReference]] = {}

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        """Everybody has one card."""
        return (CONFIGURATION,)

    def decide(self, order: server.CredentialOrder) -> server.Ready | server.Denied:
        """Say what to sign: the name and the bank's handle, each shown only when asked for."""
        customer = self._customers.find(order.subject)
        if customer is None:
            return server.Denied()
        return server.Ready({"name": sd(customer.name), "customer_id": sd(customer.id)}, _YEAR)

    def told(self, news: server.News) -> None:
        """Hear that a card arrived."""

    def allot(self, order: server.CredentialOrder) -> OrderedStatus:
        """Give out a place on the list, and note whose it is."""
        place = self._statuses.allocate()
        self._cards.setdefault(order.subject, []).append(place)
        return place

    def give_back(self, status: OrderedStatus) -> None:
        """Take back a place whose card was not issued: it is never given out again."""
        if isinstance(status, StatusReference):
            self._statuses.revoke(status)
            for places in self._cards.values():
                places[:] = [each for each in places if each != status]

    def suspend(self, customer_id: str) -> None:
        """Stop all cards of a customer, as when a phone is lost."""
        for place in self._cards.get(customer_id, ()):
            self._statuses.suspend(place)

    def restore(self, customer_id: str) -> None:
        """Let a customer's cards hold again."""
        for place in self._cards.get(customer_id, ()):
            self._statuses.restore(place)

    def answer(self, _call: Call) -> Reply:
        """Serve the list as it stands; a large bank signs it each minute and not at each call."""
        token = self._statuses.publish(
            self._signer,
            now=self._clock.now(),
            lifetime=timedelta(hours=1),
            ttl=timedelta(minutes=1),
            issuer=self._url,
        )
        return Reply(200, {"Content-Type": "application/statuslist+jwt"}, token.encode())


def offering(url: str, signer: Signer, clock: krid.Clock) -> server.Offering:
    """Describe the card to wallets, and say who signs it."""
    configuration = vci.CredentialConfiguration(
        format="dc+sd-jwt",
        scope=CONFIGURATION,
        binding_methods=("jwk",),
        proofs={"jwt": vci.ProofDemand(("ES256",))},
        metadata=vci.CredentialMetadata((vci.Display(name="Customer card", locale="en"),)),
        particulars={"vct": VCT},
    )
    issuer = krid.Issuer(url, signer=signer, profile=HAIP, clock=clock)
    return server.Offering(configuration=configuration, issuer=issuer, type=VCT)
