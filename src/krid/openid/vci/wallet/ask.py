"""Sending one request as a wallet: with DPoP, with attestation, and again with a nonce.

A server that wants its own nonce in a proof says so in a refusal; it is asked once more for each
kind of nonce, and no oftener.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self, final

from krid._core import limits
from krid.errors import Code, KridError, RejectedError, TransportError
from krid.net import Flow, Request, Response
from krid.openid.oauth import client_attestation, dpop
from krid.openid.oauth.client_attestation import parse_challenge
from krid.openid.oauth.http import FORM, JSON, encode_form
from krid.openid.oauth.refusal import ErrorResponse, OauthError
from krid.openid.oauth.server_metadata import ServerMetadata
from krid.openid.vci.wallet.setup import Session, WalletSetup


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A POST to an endpoint. `audience` is the authorization server that an attestation is for.

    `challenge_endpoint` is where that server hands out challenges, which must then be used, and
    `dpop_algs` are those that it takes in DPoP proofs, None where that is settled by the token.
    `token` is the access token and whether it is bound to the DPoP key; `nonce` what the server
    last gave for DPoP proofs, `challenge` for proofs of the attestation.
    """

    url: str
    body: bytes = field(default=b"", repr=False)
    media_type: str = JSON
    audience: str | None = None
    challenge_endpoint: str | None = None
    token: str | None = field(default=None, repr=False)
    is_dpop: bool = False
    dpop_algs: tuple[str, ...] | None = None
    nonce: str | None = field(default=None, repr=False)
    challenge: str | None = field(default=None, repr=False)
    max_bytes: int = limits.MAX_OAUTH_BYTES

    @classmethod
    def form(cls, url: str, members: Mapping[str, str], *, server: ServerMetadata) -> Self:
        """Ask an endpoint of an authorization server."""
        return cls(
            url=url,
            body=encode_form(members),
            media_type=FORM,
            audience=server.issuer if _takes_attested(server) else None,
            challenge_endpoint=server.challenge_endpoint,
            is_dpop=True,
            dpop_algs=server.dpop_algs or (),
        )

    @classmethod
    def with_token(cls, url: str, session: Session, body: bytes, *, media_type: str = JSON) -> Self:
        """Ask an endpoint of the issuer with an access token."""
        return cls(
            url=url,
            body=body,
            media_type=media_type,
            token=session.tokens.access_token,
            is_dpop=session.is_dpop,
        )


def ask(setup: WalletSetup, wanted: Ask) -> Flow[Response]:
    """Send a request, once more where the server asks for a nonce, and insist on success.

    Raises:
        RejectedError: `oauth.refused`, with the error where krid knows it, or `oauth.denied`.
        MalformedError: `oauth.response` for a refusal that can't be read.
        TransportError: `net.status`, `net.size`, and what the transport raises.
    """
    current = yield from _challenged(setup, wanted)
    response = yield _request(setup, current)
    for _ in _NONCES:
        again = _with_nonces(response, current)
        if again is None:
            break
        current = again
        response = yield _request(setup, current)
    if len(response.body) > wanted.max_bytes:
        raise TransportError(Code.NET_SIZE)
    if not 200 <= response.status < 300:
        raise refusal_of(response)
    return response


def _challenged(setup: WalletSetup, wanted: Ask) -> Flow[Ask]:
    """Fetch a challenge for the proof of an attestation, where the server hands them out."""
    if setup.attestation is None or wanted.audience is None or wanted.challenge_endpoint is None:
        return wanted
    response = yield Request(
        wanted.challenge_endpoint, "POST", {"Accept": JSON}, max_bytes=limits.MAX_OAUTH_BYTES
    )
    if response.status != 200 or len(response.body) > limits.MAX_OAUTH_BYTES:
        raise refusal_of(response)
    return replace(wanted, challenge=parse_challenge(response.body))


def refusal_of(response: Response) -> RejectedError | TransportError:
    """Return the error to raise for an answer that says no.

    Raises:
        MalformedError: `oauth.response`.
    """
    if response.media_type != JSON:
        return TransportError(Code.NET_STATUS, str(response.status))
    return ErrorResponse.parse(response.body).refusal()


def _takes_attested(server: ServerMetadata) -> bool:
    return client_attestation.METHOD in (server.token_auth_methods or ())


def _request(setup: WalletSetup, wanted: Ask) -> Request:
    headers = {"Accept": "application/json, application/jwt", "Content-Type": wanted.media_type}
    if wanted.token is not None:
        scheme = dpop.TOKEN_TYPE if wanted.is_dpop else "Bearer"
        headers["Authorization"] = f"{scheme} {wanted.token}"
    headers |= _dpop(setup, wanted) | _attestation(setup, wanted)
    return Request(wanted.url, "POST", headers, wanted.body, wanted.max_bytes)


def _dpop(setup: WalletSetup, wanted: Ask) -> dict[str, str]:
    if setup.dpop is None or not wanted.is_dpop:
        return {}
    if wanted.dpop_algs is not None and setup.dpop.alg.jose not in wanted.dpop_algs:
        return {}
    prepared = dpop.prepare_proof(
        setup.dpop,
        method="POST",
        url=wanted.url,
        now=setup.now,
        entropy=setup.entropy,
        nonce=wanted.nonce,
        access_token=wanted.token,
    )
    return {dpop.HEADER: prepared.sign_with(setup.dpop)}


def _attestation(setup: WalletSetup, wanted: Ask) -> dict[str, str]:
    if setup.attestation is None or wanted.audience is None:
        return {}
    signer = setup.attestation.signer
    prepared = client_attestation.prepare_pop(
        signer,
        audience=wanted.audience,
        challenge=wanted.challenge,
        now=setup.now,
        entropy=setup.entropy,
    )
    return {
        client_attestation.HEADER: setup.attestation.text,
        client_attestation.POP_HEADER: prepared.sign_with(signer),
    }


_NONCES: Final[Mapping[str, str]] = {
    OauthError.USE_DPOP_NONCE.value: dpop.NONCE_HEADER,
    OauthError.USE_ATTESTATION_CHALLENGE.value: client_attestation.CHALLENGE_HEADER,
}


def _with_nonces(response: Response, wanted: Ask) -> Ask | None:
    """Return the request to send again, None where it would change nothing.

    A server that refuses the very nonce that it has just given is not asked again.
    """
    if response.status not in {400, 401} or len(response.body) > limits.MAX_OAUTH_BYTES:
        return None
    try:
        error = ErrorResponse.parse(response.body).error
    except KridError:
        return None
    given = response.header(_NONCES.get(error, ""))
    if not given:
        return None
    nonce = response.header(dpop.NONCE_HEADER) or wanted.nonce
    challenge = response.header(client_attestation.CHALLENGE_HEADER) or wanted.challenge
    again = replace(wanted, nonce=nonce, challenge=challenge)
    return None if again == wanted else again
