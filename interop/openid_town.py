"""An invented authority that issues cards and a bank that asks for them, both on this machine."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, final

from serving import Authority, Place

import krid
from krid._core.entropy import system_entropy
from krid.exchange import ResponseMode
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, NoStatus
from krid.openid.oauth import Call, MemoryIssuanceStore, NonceKey, Reply
from krid.openid.vci import (
    AttestationDemand,
    CredentialConfiguration,
    IssuancePolicy,
    ProofDemand,
    server,
)
from krid.openid.vp import server as vp_server
from krid.profiles import HAIP, OPENID4VCI, OPENID4VP
from krid.sdjwt import sd
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.web import issuance_app, presentation_app
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, VERIFIER, Certificate, LeafProfile
from krid.x509.issue import self_signed_ca, sign_certificate

HOST: Final = "localhost"
VCT: Final = "urn:example:card"
DOCTYPE: Final = "org.iso.18013.5.1.mDL"
NAMESPACE: Final = "org.iso.18013.5.1"
FORMATS: Final = {"card": "dc+sd-jwt", "licence": "mso_mdoc"}
TYPES: Final = {"card": VCT, "licence": DOCTYPE}
DAY: Final = timedelta(days=1)
WALLET: Final = "https://wallet.example"
PROVIDER: Final = "provider.example"
BACK: Final = "https://wallet.example/back"
LEVELS: Final = AttestationDemand(("iso_18045_high",), ("iso_18045_moderate",))
PLAIN: Final = replace(OPENID4VCI, dpop_required=False, dpop_nonce_required=False)
DPOP: Final = replace(OPENID4VCI, dpop_required=True, dpop_nonce_required=True)

_ROOT_KEY, _CARD_KEY, _BANK_KEY, _PROVIDER_KEY = (LocalKey.generate(Alg.ES256) for _ in range(4))
_OFFERED: Final[dict[str, tuple[str | int, str, dict[str, Any], LeafProfile]]] = {
    "card": ("ES256", "jwk", {"vct": VCT}, DOCUMENT_SIGNER),
    "licence": (-7, "cose_key", {"doctype": DOCTYPE}, MDOC_SIGNER),
}


@final
@dataclass
class Register:
    """What the issuer knows of one person; it has others wait `waiting` times."""

    news: list[Any] = field(default_factory=list)
    waiting: int = 0

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:  # noqa: ARG002  the port's words
        return (configuration,)

    def decide(self, order: server.CredentialOrder) -> server.Ready | server.Later:
        if self.waiting:
            self.waiting -= 1
            return server.Later(timedelta(seconds=5))
        if order.configuration == "licence":
            return server.Ready({NAMESPACE: {"family_name": "Kim", "given_name": "Min"}}, 30 * DAY)
        return server.Ready({"name": sd("Kim"), "city": sd("Seoul")}, 30 * DAY)

    def told(self, news: Any) -> None:
        self.news.append(news)


@final
class NoStatuses:
    """Cards without a status."""

    def allot(self, order: server.CredentialOrder) -> NoStatus:  # noqa: ARG002  the port's words
        return NO_STATUS

    def give_back(self, status: Any) -> None:  # noqa: ARG002  the port's words
        raise AssertionError


@final
@dataclass
class Agreeing:
    """The person at the browser is known already, and agrees at once."""

    issuer: server.CredentialIssuer | None = None

    def ask(self, interaction: server.Interaction, call: Call) -> Reply:  # noqa: ARG002  the port's words
        assert self.issuer is not None
        return self.issuer.approve(interaction.id, subject="account-1")


@final
@dataclass(frozen=True)
class Bank:
    """The bank's verifier, and the port at which it answers."""

    verifier: vp_server.PresentationVerifier
    place: Place

    def outcome(self, begun: vp_server.Begun, code: str | None = None) -> vp_server.Result:
        return self.verifier.outcome(begun.secret, response_code=code)


@final
@dataclass
class Town:
    """An issuing authority, a bank, and the root that both stand under."""

    root: Certificate
    now: datetime
    authority: Authority
    register: Register = field(default_factory=Register)

    @classmethod
    def found(cls, now: datetime, authority: Authority) -> "Town":
        root = self_signed_ca(
            _ROOT_KEY,
            common_name="Invented root",
            country="KR",
            valid_from=now - DAY,
            valid_until=now + 100 * DAY,
            issuer_uri="https://root.example",
            entropy=system_entropy,
        )
        return cls(root, now, authority)

    @property
    def trust(self) -> CertificateTrust:
        return CertificateTrust((self.root,), revocation=NO_REVOCATION)

    @property
    def roots(self) -> list[str]:
        """The root as peers take it."""
        return [self.root.to_pem().decode()]

    def provider(self, private: Callable[[LocalKey], dict[str, Any]]) -> dict[str, Any]:
        """Who vouches for a peer's wallet and its keys, as the peer takes it."""
        certificate = self._leaf(_PROVIDER_KEY, DOCUMENT_SIGNER, PROVIDER)
        return {
            "key": private(_PROVIDER_KEY),
            "certificates": [b64encode(certificate.der).decode()],
            "instance": private(LocalKey.generate(Alg.ES256)),
            "storage": LEVELS.key_storage,
            "authentication": LEVELS.user_authentication,
        }

    def bank_of(self, private: Callable[[LocalKey], dict[str, Any]]) -> dict[str, Any]:
        """The bank's key and name, for a peer that asks in its place."""
        certificate = self._leaf(_BANK_KEY, VERIFIER)
        return {
            "key": private(_BANK_KEY),
            "certificates": [b64encode(certificate.der).decode()],
            "client": f"x509_san_dns:{HOST}",
            "roots": self.roots,
        }

    def issuer_of(self, private: Callable[[LocalKey], dict[str, Any]], name: str) -> dict[str, Any]:
        """The issuer's key and one of its cards, for a peer that issues in its place."""
        purpose = _OFFERED[name][3]
        return {
            "name": name,
            "key": private(_CARD_KEY),
            "certificate": b64encode(self._leaf(_CARD_KEY, purpose).der).decode(),
            "configuration": self._described(name, PLAIN).to_members(),
        }

    @contextmanager
    def issuing(self, policy: IssuancePolicy) -> Iterator[server.CredentialIssuer]:
        """Serve the issuer's endpoints."""
        place = self.authority.place()
        issuer = self._issuer(place.origin, policy)
        with place.serving(issuance_app(issuer, place.platform("issuer"))):
            yield issuer

    @contextmanager
    def asking(self, mode: ResponseMode, *, identity: str = "x509_hash") -> Iterator[Bank]:
        """Serve the bank's endpoints."""
        place = self.authority.place()
        verifier = self._verifier(place.origin, mode, identity)
        with place.serving(presentation_app(verifier, place.platform("bank"))):
            yield Bank(verifier, place)

    def _leaf(self, key: LocalKey, purpose: LeafProfile, host: str = HOST) -> Certificate:
        return sign_certificate(
            key.public_key,
            ca=self.root,
            ca_key=_ROOT_KEY,
            leaf=purpose,
            common_name="Invented signer",
            valid_from=self.now - DAY,
            valid_until=self.now + 60 * DAY,
            entropy=system_entropy,
            dns_names=(host,),
        )

    def _issuer(self, origin: str, policy: IssuancePolicy) -> server.CredentialIssuer:
        person = Agreeing()
        person.issuer = server.CredentialIssuer(
            server.IssuerSetup(
                identifier=origin,
                offerings={name: self._offering(name, origin, policy) for name in _OFFERED},
                policy=policy,
                source=self.register,
                statuses=NoStatuses(),
                store=MemoryIssuanceStore(),
                nonce_key=NonceKey(system_entropy(32)),
                trust=self.trust,
                clock=krid.SystemClock(),
                entropy=system_entropy,
                people=person,
                clients=(server.Client(id=WALLET, redirect_uris=(BACK,)),),
                anonymous_grant=not policy.client_attestation_required,
                batch_size=5,
            )
        )
        return person.issuer

    def _offering(self, name: str, origin: str, policy: IssuancePolicy) -> server.Offering:
        purpose = _OFFERED[name][3]
        return server.Offering(
            configuration=self._described(name, policy),
            issuer=Issuer(
                origin,
                signer=_CARD_KEY,
                profile=HAIP,
                certificates=(self._leaf(_CARD_KEY, purpose).der,),
            ),
            type=TYPES[name],
        )

    def _described(self, name: str, policy: IssuancePolicy) -> CredentialConfiguration:
        alg, binding, particulars, _ = _OFFERED[name]
        demand = LEVELS if policy.key_attestation_required else None
        return CredentialConfiguration(
            format=FORMATS[name],
            scope=name,
            signing_algs=(alg,),
            binding_methods=(binding,),
            proofs={"jwt": ProofDemand(("ES256",), demand)},
            particulars=particulars,
        )

    def _verifier(
        self, origin: str, mode: ResponseMode, identity: str
    ) -> vp_server.PresentationVerifier:
        certificates = [self._leaf(_BANK_KEY, VERIFIER).der]
        named = {
            "x509_hash": vp_server.Identity.by_certificate(_BANK_KEY, certificates),
            "x509_san_dns": vp_server.Identity.by_host(HOST, _BANK_KEY, certificates),
        }
        return vp_server.PresentationVerifier(
            vp_server.VerifierSetup(
                url=f"{origin}/vp",
                identity=named[identity],
                policy=OPENID4VP,
                mode=mode,
                trust=self.trust,
                status=NO_STATUS,
                profile=HAIP,
                store=MemoryIssuanceStore(),
                page=f"{origin}/done",
                clock=krid.SystemClock(),
                entropy=system_entropy,
            )
        )
