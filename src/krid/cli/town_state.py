"""The state of the town: its registrar, what it issues, and the lists of what still holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self, final

from krid.cardtypes import bundled_text
from krid.cli.demo.cast import Root
from krid.cli.town_chips import CHIP_PIN, chips_in_hand
from krid.cli.town_ground import Ground
from krid.cli.town_people import CARD_TYPE, LICENCE_TYPE, enter_residents
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.openid.oauth import NonceKey
from krid.openid.vci import CredentialConfiguration, CredentialMetadata, Display, ProofDemand
from krid.openid.vci.server import (
    Client,
    CredentialIssuer,
    CredentialSource,
    IssuerSetup,
    NoStatuses,
    Offering,
    People,
)
from krid.openid.vp import Terms
from krid.profiles import HAIP_PRESENTATION, OPENID4VCI, kr
from krid.registrar import CardSigner, Registrar
from krid.status import JWT_FORM, Publisher
from krid.trust import NOBODY
from krid.web.chips import TapDesk, chip_pages
from krid.web.issuer import LOOPBACK_ONLY, Desk, desk_app
from krid.web.issuer.records import DeskRecords
from krid.web.issuer.source import MDOC, SDJWT
from krid.web.journal import journal_pages
from krid.web.lists import RegistryLists
from krid.web.office import (
    IcCardReader,
    Office,
    OfficeRegister,
    OfficeTickets,
    RegistrarSource,
    Watched,
)
from krid.web.parties import PartyDesk, ReportsEndpoint, party_pages
from krid.web.parties import operations as report_operations
from krid.web.platform import Platform
from krid.web.platform.routes import Endpoints
from krid.web.publishing import publishing_app
from krid.web.wallet import PAYMENT
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.model import Profile
    from krid.web.chips import ChipInHand
    from krid.x509.leaf import LeafProfile

LIST_TTL: Final = timedelta(seconds=5)
"""How long a verifier of the town may keep a list: pages say it."""

_YEAR: Final = timedelta(days=365)
_LIST_LIFETIME: Final = timedelta(days=1)
_SHARD: Final = 4_096
"""Places in a list: enough for a town of seven, and signed in no time."""


@final
@dataclass(frozen=True, slots=True)
class State:
    """The state: a registrar with its office, and the issuer that wallets speak to."""

    issuer: CredentialIssuer
    office: Office
    reader: IcCardReader = field(repr=False)
    chips: "Sequence[ChipInHand]" = field(repr=False)
    records: DeskRecords
    people: Mapping[str, str] = field(repr=False)

    @classmethod
    def found(cls, ground: Ground, root: Root) -> Self:
        """Found the state below a root, and enter its residents."""
        now, name = ground.clock.now(), f"https://{ground.issuer}"
        signers = make_signers(ground, root, name)
        Registrar.begin(
            ground.database,
            [bundled_text(each).encode() for each in (CARD_TYPE, LICENCE_TYPE)],
            actor="installer",
            now=now,
            entropy=ground.entropy,
        )
        registrar = Registrar.open(
            ground.database,
            signers=signers,
            chip_anchors=(root.certificate,),
            status_uri=f"{name}/status/{{shard}}",
            entropy=ground.entropy,
            shard_size=_SHARD,
        )
        residents = enter_residents(registrar, root, now=now, entropy=ground.entropy)
        office = Office(
            registrar=registrar,
            publisher=_publisher(registrar, signers["dc+sd-jwt"]),
            card_type=CARD_TYPE,
            people=tuple(residents.people.values()),
            clock=ground.clock,
        )
        office.publish()
        records = DeskRecords(ground.store, ground.clock)
        reader = IcCardReader(clock=ground.clock, entropy=ground.entropy)
        source = RegistrarSource(office, records, reader)
        issuer = make_issuer(ground, ground.issuer, signers, source, RESIDENT_CARD)
        chips = chips_in_hand(residents.chips)
        return cls(issuer, office, reader, chips, records, residents.people)

    def app(self, ground: Ground, verifiers: Root) -> "Starlette":
        """Make the issuer's application: desk, log, relying parties, endpoints, status lists."""
        registrar, platform = self.office.registrar, ground.platform("issuer")
        desk = Desk(
            issuer=self.issuer,
            register=OfficeRegister(self.office),
            records=self.records,
            access=LOOPBACK_ONLY,
            wallets=ground.wallets,
            tickets=OfficeTickets(self.office, "clerk-1"),
            answering=Watched(self.issuer, self.office, self.records),
            links=(
                ("/chips", "nav.chips"),
                ("/verifiers", "verifiers.title"),
                ("/journal", "nav.journal"),
            ),
        )
        uri = f"https://{ground.issuer}/status/{{shard}}"
        lists = publishing_app(
            lists=RegistryLists(registrar.status, uri, forms=[JWT_FORM]),
            documents={},
            aggregation_path=None,
            clock=ground.clock,
            timer=ground.timer,
            log=_unlogged,
        )
        return desk_app(
            desk,
            platform,
            checks=ground.checks,
            published={"/status": lists},
            groups=(
                journal_pages(registrar.log, LOOPBACK_ONLY, parties=registrar.parties),
                party_pages(self._party_desk(ground)),
                chip_pages(self._tap_desk(ground)),
            ),
            endpoints=(_reports(ground, registrar, verifiers, platform),),
        )

    def _tap_desk(self, ground: Ground) -> TapDesk:
        return TapDesk(
            office=self.office,
            reader=self.reader,
            records=self.records,
            issuer=self.issuer,
            chips=self.chips,
            access=LOOPBACK_ONLY,
            wallets=ground.wallets,
            hint=CHIP_PIN,
        )

    def _party_desk(self, ground: Ground) -> PartyDesk:
        return PartyDesk(
            parties=self.office.registrar.parties,
            access=LOOPBACK_ONLY,
            clerk="clerk-1",
            clock=ground.clock,
            publish=self.office.publish,
        )


def _reports(
    ground: Ground, registrar: Registrar, verifiers: Root, platform: Platform
) -> Endpoints:
    """Take reports of requests as the town's wallets read them."""

    def terms() -> Terms:
        return Terms(
            trust=verifiers.trust(),
            policy=HAIP_PRESENTATION,
            now=ground.clock.now(),
            formats=frozenset(signed),
            transaction_types=(PAYMENT,),
        )

    signed = dict(registrar.signers)
    return Endpoints(
        answering=ReportsEndpoint(registrar.parties, terms),
        name="reports",
        operations=report_operations(),
        rate=platform.rates.reports,
    )


def signer(
    ground: Ground,
    root: Root,
    leaf: "LeafProfile",
    name: str,
    lifetime: timedelta,
    *,
    profile: "Profile" = kr.PROFILE,
) -> CardSigner:
    """Make a signer below a root for an https name."""
    key = LocalKey.generate(Alg.ES256)
    certificate = root.sign(
        key.public_key, leaf=leaf, name="Sample Card Signer", now=ground.clock.now(),
        lifetime=lifetime, entropy=ground.entropy, uris=(name,),
    )  # fmt: skip
    return CardSigner(issuer=name, signer=key, profile=profile, certificates=(certificate.der,))


def make_signers(ground: Ground, root: Root, name: str) -> Mapping[str, CardSigner]:
    """Make the signers of both formats for an https name, below a root."""
    return {
        "dc+sd-jwt": signer(ground, root, DOCUMENT_SIGNER, name, 5 * _YEAR),
        "mso_mdoc": signer(ground, root, MDOC_SIGNER, name, timedelta(days=456)),
    }


def displays(names: Sequence[tuple[str, str]]) -> tuple[Display, ...]:
    """Name something in several languages."""
    return tuple(Display(name=name, locale=locale) for locale, name in names)


def issuer_of(ground: Ground, by: CardSigner) -> Issuer:
    """Make an issuer that signs by the clock of the town."""
    return Issuer(
        by.issuer,
        signer=by.signer,
        profile=by.profile,
        certificates=by.certificates,
        clock=ground.clock,
        entropy=ground.entropy,
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A card that is issued here: what it and its issuer are called, and its two forms."""

    names: Sequence[tuple[str, str]]
    issuer_names: Sequence[tuple[str, str]]
    sdjwt: str
    vct: str
    mdoc: str
    doctype: str


RESIDENT_CARD: Final = Issued(
    names=(("ko", "모바일 주민등록증"), ("en", "Mobile Resident Card")),
    issuer_names=(("ko", "견본시 행정복지센터"), ("en", "Sample City Community Centre")),
    sdjwt=SDJWT,
    vct=kr.VCT,
    mdoc=MDOC,
    doctype=kr.DOCTYPE,
)


def make_issuer(
    ground: Ground,
    host: str,
    signers: Mapping[str, CardSigner],
    source: CredentialSource,
    card: Issued,
    *,
    people: People | None = None,
    clients: tuple[Client, ...] = (),
) -> CredentialIssuer:
    """Make the protocol side of an office that issues a card, also by log-in where people may."""
    offerings = {
        card.sdjwt: _offering(ground, signers, card, {"vct": card.vct}),
        card.mdoc: _offering(ground, signers, card, {"doctype": card.doctype}),
    }
    setup = IssuerSetup(
        identifier=f"https://{host}",
        offerings=offerings,
        policy=OPENID4VCI,
        source=source,
        statuses=NoStatuses(),
        store=ground.store,
        nonce_key=NonceKey(ground.entropy(32)),
        trust=NOBODY,
        clock=ground.clock,
        entropy=ground.entropy,
        people=people,
        clients=clients,
        anonymous_grant=True,
        display=displays(card.issuer_names),
    )
    return CredentialIssuer(setup)


def _publisher(registrar: Registrar, by: CardSigner) -> Publisher:
    return Publisher(
        registry=registrar.status,
        signer=by.signer,
        lifetime=_LIST_LIFETIME,
        ttl=LIST_TTL,
        issuer=by.issuer,
        certificates=by.certificates,
    )


def _offering(
    ground: Ground,
    signers: Mapping[str, CardSigner],
    card: Issued,
    particulars: Mapping[str, str],
) -> Offering:
    """Describe one form of the card; the registrar signs it, under the same name."""
    (kind,) = particulars.values()
    is_sdjwt = "vct" in particulars
    format_name = "dc+sd-jwt" if is_sdjwt else "mso_mdoc"
    configuration = CredentialConfiguration(
        format=format_name,
        signing_algs=("ES256",) if is_sdjwt else (-7,),
        binding_methods=("jwk" if is_sdjwt else "cose_key",),
        proofs={"jwt": ProofDemand(("ES256",))},
        metadata=CredentialMetadata(displays(card.names)),
        particulars=dict(particulars),
    )
    return Offering(
        configuration=configuration, issuer=issuer_of(ground, signers[format_name]), type=kind
    )


def _unlogged(_line: Mapping[str, object]) -> None:
    """Leave it to the application around this one to log."""
