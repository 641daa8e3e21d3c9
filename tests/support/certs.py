"""Certificates with any names and constraints, below a root of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from krid.x509 import Certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
USAGES = [
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
]


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    certificate: Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def name(self) -> x509.Name:
        """The subject's name."""
        return self.certificate.native.subject


def name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    """Write a distinguished name."""
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in attributes])


def common(text: str) -> x509.Name:
    """Write a name of one common name."""
    return name((NameOID.COMMON_NAME, text))


def authority(
    subject: x509.Name,
    by: Made | None = None,
    *others: x509.ExtensionType,
    key: ec.EllipticCurvePrivateKey | None = None,
    critical: bool = True,
) -> Made:
    """Make a CA."""
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    return _make(
        subject, by, (constraints, _usage("key_cert_sign", "crl_sign"), *others), critical, key
    )


def leaf(
    by: Made,
    subject: x509.Name | None = None,
    names: Iterable[x509.GeneralName] = (),
    *others: x509.ExtensionType,
    critical: bool = True,
) -> Certificate:
    """Make a leaf that may sign."""
    listed = [*names]
    alternative = [x509.SubjectAlternativeName(listed)] if listed else []
    extensions = (_usage("digital_signature"), *alternative, *others)
    return _make(
        common("leaf") if subject is None else subject, by, extensions, critical, None
    ).certificate


def foreign(key: rsa.RSAPrivateKey) -> Certificate:
    """Make a self-signed certificate for a key that krid does not sign or verify with."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(common("foreign"))
        .issuer_name(common("foreign"))
        .public_key(key.public_key())
        .serial_number(4711)
        .not_valid_before(NOW - timedelta(days=100))
        .not_valid_after(NOW + timedelta(days=100))
    )
    return Certificate.parse(builder.sign(key, SHA256()).public_bytes(Encoding.DER))


def _make(
    subject: x509.Name,
    by: Made | None,
    extensions: Sequence[x509.ExtensionType],
    critical: bool,
    key: ec.EllipticCurvePrivateKey | None,
) -> Made:
    own = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.name if by else subject)
        .public_key(own.public_key())
        .serial_number(4711)
        .not_valid_before(NOW - timedelta(days=100))
        .not_valid_after(NOW + timedelta(days=100))
    )
    for each in extensions:
        builder = builder.add_extension(each, critical=critical)
    signed = builder.sign(by.key if by else own, SHA256())
    return Made(Certificate.parse(signed.public_bytes(Encoding.DER)), own)


def _usage(*granted: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{each: each in granted for each in USAGES})
