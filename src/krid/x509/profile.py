"""The certificate profiles of ISO 18013-5, annex B, as rules for issuers and for a linter.

Verification does not need them: a relying party enforces what `verify_chain` lists. A rule here
says which certificates the standard lets an authority issue. Written after public descriptions
of the annex and after certificates in the field, since the text itself is not public.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias, final

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from krid.x509 import extensions as ext
from krid.x509.certificate import Certificate
from krid.x509.extensions import KeyUsage
from krid.x509.leaf import MDOC_READER, MDOC_SIGNER, LeafProfile

Predicate: TypeAlias = Callable[[Certificate, Certificate], bool]
"""Given a certificate and that of its issuer, tells whether a rule is kept."""

MAX_IACA_LIFETIME: Final = timedelta(days=20 * 366)
MAX_SIGNER_LIFETIME: Final = timedelta(days=457)
MAX_READER_LIFETIME: Final = timedelta(days=1187)

_MIN_SERIAL_BITS: Final = 63
_CURVES: Final = frozenset(
    {
        *("secp256r1", "secp384r1", "secp521r1"),
        *("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"),
    }
)
_ECDSA: Final = frozenset({"1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"})
_EDDSA: Final = frozenset({"1.3.101.112", "1.3.101.113"})
_FORBIDDEN: Final = frozenset(
    {
        *(ext.POLICY_MAPPINGS, ext.NAME_CONSTRAINTS, ext.POLICY_CONSTRAINTS),
        *(ext.INHIBIT_ANY_POLICY, ext.FRESHEST_CRL),
    }
)


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a profile: its name, its words, and how to tell whether it is kept."""

    name: str
    words: str
    is_kept: Predicate = field(repr=False, compare=False)


def deviations(
    certificate: Certificate, *, issuer: Certificate, profile: Sequence[Rule]
) -> tuple[Rule, ...]:
    """Return the rules of a profile that a certificate breaks, in the order of the profile.

    For a root, `issuer` is the certificate itself. Checks no signature and no date against now.
    """
    return tuple(rule for rule in profile if not rule.is_kept(certificate, issuer))


def _serial(certificate: Certificate, _issuer: Certificate) -> bool:
    # A drawn number of 63 bits may begin with zeros; one in 65,536 would be 16 bits shorter.
    return certificate.serial.bit_length() >= _MIN_SERIAL_BITS - 16


def _signature(certificate: Certificate, _issuer: Certificate) -> bool:
    oid = certificate.native.signature_algorithm_oid.dotted_string
    return oid in _ECDSA | _EDDSA


def _key(certificate: Certificate, _issuer: Certificate) -> bool:
    key = certificate.native_key
    if isinstance(key, ec.EllipticCurvePublicKey):
        is_uncompressed = certificate.parts.key_bits[:1] == b"\x04"
        return key.curve.name in _CURVES and is_uncompressed
    return isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey)


def _subject_key_id(certificate: Certificate, _issuer: Certificate) -> bool:
    digest = hashlib.sha1(certificate.parts.key_bits, usedforsecurity=False).digest()
    return certificate.extensions.subject_key_id == digest


def _authority_key_id(certificate: Certificate, issuer: Certificate) -> bool:
    named = certificate.extensions.authority_key_id
    return named is not None and named == issuer.extensions.subject_key_id


def _country(certificate: Certificate, _issuer: Certificate) -> bool:
    country = certificate.country or ""
    return len(country) == 2 and country.isalpha() and country.isupper()


def _same_country(certificate: Certificate, issuer: Certificate) -> bool:
    return certificate.country is not None and certificate.country == issuer.country


def _same_state(certificate: Certificate, issuer: Certificate) -> bool:
    return certificate.state_or_province == issuer.state_or_province


def _common_name(certificate: Certificate, _issuer: Certificate) -> bool:
    return bool(certificate.common_name)


def _self_issued(certificate: Certificate, _issuer: Certificate) -> bool:
    return certificate.is_self_issued


def _issuer_names(certificate: Certificate, _issuer: Certificate) -> bool:
    names = certificate.extensions.issuer_names
    return bool(names.uris or names.emails) and _plain(certificate, ext.ISSUER_ALT_NAME)


def _crl_points(certificate: Certificate, _issuer: Certificate) -> bool:
    return bool(certificate.extensions.crl_uris) and _plain(
        certificate, ext.CRL_DISTRIBUTION_POINTS
    )


def _no_forbidden(certificate: Certificate, _issuer: Certificate) -> bool:
    return _FORBIDDEN.isdisjoint(certificate.extensions.present)


def _authority_constraints(certificate: Certificate, _issuer: Certificate) -> bool:
    found = certificate.extensions
    is_last_ca = found.is_ca and found.path_length == 0
    return is_last_ca and ext.BASIC_CONSTRAINTS in found.critical


def _plain(certificate: Certificate, oid: str) -> bool:
    return oid not in certificate.extensions.critical


def _lifetime(longest: timedelta) -> Predicate:
    def is_kept(certificate: Certificate, _issuer: Certificate) -> bool:
        return timedelta(0) < certificate.not_after - certificate.not_before <= longest

    return is_kept


def _key_usage(*usages: KeyUsage) -> Predicate:
    def is_kept(certificate: Certificate, _issuer: Certificate) -> bool:
        found = certificate.extensions
        return found.key_usage == frozenset(usages) and ext.KEY_USAGE in found.critical

    return is_kept


def _extended_key_usage(leaf: LeafProfile) -> Predicate:
    def is_kept(certificate: Certificate, _issuer: Certificate) -> bool:
        found = certificate.extensions
        is_critical = ext.EXTENDED_KEY_USAGE in found.critical
        return found.extended_key_usage == leaf.usages and is_critical

    return is_kept


_COMMON: Final = (
    Rule("serial number", "at least 63 random bits", _serial),
    Rule("signature", "ECDSA with SHA-2, or EdDSA", _signature),
    Rule("subject public key", "a curve of annex B, not compressed", _key),
    Rule("common name", "the subject has exactly one", _common_name),
    Rule("subject key identifier", "SHA-1 of the public key bits", _subject_key_id),
    Rule("CRL distribution points", "present, a URI, not critical", _crl_points),
    Rule("other extensions", "none of those that annex B.1.1 forbids", _no_forbidden),
)

_LEAF: Final = (
    *_COMMON,
    Rule("authority key identifier", "that of the issuer's key", _authority_key_id),
    Rule("key usage", "digitalSignature alone, critical", _key_usage(KeyUsage.DIGITAL_SIGNATURE)),
)

IACA: Final = (
    *_COMMON,
    Rule("validity", "20 years at most", _lifetime(MAX_IACA_LIFETIME)),
    Rule("country", "two capital letters", _country),
    Rule("subject", "the same as the issuer", _self_issued),
    Rule("issuer alternative name", "a URI or an e-mail address, not critical", _issuer_names),
    Rule("basic constraints", "a CA with path length 0, critical", _authority_constraints),
    Rule(
        "key usage",
        "keyCertSign and cRLSign alone, critical",
        _key_usage(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN),
    ),
)
"""The root of an issuing authority."""

MDOC_SIGNER_PROFILE: Final = (
    *_LEAF,
    Rule("validity", "457 days at most", _lifetime(MAX_SIGNER_LIFETIME)),
    Rule("country", "that of the issuer", _same_country),
    Rule("state or province", "that of the issuer", _same_state),
    Rule("issuer alternative name", "a URI or an e-mail address, not critical", _issuer_names),
    Rule("extended key usage", "mdoc signing alone, critical", _extended_key_usage(MDOC_SIGNER)),
)
"""A document signer."""

MDOC_READER_PROFILE: Final = (
    *_LEAF,
    Rule("validity", "1,187 days at most", _lifetime(MAX_READER_LIFETIME)),
    Rule("extended key usage", "mdoc reading alone, critical", _extended_key_usage(MDOC_READER)),
)
"""A reader that authenticates itself."""
