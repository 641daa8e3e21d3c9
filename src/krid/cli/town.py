"""An issuer, a bank and a wallet on this machine: all that `krid serve demo` serves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, final

from krid import query
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.cli.demo.cast import Root, card_trust
from krid.exchange import ResponseMode
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.model import Permission, Registration
from krid.net import NoNetwork, PlainLoopback
from krid.openid.oauth import IssuanceStore, NonceKey
from krid.openid.vci import CredentialConfiguration, CredentialMetadata, Display, ProofDemand
from krid.openid.vci.server import CredentialIssuer, IssuerSetup, Offering
from krid.openid.vp.server import Identity, PresentationVerifier, VerifierSetup
from krid.profiles import HAIP_PRESENTATION, OPENID4VCI, kr
from krid.registrar import Register, sample_register
from krid.status import JWT_FORM, Publisher, StatusLists, StatusRegistry
from krid.trust import NOBODY, RegisteredVerifiers
from krid.wallet import ShowBeyond
from krid.web.bank import Counter, verifier_app
from krid.web.bank.records import VisitRecords
from krid.web.desk import LOOPBACK_ONLY, CardSource, Desk, RegistryStatuses, desk_app
from krid.web.desk.records import DeskRecords
from krid.web.desk.source import MDOC, SDJWT
from krid.web.issuer import issuer_app
from krid.web.lists import RegistryLists
from krid.web.phone import OneWallet, World, wallet_app
from krid.web.platform import Check, CookieRule, Platform, Rates
from krid.web.platform.settings import CookieKey, Log
from krid.web.platform.wallets import WalletAddress
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, VERIFIER

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.x509.leaf import LeafProfile

ASKED: Final = ("name", "birthdate", ("age_equal_or_over", "19"))
PURPOSE: Final = "계좌 개설을 위한 본인 확인 · Identify you to open an account"
_YEAR: Final = timedelta(days=365)
_LIST_LIFETIME: Final = timedelta(days=1)
_LIST_TTL: Final = timedelta(minutes=1)
_CODE_NAMES: Final = (("ko", "모바일 주민등록증"), ("en", "Mobile Resident Card"))
_ISSUER_NAMES: Final = (("ko", "견본시 행정복지센터"), ("en", "Sample City Community Centre"))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a town is built on. The hosts are such as `issuer.localhost:8701`."""

    issuer: str
    bank: str
    wallet: str
    database: str
    folder: Path
    store: IssuanceStore = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    timer: Callable[[], float] = field(repr=False)
    log: Log = field(repr=False)
    rates: Rates = field(default=Rates(), repr=False)
    checks: tuple[Check, ...] = field(default=(), repr=False)

    @property
    def loopback(self) -> PlainLoopback:
        """The way from one application to another: by plain HTTP on this machine."""
        return PlainLoopback([self.issuer, self.bank], beyond=NoNetwork())

    def platform(self, name: str) -> Platform:
        """Make what an application needs from outside."""
        return Platform(
            name=name,
            key=CookieKey(self.entropy(32)),
            cookies=CookieRule.PLAIN_LOOPBACK,
            clock=self.clock,
            entropy=self.entropy,
            timer=self.timer,
            log=self.log,
            rates=self.rates,
        )


@final
@dataclass(frozen=True, slots=True)
class Town:
    """Three applications, and what they stand on."""

    issuer: "Starlette"
    bank: "Starlette"
    wallet: "Starlette"
    registry: StatusRegistry
    publisher: Publisher
    verifier: PresentationVerifier
    credential_issuer: CredentialIssuer
    cards: Root
    verifiers: Root

    @classmethod
    def build(cls, ground: Ground) -> Self:
        """Found the authorities, and build the applications."""
        cards = _root("Sample Root for Cards", ground)
        verifiers = _root("Sample Root for Verifiers", ground)
        registry = StatusRegistry.open(
            ground.database, f"https://{ground.issuer}/status/{{shard}}", open_shards=1
        )
        authority = _Authority.make(ground, cards, registry)
        verifier = _verifier(ground, cards, verifiers)
        return cls(
            issuer=authority.app(ground),
            bank=_bank_app(ground, verifier),
            wallet=_wallet_app(ground, cards, verifiers, verifier),
            registry=registry,
            publisher=authority.publisher,
            verifier=verifier,
            credential_issuer=authority.issuer,
            cards=cards,
            verifiers=verifiers,
        )


@final
@dataclass(frozen=True, slots=True)
class _Authority:
    """The state: what it issues, and the lists of what still holds."""

    issuer: CredentialIssuer
    register: Register
    records: DeskRecords
    publisher: Publisher

    @classmethod
    def make(cls, ground: Ground, root: Root, registry: StatusRegistry) -> Self:
        """Found the authority below a root."""
        register = sample_register(day=kr.korean_day(ground.clock.now()))
        records = DeskRecords(ground.store, ground.clock)
        name = f"https://{ground.issuer}"
        sdjwt, list_signer = _signer(ground, root, DOCUMENT_SIGNER, "Sample Card Signer", 5 * _YEAR)
        mdoc, _ = _signer(ground, root, MDOC_SIGNER, "Sample Document Signer", timedelta(days=456))
        publisher = Publisher(
            registry=registry,
            signer=list_signer.key,
            lifetime=_LIST_LIFETIME,
            ttl=_LIST_TTL,
            issuer=name,
            certificates=list_signer.certificates,
        )
        statuses = RegistryStatuses(registry, publisher, records, ground.clock)
        setup = IssuerSetup(
            identifier=name,
            offerings={
                SDJWT: _offering(sdjwt, "dc+sd-jwt", ("ES256",), "jwk", {"vct": kr.VCT}),
                MDOC: _offering(mdoc, "mso_mdoc", (-7,), "cose_key", {"doctype": kr.DOCTYPE}),
            },
            policy=OPENID4VCI,
            source=CardSource(register, records, statuses),
            statuses=statuses,
            store=ground.store,
            nonce_key=NonceKey(ground.entropy(32)),
            trust=NOBODY,
            clock=ground.clock,
            entropy=ground.entropy,
            anonymous_grant=True,
            display=_displays(_ISSUER_NAMES),
        )
        return cls(CredentialIssuer(setup), register, records, publisher)

    def app(self, ground: Ground) -> "Starlette":
        """Make the issuer's application, with its status lists."""
        desk = Desk(
            issuer=self.issuer,
            register=self.register,
            records=self.records,
            access=LOOPBACK_ONLY,
            wallets=_wallets(ground),
        )
        uri = f"https://{ground.issuer}/status/{{shard}}"
        lists = issuer_app(
            lists=RegistryLists(self.publisher.registry, uri, forms=[JWT_FORM]),
            documents={},
            aggregation_path=None,
            clock=ground.clock,
            timer=ground.timer,
            log=_unlogged,
        )
        return desk_app(
            desk, ground.platform("issuer"), checks=ground.checks, published={"/status": lists}
        )


@final
@dataclass(frozen=True, slots=True)
class _ListSigner:
    key: LocalKey = field(repr=False)
    certificates: tuple[bytes, ...]


def _unlogged(_line: Mapping[str, object]) -> None:
    """Leave it to the application around this one to log."""


def _root(name: str, ground: Ground) -> Root:
    return Root.make(name, now=ground.clock.now(), entropy=ground.entropy)


def _signer(
    ground: Ground, root: Root, leaf: "LeafProfile", name: str, lifetime: timedelta
) -> tuple[Issuer, _ListSigner]:
    key, uri = LocalKey.generate(Alg.ES256), f"https://{ground.issuer}"
    certificate = root.sign(
        key.public_key, leaf=leaf, name=name, now=ground.clock.now(), lifetime=lifetime,
        entropy=ground.entropy, uris=(uri,),
    )  # fmt: skip
    issuer = Issuer(
        uri,
        signer=key,
        profile=kr.PROFILE,
        certificates=(certificate.der,),
        clock=ground.clock,
        entropy=ground.entropy,
    )
    return issuer, _ListSigner(key, (certificate.der,))


def _offering(
    issuer: Issuer,
    format_name: str,
    algs: Sequence[str | int],
    binding: str,
    particulars: Mapping[str, str],
) -> Offering:
    (kind,) = particulars.values()
    configuration = CredentialConfiguration(
        format=format_name,
        signing_algs=tuple(algs),
        binding_methods=(binding,),
        proofs={"jwt": ProofDemand(("ES256",))},
        metadata=CredentialMetadata(_displays(_CODE_NAMES)),
        particulars=dict(particulars),
    )
    return Offering(configuration=configuration, issuer=issuer, type=kind)


def _displays(names: Sequence[tuple[str, str]]) -> tuple[Display, ...]:
    return tuple(Display(name=name, locale=locale) for locale, name in names)


def _wallets(ground: Ground) -> tuple[WalletAddress, ...]:
    return (WalletAddress("wallet.browser", f"http://{ground.wallet}"),)


def _verifier(ground: Ground, cards: Root, verifiers: Root) -> PresentationVerifier:
    key, host = LocalKey.generate(Alg.ES256), ground.bank.partition(":")[0]
    certificate = verifiers.sign(
        key.public_key, leaf=VERIFIER, name="Sample Bank", now=ground.clock.now(),
        lifetime=_YEAR, entropy=ground.entropy, dns_names=(host,),
    )  # fmt: skip
    trust = card_trust(cards)
    setup = VerifierSetup(
        url=f"https://{ground.bank}/vp",
        identity=Identity.by_certificate(key, [certificate.der]),
        policy=HAIP_PRESENTATION,
        mode=ResponseMode.DIRECT_POST_JWT,
        trust=trust,
        status=StatusLists(ground.loopback, issuers=trust),
        profile=kr.PROFILE,
        store=ground.store,
        page=f"https://{ground.bank}/done",
        clock=ground.clock,
        entropy=ground.entropy,
    )
    return PresentationVerifier(setup)


def _bank_app(ground: Ground, verifier: PresentationVerifier) -> "Starlette":
    counter = Counter(
        verifier=verifier,
        query=query.of(query.sdjwt("id", vct=kr.VCT, claims=ASKED)),
        purpose=PURPOSE,
        records=VisitRecords(ground.store, ground.clock),
        wallets=_wallets(ground),
    )
    return verifier_app(counter, ground.platform("bank"), checks=ground.checks)


def _wallet_app(
    ground: Ground, cards: Root, verifiers: Root, verifier: PresentationVerifier
) -> "Starlette":
    loopback = ground.loopback
    wallet = OneWallet(
        ground.folder / "wallet.db",
        trust=card_trust(cards),
        registrations=ShowBeyond(_registrations(verifier)),
        clock=ground.clock,
        entropy=ground.entropy,
    )
    world = World(
        transport=loopback,
        verifiers=verifiers.trust(),
        for_browser=loopback.for_browser,
        clock=ground.clock,
        entropy=ground.entropy,
    )
    return wallet_app(wallet, world, ground.platform("wallet"))


def _registrations(verifier: PresentationVerifier) -> RegisteredVerifiers:
    """List the bank, as a register of those who may ask would."""
    claims = frozenset(path if isinstance(path, tuple) else (path,) for path in ASKED)
    entry = Registration(
        id="sample-bank",
        name="견본은행 Sample Bank",
        purposes={"ko": "계좌 개설", "en": "Open an account"},
        permissions=(Permission("dc+sd-jwt", frozenset({kr.VCT}), claims),),
        valid_until=None,
        evidence="a sample register",
    )
    return RegisteredVerifiers({verifier.client_id: entry})
