"""Answers and errors on their way from wallet to verifier (section 8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.exchange import PresentationRequest, PresentationResponse, ResponseKey
from krid.jose import jwe
from krid.openid.oauth.refusal import ErrorResponse
from krid.openid.vp.wire import presentation_from_wire, presentation_to_wire

_CODE: Final = Code.RESPONSE_SYNTAX


@final
@dataclass(frozen=True, slots=True)
class SealedResponse:
    """An answer that is still encrypted."""

    text: str = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Refusal:
    """A wallet's error: its word, and the state of the request that it answers."""

    error: str
    state: str = field(repr=False)


Incoming: TypeAlias = PresentationResponse | SealedResponse | Refusal
"""What a verifier may get as an answer."""


def response_members(response: PresentationResponse, request: PresentationRequest) -> JsonObject:
    """Write an answer as an object: `vp_token`, and `state` where the request has one."""
    formats = {each.id: each.format for each in request.query.credentials}
    token: JsonObject = {
        query_id: [presentation_to_wire(raw, formats[query_id]) for raw in presentations]
        for query_id, presentations in response.presentations.items()
    }
    return {"vp_token": token} | ({"state": response.state} if response.state else {})


def encode_response(response: PresentationResponse, request: PresentationRequest) -> dict[str, str]:
    """Write an answer as the form that its response mode sends (sections 8.2 and 8.3)."""
    members = response_members(response, request)
    if request.delivery.mode.is_sealed:
        return {"response": seal(members, request)}
    return {
        name: value if isinstance(value, str) else strict_json.dumps(value).decode("utf-8")
        for name, value in members.items()
    }


def seal(members: Mapping[str, Json], request: PresentationRequest) -> str:
    """Encrypt an answer for the verifier, by the best encryption that both have (section 8.3).

    Raises:
        MalformedError: `request.encryption` for a request without a key.
    """
    key = request.delivery.key
    if key is None:
        raise MalformedError(Code.REQUEST_ENCRYPTION)
    return sealed_for(key, strict_json.dumps(dict(members)))


def sealed_for(key: ResponseKey, content: bytes) -> str:
    """Encrypt for a key; the header names it. Neither `apu` nor `apv` is asked for by the text."""
    return jwe.encrypt(content, to=key.key, enc=key.encs[0], key_id=key.key_id)


def read_response(form: Mapping[str, str]) -> PresentationResponse:
    """Read the form of an answer that is not encrypted; nothing in it is verified.

    Raises:
        MalformedError: `response.syntax`.
        UnsupportedError: `response.serialisation` for an SD-JWT in JSON serialisation.
    """
    try:
        token = strict_json.loads(
            shape.text(form.get("vp_token", ""), _CODE).encode("utf-8"),
            max_bytes=limits.MAX_VP_RESPONSE_BYTES,
        )
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(_CODE) from cause
    return read_members({"vp_token": token, "state": form.get("state", "")})


def read_members(members: Mapping[str, Json]) -> PresentationResponse:
    """Read an answer that stands in an object.

    Raises:
        MalformedError: `response.syntax`.
        UnsupportedError: `response.serialisation`.
    """
    token, state = members.get("vp_token"), members.get("state", "")
    if not isinstance(token, Mapping) or not isinstance(state, str):
        raise MalformedError(_CODE)
    if not 0 < len(token) <= limits.MAX_QUERY_CREDENTIALS:
        raise MalformedError(_CODE)
    if len(state) > limits.MAX_VP_NONCE_CHARS:
        raise MalformedError(_CODE)
    return PresentationResponse(state, {name: _each(value) for name, value in token.items()})


def read_incoming(members: Mapping[str, Json]) -> Incoming:
    """Tell apart what came: an answer, a sealed one, or an error.

    Raises:
        MalformedError: `response.syntax`, also for more than one of them.
        UnsupportedError: `response.serialisation`.
    """
    kinds = {"vp_token", "response", "error"} & members.keys()
    if len(kinds) != 1:
        raise MalformedError(_CODE)
    if "response" in kinds:
        return SealedResponse(_text(members, "response"))
    if "error" in kinds:
        state = members.get("state", "")
        if not isinstance(state, str) or len(state) > limits.MAX_VP_NONCE_CHARS:
            raise MalformedError(_CODE)
        return Refusal(ErrorResponse.of_members(members).error, state)
    return read_members(members)


def read_form(form: Mapping[str, str]) -> Incoming:
    """Tell apart what came in a form, as `read_incoming` does.

    Raises:
        MalformedError: `response.syntax`.
        UnsupportedError: `response.serialisation`.
    """
    if "vp_token" not in form:
        return read_incoming(dict(form))
    if {"response", "error"} & form.keys():
        raise MalformedError(_CODE)
    return read_response(form)


def _each(value: Json) -> tuple[bytes, ...]:
    if not isinstance(value, list) or not 0 < len(value) <= limits.MAX_VP_PRESENTATIONS:
        raise MalformedError(_CODE)
    return tuple(presentation_from_wire(each) for each in value)


def _text(members: Mapping[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limits.MAX_VP_RESPONSE_BYTES:
        raise MalformedError(_CODE)
    return value
