"""A verifier's request, before and after a wallet knows who sent it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from krid.model import Asker, Attestation, Challenge, Query


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationRequest:
    """What a verifier asks, why, and what the answer must be bound to.

    `client_id` names the verifier with its prefix (OpenID4VP 1.0, section 5.9); `state` finds
    the session again. `purpose` is a sentence for the person who decides. `attestations` are what
    the verifier sends along about itself, such as its registration.
    """

    client_id: str
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    response_uri: str
    query: Query
    purpose: str
    expires: datetime
    encryption_thumbprint: bytes | None = None
    attestations: tuple[Attestation, ...] = ()

    @property
    def challenge(self) -> Challenge:
        """What each presentation of the answer must be bound to."""
        return Challenge(
            audience=self.client_id,
            nonce=self.nonce,
            response_uri=self.response_uri,
            encryption_thumbprint=self.encryption_thumbprint,
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatedRequest:
    """A request whose sender has proved who it is; made by a protocol's `read_request` alone.

    `verifier` is the proved name, `path` how trust in it came. `names` are further names that its
    certificate proves, such as the number of the organisation in a register.
    """

    request: PresentationRequest
    verifier: str
    path: str
    names: frozenset[str] = frozenset()

    @property
    def asker(self) -> Asker:
        """Who asks, for those who know what it may ask for."""
        return Asker(
            client_id=self.request.client_id,
            names=self.names | {self.request.client_id},
            attestations=self.request.attestations,
        )
