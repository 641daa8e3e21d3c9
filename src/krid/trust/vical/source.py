"""Trust in the authorities of a VICAL, each for its own doctypes."""

from dataclasses import dataclass
from datetime import datetime
from typing import final

from krid._core import times
from krid.errors import Code, TrustError
from krid.model import IssuerHint, IssuerKey
from krid.trust.certificates import CertificateTrust, check_issuer_name, key_of
from krid.trust.lists import check_time
from krid.trust.revocation import Revocation
from krid.trust.vical.verify import VerifiedVical
from krid.x509 import CertificationPath


@final
@dataclass(frozen=True, slots=True)
class VicalTrust:
    """Trust in what certificates below the roots of a VICAL sign, for their doctypes alone.

    An mdoc of a doctype that its root is not listed for is refused, and so is everything that
    is no mdoc, such as a status list: give trust for those apart. The list is judged anew with
    every question, so that it ends when it ends; to follow the provider, verify the next list
    with the mark of this one and make a new value.
    """

    verified: VerifiedVical
    revocation: Revocation

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Verify the hint's certificates up to a root that is listed for the doctype.

        Raises:
            TrustError: `trust.type` when the root is listed for other doctypes;
                `trust.unknown_issuer` for what is no mdoc; and the codes of
                `CertificateTrust.find`.
            ValidityError: `list.not_yet_valid`, `list.expired`; those of a certificate.
            KridError: as `CertificateTrust.find`.
        """
        if hint.format != "mso_mdoc":
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        vical = self.verified.vical
        check_time(
            issued_at=vical.issued_at, valid_until=self.verified.valid_until, now=times.aware(now)
        )
        path = self._path_of(hint, now)
        check_issuer_name(path.leaf, hint.issuer)
        revocation = self.revocation.check(path, now=now)
        return key_of(path, hint, f"{revocation}, which {self._listed()}")

    def _path_of(self, hint: IssuerHint, now: datetime) -> CertificationPath:
        """Verify the certificates; say so when they lead to a root for other doctypes."""
        roots = self.verified.vical.roots_for(hint.type)
        try:
            return CertificateTrust(roots, revocation=self.revocation).path_of(hint, now=now)
        except TrustError as refusal:
            if refusal.code is not Code.X509_ISSUER:
                raise
            every = tuple(each.certificate for each in self.verified.vical.entries)
            CertificateTrust(every, revocation=self.revocation).path_of(hint, now=now)
            raise TrustError(Code.TRUST_TYPE) from refusal

    def _listed(self) -> str:
        vical, signer = self.verified.vical, self.verified.signer
        number = "" if vical.issue is None else f" {vical.issue}"
        return (
            f"VICAL{number} of {times.to_rfc3339(vical.issued_at)} lists, "
            f"signed by {signer.issuer} ({signer.path})"
        )
