"""A verifier's request, before and after a wallet knows who sent it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from krid.model import Challenge, Query


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationRequest:
    """What a verifier asks, why, and what the answer must be bound to.

    `client_id` names the verifier with its prefix (OpenID4VP 1.0, section 5.9); `state` finds
    the session again. `purpose` is a sentence for the person who decides.
    """

    client_id: str
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    response_uri: str
    query: Query
    purpose: str
    expires: datetime
    encryption_thumbprint: bytes | None = None

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

    `verifier` is the proved name, `path` how trust in it came.
    """

    request: PresentationRequest
    verifier: str
    path: str
