"""An issuer and a wallet that talk over OpenID4VCI in memory; all of them are invented."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from roles import MovableClock

from krid._core.entropy import system_entropy
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import NO_STATUS, IssuerKeys, NoStatus, StatusReference
from krid.net import Flow, Request, Response, Transport, run
from krid.openid.oauth import (
    Call,
    MemoryIssuanceStore,
    NonceKey,
    Reply,
    client_attestation,
)
from krid.openid.vci import (
    AttestationDemand,
    CredentialConfiguration,
    CredentialMetadata,
    CredentialOffer,
    Display,
    GrantType,
    IssuancePolicy,
    ProofDemand,
    prepare_key_attestation,
    server,
    wallet,
)
from krid.openid.vci.server import (
    Client,
    CredentialIssuer,
    CredentialOrder,
    Interaction,
    IssuerSetup,
    IssuerTransport,
    Later,
    News,
    Offering,
    Ready,
)
from krid.profiles import HAIP, HAIP_ISSUANCE, OPENID4VCI
from krid.sdjwt import sd
from krid.trust import NO_REVOCATION, AnyOf, CertificateTrust, KeyTrust
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOST = "mois.example"
ISSUER = f"https://{HOST}"
WALLET = "https://wallet.example"
BACK = "https://wallet.example/cb"
VCT = "urn:example:resident-card"
DOCTYPE = "org.example.resident.1"
NAMESPACE = "org.example.resident"
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
SUBJECT = "account-1"
LEVELS = AttestationDemand(("iso_18045_high",), ("iso_18045_moderate",))

ROOT_KEY, CARD_KEY, PROVIDER_KEY = (LocalKey.generate(Alg.ES256) for _ in range(3))
ROOT = self_signed_ca(
    ROOT_KEY,
    common_name="Invented root",
    country="ZZ",
    valid_from=NOW - YEAR,
    valid_until=NOW + 5 * YEAR,
    issuer_uri=ISSUER,
    entropy=system_entropy,
)


def leaf(key: PublicKey, purpose: Any, *names: str) -> Certificate:
    return sign_certificate(
        key,
        ca=ROOT,
        ca_key=ROOT_KEY,
        leaf=purpose,
        common_name="Invented signer",
        valid_from=NOW - DAY,
        valid_until=NOW + YEAR,
        entropy=system_entropy,
        dns_names=names,
    )


CARD_CERTIFICATE = leaf(CARD_KEY.public_key, DOCUMENT_SIGNER, HOST)
MDOC_CERTIFICATE = leaf(CARD_KEY.public_key, MDOC_SIGNER, HOST)
PROVIDER_CERTIFICATE = leaf(PROVIDER_KEY.public_key, DOCUMENT_SIGNER, "provider.example")
PROVIDERS: IssuerKeys = AnyOf(
    KeyTrust.of(PROVIDER_KEY.public_key), CertificateTrust((ROOT,), revocation=NO_REVOCATION)
)
CARDS: IssuerKeys = CertificateTrust((ROOT,), revocation=NO_REVOCATION)


def proofs(policy: IssuancePolicy) -> dict[str, ProofDemand]:
    demand = LEVELS if policy.key_attestation_required else None
    return {
        "jwt": ProofDemand(("ES256",), demand),
        "attestation": ProofDemand(("ES256",), LEVELS),
    }


def configurations(policy: IssuancePolicy) -> dict[str, CredentialConfiguration]:
    shown = CredentialMetadata((Display(name="Resident card", locale="en"),))
    return {
        "card": CredentialConfiguration(
            format="dc+sd-jwt",
            scope="card",
            signing_algs=("ES256",),
            binding_methods=("jwk",),
            proofs=proofs(policy),
            metadata=shown,
            particulars={"vct": VCT},
        ),
        "licence": CredentialConfiguration(
            format="mso_mdoc",
            scope="licence",
            signing_algs=(-7,),
            binding_methods=("cose_key",),
            proofs=proofs(policy),
            particulars={"doctype": DOCTYPE},
        ),
    }


@dataclass
class Register:
    """What is true; `waiting` makes it answer Later that many times."""

    waiting: int = 0
    decision: server.Denied | None = None
    orders: list[CredentialOrder] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    sets: tuple[str, ...] = ("resident",)

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        return tuple(f"{configuration}-{name}" for name in self.sets)

    def decide(self, order: CredentialOrder) -> Ready | Later | server.Denied:
        self.orders.append(order)
        if self.decision is not None:
            return self.decision
        if self.waiting:
            self.waiting -= 1
            return Later(timedelta(hours=1))
        if order.configuration == "licence":
            return Ready({NAMESPACE: {"family_name": "Hong"}}, 30 * DAY)
        return Ready({"name": sd("Hong Gildong"), "issuing_country": "KR"}, YEAR)

    def told(self, news: News) -> None:
        self.news.append(news)


@dataclass
class Statuses:
    """Gives out places in one list; refuses after `most`."""

    most: int = 1_000
    given: list[int] = field(default_factory=list)

    def allot(self, order: CredentialOrder) -> StatusReference | NoStatus:
        if order.configuration == "licence":
            return NO_STATUS
        if len(self.given) >= self.most:
            raise RuntimeError("full")
        self.given.append(max(self.given, default=0) + 1)
        return StatusReference(f"{ISSUER}/status/1", self.given[-1])

    def give_back(self, status: StatusReference) -> None:
        self.given.remove(status.index)


@dataclass
class People:
    """Remembers whom the browser was shown to."""

    asked: list[Interaction] = field(default_factory=list)

    def ask(self, interaction: Interaction, call: Call) -> Reply:
        self.asked.append(interaction)
        return Reply(200, {"Content-Type": "text/html"}, b"Log in")


@dataclass(frozen=True)
class Attester:
    """A key store that vouches for every key it is shown."""

    clock: MovableClock
    changes: dict[str, Any] = field(default_factory=dict)

    def attest(self, keys: Sequence[PublicKey], *, nonce: str | None) -> Flow[str]:
        words: dict[str, Any] = {
            "keys": keys,
            "now": self.clock.now(),
            "lifetime": DAY,
            "nonce": nonce,
            "key_storage": ["iso_18045_high"],
            "user_authentication": ["iso_18045_moderate"],
            "certificates": (PROVIDER_CERTIFICATE.der,),
        }
        signer = self.changes.get("signer", PROVIDER_KEY)
        given = {name: each for name, each in self.changes.items() if name != "signer"}
        return prepare_key_attestation(signer, **(words | given)).sign_with(signer)
        yield  # type: ignore[unreachable]  # a flow that asks nobody


@dataclass
class Recorded:
    """A transport that keeps what went by, and may change it."""

    inner: Transport
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)
    change: Callable[[str, Response], Response] = lambda _url, response: response

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        response = self.change(request.url, self.inner.send(request))
        self.responses.append(response)
        return response


class Town:
    """One issuer, one wallet, and the wire between them."""

    def __init__(self, policy: IssuancePolicy = OPENID4VCI, **changes: Any) -> None:
        self.policy = policy
        self.clock = MovableClock(NOW)
        self.register = Register()
        self.statuses = Statuses()
        self.people = People()
        self.store = MemoryIssuanceStore()
        self.instance = LocalKey.generate(Alg.ES256)
        self.dpop = LocalKey.generate(Alg.ES256)
        self.setup = self._setup(changes)
        self.issuer = CredentialIssuer(self.setup)
        self.wire = Recorded(IssuerTransport(HOST, self.issuer))
        self.wallet = self._wallet()

    def _setup(self, changes: dict[str, Any]) -> IssuerSetup:
        described = configurations(self.policy)
        words: dict[str, Any] = {
            "identifier": ISSUER,
            "offerings": {
                "card": Offering(
                    configuration=described["card"],
                    issuer=self._signer(CARD_CERTIFICATE),
                    type=VCT,
                ),
                "licence": Offering(
                    configuration=described["licence"],
                    issuer=self._signer(MDOC_CERTIFICATE),
                    type=DOCTYPE,
                ),
            },
            "policy": self.policy,
            "source": self.register,
            "statuses": self.statuses,
            "store": self.store,
            "nonce_key": NonceKey(system_entropy(32)),
            "trust": PROVIDERS,
            "clock": self.clock,
            "entropy": system_entropy,
            "people": self.people,
            "clients": (Client(id=WALLET, redirect_uris=(BACK,)),),
            "anonymous_grant": not self.policy.client_attestation_required,
            "batch_size": 5,
        }
        return IssuerSetup(**(words | changes))

    def _signer(self, certificate: Certificate) -> Issuer:
        return Issuer(
            ISSUER,
            signer=CARD_KEY,
            profile=HAIP,
            certificates=(certificate.der,),
            clock=self.clock,
        )

    def _wallet(self) -> wallet.WalletSetup:
        attested = self.policy.client_attestation_required
        return wallet.WalletSetup(
            policy=self.policy,
            clock=self.clock,
            entropy=system_entropy,
            client_id=WALLET,
            redirect_uri=BACK,
            dpop=self.dpop,
            attestation=self.attestation() if attested else None,
            key_attester=Attester(self.clock),
            metadata_trust=None,
        )

    def attestation(self, **changes: Any) -> wallet.WalletAttestation:
        words: dict[str, Any] = {
            "client_id": WALLET,
            "key": self.instance.public_key,
            "now": self.clock.now(),
            "lifetime": DAY,
            "certificates": (PROVIDER_CERTIFICATE.der,),
        }
        signer = changes.pop("signer", PROVIDER_KEY)
        prepared = client_attestation.prepare_attestation(signer, **(words | changes))
        return wallet.WalletAttestation(prepared.sign_with(signer), self.instance)

    def remade(self, **changes: Any) -> "Town":
        """Put another issuer, over the same store, behind the same wire."""
        self.setup = replace(self.setup, **changes)
        self.issuer = CredentialIssuer(self.setup)
        self.wire.inner = IssuerTransport(HOST, self.issuer)
        return self

    def run(self, flow: Flow[Any]) -> Any:
        return run(flow, self.wire)

    def offer(
        self, *names: str, tx_code: server.RequiredTxCode | server.NoTxCode = server.NO_TX_CODE
    ) -> CredentialOffer:
        return self.issuer.offer_pre_authorized(
            subject=SUBJECT, configurations=names or ("card",), tx_code=tx_code
        )

    def discovered(self, grant: GrantType = GrantType.PRE_AUTHORIZED_CODE) -> wallet.Counterpart:
        found = self.run(wallet.discover(self.wallet, ISSUER, grant=grant))
        assert isinstance(found, wallet.Counterpart)
        return found

    def session(self, *names: str) -> wallet.Session:
        """Redeem a fresh offer."""
        offer = self.offer(*names)
        flow = wallet.redeem_offer(self.wallet, self.discovered(), offer, tx_code=None)
        session = self.run(flow)
        assert isinstance(session, wallet.Session)
        return session

    def browse(self, url: str, *, subject: str | None = SUBJECT) -> str:
        """Take a browser through the issuer's page; return where it ends. None declines."""
        address, _, query = url.partition("?")
        reply = self.issuer.answer(Call("GET", address.removeprefix(ISSUER), query))
        if reply.status == 200:
            asked = self.people.asked[-1]
            if subject is None:
                reply = self.issuer.decline(asked.id)
            else:
                reply = self.issuer.approve(asked.id, subject=subject)
        assert reply.status == 303, reply
        return reply.headers["Location"]

    def by_browser(self, *names: str, issuer_state: str | None = None) -> wallet.Session:
        found = self.discovered(GrantType.AUTHORIZATION_CODE)
        flow = wallet.begin_authorization(
            self.wallet, found, names or ("card",), issuer_state=issuer_state
        )
        step = self.run(flow)
        back = self.browse(step.url)
        session = self.run(wallet.finish_authorization(self.wallet, step.pending, back))
        assert isinstance(session, wallet.Session)
        return session

    def left(self) -> set[str]:
        """Name the kinds of records that are left, but for what only stops a second use."""
        kinds = {kind.value for kind in self.store.kinds(now=self.clock.now())}
        return kinds - {"used_nonce", "used_proof", "spent", "revoked", "notified"}


HAIP_WITH_NONCES = replace(HAIP_ISSUANCE, dpop_nonce_required=True, challenge_required=True)


def new_keys(count: int) -> list[LocalKey]:
    return [LocalKey.generate(Alg.ES256) for _ in range(count)]
