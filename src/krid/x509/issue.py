"""Making certificates: a root in the IACA profile of ISO 18013-5, and leaves below it.

For issuers, demonstrations and tests. The keys of the CA are in this process's memory; a CA
whose key stays in hardware has tools of its own, and krid reads what it makes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from krid._core.entropy import Entropy
from krid._core.times import aware
from krid.errors import Code, MisuseError, UnsupportedError
from krid.keys import Alg, LocalKey, PublicKey
from krid.x509.certificate import Certificate
from krid.x509.leaf import LeafProfile

if TYPE_CHECKING:
    from cryptography import x509

_SERIAL_BYTES: Final = 19
HASHES: Final[dict[Alg, hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    Alg.ES256: hashes.SHA256(),
    Alg.ES384: hashes.SHA384(),
    Alg.ES512: hashes.SHA512(),
    Alg.ES256K: hashes.SHA256(),
}
_USAGES: Final = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def self_signed_ca(
    key: LocalKey,
    *,
    common_name: str,
    country: str,
    valid_from: datetime,
    valid_until: datetime,
    issuer_uri: str,
    entropy: Entropy,
    crl_uri: str | None = None,
) -> Certificate:
    """Make a root that may issue leaves and nothing else (ISO 18013-5, annex B).

    `country` is an ISO 3166-1 alpha-2 code; `issuer_uri` is where to reach the authority;
    `crl_uri` is where its revocation list stands, `/crl` below `issuer_uri` if not given. Moments
    are cut to whole seconds.

    Raises:
        MisuseError: `misuse.lifetime`, `misuse.naive_time`; `misuse.option` when a text has no
            place in a certificate.
        UnsupportedError: `alg.key` when the key does not sign.
    """
    from cryptography import x509

    with _refusing_options():
        name = _name(country, None, common_name)
        usage = _key_usage("key_cert_sign", "crl_sign")
        builder = (
            _begin(key.public_key, (valid_from, valid_until), entropy)
            .subject_name(name)
            .issuer_name(name)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(_issuer_names(issuer_uri), critical=False)
            .add_extension(_crl_points(crl_uri or issuer_uri.rstrip("/") + "/crl"), critical=False)
        )
        return _sign(builder, key)


def sign_certificate(
    key: PublicKey,
    *,
    ca: Certificate,
    ca_key: LocalKey,
    leaf: LeafProfile,
    common_name: str,
    valid_from: datetime,
    valid_until: datetime,
    entropy: Entropy,
    uris: Sequence[str] = (),
    dns_names: Sequence[str] = (),
) -> Certificate:
    """Make a leaf certificate for a key, for one purpose, below a CA.

    Country, issuer's address and revocation list are those of the CA. `uris` and `dns_names` are
    the names that the leaf stands for; an SD-JWT VC issuer needs its own `iss` among them.

    Raises:
        MisuseError: `misuse.lifetime`, also for a lifetime beyond the CA's; `misuse.naive_time`;
            `misuse.option` when a text has no place in a certificate, or when the CA's key and
            certificate do not belong together.
    """
    _check_ca(ca, ca_key, valid_from, valid_until)
    with _refusing_options():
        builder = (
            _begin(key, (valid_from, valid_until), entropy)
            .subject_name(_name(ca.country, ca.state_or_province, common_name))
            .issuer_name(ca.native.subject)
            .add_extension(_authority_key_identifier(ca), critical=False)
            .add_extension(_key_usage("digital_signature"), critical=True)
        )
        for value in (*_inherited(ca), *_subject_names(uris, dns_names)):
            builder = builder.add_extension(value, critical=False)
        for usages in _extended_key_usage(leaf):
            builder = builder.add_extension(usages, critical=True)
        return _sign(builder, ca_key)


def _check_ca(
    ca: Certificate, ca_key: LocalKey, valid_from: datetime, valid_until: datetime
) -> None:
    if ca_key.public_key != ca.public_key:
        raise MisuseError(Code.MISUSE_OPTION, "the key is not that of the CA")
    if (
        aware(valid_from) < ca.not_before
        or aware(valid_until).replace(microsecond=0) > ca.not_after
    ):
        raise MisuseError(Code.MISUSE_LIFETIME, "beyond that of the CA")


@contextmanager
def _refusing_options() -> Iterator[None]:
    """Turn what the builder underneath says of names and addresses into krid's own error."""
    try:
        yield
    except (ValueError, TypeError) as cause:
        raise MisuseError(Code.MISUSE_OPTION) from cause


def _begin(
    key: PublicKey, validity: tuple[datetime, datetime], entropy: Entropy
) -> "x509.CertificateBuilder":
    from cryptography import x509

    valid_from, valid_until = (
        aware(moment).astimezone(UTC).replace(microsecond=0) for moment in validity
    )
    if valid_until <= valid_from:
        raise MisuseError(Code.MISUSE_LIFETIME)
    return (
        x509.CertificateBuilder()
        .public_key(key.native)
        .serial_number(_serial(entropy))
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.native), critical=False)
    )


def _serial(entropy: Entropy) -> int:
    """Draw a serial number of 20 bytes, positive whatever is drawn (annex B: 63 bits or more)."""
    return 1 << 8 * _SERIAL_BYTES | int.from_bytes(entropy(_SERIAL_BYTES), "big")


def _sign(builder: "x509.CertificateBuilder", key: LocalKey) -> Certificate:
    if not isinstance(key.native, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise UnsupportedError(Code.ALG_KEY)
    signed = builder.sign(key.native, HASHES.get(key.alg))
    return Certificate.parse(signed.public_bytes(Encoding.DER))


def _name(country: str | None, state: str | None, common_name: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    texts = (
        (NameOID.COUNTRY_NAME, country),
        (NameOID.STATE_OR_PROVINCE_NAME, state),
        (NameOID.COMMON_NAME, common_name),
    )
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in texts if text is not None])


def _key_usage(*granted: str) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(**{usage: usage in granted for usage in _USAGES})


def _extended_key_usage(leaf: LeafProfile) -> "Iterator[x509.ExtendedKeyUsage]":
    from cryptography import x509

    if leaf.usages:
        yield x509.ExtendedKeyUsage([x509.ObjectIdentifier(each) for each in sorted(leaf.usages)])


def _issuer_names(uri: str) -> "x509.IssuerAlternativeName":
    from cryptography import x509

    return x509.IssuerAlternativeName([x509.UniformResourceIdentifier(uri)])


def _crl_points(uri: str) -> "x509.CRLDistributionPoints":
    from cryptography import x509

    point = x509.DistributionPoint([x509.UniformResourceIdentifier(uri)], None, None, None)
    return x509.CRLDistributionPoints([point])


def _subject_names(
    uris: Sequence[str], dns_names: Sequence[str]
) -> "Iterator[x509.SubjectAlternativeName]":
    from cryptography import x509

    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri) for uri in uris]
    names += [x509.DNSName(name) for name in dns_names]
    if names:
        yield x509.SubjectAlternativeName(names)


def _authority_key_identifier(ca: Certificate) -> "x509.AuthorityKeyIdentifier":
    from cryptography import x509

    return x509.AuthorityKeyIdentifier(ca.extensions.subject_key_id, None, None)


def _inherited(ca: Certificate) -> "Iterator[x509.ExtensionType]":
    """Give the CA's own address and revocation list, for the leaf must name the same."""
    from cryptography import x509

    for each in ca.native.extensions:
        if isinstance(each.value, x509.IssuerAlternativeName | x509.CRLDistributionPoints):
            yield each.value
