"""Trust in the services of a trusted list, of some types and in some states."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from krid._core import times
from krid._core.arguments import several
from krid.errors import Code, TrustError
from krid.model import ETSI_TL, IssuerHint, IssuerKey, TrustedAuthority
from krid.trust.certificates import (
    CertificateTrust,
    check_issuer_name,
    issuers_of,
    key_of,
    parse_chain,
    purpose,
)
from krid.trust.etsi.model import TrustedService, VerifiedList
from krid.trust.lists import check_time
from krid.trust.revocation import Revocation
from krid.x509 import Certificate, CertificationPath, verify_listed


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedListTrust:
    """Trust in what the services of a trusted list sign, directly or through certificates.

    A certificate of a service that is a CA's is an anchor; any other is itself the signer's,
    which needs no chain then, and whose revocation is the list's business. `types` are the types
    of services to trust, `statuses` the states that count, such as `GRANTED`; both are looked at
    for the moment of the question. The list is judged anew with every question, too.

    `identifiers` are the addresses by which queries name this list, and the lists that point to
    it (OpenID4VP 1.0, section 6.1.1.2); a list does not say its own.
    """

    verified: VerifiedList
    types: frozenset[str]
    statuses: frozenset[str]
    revocation: Revocation
    identifiers: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        several("types", self.types)
        several("statuses", self.statuses)
        several("identifiers", self.identifiers)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the signer's key, if a service of the list stands behind it now.

        Raises:
            TrustError: `trust.unknown_issuer` for a hint without certificates; `list.service`
                when the list names the certificate for services of other types; `list.status`
                when the service is not, or no longer, in a state that counts;
                `trust.issuer_name`; and the codes of `CertificateTrust.find`.
            ValidityError: `list.not_yet_valid`, `list.expired`; those of a certificate.
            KridError: as `CertificateTrust.find`.
        """
        if not hint.certificates:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        listed = self.verified.listed
        check_time(
            issued_at=listed.issued_at, valid_until=self.verified.valid_until, now=times.aware(now)
        )
        leaf = parse_chain(hint.certificates)[0]
        if any(leaf in service.certificates for service in listed.services):
            return self._find_listed(leaf, hint, now)
        return self._find_below(hint, now)

    def _find_listed(self, leaf: Certificate, hint: IssuerHint, now: datetime) -> IssuerKey:
        service = self._service_of(leaf, now)
        verify_listed(leaf, now=now, leaf=purpose(hint.format))
        check_issuer_name(leaf, hint.issuer)
        return IssuerKey(
            key=leaf.public_key,
            issuer=leaf.subject if hint.issuer is None else hint.issuer,
            path=f"certificate {self._listed_as(service)}",
            not_before=leaf.not_before,
            not_after=leaf.not_after,
            stands_under=issuers_of((leaf,), hint) | self._lists(),
        )

    def _find_below(self, hint: IssuerHint, now: datetime) -> IssuerKey:
        path = self._path_of(hint, now)
        service = self._service_of(path.anchor, now)
        check_issuer_name(path.leaf, hint.issuer)
        revocation = self.revocation.check(path, now=now)
        found = key_of(path, hint, f"{revocation}, {self._listed_as(service)}")
        return replace(found, stands_under=found.stands_under | self._lists())

    def _lists(self) -> frozenset[TrustedAuthority]:
        return frozenset(TrustedAuthority(ETSI_TL, each) for each in self.identifiers)

    def _path_of(self, hint: IssuerHint, now: datetime) -> CertificationPath:
        """Verify the certificates: up to a service that counts, else up to any, to say more."""
        every = self.verified.listed.services
        trusted = [each for each in every if self._counts(each, now)]
        try:
            return self._below(trusted).path_of(hint, now=now)
        except TrustError as refusal:
            if refusal.code is not Code.X509_ISSUER:
                raise
            return self._below(every).path_of(hint, now=now)

    def _below(self, services: Sequence[TrustedService]) -> CertificateTrust:
        anchors = (each for service in services for each in service.certificates)
        authorities = tuple(dict.fromkeys(each for each in anchors if each.extensions.is_ca))
        return CertificateTrust(authorities, revocation=self.revocation)

    def _service_of(self, certificate: Certificate, now: datetime) -> TrustedService:
        """Return the service of a certificate that counts, or say why none does."""
        services = [
            each for each in self.verified.listed.services if certificate in each.certificates
        ]
        fitting = [each for each in services if each.is_of(self.types, now)]
        if not fitting:
            raise TrustError(Code.LIST_SERVICE)
        for service in fitting:
            if service.is_trusted_at(now, self.statuses):
                return service
        raise TrustError(Code.LIST_STATUS)

    def _counts(self, service: TrustedService, now: datetime) -> bool:
        return service.is_of(self.types, now) and service.is_trusted_at(now, self.statuses)

    def _listed_as(self, service: TrustedService) -> str:
        return (
            f"listed for {service.name} of {service.provider} in {self.verified.listed}, "
            f"signed by {self.verified.signed_by}"
        )
