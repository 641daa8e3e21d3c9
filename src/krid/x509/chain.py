"""From a leaf certificate up to an anchor: path validation for the profiles that krid knows.

What RFC 5280, section 6, asks of a relying party, without constraints on certificate policies,
whose presence is refused, and **without revocation**, which `check_not_revoked` looks at by
lists; no OCSP responder is ever asked. Stricter than the RFC where it leaves room: anchors are
certificates and must be valid CA certificates themselves; key usage must be present; names must
match byte for byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, takewhile
from typing import Final, final

from krid._core import limits
from krid._core.times import aware
from krid.errors import Code, KridError, TrustError
from krid.x509 import rules
from krid.x509.certificate import Certificate
from krid.x509.leaf import LeafProfile
from krid.x509.name_constraints import check_names

# Refusals that only say that an anchor of the same name is another one.
_OTHER_ANCHOR: Final = frozenset({Code.X509_KEY_IDENTIFIER, Code.X509_SIGNATURE})


@final
@dataclass(frozen=True, slots=True)
class CertificationPath:
    """A verified path: the leaf first, the anchor last. Made by `verify_chain` alone."""

    certificates: tuple[Certificate, ...]

    @property
    def leaf(self) -> Certificate:
        """The certificate whose key is now trusted."""
        return self.certificates[0]

    @property
    def anchor(self) -> Certificate:
        """The certificate that was trusted before."""
        return self.certificates[-1]


def verify_chain(
    chain: Sequence[Certificate],
    *,
    anchors: Sequence[Certificate],
    now: datetime,
    leaf: LeafProfile,
) -> CertificationPath:
    """Prove that an anchor stands behind the first certificate of a chain, for one purpose.

    The chain is in order, leaf first, each certified by the next one; it ends below the anchor.
    An anchor inside the chain is tolerated and ends it. Does not check revocation (see
    `check_not_revoked`), nor that the leaf's name is the one expected: that is up to whoever
    knows the name.

    Raises:
        TrustError: `x509.chain_length`, `x509.loop`, `x509.leaf`, `x509.issuer`,
            `x509.key_identifier`, `x509.weak`, `x509.critical`, `x509.constraint`,
            `x509.name_constraint`, `x509.not_ca`, `x509.path_length`, `x509.key_usage`,
            `x509.extended_key_usage`, `x509.place`.
        SignatureError: `x509.signature`.
        ValidityError: `x509.not_yet_valid`, `x509.expired`.
        UnsupportedError: `x509.algorithm` or `key.type` for algorithms that krid does not take.
        MisuseError: `misuse.naive_time`.
    """
    aware(now)
    _check_length(chain)
    _check_no_loop(chain)
    rules.check_leaf_is_no_authority(chain[0], anchors)
    below = tuple(takewhile(lambda each: not _is_anchor(each, anchors), chain))
    candidates = [anchor for anchor in anchors if rules.has_issued(anchor, below[-1])]
    refusals: list[KridError] = []
    for anchor in candidates:
        try:
            return _verify_path(CertificationPath((*below, anchor)), now, leaf)
        except KridError as refusal:
            refusals.append(refusal)
    raise _most_telling(refusals)


def verify_listed(certificate: Certificate, *, now: datetime, leaf: LeafProfile) -> None:
    """Check a leaf that is trusted by itself, since a list names it, for one purpose.

    The certificate's signature plays no part and is not looked at; nor is revocation.

    Raises:
        TrustError: `x509.weak`, `x509.critical`, `x509.leaf`, `x509.key_usage`,
            `x509.extended_key_usage`.
        ValidityError: `x509.not_yet_valid`, `x509.expired`.
        UnsupportedError: `x509.algorithm`, `key.type`.
        MalformedError: `key.point`.
        MisuseError: `misuse.naive_time`.
    """
    rules.check_leaf_is_no_authority(certificate, ())
    rules.check_own_strength(certificate)
    rules.check_validity(certificate, aware(now))
    rules.check_critical_extensions(certificate)
    rules.check_leaf_key_usage(certificate)
    rules.check_leaf_usage(certificate, leaf)


def _verify_path(path: CertificationPath, now: datetime, leaf: LeafProfile) -> CertificationPath:
    """Check one path, from the anchor down, so that no key is used before it is trusted."""
    for parent, child in pairwise(reversed(path.certificates)):
        rules.check_issuer_name(child, parent)
        rules.check_key_identifier(child, parent)
        rules.check_strength(child, parent)
        rules.check_signature(child, parent)
    for certificate in reversed(path.certificates):
        rules.check_validity(certificate, now)
        rules.check_critical_extensions(certificate)
        rules.check_no_policy_constraints(certificate)
    check_names(path.certificates)
    for index, authority in enumerate(path.certificates[1:], start=1):
        rules.check_may_issue(authority)
        rules.check_path_length(authority, path.certificates[1:index])
        rules.check_authority_usage(authority, leaf)
    rules.check_leaf_key_usage(path.leaf)
    rules.check_leaf_usage(path.leaf, leaf)
    rules.check_place(path.leaf, path.anchor, leaf)
    return path


def _check_length(chain: Sequence[Certificate]) -> None:
    if not 0 < len(chain) <= limits.MAX_CHAIN_LENGTH:
        raise TrustError(Code.X509_CHAIN_LENGTH)


def _check_no_loop(chain: Sequence[Certificate]) -> None:
    """Refuse a chain in which the same name and key come twice."""
    if len({(each.parts.subject, each.parts.key) for each in chain}) != len(chain):
        raise TrustError(Code.X509_LOOP)


def _is_anchor(certificate: Certificate, anchors: Sequence[Certificate]) -> bool:
    return any(anchor.is_same_authority(certificate) for anchor in anchors)


def _most_telling(refusals: Sequence[KridError]) -> KridError:
    """Choose among several anchors of one name: the first that did sign, else the first."""
    for refusal in refusals:
        if refusal.code not in _OTHER_ANCHOR:
            return refusal
    return refusals[0] if refusals else TrustError(Code.X509_ISSUER)
