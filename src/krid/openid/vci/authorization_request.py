"""Authorization requests (section 5.1; RFC 6749, section 4.1.1), pushed or by the browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self, final

from krid._core import limits, strict_json
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.openid.oauth import members as m
from krid.openid.oauth import pkce
from krid.openid.oauth.http import parse_form
from krid.openid.vci.authorization_details import (
    AuthorizationDetail,
    details_text,
    parse_details_text,
)

_CODE: Final = Code.OAUTH_REQUEST


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What a wallet asks an authorization server to ask the person.

    `challenge` is that of PKCE with S256. `dpop_key` is the thumbprint that the code will be
    bound to (RFC 9449, section 10). `resource` is the credential issuer that scopes are about
    (RFC 8707; section 5.1.2); several stand there parted by spaces.
    """

    client_id: str
    redirect_uri: str
    challenge: str = field(repr=False)
    state: str | None = field(default=None, repr=False)
    scope: str | None = None
    details: tuple[AuthorizationDetail, ...] = ()
    issuer_state: str | None = field(default=None, repr=False)
    dpop_key: str | None = None
    resource: str | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a request from a form.

        Raises:
            MalformedError, UnsupportedError: as `of_members`, and `oauth.form`.
        """
        return cls.of_members(parse_form(raw))

    @classmethod
    def of_members(cls, members: Mapping[str, str]) -> Self:
        """Read a request from the parameters of a form or a query; unknown ones are ignored.

        Request objects (RFC 9101) are refused: `request` is not ignored, since it would hold
        what the rest is overruled by.

        Raises:
            MalformedError: `oauth.request`, `pkce.syntax`, `pkce.method`.
            UnsupportedError: `oauth.response_type`, or `oauth.request` for a request object.
        """
        if "request" in members or "request_uri" in members:
            raise UnsupportedError(_CODE, "request")
        if m.text(members, "response_type", _CODE) != "code":
            raise UnsupportedError(Code.OAUTH_RESPONSE_TYPE)
        challenge = pkce.parse_challenge(
            members.get("code_challenge"), members.get("code_challenge_method")
        )
        return cls(
            client_id=m.text(members, "client_id", _CODE),
            redirect_uri=m.text(members, "redirect_uri", _CODE),
            challenge=challenge,
            state=m.text_or_none(members, "state", _CODE),
            scope=m.text_or_none(members, "scope", _CODE),
            details=parse_details_text(members.get("authorization_details"), _CODE),
            issuer_state=m.text_or_none(members, "issuer_state", _CODE),
            dpop_key=m.text_or_none(members, "dpop_jkt", _CODE),
            resource=m.text_or_none(members, "resource", _CODE),
        )

    def to_members(self) -> dict[str, str]:
        """Return the parameters; what is None or empty is left out."""
        members = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "code_challenge": self.challenge,
            "code_challenge_method": pkce.METHOD,
        }
        wishes = {
            "state": self.state,
            "scope": self.scope,
            "authorization_details": details_text(self.details) if self.details else None,
            "issuer_state": self.issuer_state,
            "dpop_jkt": self.dpop_key,
            "resource": self.resource,
        }
        return members | {name: value for name, value in wishes.items() if value is not None}


@final
@dataclass(frozen=True, slots=True)
class PushedResponse:
    """Where a pushed request is kept, and for how long (RFC 9126, section 2.2)."""

    request_uri: str = field(repr=False)
    lifetime: timedelta

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the answer to a pushed request.

        Raises:
            MalformedError: `oauth.response`.
        """
        try:
            members = strict_json.loads_object(raw, max_bytes=limits.MAX_OAUTH_BYTES)
        except KridError as cause:
            raise MalformedError(Code.OAUTH_RESPONSE) from cause
        return cls(
            m.text(members, "request_uri", Code.OAUTH_RESPONSE),
            m.seconds(members, "expires_in", Code.OAUTH_RESPONSE),
        )

    def to_members(self) -> strict_json.JsonObject:
        """Return the members of the answer."""
        return {
            "request_uri": self.request_uri,
            "expires_in": self.lifetime // timedelta(seconds=1),
        }
