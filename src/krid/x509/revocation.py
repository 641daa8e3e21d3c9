"""Whether the certificates of a path are revoked (RFC 5280, section 6.3), by lists at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias, final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from krid._core.times import aware
from krid.errors import Code, SignatureError, TrustError, ValidityError
from krid.x509 import strength
from krid.x509.certificate import Certificate
from krid.x509.chain import CertificationPath
from krid.x509.crl import RevocationList
from krid.x509.crl_entries import RevocationReason
from krid.x509.extensions import KeyUsage


@final
@dataclass(frozen=True, slots=True)
class VerifiedCrl:
    """A revocation list whose issuer's signature was verified. Made by `verify_crl` alone."""

    listed: RevocationList
    issuer: Certificate

    def check(self, certificate: Certificate, *, now: datetime) -> None:
        """Check that a certificate of the same issuer is not revoked.

        A certificate that is revoked counts as revoked at any moment, before it was, too.

        Raises:
            TrustError: `x509.revoked` or `x509.on_hold`; `x509.crl_issuer` for a certificate of
                another issuer; `x509.crl_scope` when the list does not speak for it.
            ValidityError: `x509.crl_not_yet_valid`, `x509.crl_expired`.
            MisuseError: `misuse.naive_time`.
        """
        if certificate.parts.issuer != self.issuer.parts.subject:
            raise TrustError(Code.X509_CRL_ISSUER)
        if not self.listed.scope.covers(certificate):
            raise TrustError(Code.X509_CRL_SCOPE)
        self.check_time(now)
        entry = self.listed.entry(certificate.serial)
        if entry is None:
            return
        if entry.reason is RevocationReason.CERTIFICATE_HOLD:
            raise TrustError(Code.X509_ON_HOLD)
        raise TrustError(Code.X509_REVOKED, entry.reason.name.lower())

    def check_time(self, now: datetime) -> None:
        """Check that the list is the current one, both ends included.

        Raises:
            ValidityError: `x509.crl_not_yet_valid`, `x509.crl_expired`.
            MisuseError: `misuse.naive_time`.
        """
        if aware(now) < self.listed.this_update:
            raise ValidityError(Code.X509_CRL_NOT_YET_VALID)
        if now > self.listed.next_update:
            raise ValidityError(Code.X509_CRL_EXPIRED)


FindCrl: TypeAlias = Callable[[Certificate, Certificate], VerifiedCrl]
"""Called with a certificate and its issuer's, returns the list to look it up in.

Raises a `KridError` when there is none.
"""


def verify_crl(listed: RevocationList, *, issuer: Certificate) -> VerifiedCrl:
    """Prove that a CA issued a revocation list (section 6.3.3, f and g).

    The list must be signed by the very key that signs the CA's certificates. Believes the
    certificate of the CA, and checks no time: both are up to the caller.

    Raises:
        TrustError: `x509.crl_issuer` when name or key identifier are another's, or the key may
            not sign lists; `x509.weak`.
        SignatureError: `x509.crl_signature`.
        UnsupportedError: `x509.algorithm`, `key.type`.
        MalformedError: `key.point`.
    """
    own = issuer.extensions
    if listed.issuer != issuer.parts.subject:
        raise TrustError(Code.X509_CRL_ISSUER)
    if own.subject_key_id is not None and listed.authority_key_id != own.subject_key_id:
        raise TrustError(Code.X509_CRL_ISSUER, "key identifier")
    if KeyUsage.CRL_SIGN not in (own.key_usage or ()):
        raise TrustError(Code.X509_CRL_ISSUER, "key usage")
    strength.check_key(issuer)
    strength.check_signature_of(listed.native)
    if not _is_signed(listed, issuer):
        raise SignatureError(Code.X509_CRL_SIGNATURE)
    return VerifiedCrl(listed, issuer)


def check_not_revoked(
    path: CertificationPath, *, find: FindCrl, now: datetime
) -> tuple[VerifiedCrl, ...]:
    """Check each certificate of a path but the anchor, from the anchor down; return the lists.

    Raises:
        KridError: what `find` and `VerifiedCrl.check` raise.
    """
    used: list[VerifiedCrl] = []
    for issuer, certificate in pairwise(reversed(path.certificates)):
        found = find(certificate, issuer)
        found.check(certificate, now=now)
        used.append(found)
    return tuple(used)


def _is_signed(listed: RevocationList, issuer: Certificate) -> bool:
    try:
        return listed.native.is_signature_valid(issuer.native_key)  # type: ignore[arg-type]  # keys of certificates that sign nothing are refused before
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
