"""The link that opens a wallet: a whole request, or where to fetch it (sections 5 and 5.10)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, TypeAlias, final
from urllib.parse import parse_qsl, urlencode

from krid._core import limits, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.openid.oauth import members as m
from krid.openid.oauth.http import with_query

_CODE: Final = Code.REQUEST_SYNTAX
_OBJECTS: Final = frozenset({"dcql_query", "client_metadata", "transaction_data", "verifier_info"})
"""Parameters that stand in a link as JSON (section 5.1)."""


@unique
class RequestMethod(StrEnum):
    """How a request object is fetched, by its name in `request_uri_method` (section 5.1)."""

    GET = "get"
    POST = "post"


@final
@dataclass(frozen=True, slots=True)
class RequestReference:
    """A request that lies elsewhere, signed; nothing of it is known but who it is said to be of."""

    client_id: str
    address: str
    method: RequestMethod


@final
@dataclass(frozen=True, slots=True)
class RequestValue:
    """A signed request that the link holds whole."""

    client_id: str
    text: str = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class RequestParameters:
    """A request that nobody signed, as the link's own parameters."""

    members: Mapping[str, Json] = field(repr=False)


Link: TypeAlias = RequestReference | RequestValue | RequestParameters


def read_link(text: str) -> Link:
    """Read the link that a wallet was opened with, whatever its scheme and host.

    Raises:
        MalformedError: `request.syntax`.
        UnsupportedError: `request.method` for another `request_uri_method`.

    >>> read_link("openid4vp://?client_id=bank&request_uri=https%3A%2F%2Fbank.example%2Fr")
    ... # doctest: +NORMALIZE_WHITESPACE
    RequestReference(client_id='bank', address='https://bank.example/r',
                     method=<RequestMethod.GET: 'get'>)
    """
    parameters = _parameters(text)
    client_id = m.text(parameters, "client_id", _CODE)
    if "request" in parameters and "request_uri" in parameters:
        raise MalformedError(_CODE, "request_uri")
    if "request_uri" in parameters:
        address = m.https(parameters, "request_uri", _CODE)
        return RequestReference(client_id, address, _method(parameters))
    if "request_uri_method" in parameters:
        raise MalformedError(_CODE, "request_uri_method")
    if "request" in parameters:
        return RequestValue(client_id, parameters["request"])
    return RequestParameters({name: _value(name, each) for name, each in parameters.items()})


def link_to(wallet: str, reference: RequestReference) -> str:
    """Write a link to a request that lies elsewhere; `wallet` is such as `openid4vp://`."""
    members = {"client_id": reference.client_id, "request_uri": reference.address}
    if reference.method is RequestMethod.POST:
        members["request_uri_method"] = reference.method.value
    return with_query(wallet, members)


def link_of(wallet: str, members: JsonObject) -> str:
    """Write a link that holds an unsigned request whole."""
    return with_query(
        wallet,
        {
            name: each if isinstance(each, str) else strict_json.dumps(each).decode("utf-8")
            for name, each in members.items()
        },
    )


def fragment_of(address: str, members: Mapping[str, str]) -> str:
    """Add the parameters of an answer to an address as its fragment (section 5.6)."""
    return f"{address}#{urlencode(members)}"


def read_fragment(text: str) -> Mapping[str, str]:
    """Read the parameters of an answer from a fragment, without the number sign.

    Raises:
        MalformedError: `response.syntax`.
    """
    return _pairs(text, Code.RESPONSE_SYNTAX)


def _parameters(text: str) -> Mapping[str, str]:
    scheme, _, rest = text.partition(":")
    if not scheme or "?" not in rest or "#" in rest:
        raise MalformedError(_CODE, "link")
    return _pairs(rest.partition("?")[2], _CODE)


def _pairs(text: str, code: Code) -> Mapping[str, str]:
    if len(text) > limits.MAX_VP_RESPONSE_BYTES or not text.isascii():
        raise MalformedError(code)
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=limits.MAX_OAUTH_PARAMETERS,
        )
    except ValueError as cause:
        raise MalformedError(code) from cause
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedError(code, "a parameter stands twice")
    return members


def _method(parameters: Mapping[str, str]) -> RequestMethod:
    try:
        return RequestMethod(parameters.get("request_uri_method", "get"))
    except ValueError as cause:
        raise UnsupportedError(Code.REQUEST_METHOD) from cause


def _value(name: str, text: str) -> Json:
    if name not in _OBJECTS:
        return text
    try:
        return strict_json.loads(text.encode("utf-8"), max_bytes=limits.MAX_VP_REQUEST_BYTES)
    except KridError as cause:
        raise MalformedError(_CODE, name) from cause
