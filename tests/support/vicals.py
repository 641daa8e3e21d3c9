"""A provider of VICALs, and lists in its name with any content."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from crls import Ca

from krid import cose
from krid._core import cbor
from krid._core.cbor import BigNumber, DateTime
from krid.cose import X5CHAIN, Placement, Tagging
from krid.keys import Alg, LocalKey
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.trust.lists import FIRST_LIST, Seen
from krid.trust.vical import SignedVical, VerifiedVical, verify_vical
from krid.x509 import VICAL_SIGNER, Certificate, LeafProfile, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MDL, CARD = "org.iso.18013.5.1.mDL", "kr.example.card.1"


@dataclass(frozen=True)
class Provider:
    """A provider's root, and a signer below it."""

    root: Ca
    key: LocalKey
    certificate: Certificate

    @classmethod
    def make(cls, leaf: LeafProfile = VICAL_SIGNER) -> "Provider":
        root, key = Ca.make("Sample list provider"), LocalKey.generate(Alg.ES256)
        certificate = sign_certificate(
            key.public_key,
            ca=root.certificate,
            ca_key=root.key,
            leaf=leaf,
            common_name="Sample list signer",
            valid_from=NOW - 5 * DAY,
            valid_until=NOW + 100 * DAY,
            entropy=lambda size: bytes([9]) * size,
        )
        return cls(root, key, certificate)

    @property
    def trust(self) -> CertificateTrust:
        """Trust in this provider."""
        return CertificateTrust((self.root.certificate,), revocation=NO_REVOCATION)

    def sign(self, payload: bytes, *, placement: Placement = Placement.ATTACHED) -> bytes:
        """Sign any payload."""
        headers: Mapping[int | str, object] = {X5CHAIN: self.certificate.der}
        prepared = cose.prepare({}, headers, payload, alg=Alg.ES256, placement=placement)
        return prepared.sign_with(self.key).encode(Tagging.UNTAGGED)


@cache
def provider() -> Provider:
    """Return the one provider of most tests."""
    return Provider.make()


@cache
def authority() -> Ca:
    """Return the one issuing authority of most tests."""
    return Ca.make("Sample IACA")


def entry(**changes: Any) -> dict[str, Any]:
    """Write an entry for the authority; a change of None leaves a member out."""
    certificate = authority().certificate
    members: dict[str, Any] = {
        "certificate": certificate.der,
        "serialNumber": BigNumber(certificate.serial),
        "ski": certificate.extensions.subject_key_id,
        "docType": [MDL],
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def vical(*entries: Mapping[str, Any], by: Provider | None = None, **changes: Any) -> bytes:
    """Make a signed list; a change of None leaves a member out."""
    members: dict[str, Any] = {
        "version": "1.0",
        "vicalProvider": "Sample provider",
        "date": DateTime("2026-05-31T00:00:00Z"),
        "vicalIssueID": 7,
        "nextUpdate": DateTime("2026-06-30T00:00:00Z"),
        "certificateInfos": list(entries),
        **changes,
    }
    payload = {name: value for name, value in members.items() if value is not None}
    return (by or provider()).sign(cbor.encode(payload))


def verify(
    raw: bytes, *, now: datetime = NOW, seen: Seen = FIRST_LIST, max_age: timedelta = 60 * DAY
) -> VerifiedVical:
    """Verify a list of the one provider."""
    signed = SignedVical.parse(raw)
    return verify_vical(signed, providers=provider().trust, now=now, max_age=max_age, seen=seen)
