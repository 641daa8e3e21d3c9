"""Trust in OpenDID's organisations through the certificate credentials of its trust agents.

A trust agent certifies an organisation for a role by a credential of type `CertificateVC` (VC
format 1.0.0, section 3). The organisation publishes it; whoever verifies fetches and checks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final, Protocol, final

from krid._core import limits
from krid._core.arguments import several
from krid.did.methods.omn import KeyReference
from krid.did.verification_method import Purpose
from krid.errors import Code, MalformedError, RejectedError, ResolutionError, TrustError
from krid.keys import PublicKey
from krid.model import IssuerHint, IssuerKey, NoStatus, StatusSource
from krid.net import Transport, fetch, run
from krid.opendid import Documents, VerifiedVc, verify_credential
from krid.opendid.model import CERTIFICATE_TYPE

ROLE_CLAIM: Final = "org.opendid.v1.role"
SUBJECT_CLAIM: Final = "org.opendid.v1.subject"


@unique
class OpenDidRole(Enum):
    """What an organisation may be in the system."""

    TRUST_AGENT = "Tas"
    WALLET = "Wallet"
    ISSUER = "Issuer"
    VERIFIER = "Verifier"
    WALLET_PROVIDER = "WalletProvider"
    APP_PROVIDER = "AppProvider"
    LIST_PROVIDER = "ListProvider"
    OP_PROVIDER = "OpProvider"
    KYC_PROVIDER = "KycProvider"
    NOTIFICATION_PROVIDER = "NotificationProvider"
    LOG_PROVIDER = "LogProvider"
    PORTAL_PROVIDER = "PortalProvider"
    DELEGATION_PROVIDER = "DelegationProvider"
    STORAGE_PROVIDER = "StorageProvider"
    BACKUP_PROVIDER = "BackupProvider"
    OTHER = "Etc"


class OpenDidCertificates(Protocol):
    """Where the certificate credential of an organisation is had."""

    def fetch(self, did: str) -> bytes:
        """Return the certificate credential of a DID as it came.

        Raises:
            ResolutionError: `did.not_found`.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class KnownCertificates:
    """Certificate credentials at hand, by the DIDs that they certify."""

    credentials: Mapping[str, bytes] = field(repr=False)

    def fetch(self, did: str) -> bytes:
        """Find one."""
        raw = self.credentials.get(did)
        if raw is None:
            raise ResolutionError(Code.DID_NOT_FOUND, "certificate credential")
        return raw


@final
@dataclass(frozen=True, slots=True)
class PublishedCertificates:
    """Certificate credentials at the addresses (`certVcRef`) that are known for DIDs."""

    addresses: Mapping[str, str]
    transport: Transport = field(repr=False)

    def fetch(self, did: str) -> bytes:
        """Fetch one over https."""
        address = self.addresses.get(did)
        if address is None:
            raise ResolutionError(Code.DID_NOT_FOUND, "certificate credential")
        flow = fetch(address, accept="application/json", max_bytes=limits.MAX_OMN_BYTES)
        return run(flow, self.transport).body


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDidAgents:
    """The trust agents of OpenDID to believe, and how their certificates are checked.

    `status` looks up whether a certificate still holds. A certificate of an agent that is itself
    certified by another agent is not followed: name that agent.
    """

    agents: frozenset[str]
    documents: Documents = field(repr=False)
    certificates: OpenDidCertificates = field(repr=False)
    status: StatusSource | NoStatus = field(repr=False)
    skew: timedelta

    def __post_init__(self) -> None:
        several("agents", self.agents)

    def certified(self, did: str, *, role: OpenDidRole, now: datetime) -> VerifiedVc:
        """Fetch and verify the certificate credential of an organisation for a role.

        Raises:
            TrustError: `trust.unknown_issuer` when no agent believed issued it; `omn.certificate`
                when it is none, of another organisation, or does not verify, with the reason as
                detail; `omn.role`.
            KridError: as the documents and the certificates.
        """
        verified = self._verified(self.certificates.fetch(did), now=now)
        if CERTIFICATE_TYPE not in verified.credential.types:
            raise TrustError(Code.OMN_CERTIFICATE, "type")
        if verified.credential.subject != did:
            raise TrustError(Code.OMN_CERTIFICATE, "subject")
        if SUBJECT_CLAIM not in verified.claims or ROLE_CLAIM not in verified.claims:
            raise TrustError(Code.OMN_CERTIFICATE, "claims")
        if verified.claims[ROLE_CLAIM] != role.value:
            raise TrustError(Code.OMN_ROLE)
        return verified

    def _verified(self, raw: bytes, *, now: datetime) -> VerifiedVc:
        """Verify a certificate; what is wrong with it must not read as if it were of the card."""
        try:
            return verify_credential(
                raw,
                issuers=_Agents(self.agents, self.documents),
                status=self.status,
                now=now,
                skew=self.skew,
            )
        except TrustError:
            raise
        except (RejectedError, MalformedError) as cause:
            raise TrustError(Code.OMN_CERTIFICATE, str(cause.code)) from cause

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key of an issuer that an agent certified as one, as it stands in its document.

        Raises:
            TrustError: as `certified`; `trust.issuer_name` for a key of another DID;
                `trust.ambiguous` when the hint names no key; `trust.unknown_issuer` when it names
                no issuer.
            RejectedError: `omn.key`; as `Documents.find`.
            KridError: as `certified`.
        """
        if hint.issuer is None:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        certificate = self.certified(hint.issuer, role=OpenDidRole.ISSUER, now=now)
        agent = certificate.credential.issuer
        key, words = _key(hint, self.documents)
        return IssuerKey(
            key=key,
            issuer=hint.issuer,
            path=f"{words}, certified as Issuer by {agent}",
            authorities=frozenset({hint.issuer}),
            not_before=certificate.credential.valid_from,
            not_after=certificate.credential.valid_until,
        )


@final
@dataclass(frozen=True, slots=True)
class _Agents:
    """Trust in what agents sign with the keys of their own documents."""

    agents: frozenset[str]
    documents: Documents = field(repr=False)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's name
        if hint.issuer is None or hint.issuer not in self.agents:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        key, words = _key(hint, self.documents)
        return IssuerKey(
            key=key, issuer=hint.issuer, path=words, authorities=frozenset({hint.issuer})
        )


def _key(hint: IssuerHint, documents: Documents) -> tuple[PublicKey, str]:
    """Find the key that a hint names, in the version of the document that it names."""
    if hint.key_id is None:
        raise TrustError(Code.TRUST_AMBIGUOUS)
    reference = KeyReference.parse(hint.key_id)
    if reference.did != hint.issuer:
        raise TrustError(Code.TRUST_ISSUER_NAME)
    document = documents.find(reference.did, version_id=reference.version_id)
    key, _ = document.key_for(reference.key_id, Purpose.ASSERTION)
    return key, f"key {reference.key_id} of {reference.did}, version {document.version_id}"
