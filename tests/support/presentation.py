"""A bank and a wallet that talk over OpenID4VP in memory; all of them are invented."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from roles import MovableClock

import krid
from krid import query
from krid._core.entropy import system_entropy
from krid.errors import Code
from krid.exchange import AuthenticatedRequest, PresentationResponse, ResponseMode
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, CredentialQuery, IssuerKeys, TransactionData
from krid.net import Request, Response, run
from krid.openid.oauth import Call, IssuanceStore, MemoryIssuanceStore, Reply
from krid.openid.vp import PresentationPolicy, TransactionType, server, wallet
from krid.openid.vp.server import Identity, Journey, PresentationVerifier, VerifierSetup
from krid.openid.vp.wallet import WalletSetup
from krid.profiles import HAIP, HAIP_PRESENTATION, OPENID4VP
from krid.sdjwt import sd
from krid.trust import NO_REVOCATION, AnyOf, CertificateTrust, KeyTrust
from krid.wallet import Matched
from krid.x509 import MDOC_SIGNER, VERIFIER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOST = "bank.example"
BANK = f"https://{HOST}"
URL = f"{BANK}/vp"
ANSWERS = f"{URL}/response"
PAGE = f"{BANK}/done"
STATE = "https://mois.example"
VCT = "urn:example:resident-card"
DOCTYPE = "org.example.resident.1"
SPACE = "org.example.resident"
DAY = timedelta(days=1)
NAME = "Hong Gildong"
PAY = TransactionType(name="urn:example:pay", required={"amount": str}, optional={"note": str})
SIGN = TransactionType(name="urn:example:sign", element=(SPACE, "signed"))

ROOT_KEY, BANK_KEY, STATE_KEY, OTHER_KEY = (LocalKey.generate(Alg.ES256) for _ in range(4))


def authority(key: LocalKey, name: str) -> Certificate:
    return self_signed_ca(
        key,
        common_name=name,
        country="ZZ",
        valid_from=NOW - 30 * DAY,
        valid_until=NOW + 365 * DAY,
        issuer_uri=STATE,
        entropy=system_entropy,
    )


def certified(
    key: LocalKey, *names: str, ca: Certificate, ca_key: LocalKey, purpose: Any = VERIFIER
) -> Certificate:
    return sign_certificate(
        key.public_key,
        ca=ca,
        ca_key=ca_key,
        leaf=purpose,
        common_name="Leaf",
        valid_from=NOW - DAY,
        valid_until=NOW + 30 * DAY,
        entropy=system_entropy,
        dns_names=names,
    )


ROOT = authority(ROOT_KEY, "Verifiers")
LEAF = certified(BANK_KEY, HOST, ca=ROOT, ca_key=ROOT_KEY)
IACA = authority(STATE_KEY, "State")
SIGNER_KEY = LocalKey.generate(Alg.ES256)
SIGNER = certified(SIGNER_KEY, ca=IACA, ca_key=STATE_KEY, purpose=MDOC_SIGNER)
VERIFIERS = CertificateTrust((ROOT,), revocation=NO_REVOCATION)
CARDS = AnyOf(
    KeyTrust.of(STATE_KEY.public_key, issuer=STATE),
    CertificateTrust((IACA,), revocation=NO_REVOCATION),
)
BY_HASH = Identity.by_certificate(BANK_KEY, [LEAF.der])
BY_HOST = Identity.by_host(HOST, BANK_KEY, [LEAF.der])
BY_ADDRESS = Identity.by_address(ANSWERS)

Change = Callable[[Request], Request]


def card(*names: str) -> CredentialQuery:
    return query.sdjwt("card", vct=VCT, claims=names or ("name",))


def licence() -> CredentialQuery:
    return query.mdoc("licence", doctype=DOCTYPE, claims={SPACE: ["name"]})


class Bank:
    """A verifier, its setup and its store."""

    def __init__(self, **changes: Any) -> None:
        self.clock = MovableClock(NOW)
        self.store: IssuanceStore = changes.pop("store", MemoryIssuanceStore())
        words: dict[str, Any] = {
            "url": URL,
            "identity": BY_HASH,
            "policy": HAIP_PRESENTATION,
            "mode": ResponseMode.DIRECT_POST_JWT,
            "trust": CARDS,
            "status": NO_STATUS,
            "profile": HAIP,
            "store": self.store,
            "page": PAGE,
            "clock": self.clock,
            "entropy": system_entropy,
            "transaction_types": (PAY, SIGN),
        }
        self.setup = VerifierSetup(**(words | changes))
        self.verifier = PresentationVerifier(self.setup)

    def begin(
        self,
        *asked: CredentialQuery,
        journey: Journey = Journey.SAME_DEVICE,
        transactions: Sequence[TransactionData] = (),
    ) -> server.Begun:
        return self.verifier.begin(
            *(asked or (card(),)),
            purpose="Open an account",
            journey=journey,
            transactions=transactions,
        )

    def outcome(self, begun: server.Begun, sent: wallet.Sent | None = None) -> server.Result:
        code = None if sent is None or sent.open is None else code_of(sent.open)
        return self.verifier.outcome(begun.secret, response_code=code)


class Wire:
    """A transport to one bank that remembers what was asked and answered, and may change it."""

    def __init__(self, bank: Bank, change: Change = lambda request: request) -> None:
        self.inner = server.VerifierTransport(HOST, Noting(bank.verifier, self))
        self.change = change
        self.requests: list[Request] = []
        self.replies: list[Reply] = []

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        return self.inner.send(self.change(request))


@dataclass(frozen=True)
class Noting:
    verifier: PresentationVerifier
    wire: Wire

    def answer(self, call: Call) -> Reply:
        reply = self.verifier.answer(call)
        self.wire.replies.append(reply)
        return reply


def phone(**changes: Any) -> WalletSetup:
    words: dict[str, Any] = {
        "policy": HAIP_PRESENTATION,
        "trust": VERIFIERS,
        "clients": None,
        "clock": MovableClock(NOW),
        "entropy": system_entropy,
        "transaction_types": (PAY, SIGN),
    }
    return WalletSetup(**(words | changes))


def code_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["response_code"][0]


def issuer() -> Issuer:
    return Issuer(STATE, signer=STATE_KEY, profile=HAIP, clock=MovableClock(NOW))


def make_wallet(path: Path) -> krid.Wallet:
    """A wallet with a resident card as an SD-JWT and one as an mdoc."""
    from krid.mdoc import KeyAuthorizations, MdocFormat

    kept = krid.Wallet.create(
        path / "wallet.db", unlock=krid.Pin("246813"), trust=CARDS, clock=MovableClock(NOW)
    )
    claims = {"name": sd(NAME), "address": sd("Seoul"), "issuing_country": "KR"}
    kept.add(
        issuer().issue_sdjwt(
            vct=VCT, claims=claims, holder=kept.new_key(), lifetime=DAY, status=NO_STATUS
        )
    )
    signs = MdocFormat(
        authorizations=KeyAuthorizations(frozenset(), {SPACE: frozenset({"signed"})})
    )
    by_certificate = Issuer(
        STATE,
        signer=SIGNER_KEY,
        profile=HAIP,
        clock=MovableClock(NOW),
        certificates=(SIGNER.der,),
        formats=(signs,),
    )
    kept.add(
        by_certificate.issue_mdoc(
            doctype=DOCTYPE,
            claims={SPACE: {"name": NAME, "address": "Seoul"}},
            holder=kept.new_key(),
            lifetime=DAY,
            status=NO_STATUS,
        )
    )
    return kept


def agree(kept: krid.Wallet, asked: AuthenticatedRequest) -> PresentationResponse:
    found = kept.match(asked)
    assert isinstance(found, Matched)
    return kept.present(found.consent(to=found.minimum))


@dataclass
class Visit:
    """One visit at a bank: what was begun, read and sent."""

    bank: Bank
    kept: krid.Wallet
    setup: WalletSetup = field(default_factory=phone)

    def answer(self, begun: server.Begun, wire: Wire | None = None) -> wallet.Sent:
        wire = wire or Wire(self.bank)
        asked = run(wallet.read_request(self.setup, begun.link), wire)
        return run(wallet.send(asked, agree(self.kept, asked)), wire)


def plain(**changes: Any) -> PresentationPolicy:
    return replace(OPENID4VP, **changes)


def trusting(*sources: IssuerKeys) -> IssuerKeys:
    return AnyOf(*sources)


def refused_for(result: server.Result) -> Code:
    """Return why an answer was refused; the report says the same."""
    assert isinstance(result, server.Refused), result
    assert result.report.refusal is result.code
    return result.code
