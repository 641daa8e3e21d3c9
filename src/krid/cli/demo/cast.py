"""Who plays in the story: the state's authority, the parties that ask, and the trust between them.

All of them are invented; their hosts end in `.example`, which can belong to nobody.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.exchange import IssuedCredential, MemorySessions, Sessions
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import IssuerKeys, StatusReference, StatusSource
from krid.openid.vp import REQUEST_TYP
from krid.profiles import HAIP, kr
from krid.registrar import Office, Register, Resident, check_eligible, sample_register
from krid.status import StatusListIssuer
from krid.trust import AnyOf, CertificateTrust, Crls, ForFormats
from krid.verifier import Verifier
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, VERIFIER, Certificate, RevocationList, sign_crl
from krid.x509.crl import X509_CRL
from krid.x509.issue import self_signed_ca, sign_certificate
from krid.x509.leaf import LeafProfile
from krid.x509.pem import Block, encode_block

AUTHORITY_URI: Final = "https://mois.example"
STATUS_URI: Final = f"{AUTHORITY_URI}/status/1"
MDOC_LIFETIME: Final = timedelta(days=30)
"""An mdoc must not outlive its signer's certificate (457 days at most), so it is short-lived."""

_YEAR: Final = timedelta(days=365)
_STATUS_SIZE: Final = 100_000
_STATUS_LIFETIME: Final = timedelta(days=1)


@final
@dataclass(frozen=True, slots=True)
class Root:
    """A certificate authority: its key, its own certificate, and its revocation list."""

    key: LocalKey = field(repr=False)
    certificate: Certificate
    revoked: RevocationList

    @classmethod
    def make(cls, name: str, *, now: datetime, entropy: Entropy) -> Self:
        """Make a root for ten years."""
        key = LocalKey.generate(Alg.ES256)
        certificate = self_signed_ca(
            key,
            common_name=name,
            country=kr.COUNTRY,
            valid_from=now - timedelta(days=1),
            valid_until=now + 10 * _YEAR,
            issuer_uri=AUTHORITY_URI,
            entropy=entropy,
        )
        revoked = sign_crl(
            {}, ca=certificate, ca_key=key, number=1, this_update=now, next_update=now + 10 * _YEAR
        )
        return cls(key, certificate, revoked)

    def trust(self) -> CertificateTrust:
        """Trust in what this authority certified and did not revoke."""
        return CertificateTrust((self.certificate,), revocation=Crls.known(self.revoked))

    def to_pem(self) -> bytes:
        """Write the same as a trust file: the certificate and the revocation list."""
        return self.certificate.to_pem() + encode_block(Block(X509_CRL, self.revoked.der))

    def sign(
        self,
        key: PublicKey,
        *,
        leaf: LeafProfile,
        name: str,
        now: datetime,
        lifetime: timedelta,
        entropy: Entropy,
        uris: tuple[str, ...] = (),
        dns_names: tuple[str, ...] = (),
    ) -> Certificate:
        """Make a certificate for one purpose."""
        return sign_certificate(
            key,
            ca=self.certificate,
            ca_key=self.key,
            leaf=leaf,
            common_name=name,
            valid_from=now - timedelta(hours=1),
            valid_until=now + lifetime,
            entropy=entropy,
            uris=uris,
            dns_names=dns_names,
        )


@final
@dataclass(frozen=True, slots=True)
class Authority:
    """The state: register, office, the keys that sign cards, and the list of their status."""

    clock: Clock
    root: Root
    register: Register
    office: Office
    sdjwt_issuer: Issuer
    mdoc_issuer: Issuer
    status_key: LocalKey = field(repr=False)
    status_certificate: Certificate
    status_list: StatusListIssuer

    @classmethod
    def make(cls, name: str, *, clock: Clock, entropy: Entropy) -> Self:
        """Found an authority: a root, two signers below it, an empty status list."""
        now = clock.now()
        root = Root.make(name, now=now, entropy=entropy)
        sdjwt_key, mdoc_key = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
        sdjwt_certificate = root.sign(
            sdjwt_key.public_key, leaf=DOCUMENT_SIGNER, name="Sample Card Signer", now=now,
            lifetime=5 * _YEAR, entropy=entropy, uris=(AUTHORITY_URI,),
        )  # fmt: skip
        mdoc_certificate = root.sign(
            mdoc_key.public_key, leaf=MDOC_SIGNER, name="Sample Document Signer", now=now,
            lifetime=timedelta(days=456), entropy=entropy, uris=(AUTHORITY_URI,),
        )  # fmt: skip
        return cls(
            clock=clock,
            root=root,
            register=sample_register(day=kr.korean_day(now)),
            office=Office(entropy=entropy),
            sdjwt_issuer=_issuer(sdjwt_key, sdjwt_certificate, clock, entropy),
            mdoc_issuer=_issuer(mdoc_key, mdoc_certificate, clock, entropy),
            status_key=sdjwt_key,
            status_certificate=sdjwt_certificate,
            status_list=StatusListIssuer(STATUS_URI, _STATUS_SIZE, entropy=entropy),
        )

    def check(self, resident_id: str) -> Resident:
        """Look a person up and check that the card may be issued to a new phone."""
        resident = self.register.resident(resident_id)
        check_eligible(
            resident,
            self.register.card(resident_id),
            day=kr.korean_day(self.clock.now()),
            active_phone=self.register.active_phone(resident_id),
        )
        return resident

    def issue_sdjwt(
        self, resident: Resident, holder: PublicKey, status: StatusReference
    ) -> IssuedCredential:
        """Issue the card as SD-JWT VC, until the end of the day three years from now."""
        now = self.clock.now()
        return self.sdjwt_issuer.issue_sdjwt(
            vct=kr.VCT,
            claims=kr.sdjwt_claims(_card(resident, now)),
            holder=holder,
            lifetime=kr.valid_until(kr.korean_day(now)) - now.replace(microsecond=0),
            status=status,
        )

    def issue_mdoc(
        self, resident: Resident, holder: PublicKey, status: StatusReference
    ) -> IssuedCredential:
        """Issue the card as mdoc, for a month."""
        return self.mdoc_issuer.issue_mdoc(
            doctype=kr.DOCTYPE,
            claims=kr.mdoc_claims(_card(resident, self.clock.now())),
            holder=holder,
            lifetime=MDOC_LIFETIME,
            status=status,
        )

    def publish_status(self) -> str:
        """Sign the status list as it stands."""
        return self.status_list.publish(
            self.status_key,
            now=self.clock.now(),
            lifetime=_STATUS_LIFETIME,
            certificates=(self.status_certificate.der,),
            issuer=AUTHORITY_URI,
        )


@final
@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who asks: a bank, a shop. It signs its requests, and its name is its host."""

    host: str
    key: LocalKey = field(repr=False)
    certificate: Certificate
    verifier: Verifier

    @classmethod
    def make(
        cls,
        host: str,
        *,
        root: Root,
        trust: IssuerKeys,
        status: StatusSource,
        clock: Clock,
        entropy: Entropy,
        sessions: Sessions | None = None,
    ) -> Self:
        """Register a party with a root that vouches for verifiers."""
        key = LocalKey.generate(Alg.ES256)
        certificate = root.sign(
            key.public_key, leaf=VERIFIER, name=host, now=clock.now(), lifetime=_YEAR,
            entropy=entropy, dns_names=(host,),
        )  # fmt: skip
        sessions = MemorySessions() if sessions is None else sessions
        verifier = make_verifier(host, trust=trust, status=status, clock=clock, sessions=sessions)
        return cls(host, key, certificate, verifier)


def make_verifier(
    host: str, *, trust: IssuerKeys, status: StatusSource, clock: Clock, sessions: Sessions
) -> Verifier:
    """Make the verifier of a host, with the demands of the Korean card."""
    return Verifier(
        f"x509_san_dns:{host}",
        trust=trust,
        status=status,
        profile=kr.PROFILE,
        sessions=sessions,
        response_uri=f"https://{host}/answer",
        clock=clock,
    )


def card_trust(root: Root) -> IssuerKeys:
    """Trust for cards and their status, and for nothing else."""
    formats = frozenset({"dc+sd-jwt", "mso_mdoc", "statuslist+jwt"})
    return ForFormats(root.trust(), formats=formats)


def holder_trust(cards: Root, verifiers: Root) -> IssuerKeys:
    """What a phone trusts: one root for cards, another one for those who ask."""
    asking = ForFormats(verifiers.trust(), formats=frozenset({REQUEST_TYP}))
    return AnyOf(card_trust(cards), asking)


def _issuer(key: LocalKey, certificate: Certificate, clock: Clock, entropy: Entropy) -> Issuer:
    return Issuer(
        AUTHORITY_URI,
        signer=key,
        profile=HAIP,
        certificates=(certificate.der,),
        clock=clock,
        entropy=entropy,
    )


def _card(resident: Resident, now: datetime) -> kr.ResidentCard:
    return kr.ResidentCard(
        name=resident.name,
        name_hanja=resident.name_hanja,
        name_latin=resident.name_latin,
        birth_date=resident.birth_date,
        sex=kr.Sex(resident.sex),
        resident_number=resident.number.encode(),
        address=resident.address,
        portrait=resident.portrait,
        issued_on=kr.korean_day(now),
        issuing_authority="서울특별시 견본구청장",
    )
