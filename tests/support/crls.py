"""A CA, and revocation lists in its name with any content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from krid.keys import Alg, LocalKey
from krid.x509 import MDOC_SIGNER, Certificate, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ECDSA_SHA256 = asn1.sequence(asn1.oid("1.2.840.10045.4.3.2"))
AUTHORITY_KEY, NUMBER, SCOPE, DELTA = "2.5.29.35", "2.5.29.20", "2.5.29.28", "2.5.29.27"
REASON = "2.5.29.21"
CRL_URI = "https://iaca.example/crl"


@dataclass(frozen=True)
class Ca:
    """A CA with its key in hand."""

    key: LocalKey
    certificate: Certificate

    @classmethod
    def make(cls, name: str = "Sample root") -> "Ca":
        key = LocalKey.generate(Alg.ES256)
        certificate = self_signed_ca(
            key,
            common_name=name,
            country="KR",
            valid_from=NOW - 10 * DAY,
            valid_until=NOW + 1000 * DAY,
            issuer_uri="https://iaca.example",
            entropy=_drawn(1),
        )
        return cls(key, certificate)

    def leaf(self, number: int = 2) -> Certificate:
        """Make a document signer."""
        return sign_certificate(
            LocalKey.generate(Alg.ES256).public_key,
            ca=self.certificate,
            ca_key=self.key,
            leaf=MDOC_SIGNER,
            common_name="Sample signer",
            valid_from=NOW - DAY,
            valid_until=NOW + 100 * DAY,
            entropy=_drawn(number),
        )

    @property
    def native(self) -> ec.EllipticCurvePrivateKey:
        """The key, as the library underneath has it."""
        assert isinstance(self.key.native, ec.EllipticCurvePrivateKey)
        return self.key.native

    def authority_key(self) -> bytes:
        """Write the extension that names this CA's key."""
        identifier = self.certificate.extensions.subject_key_id
        assert identifier is not None
        return asn1.extension(AUTHORITY_KEY, asn1.sequence(asn1.tlv(0x80, identifier)))


def utc(moment: datetime) -> bytes:
    """Write a moment as UTCTime."""
    return asn1.tlv(asn1.UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())


def entry(serial: int, *extensions: bytes, at: datetime = NOW - DAY) -> bytes:
    """Write an entry of a list."""
    tail = [asn1.sequence(*extensions)] if extensions else []
    return asn1.sequence(asn1.integer(serial), utc(at), *tail)


def reason(number: int) -> bytes:
    """Write the extension of an entry that says why."""
    return asn1.extension(REASON, asn1.tlv(asn1.ENUMERATED, bytes((number,))))


def number(value: int = 7) -> bytes:
    """Write the extension that numbers a list."""
    return asn1.extension(NUMBER, asn1.integer(value))


def crl(
    ca: Ca,
    *entries: bytes,
    version: bytes | None = None,
    begin: datetime = NOW - DAY,
    end: datetime | None = NOW + DAY,
    extensions: Sequence[bytes] | None = None,
    extra: Sequence[bytes] = (),
    name: bytes | None = None,
    algorithm: bytes = ECDSA_SHA256,
    signer: Ca | None = None,
    tail: bytes | None = None,
    sign: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Make a list in a CA's name; what is not said is as it should be."""
    listed = [ca.authority_key(), number()] if extensions is None else [*extensions]
    tbs = asn1.sequence(
        asn1.integer(1) if version is None else version,
        algorithm,
        ca.certificate.parts.subject if name is None else name,
        utc(begin),
        b"" if end is None else utc(end),
        asn1.sequence(*entries) if entries else b"",
        asn1.extensions([*listed, *extra]) if tail is None else tail,
    )
    signature = (sign or (signer or ca).native).sign(tbs, ec.ECDSA(SHA256()))
    return asn1.sequence(tbs, algorithm, asn1.tlv(asn1.BITS, b"\x00", signature))


def _drawn(number: int) -> Callable[[int], bytes]:
    return lambda size: number.to_bytes(size, "big")
