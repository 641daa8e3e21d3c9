"""The whole bank: two questions, one card of its own, and the addresses of all three."""

from typing import Final

import krid
from bank.accounts import AccountDesk
from bank.audit import AuditTrail
from bank.customer_card import CONFIGURATION, CustomerCards
from bank.customers import Customer, Customers
from bank.ground import Ground, make_asker, make_card_issuer
from bank.login import LogIn, own_cards
from bank.policy import IDENTITY, AccountPolicy
from krid.openid import vci
from krid.openid.oauth import Call, EndpointTransport, Reply
from krid.openid.vci import server as issuance
from krid.profiles import HAIP, kr
from krid.status import StatusLists

_DIGITS: Final = 6


class Bank:
    """A bank; `answer` takes every request for its host, `wire` reaches it in this process."""

    def __init__(self, ground: Ground, policy: AccountPolicy | None = None) -> None:
        self.customers = Customers()
        self.trail = AuditTrail(ground.trail)
        self.cards = CustomerCards(ground.url, ground.card_key, self.customers, ground.clock)
        self.wire = EndpointTransport(ground.host, self)
        self.identity = make_asker(
            ground,
            "identify",
            rules=IDENTITY,
            profile=kr.PROFILE,
            trust=ground.trust,
            status=ground.status,
        )
        asker = make_asker(
            ground,
            "log-in",
            rules=own_cards(ground.url),
            profile=HAIP,
            trust=ground.card_trust,
            status=StatusLists(self.wire, issuers=ground.card_trust),
        )
        self.accounts = AccountDesk(
            verifier=self.identity,
            policy=policy or AccountPolicy(),
            liveness=ground.liveness,
            customers=self.customers,
            trail=self.trail,
            clock=ground.clock,
        )
        self.log_in = LogIn(verifier=asker, customers=self.customers)
        self._issuer = make_card_issuer(ground, self.cards)

    def offer_card(self, customer: Customer) -> tuple[str, str]:
        """Return a link that opens a wallet, and the code to type there.

        The page shows both to the browser session that just opened the account: who sees the
        link alone, as over a shoulder, can't redeem it.
        """
        number = int.from_bytes(krid.system_entropy(16)) % 10**_DIGITS
        code = f"{number:0{_DIGITS}d}"
        offer = self._issuer.offer_pre_authorized(
            subject=customer.id,
            configurations=[CONFIGURATION],
            tx_code=issuance.RequiredTxCode(
                issuance.TypedCode(code.encode()), vci.TxCode(length=_DIGITS)
            ),
        )
        return offer.to_uri(), code

    def answer(self, call: Call) -> Reply:
        """Answer a request, as a web application would by its routes."""
        if call.path.startswith("/status/"):
            return self.cards.answer(call)
        for asker in (self.identity, self.log_in.verifier):
            if call.path.startswith(asker.paths):
                return asker.answer(call)
        return self._issuer.answer(call)
