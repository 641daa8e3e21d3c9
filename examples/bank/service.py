"""The whole bank: two questions, one card of its own, and the addresses of all three."""

from dataclasses import dataclass
from typing import Final

import krid
from bank.accounts import AccountDesk
from bank.audit import AuditTrail
from bank.customer_card import CONFIGURATION, CustomerCards, offering
from bank.customers import Customer, Customers
from bank.liveness import LivenessCheck
from bank.login import LogIn, own_cards
from bank.policy import IDENTITY, AccountPolicy
from krid.exchange import ResponseMode
from krid.keys import LocalKey
from krid.model import IssuerKeys, Policy, Profile, StatusSource
from krid.net import Transport
from krid.openid import vci
from krid.openid.oauth import Call, MemoryIssuanceStore, NonceKey, Reply
from krid.openid.vci import server as issuance
from krid.openid.vp import server as presentation
from krid.profiles import HAIP, HAIP_PRESENTATION, OPENID4VCI, kr
from krid.status import StatusLists
from krid.trust import NOBODY, KeyTrust

_DIGITS: Final = 6


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a bank stands on: its keys and papers, whom it believes about people, and its checks.

    `asking_key` signs questions and `certificate` goes with it; `card_key` signs the bank's cards.
    """

    host: str
    asking_key: LocalKey
    certificate: bytes
    card_key: LocalKey
    trust: IssuerKeys
    status: StatusSource
    liveness: LivenessCheck
    clock: krid.Clock

    @property
    def url(self) -> str:
        """The bank's address, which is the name of the issuer of its cards too."""
        return f"https://{self.host}"

    @property
    def card_trust(self) -> KeyTrust:
        """Trust in this bank's cards."""
        return KeyTrust.of(self.card_key.public_key, issuer=self.url)


class Bank:
    """A bank; `answer` takes every request for its host, `wire` reaches it in this process."""

    def __init__(self, ground: Ground, policy: AccountPolicy | None = None) -> None:
        self.customers = Customers()
        self.trail = AuditTrail()
        self.cards = CustomerCards(ground.url, ground.card_key, self.customers, ground.clock)
        self.wire: Transport = presentation.VerifierTransport(ground.host, self)
        self.identity = _asker(
            ground, "identify", IDENTITY, kr.PROFILE, ground.trust, ground.status
        )
        own_lists = StatusLists(self.wire, issuers=ground.card_trust)
        own_rules = own_cards(ground.url)
        asker = _asker(ground, "log-in", own_rules, HAIP, ground.card_trust, own_lists)
        self.accounts = AccountDesk(
            verifier=self.identity,
            policy=policy or AccountPolicy(),
            liveness=ground.liveness,
            customers=self.customers,
            trail=self.trail,
            clock=ground.clock,
        )
        self.log_in = LogIn(verifier=asker, customers=self.customers)
        self._issuer = _card_issuer(ground, self.cards)

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


def _asker(
    ground: Ground,
    name: str,
    rules: Policy,
    profile: Profile,
    trust: IssuerKeys,
    status: StatusSource,
) -> presentation.PresentationVerifier:
    """Make one of the two who ask; each has a store of its own, so that no answer fits both."""
    return presentation.PresentationVerifier(
        presentation.VerifierSetup(
            url=f"{ground.url}/{name}",
            identity=presentation.Identity.by_certificate(ground.asking_key, [ground.certificate]),
            policy=HAIP_PRESENTATION,
            mode=ResponseMode.DIRECT_POST_JWT,
            trust=trust,
            status=status,
            profile=profile,
            rules=rules,
            store=MemoryIssuanceStore(),
            page=f"{ground.url}/{name}/done",
            clock=ground.clock,
            entropy=krid.system_entropy,
        )
    )


def _card_issuer(ground: Ground, cards: CustomerCards) -> issuance.CredentialIssuer:
    return issuance.CredentialIssuer(
        issuance.IssuerSetup(
            identifier=ground.url,
            offerings={CONFIGURATION: offering(ground.url, ground.card_key, ground.clock)},
            policy=OPENID4VCI,
            source=cards,
            statuses=cards,
            store=MemoryIssuanceStore(),
            nonce_key=NonceKey(krid.system_entropy(32)),
            trust=NOBODY,
            clock=ground.clock,
            entropy=krid.system_entropy,
            anonymous_grant=True,
        )
    )
