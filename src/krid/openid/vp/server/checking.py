"""Verifying what a wallet sent, for one request that is open no more."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import BindingError, Code, KridError, MalformedError, UnsupportedError
from krid.exchange import PresentationRequest, PresentationResponse, Session
from krid.jose import Jwe
from krid.openid.vp.response import Incoming, SealedResponse, read_incoming
from krid.openid.vp.server.records import Pending
from krid.openid.vp.server.setup import VerifierSetup
from krid.verifier import Verified, Verifier


@final
@dataclass(frozen=True, slots=True)
class _One:
    """The sessions of a verifier that has but one, which was taken already."""

    request: PresentationRequest

    def open(self, session: Session, *, now: datetime) -> None:
        """Open nothing: requests are begun elsewhere."""

    def take(self, state: str, *, now: datetime) -> Session:  # noqa: ARG002  it was checked before
        """Return the request."""
        if state != self.request.state:
            raise BindingError(Code.RESPONSE_STATE)
        return Session(self.request)


def verify(
    setup: VerifierSetup,
    request: PresentationRequest,
    response: PresentationResponse,
    *,
    arrived: datetime,
) -> Verified:
    """Verify an answer that arrived at a moment; all else is judged as of now.

    Raises:
        KridError: as `krid.Verifier.verify`.
    """
    waited, profile = setup.now - arrived, setup.profile
    if waited > timedelta(0):
        profile = replace(profile, max_age=profile.max_age + waited)
    verifier = Verifier(
        request.client_id,
        trust=setup.trust,
        status=setup.status,
        profile=profile,
        sessions=_One(request),
        response_uri=request.response_uri,
        policy=setup.rules,
        formats=setup.formats,
        clock=setup.clock,
        entropy=setup.entropy,
    )
    return verifier.verify(response)


def opened(setup: VerifierSetup, incoming: Incoming | Jwe, pending: Pending) -> Incoming:
    """Open a sealed answer with the key of its request; an open one where it must be sealed fails.

    A sealed answer may be parsed already. Errors may come open in any case (section 8.3.1).

    Raises:
        UnsupportedError: `response.encryption`.
        KridError: as `krid.jose.Jwe` and `read_incoming`.
    """
    if not isinstance(incoming, SealedResponse | Jwe):
        if isinstance(incoming, PresentationResponse) and pending.key is not None:
            raise UnsupportedError(Code.RESPONSE_ENCRYPTION)
        return incoming
    if pending.key is None:
        raise UnsupportedError(Code.RESPONSE_ENCRYPTION)
    message = incoming if isinstance(incoming, Jwe) else Jwe.parse(incoming.text)
    if message.enc not in setup.policy.encs:
        raise UnsupportedError(Code.RESPONSE_ENCRYPTION, "enc")
    return read_incoming(_members(message.decrypt(pending.key)))


def key_id_of(sealed: Jwe) -> str:
    """Return the name of the key that an answer is sealed for.

    Raises:
        UnsupportedError: `response.encryption`.
    """
    name = sealed.header.get("kid")
    if not isinstance(name, str):
        raise UnsupportedError(Code.RESPONSE_ENCRYPTION, "kid")
    return name


def _members(plaintext: bytes) -> JsonObject:
    try:
        return strict_json.loads_object(plaintext, max_bytes=limits.MAX_VP_RESPONSE_BYTES)
    except KridError as cause:
        raise MalformedError(Code.RESPONSE_SYNTAX) from cause
