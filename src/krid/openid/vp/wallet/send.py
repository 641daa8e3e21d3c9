"""Sending an answer or a refusal, and where the browser goes from there (sections 8.2 to 8.5)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from krid._core import limits, strict_json
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    RejectedError,
    TransportError,
)
from krid.exchange import AuthenticatedRequest, PresentationResponse, ResponseMode
from krid.net import Flow, Request, Response
from krid.openid.oauth import members as m
from krid.openid.oauth.http import FORM, JSON, encode_form
from krid.openid.oauth.refusal import OauthError
from krid.openid.vp.link import fragment_of
from krid.openid.vp.refusal import RequestRefusedError, WayBack
from krid.openid.vp.request_object import way_back
from krid.openid.vp.response import encode_response, seal

_APP: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:[!-~]+", re.ASCII)
"""A private-use scheme is a domain name turned around (RFC 8252, section 7.1)."""


@final
@dataclass(frozen=True, slots=True)
class Sent:
    """An answer that arrived. `open` is the address to send the browser to, None for nowhere.

    A wallet must send it there (section 8.2): else the verifier can't know that the person who
    answered is the one who asked.
    """

    open: str | None = field(repr=False)


def send(request: AuthenticatedRequest, response: PresentationResponse) -> Flow[Sent]:
    """Send an answer the way that the request asks for.

    Raises:
        RejectedError: `oauth.refused`, with the error where krid knows it.
        MalformedError: `oauth.response`, or `response.redirect` for a browser's address that is
            neither https nor an app's own.
        TransportError: the answer could not be sent; redirects are not followed.
        MisuseError: `misuse.option` for a request through the Digital Credentials API.
    """
    return (
        yield from _deliver(way_back(request.request), encode_response(response, request.request))
    )


def refuse(
    request: AuthenticatedRequest | RequestRefusedError, error: OauthError | None = None
) -> Flow[Sent]:
    """Tell a verifier that it gets no answer, and nothing else.

    It is sealed where the answer would be. Without `error`, a refused request is answered with the
    word for what is wrong with it, and any other with `access_denied`: the person did not agree,
    or has no such card, which is not told apart. Nothing is sent where a refused request names no
    address that is its sender's.

    Raises:
        KridError: as `send`.
    """
    if isinstance(request, RequestRefusedError):
        back = request.back
        if back is None:
            return Sent(None)
        return (yield from _deliver(back, _members_of(error or request.error, back)))
    back = way_back(request.request)
    form = _members_of(error or OauthError.ACCESS_DENIED, back)
    if back.mode.is_sealed:
        form = {"response": seal(form, request.request)}
    return (yield from _deliver(back, form))


def _members_of(error: OauthError, back: WayBack) -> Mapping[str, str]:
    return {"error": error.value} | ({"state": back.state} if back.state else {})


def _deliver(back: WayBack, form: Mapping[str, str]) -> Flow[Sent]:
    if back.mode.is_dc_api:
        raise MisuseError(Code.MISUSE_OPTION, "a request through the Digital Credentials API")
    if back.mode is ResponseMode.FRAGMENT:
        return Sent(fragment_of(back.address, form))
    response = yield Request(
        back.address,
        "POST",
        {"Content-Type": FORM, "Accept": JSON},
        encode_form(form),
        limits.MAX_OAUTH_BYTES,
        max_redirects=0,
    )
    return _read_answer(response)


def _read_answer(response: Response) -> Sent:
    if response.status != 200:
        raise _failure(response)
    if response.media_type != JSON:
        raise MalformedError(Code.OAUTH_RESPONSE, "media type")
    members = _members(response)
    return Sent(_redirect(members["redirect_uri"]) if "redirect_uri" in members else None)


def _members(response: Response) -> Mapping[str, object]:
    try:
        return strict_json.loads_object(response.body, max_bytes=limits.MAX_OAUTH_BYTES)
    except KridError as cause:
        raise MalformedError(Code.OAUTH_RESPONSE) from cause


def _failure(response: Response) -> KridError:
    """Say why a verifier did not take an answer, as far as krid knows its word."""
    if response.media_type != JSON or response.status < 400:
        return TransportError(Code.NET_STATUS, str(response.status))
    error = _members(response).get("error")
    known = {each.value for each in OauthError}
    return RejectedError(
        Code.OAUTH_REFUSED, error if isinstance(error, str) and error in known else "other"
    )


def _redirect(value: object) -> str:
    """Let a browser be sent to https addresses and to apps by their own schemes, nowhere else."""
    text = value if isinstance(value, str) else ""
    if _APP.fullmatch(text) is not None and len(text) <= limits.MAX_VP_TEXT_CHARS:
        return text
    try:
        m.https_url(text.partition("#")[0], Code.RESPONSE_REDIRECT, "redirect_uri")
    except MalformedError as cause:
        raise MalformedError(Code.RESPONSE_REDIRECT) from cause
    if not text.isascii() or not text.isprintable() or len(text) > limits.MAX_VP_TEXT_CHARS:
        raise MalformedError(Code.RESPONSE_REDIRECT)
    return text
