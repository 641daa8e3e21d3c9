"""A wallet made with @openid4vc/openid4vci 0.4 gets cards from krid's issuer over real HTTP.

The cards then go to krid's verifier: presented by @sd-jwt/sd-jwt-vc and @auth0/mdl with the
wallet's key, and sent by @openid4vc/openid4vp. krid plays the holder in one thing alone: it makes
the session transcript of an mdoc, for @auth0/mdl 3.0 knows only those of drafts.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import pytest
from serving import served

import krid
from krid import mdoc, query
from krid._core import base64url
from krid._core.entropy import system_entropy
from krid.exchange import ResponseMode
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.mdoc import MdocFormat
from krid.model import NO_STATUS, AcceptedCredential, CredentialQuery, NoStatus
from krid.net import run
from krid.openid.oauth import Call, MemoryIssuanceStore, NonceKey
from krid.openid.oauth.loopback import EndpointTransport
from krid.openid.vci import CredentialConfiguration, ProofDemand, server
from krid.openid.vp import server as vp_server
from krid.openid.vp import wallet as vp_wallet
from krid.openid.vp.link import RequestReference, read_link
from krid.profiles import HAIP, OPENID4VCI, OPENID4VP
from krid.sdjwt import SdJwtVcFormat, sd
from krid.trust import NO_REVOCATION, NOBODY, CertificateTrust
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, VERIFIER, Certificate, LeafProfile
from krid.x509.issue import self_signed_ca, sign_certificate

Peer: TypeAlias = Callable[..., Any]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]

HOST, BANK = "mois.example", "bank.example"
ORIGIN = f"https://{HOST}"
VCT = "urn:example:card"
DOCTYPE, NAMESPACE = "org.iso.18013.5.1.mDL", "org.iso.18013.5.1"
DAY = timedelta(days=1)
ROOT_KEY, CARD_KEY, BANK_KEY = (LocalKey.generate(Alg.ES256) for _ in range(3))
SEALING = {
    "authorization_encryption_alg_values_supported": ["ECDH-ES"],
    "authorization_encryption_enc_values_supported": ["A256GCM"],
}


@dataclass
class Register:
    """What the issuer knows of one person."""

    news: list[Any] = field(default_factory=list)

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:  # noqa: ARG002  the port's words
        return (configuration,)

    def decide(self, order: server.CredentialOrder) -> server.Ready:
        if order.configuration == "licence":
            return server.Ready({NAMESPACE: {"family_name": "Kim", "given_name": "Min"}}, 30 * DAY)
        return server.Ready({"name": sd("Kim"), "city": sd("Seoul")}, 30 * DAY)

    def told(self, news: Any) -> None:
        self.news.append(news)


class NoStatuses:
    def allot(self, order: server.CredentialOrder) -> NoStatus:  # noqa: ARG002  the port's words
        return NO_STATUS

    def give_back(self, status: Any) -> None:  # noqa: ARG002  the port's words
        raise AssertionError


class Nobody:
    def ask(self, interaction: server.Interaction, call: Call) -> Any:  # noqa: ARG002  the port's words
        raise AssertionError


@dataclass
class Town:
    """An issuing authority, a bank, and the root that both stand under."""

    root: Certificate
    now: datetime
    register: Register = field(default_factory=Register)

    def leaf(self, key: LocalKey, purpose: LeafProfile, host: str) -> Certificate:
        return sign_certificate(
            key.public_key,
            ca=self.root,
            ca_key=ROOT_KEY,
            leaf=purpose,
            common_name="Invented signer",
            valid_from=self.now - DAY,
            valid_until=self.now + 60 * DAY,
            entropy=system_entropy,
            dns_names=(host,),
        )

    @property
    def trust(self) -> CertificateTrust:
        return CertificateTrust((self.root,), revocation=NO_REVOCATION)

    def issuer(self, *, dpop: bool) -> server.CredentialIssuer:
        described: dict[str, tuple[str, str | int, str, dict[str, Any], LeafProfile, str]] = {
            "card": ("dc+sd-jwt", "ES256", "jwk", {"vct": VCT}, DOCUMENT_SIGNER, VCT),
            "licence": ("mso_mdoc", -7, "cose_key", {"doctype": DOCTYPE}, MDOC_SIGNER, DOCTYPE),
        }
        offerings = {
            name: server.Offering(
                configuration=CredentialConfiguration(
                    format=form,
                    scope=name,
                    signing_algs=(alg,),
                    binding_methods=(binding,),
                    proofs={"jwt": ProofDemand(("ES256",), None)},
                    particulars=particulars,
                ),
                issuer=Issuer(
                    ORIGIN,
                    signer=CARD_KEY,
                    profile=HAIP,
                    certificates=(self.leaf(CARD_KEY, purpose, HOST).der,),
                ),
                type=kind,
            )
            for name, (form, alg, binding, particulars, purpose, kind) in described.items()
        }
        return server.CredentialIssuer(
            server.IssuerSetup(
                identifier=ORIGIN,
                offerings=offerings,
                policy=replace(OPENID4VCI, dpop_required=dpop, dpop_nonce_required=dpop),
                source=self.register,
                statuses=NoStatuses(),
                store=MemoryIssuanceStore(),
                nonce_key=NonceKey(system_entropy(32)),
                trust=NOBODY,
                clock=krid.SystemClock(),
                entropy=system_entropy,
                people=Nobody(),
                clients=(),
                anonymous_grant=True,
                batch_size=5,
            )
        )

    def bank(self, mode: ResponseMode) -> vp_server.PresentationVerifier:
        leaf = self.leaf(BANK_KEY, VERIFIER, BANK)
        return vp_server.PresentationVerifier(
            vp_server.VerifierSetup(
                url=f"https://{BANK}/vp",
                identity=vp_server.Identity.by_certificate(BANK_KEY, [leaf.der]),
                policy=OPENID4VP,
                mode=mode,
                trust=self.trust,
                status=NO_STATUS,
                profile=HAIP,
                store=MemoryIssuanceStore(),
                page=None,
                clock=krid.SystemClock(),
                entropy=system_entropy,
            )
        )


@pytest.fixture(scope="module")
def town(now: datetime) -> Town:
    root = self_signed_ca(
        ROOT_KEY,
        common_name="Invented root",
        country="KR",
        valid_from=now - DAY,
        valid_until=now + 100 * DAY,
        issuer_uri=ORIGIN,
        entropy=system_entropy,
    )
    return Town(root, now)


def obtained(
    vci_peer: Peer, private: Private, town: Town, name: str, keys: list[LocalKey], **words: Any
) -> dict[str, Any]:
    dpop = LocalKey.generate(Alg.ES256) if words.pop("dpop", True) else None
    issuer = town.issuer(dpop=dpop is not None)
    offer = issuer.offer_pre_authorized(
        subject="account-1", configurations=(name,), tx_code=words.pop("tx_code", None)
    )
    with served(issuer) as port:
        found: dict[str, Any] = vci_peer(
            "obtain",
            offer=offer.to_uri(),
            origin=ORIGIN,
            port=port,
            keys=[private(key) for key in keys],
            dpop=None if dpop is None else private(dpop),
            **words,
        )
    return found


def accepted(town: Town, name: str, text: str) -> AcceptedCredential:
    if name == "card":
        return SdJwtVcFormat().accept(text.encode(), issuers=town.trust, now=town.now + DAY)
    raw = base64url.decode(text)
    return MdocFormat().accept(raw, issuers=town.trust, now=town.now + timedelta(minutes=1))


@pytest.mark.parametrize("dpop", [True, False])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peer_gets_cards_from_krid(
    vci_peer: Peer, private_jwk: Private, town: Town, name: str, *, dpop: bool
) -> None:
    keys = [LocalKey.generate(Alg.ES256) for _ in range(2)]
    found = obtained(vci_peer, private_jwk, town, name, keys, dpop=dpop)
    assert found["token"] == ("DPoP" if dpop else "Bearer")
    cards = [accepted(town, name, each) for each in found["credentials"]]
    assert {each.holder for each in cards} == {key.public_key for key in keys}
    assert {each.type for each in cards} == {VCT if name == "card" else DOCTYPE}
    assert town.register.news
    assert "POST /nonce" in found["seen"]


def test_the_peer_types_a_transaction_code(
    vci_peer: Peer, private_jwk: Private, refused: type[Exception], town: Town
) -> None:
    key = LocalKey.generate(Alg.ES256)
    required = server.RequiredTxCode(server.TypedCode(b"493536"))
    found = obtained(vci_peer, private_jwk, town, "card", [key], tx_code=required, code="493536")
    assert accepted(town, "card", found["credentials"][0]).holder == key.public_key
    with pytest.raises(refused, match="invalid_grant"):
        obtained(vci_peer, private_jwk, town, "card", [key], tx_code=required, code="000000")


ASKED: dict[str, CredentialQuery] = {
    "card": query.sdjwt("it", vct=VCT, claims=query.either(["name"], ["city", "name"])),
    "licence": query.mdoc("it", doctype=DOCTYPE, claims={NAMESPACE: ["family_name"]}),
}


def sdjwt_presented(peer: Peer, card: str, key: Any, challenge: Any, now: datetime) -> str:
    payload = {
        "iat": int(now.timestamp()),
        "aud": challenge.audience,
        "nonce": challenge.nonce,
    }
    text: str = peer(
        "present", credential=card, frame={"name": True}, key=key, alg="ES256", payload=payload
    )
    return text


def mdoc_presented(peer: Peer, card: str, key: Any, challenge: Any) -> str:
    """Without a `kid` in the key the peer would write CBOR's `undefined` into a header."""
    transcript = mdoc.SessionTranscript.of_challenge(challenge)
    text: str = peer(
        "present",
        doctype=DOCTYPE,
        issuerSigned=base64.b64encode(base64url.decode(card)).decode(),
        disclose=[[NAMESPACE, "family_name"]],
        key=key,
        alg="ES256",
        transcript=base64.b64encode(transcript.raw).decode(),
        elements={},
    )
    return base64url.encode(base64.b64decode(text))


@dataclass
class Phone:
    """A wallet made of four peers; its key is its own."""

    vci: Peer
    vp: Peer
    sdjwt: Peer
    mdl: Peer
    private: Private
    key: LocalKey = field(default_factory=lambda: LocalKey.generate(Alg.ES256))

    def presented(self, name: str, card: str, challenge: Any, now: datetime) -> str:
        key = self.private(self.key) | {"kid": "device-1"}
        if name == "card":
            return sdjwt_presented(self.sdjwt, card, key, challenge, now)
        return mdoc_presented(self.mdl, card, key, challenge)


@pytest.fixture
def phone(
    vci_peer: Peer, vp_peer: Peer, sdjwt_peer: Peer, mdl_peer: Peer, private_jwk: Private
) -> Phone:
    return Phone(vci_peer, vp_peer, sdjwt_peer, mdl_peer, private_jwk)


def challenge_of(town: Town, bank: vp_server.PresentationVerifier, link: str) -> Any:
    """Read the request with krid, too, for what an mdoc must be bound to."""
    setup = vp_wallet.WalletSetup(
        policy=OPENID4VP,
        trust=town.trust,
        clients=None,
        clock=krid.SystemClock(),
        entropy=system_entropy,
    )
    asked = run(vp_wallet.read_request(setup, link), EndpointTransport(BANK, bank))
    return asked.request.challenge


@pytest.mark.parametrize("mode", [ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_the_peers_show_krid_what_they_got_from_it(
    phone: Phone, town: Town, name: str, mode: ResponseMode
) -> None:
    found = obtained(phone.vci, phone.private, town, name, [phone.key])
    bank = town.bank(mode)
    begun = bank.begin(ASKED[name], purpose="Name", journey=vp_server.Journey.CROSS_DEVICE)
    link = begun.link.replace("&request_uri_method=post", "")
    reference = read_link(link)
    assert isinstance(reference, RequestReference)
    text = bank.answer(Call("GET", reference.address.removeprefix(f"https://{BANK}"))).body
    shown = phone.presented(name, found["credentials"][0], challenge_of(town, bank, link), town.now)
    token = {"it": [shown]}
    body = phone.vp("answer", link=link, text=text.decode(), token=token, metadata=SEALING)
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    reply = bank.answer(Call("POST", "/vp/response", headers=headers, body=body.encode()))
    assert reply.status == 200, reply.refusal
    result = bank.outcome(begun.secret, response_code=None)
    assert isinstance(result, vp_server.Completed)
    verified = result.verified["it"]
    assert verified.holder == phone.key.public_key
    if name == "card":
        assert (verified.claims["name"], "city" in verified.claims) == ("Kim", False)
    else:
        assert verified.claims[NAMESPACE] == {"family_name": "Kim"}
