"""Ports that formats and roles call, and the values that pass through them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, final

from krid.keys import Alg, PublicKey
from krid.model.assurance import Assurance

if TYPE_CHECKING:
    from krid.model.credential import Evidence


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerHint:
    """What a credential says, unverified, about who signed it.

    `certificates` are DER, the signer's first, as in `x5c` and `x5chain`.
    """

    format: str
    type: str
    alg: Alg
    issuer: str | None = None
    key_id: str | None = None
    certificates: tuple[bytes, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerKey:
    """A key that somebody trusted stands behind, and through which path the trust came.

    `not_before` and `not_after` are those of the signer's certificate, where there is one.
    `assurance` is the level that a source of trust attached, None when none did.
    """

    key: PublicKey
    issuer: str
    path: str
    not_before: datetime | None = None
    not_after: datetime | None = None
    assurance: Assurance | None = None


class IssuerKeys(Protocol):
    """Whom to believe: finds the key of a trusted issuer."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key to verify with.

        Raises:
            TrustError: nobody trusted stands behind the hint.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a credential's status stands: a Token Status List and an index in it."""

    uri: str
    index: int

    def __repr__(self) -> str:
        """Leave the index out: it singles out one credential."""
        return f"StatusReference(uri={self.uri!r}, index=***)"


class StatusSource(Protocol):
    """Whether a credential still holds."""

    def check(self, reference: StatusReference, *, now: datetime) -> "Evidence":
        """Return what was proved about a credential that still holds.

        Raises:
            StatusError: revoked, suspended, stale, or not to be had.
        """
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What one presentation must be bound to, so that it serves nowhere else.

    `audience` is the verifier's client identifier. `response_uri` and
    `encryption_thumbprint` (32 bytes, RFC 7638) enter an mdoc's session transcript
    (OpenID4VP 1.0, appendix B.2.6). `transcript` is a whole CBOR SessionTranscript and
    replaces the one made from the others, as in proximity.
    """

    audience: str
    nonce: str
    response_uri: str = ""
    encryption_thumbprint: bytes | None = None
    transcript: bytes | None = None
