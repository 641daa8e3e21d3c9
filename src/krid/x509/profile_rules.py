"""Whether a certificate keeps one rule of a profile: a function for each row of its table.

Each is given a certificate and that of its issuer. The tables are those of ISO/IEC 18013-5,
annex B.1, whose rows have the names and sections of RFC 5280.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519

from krid.x509 import extensions as ext
from krid.x509.certificate import Certificate
from krid.x509.extensions import KeyUsage

Predicate: TypeAlias = Callable[[Certificate, Certificate], bool]
"""Given a certificate and that of its issuer, tells whether a rule is kept."""

OCSP_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
"""The responder's own certificate needs no check (RFC 6960, section 4.2.2.2.1)."""

_MIN_SERIAL_BITS: Final = 63
_CURVES: Final = frozenset(
    {
        *("secp256r1", "secp384r1", "secp521r1"),
        *("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1"),
    }
)
_ECDSA: Final = frozenset({"1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4"})
_FORBIDDEN: Final = frozenset(
    {
        *(ext.POLICY_MAPPINGS, ext.NAME_CONSTRAINTS, ext.POLICY_CONSTRAINTS),
        *(ext.INHIBIT_ANY_POLICY, ext.FRESHEST_CRL),
    }
)

# What the tables name; whether these are critical, or there at all, has rules of its own.
_NAMED: Final = _FORBIDDEN | {
    *(ext.BASIC_CONSTRAINTS, ext.KEY_USAGE, ext.EXTENDED_KEY_USAGE),
    *(ext.ISSUER_ALT_NAME, ext.CRL_DISTRIBUTION_POINTS),
}


def has_version_3(certificate: Certificate, _issuer: Certificate) -> bool:
    """Version (4.1.2.1)."""
    return certificate.native.version.name == "v3"


def has_random_serial(certificate: Certificate, _issuer: Certificate) -> bool:
    """Serial number (4.1.2.2): positive, with at least 63 random bits."""
    # A drawn number of 63 bits may begin with zeros; one in 65,536 would be 16 bits shorter.
    is_long = certificate.serial.bit_length() >= _MIN_SERIAL_BITS - 16
    return certificate.serial > 0 and is_long


def has_ecdsa_signature(certificate: Certificate, _issuer: Certificate) -> bool:
    """Signature algorithm (4.1.1.2): ECDSA with SHA-256, SHA-384 or SHA-512."""
    return certificate.native.signature_algorithm_oid.dotted_string in _ECDSA


def names_its_issuer(certificate: Certificate, issuer: Certificate) -> bool:
    """Issuer (4.1.2.4): the very bytes of the issuer's subject."""
    return certificate.parts.issuer == issuer.parts.subject


def is_self_issued(certificate: Certificate, _issuer: Certificate) -> bool:
    """Subject (4.1.2.6) of a root: the very bytes of its issuer."""
    return certificate.is_self_issued


def has_ec_key(certificate: Certificate, _issuer: Certificate) -> bool:
    """Subject public key info (4.1.2.7) of an authority: a listed curve, not compressed."""
    key = certificate.native_key
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    return key.curve.name in _CURVES and certificate.parts.key_bits[:1] == b"\x04"


def has_signing_key(certificate: Certificate, issuer: Certificate) -> bool:
    """Subject public key info (4.1.2.7) of a signer: as an authority's, or for EdDSA."""
    if isinstance(certificate.native_key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return True
    return has_ec_key(certificate, issuer)


def has_country(certificate: Certificate, _issuer: Certificate) -> bool:
    """Subject (4.1.2.6): a countryName of two capital letters."""
    country = certificate.country or ""
    return len(country) == 2 and country.isalpha() and country.isupper()


def has_same_country(certificate: Certificate, issuer: Certificate) -> bool:
    """Subject (4.1.2.6): the countryName of the issuer."""
    return certificate.country is not None and certificate.country == issuer.country


def has_same_state(certificate: Certificate, issuer: Certificate) -> bool:
    """Subject (4.1.2.6): the stateOrProvinceName of the issuer, or none as the issuer."""
    return certificate.state_or_province == issuer.state_or_province


def has_common_name(certificate: Certificate, _issuer: Certificate) -> bool:
    """Subject (4.1.2.6): one commonName."""
    return bool(certificate.common_name)


def has_subject_key_id(certificate: Certificate, _issuer: Certificate) -> bool:
    """Subject key identifier (4.2.1.2): SHA-1 of the public key bits."""
    digest = hashlib.sha1(certificate.parts.key_bits, usedforsecurity=False).digest()
    return certificate.extensions.subject_key_id == digest


def has_authority_key_id(certificate: Certificate, issuer: Certificate) -> bool:
    """Authority key identifier (4.2.1.1): the issuer's subject key identifier."""
    named = certificate.extensions.authority_key_id
    return named is not None and named == issuer.extensions.subject_key_id


def has_issuer_names(certificate: Certificate, _issuer: Certificate) -> bool:
    """Issuer alternative name (4.2.1.7): a URI or an e-mail address, not critical."""
    names = certificate.extensions.issuer_names
    return bool(names.uris or names.emails) and _is_plain(certificate, ext.ISSUER_ALT_NAME)


def has_issuer_names_too(certificate: Certificate, issuer: Certificate) -> bool:
    """Issuer alternative name (4.2.1.7) of a reader: there where its CA has one."""
    if ext.ISSUER_ALT_NAME in issuer.extensions.present:
        return has_issuer_names(certificate, issuer)
    return _is_plain(certificate, ext.ISSUER_ALT_NAME)


def has_crl_points(certificate: Certificate, _issuer: Certificate) -> bool:
    """CRL distribution points (4.2.1.13): each one URI or more and nothing else, not critical."""
    return certificate.extensions.has_plain_crl_points and _is_plain(
        certificate, ext.CRL_DISTRIBUTION_POINTS
    )


def has_crl_points_or_no_check(certificate: Certificate, issuer: Certificate) -> bool:
    """An OCSP responder is found in a CRL, or needs no check."""
    if OCSP_NO_CHECK in certificate.extensions.present:
        return True
    return has_crl_points(certificate, issuer)


def has_no_forbidden(certificate: Certificate, _issuer: Certificate) -> bool:
    """No extension that annex B.1.1 forbids."""
    return _FORBIDDEN.isdisjoint(certificate.extensions.present)


def has_no_other_critical(certificate: Certificate, _issuer: Certificate) -> bool:
    """Further extensions (4.2) may be there if they are not critical."""
    return certificate.extensions.critical <= _NAMED


def is_last_authority(certificate: Certificate, _issuer: Certificate) -> bool:
    """Basic constraints (4.2.1.9) of a root: a CA with path length 0, critical."""
    found = certificate.extensions
    is_last_ca = found.is_ca and found.path_length == 0
    return is_last_ca and ext.BASIC_CONSTRAINTS in found.critical


def is_no_authority(certificate: Certificate, _issuer: Certificate) -> bool:
    """Basic constraints (4.2.1.9) of a signer: absent, or not a CA."""
    return not certificate.extensions.is_ca


def lasts(longest: timedelta) -> Predicate:
    """Validity (4.1.2.5): it ends after it begins, and not later than this after it."""

    def is_kept(certificate: Certificate, _issuer: Certificate) -> bool:
        return timedelta(0) < certificate.not_after - certificate.not_before <= longest

    return is_kept


def lasts_as_responder(checked: timedelta, unchecked: timedelta) -> Predicate:
    """Validity (4.1.2.5) of an OCSP responder: shorter where nobody checks its certificate."""

    def is_kept(certificate: Certificate, issuer: Certificate) -> bool:
        needs_no_check = OCSP_NO_CHECK in certificate.extensions.present
        return lasts(unchecked if needs_no_check else checked)(certificate, issuer)

    return is_kept


def may(*usages: KeyUsage) -> Predicate:
    """Key usage (4.2.1.3): exactly these, critical."""

    def is_kept(certificate: Certificate, _issuer: Certificate) -> bool:
        found = certificate.extensions
        return found.key_usage == frozenset(usages) and ext.KEY_USAGE in found.critical

    return is_kept


def is_made_for(*usages: str) -> Predicate:
    """Extended key usage (4.2.1.12): exactly these, critical."""

    def is_kept(certificate: Certificate, _issuer: Certificate) -> bool:
        found = certificate.extensions
        is_critical = ext.EXTENDED_KEY_USAGE in found.critical
        return found.extended_key_usage == frozenset(usages) and is_critical

    return is_kept


def is_made_for_ocsp(certificate: Certificate, _issuer: Certificate) -> bool:
    """Extended key usage (4.2.1.12) of an OCSP responder, which need not be critical."""
    return certificate.extensions.extended_key_usage == frozenset({_OCSP_SIGNING})


_OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"


def _is_plain(certificate: Certificate, oid: str) -> bool:
    return oid not in certificate.extensions.critical
