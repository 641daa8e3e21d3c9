"""Which keys and signature algorithms krid takes in a chain of certificates.

Keys: P-256, P-384, P-521 and the brainpool curves P256r1, P384r1 and P512r1, as ISO 18013-5,
annex B, lists them (as far as the library underneath has them), secp256k1, Ed25519, and RSA of
2,048 to 8,192 bits with an exponent from 65,537 to 256 bits (FIPS 186-5). Curves are named, never
spelt out. Signatures: ECDSA, RSA PKCS #1 v1.5 and
RSASSA-PSS with SHA-256, SHA-384 or SHA-512, and Ed25519.

A chain may run over keys that krid itself can't sign or verify with, such as RSA roots; only the
leaf's key has to be one of `krid.keys`, and only when it is used.
"""

from typing import TYPE_CHECKING, Final, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import HashAlgorithm

from krid._core import limits
from krid.errors import Code, TrustError, UnsupportedError
from krid.x509 import der
from krid.x509.certificate import Certificate

if TYPE_CHECKING:
    from cryptography import x509

    Signed: TypeAlias = x509.Certificate | x509.CertificateRevocationList

_CURVES: Final = frozenset(
    {
        *("secp256r1", "secp384r1", "secp521r1", "secp256k1"),
        *("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"),
    }
)
_MIN_RSA_BITS: Final = 2_048
_MIN_RSA_EXPONENT: Final = 65_537
_MAX_RSA_EXPONENT_BITS: Final = 256

_ALGORITHMS: Final = frozenset(
    {
        *("1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"),
        *("1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13"),
        *("1.2.840.113549.1.1.10", "1.3.101.112"),
    }
)
_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})

# MD2, MD5, SHA-1 and SHA-224 with RSA or ECDSA, and DSA with any hash.
_WEAK: Final = frozenset(
    {
        *("1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5"),
        *("1.2.840.113549.1.1.14", "1.2.840.10045.4.1", "1.2.840.10045.4.3.1"),
        *("1.2.840.10040.4.3", "2.16.840.1.101.3.4.3.1", "2.16.840.1.101.3.4.3.2"),
    }
)


def check_key(certificate: Certificate) -> None:
    """Check that the subject's key is strong enough to stand in a chain.

    Raises:
        TrustError: `x509.weak`.
        UnsupportedError: `x509.algorithm`, or `key.type` when it is of no known type.
        MalformedError: `key.point`.
    """
    key = certificate.native_key
    if isinstance(key, rsa.RSAPublicKey):
        _check_rsa(key)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        _check_named(certificate)
        _check_curve(key.curve)
    elif isinstance(key, dsa.DSAPublicKey):
        raise TrustError(Code.X509_WEAK, "DSA key")
    elif not isinstance(key, ed25519.Ed25519PublicKey):
        raise UnsupportedError(Code.X509_ALGORITHM, "key")


def check_signature_algorithm(certificate: Certificate) -> None:
    """Check that the algorithm by which a certificate is signed is strong.

    Raises:
        TrustError: `x509.weak`.
        UnsupportedError: `x509.algorithm`.
    """
    check_signature_of(certificate.native)


def check_signature_of(signed: "Signed") -> None:
    """Check that the algorithm by which a certificate or revocation list is signed is strong.

    Raises:
        TrustError: `x509.weak`.
        UnsupportedError: `x509.algorithm`.
    """
    oid = signed.signature_algorithm_oid.dotted_string
    if oid in _WEAK:
        raise TrustError(Code.X509_WEAK, "signature algorithm")
    if oid not in _ALGORITHMS:
        raise UnsupportedError(Code.X509_ALGORITHM, "signature algorithm")
    digest = _hash(signed)
    if digest is not None and digest.name not in _HASHES:
        raise TrustError(Code.X509_WEAK, "hash of the signature")


def _check_rsa(key: rsa.RSAPublicKey) -> None:
    exponent = key.public_numbers().e
    if key.key_size < _MIN_RSA_BITS or exponent < _MIN_RSA_EXPONENT:
        raise TrustError(Code.X509_WEAK, "RSA key")
    if exponent.bit_length() > _MAX_RSA_EXPONENT_BITS:
        raise UnsupportedError(Code.X509_ALGORITHM, "RSA exponent")
    if key.key_size > limits.MAX_RSA_BITS:
        raise UnsupportedError(Code.X509_ALGORITHM, "RSA key")


def _check_named(certificate: Certificate) -> None:
    """A curve is named, not spelt out (RFC 5480, section 2.1.1): that hid other generators."""
    (key,) = der.elements(certificate.parts.key)
    if der.members(der.members(key)[0])[-1].tag != der.OID:
        raise TrustError(Code.X509_WEAK, "curve without a name")


def _check_curve(curve: ec.EllipticCurve) -> None:
    # The other curves that the library underneath can read are all shorter than 256 bits.
    if curve.name not in _CURVES:
        raise TrustError(Code.X509_WEAK, "curve")


def _hash(signed: "Signed") -> HashAlgorithm | None:
    """Return the hash, which RSASSA-PSS names apart; None for Ed25519, which has its own."""
    try:
        return signed.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError) as cause:
        raise UnsupportedError(Code.X509_ALGORITHM, "hash of the signature") from cause
