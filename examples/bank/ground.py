"""What a bank stands on, and the askers and the issuer that are made of it."""

from dataclasses import dataclass
from pathlib import Path

import krid
from bank.customer_card import CONFIGURATION, CustomerCards, offering
from bank.liveness import LivenessCheck
from krid.exchange import ResponseMode
from krid.keys import LocalKey
from krid.model import IssuerKeys, Policy, Profile, StatusSource
from krid.openid.oauth import MemoryIssuanceStore, NonceKey
from krid.openid.vci import server as issuance
from krid.openid.vp import server as presentation
from krid.profiles import HAIP_PRESENTATION, OPENID4VCI
from krid.trust import NOBODY, KeyTrust


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a bank stands on: its keys and papers, whom it believes about people, and its checks.

    `asking_key` signs questions and `certificate` goes with it; `card_key` signs the bank's cards.
    `trail` is the file of its decisions.
    """

    host: str
    asking_key: LocalKey
    certificate: bytes
    card_key: LocalKey
    trust: IssuerKeys
    status: StatusSource
    liveness: LivenessCheck
    trail: Path
    clock: krid.Clock

    @property
    def url(self) -> str:
        """The bank's address, which is the name of the issuer of its cards too."""
        return f"https://{self.host}"

    @property
    def card_trust(self) -> KeyTrust:
        """Trust in this bank's cards."""
        return KeyTrust.of(self.card_key.public_key, issuer=self.url)


def make_asker(
    ground: Ground,
    name: str,
    *,
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


def make_card_issuer(ground: Ground, cards: CustomerCards) -> issuance.CredentialIssuer:
    """Make the issuer of the bank's own card."""
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
