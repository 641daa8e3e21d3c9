"""Metadata of an authorization server (RFC 8414), as far as issuance uses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self, final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, ContentError, MalformedError
from krid.net import Flow, fetch
from krid.openid.oauth import members as m
from krid.openid.oauth.http import JSON
from krid.openid.oauth.well_known import well_known_url

_NAME: Final = "oauth-authorization-server"
_ANONYMOUS: Final = "pre-authorized_grant_anonymous_access_supported"
_ISS: Final = "authorization_response_iss_parameter_supported"
_PUSH: Final = "require_pushed_authorization_requests"
_DETAILS: Final = "authorization_details_types_supported"
_CODE: Final = Code.OAUTH_METADATA

_LISTS: Final = {
    "grant_types": "grant_types_supported",
    "response_types": "response_types_supported",
    "scopes": "scopes_supported",
    "code_challenge_methods": "code_challenge_methods_supported",
    "token_auth_methods": "token_endpoint_auth_methods_supported",
    "dpop_algs": "dpop_signing_alg_values_supported",
    "attestation_algs": "client_attestation_signing_alg_values_supported",
    "attestation_pop_algs": "client_attestation_pop_signing_alg_values_supported",
    "details_types": _DETAILS,
}
_ADDRESSES: Final = {
    "authorization_endpoint": "authorization_endpoint",
    "token_endpoint": "token_endpoint",
    "pushed_endpoint": "pushed_authorization_request_endpoint",
    "challenge_endpoint": "challenge_endpoint",
    "jwks_uri": "jwks_uri",
}
_FLAGS: Final = {"push_required": _PUSH, "names_itself": _ISS, "anonymous_grant": _ANONYMOUS}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ServerMetadata:
    """What an authorization server says about itself; None where it says nothing.

    `names_itself` is whether it puts `iss` into authorization responses (RFC 9207),
    `anonymous_grant` whether it takes pre-authorized codes without a client identifier
    (OpenID4VCI 1.0, section 12.3), `push_required` whether authorization requests must be pushed
    (RFC 9126, section 5). Members that krid does not know are ignored.
    """

    issuer: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    pushed_endpoint: str | None = None
    challenge_endpoint: str | None = None
    jwks_uri: str | None = None
    grant_types: tuple[str, ...] | None = None
    response_types: tuple[str, ...] | None = None
    scopes: tuple[str, ...] | None = None
    code_challenge_methods: tuple[str, ...] | None = None
    token_auth_methods: tuple[str, ...] | None = None
    dpop_algs: tuple[str, ...] | None = None
    attestation_algs: tuple[str, ...] | None = None
    attestation_pop_algs: tuple[str, ...] | None = None
    details_types: tuple[str, ...] | None = None
    push_required: bool = False
    names_itself: bool = False
    anonymous_grant: bool = False

    @classmethod
    def parse(cls, raw: bytes, *, issuer: str) -> Self:
        """Read the metadata of the server that was asked for (sections 2 and 3.3).

        Raises:
            ContentError: `oauth.foreign` when it is about another server.
            MalformedError: `oauth.metadata`, or a `json.*` code.
        """
        members = strict_json.loads_object(raw, max_bytes=limits.MAX_SERVER_METADATA_BYTES)
        if members.get("issuer") != issuer:
            raise ContentError(Code.OAUTH_FOREIGN)
        return cls(issuer=issuer, **_addresses(members), **_lists(members), **_flags(members))

    def encode(self) -> bytes:
        """Write the metadata."""
        return strict_json.dumps(self.to_members())

    def to_members(self) -> JsonObject:
        """Return the members; what is None or false is left out."""
        members: JsonObject = {"issuer": self.issuer}
        for name, wire in (_ADDRESSES | _FLAGS).items():
            if value := getattr(self, name):
                members[wire] = value
        for name, wire in _LISTS.items():
            if (listed := getattr(self, name)) is not None:
                members[wire] = list(listed)
        return members


def metadata_url(issuer: str) -> str:
    """Form the address of a server's metadata (section 3.1).

    Raises:
        MalformedError: `oauth.metadata`.
    """
    return well_known_url(issuer, _NAME, refusal=_CODE)


def fetch_metadata(issuer: str) -> Flow[ServerMetadata]:
    """Fetch the metadata of an authorization server.

    Raises:
        MalformedError: `oauth.metadata`, or a `json.*` code.
        ContentError: `oauth.foreign`.
        TransportError: it could not be had.
    """
    response = yield from fetch(
        metadata_url(issuer), accept=JSON, max_bytes=limits.MAX_SERVER_METADATA_BYTES
    )
    if response.media_type != JSON:
        raise MalformedError(_CODE, "media type")
    return ServerMetadata.parse(response.body, issuer=issuer)


def _addresses(members: Mapping[str, object]) -> dict[str, Any]:
    return {name: m.https_or_none(members, wire, _CODE) for name, wire in _ADDRESSES.items()}


def _lists(members: Mapping[str, object]) -> dict[str, Any]:
    return {name: m.texts_or_none(members, wire, _CODE) for name, wire in _LISTS.items()}


def _flags(members: Mapping[str, object]) -> dict[str, Any]:
    return {name: m.flag_or_false(members, wire, _CODE) for name, wire in _FLAGS.items()}
