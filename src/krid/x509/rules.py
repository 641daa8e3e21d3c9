"""The rules of path validation, one function each (RFC 5280, section 6.1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from krid.errors import Code, TrustError, ValidityError
from krid.x509 import extensions as ext
from krid.x509 import signature, strength
from krid.x509.certificate import Certificate
from krid.x509.extensions import KeyUsage
from krid.x509.leaf import ANY_USAGE, LeafProfile

# Critical extensions that krid evaluates, or that path validation has no use for (section 6.1).
_EVALUATED: Final = frozenset(
    {
        *(ext.BASIC_CONSTRAINTS, ext.KEY_USAGE, ext.EXTENDED_KEY_USAGE),
        *(ext.SUBJECT_ALT_NAME, ext.ISSUER_ALT_NAME),
        *(ext.SUBJECT_KEY_IDENTIFIER, ext.AUTHORITY_KEY_IDENTIFIER),
    }
)

# These limit what a CA may issue whether they are marked critical or not: the first are evaluated
# by `check_names`, the second refused.
_CONSTRAINTS: Final = frozenset({ext.NAME_CONSTRAINTS, ext.POLICY_CONSTRAINTS})


def has_issued(parent: Certificate, child: Certificate) -> bool:
    """Tell whether one certificate bears the name that another one gives for its issuer."""
    return parent.parts.subject == child.parts.issuer


def check_leaf_is_no_authority(leaf: Certificate, anchors: Sequence[Certificate]) -> None:
    """A leaf signs documents: it is not a CA and not one of the anchors."""
    says_ca = leaf.extensions.is_ca or KeyUsage.KEY_CERT_SIGN in (leaf.extensions.key_usage or ())
    if says_ca or any(anchor.is_same_authority(leaf) for anchor in anchors):
        raise TrustError(Code.X509_LEAF)


def check_issuer_name(child: Certificate, parent: Certificate) -> None:
    """The issuer's name is the subject's name of the next certificate (6.1.3, a, 4)."""
    if not has_issued(parent, child):
        raise TrustError(Code.X509_ISSUER)


def check_key_identifier(child: Certificate, parent: Certificate) -> None:
    """Where both name the issuer's key, they name the same one (4.2.1.1)."""
    named, own = child.extensions.authority_key_id, parent.extensions.subject_key_id
    if named is not None and own is not None and named != own:
        raise TrustError(Code.X509_KEY_IDENTIFIER)


def check_strength(child: Certificate, parent: Certificate) -> None:
    """The algorithm of the signature, the key that made it and the key it is for are strong."""
    strength.check_key(parent)
    strength.check_signature_algorithm(child)
    strength.check_key(child)


def check_own_strength(certificate: Certificate) -> None:
    """The key that a certificate is for is strong."""
    strength.check_key(certificate)


def check_signature(child: Certificate, parent: Certificate) -> None:
    """The issuer's key signed the certificate (6.1.3, a, 1)."""
    signature.verify_signature(child, parent)


def check_validity(certificate: Certificate, now: datetime) -> None:
    """The moment lies within the validity period, both ends included (6.1.3, a, 2)."""
    if now < certificate.not_before:
        raise ValidityError(Code.X509_NOT_YET_VALID)
    if now > certificate.not_after:
        raise ValidityError(Code.X509_EXPIRED)


def check_critical_extensions(certificate: Certificate) -> None:
    """No critical extension is left unevaluated (6.1.4, o; 6.1.5, f)."""
    unknown = certificate.extensions.critical - _EVALUATED - _CONSTRAINTS
    if unknown:
        raise TrustError(Code.X509_CRITICAL, min(unknown))


def check_no_policy_constraints(certificate: Certificate) -> None:
    """Constraints on policies are not evaluated, so they must not be there."""
    if ext.POLICY_CONSTRAINTS in certificate.extensions.present:
        raise TrustError(Code.X509_CONSTRAINT, ext.POLICY_CONSTRAINTS)


def check_place(leaf: Certificate, authority: Certificate, profile: LeafProfile) -> None:
    """A document signer is of its authority's country and state (ISO 18013-5, annex B.1.4)."""
    if not profile.shares_place:
        return
    place = leaf.country, leaf.state_or_province
    if place != (authority.country, authority.state_or_province):
        raise TrustError(Code.X509_PLACE)


def check_may_issue(authority: Certificate) -> None:
    """An issuer is a CA and its key may sign certificates (6.1.4, k and n)."""
    if not authority.extensions.is_ca:
        raise TrustError(Code.X509_NOT_CA)
    _check_key_usage(authority, KeyUsage.KEY_CERT_SIGN)


def check_path_length(authority: Certificate, between: Sequence[Certificate]) -> None:
    """No more CAs stand between an issuer and the leaf than it allows (6.1.4, l and m).

    Certificates that a CA issued to itself, as when it changes its key, do not count.
    """
    allowed = authority.extensions.path_length
    counted = sum(not each.is_self_issued for each in between)
    if allowed is not None and counted > allowed:
        raise TrustError(Code.X509_PATH_LENGTH)


def check_authority_usage(authority: Certificate, leaf: LeafProfile) -> None:
    """A CA that is limited to some purposes serves those only (4.2.1.12)."""
    usages = authority.extensions.extended_key_usage
    if usages is None or ANY_USAGE in usages:
        return
    if not leaf.usages <= usages:
        raise TrustError(Code.X509_EXTENDED_KEY_USAGE)


def check_leaf_key_usage(leaf: Certificate) -> None:
    """The leaf's key may sign what is not a certificate (4.2.1.3)."""
    _check_key_usage(leaf, KeyUsage.DIGITAL_SIGNATURE)


def check_leaf_usage(leaf: Certificate, profile: LeafProfile) -> None:
    """The leaf is made for the purpose at hand (4.2.1.12)."""
    usages = leaf.extensions.extended_key_usage or frozenset()
    if not profile.usages <= usages:
        raise TrustError(Code.X509_EXTENDED_KEY_USAGE, profile.name)
    if profile.usage_is_critical and ext.EXTENDED_KEY_USAGE not in leaf.extensions.critical:
        raise TrustError(Code.X509_EXTENDED_KEY_USAGE, "not critical")
    if usages and usages <= profile.foreign_usages:
        raise TrustError(Code.X509_EXTENDED_KEY_USAGE, profile.name)


def _check_key_usage(certificate: Certificate, needed: KeyUsage) -> None:
    if needed not in (certificate.extensions.key_usage or ()):
        raise TrustError(Code.X509_KEY_USAGE, needed.value)
