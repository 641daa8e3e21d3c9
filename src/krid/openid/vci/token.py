"""Token requests and responses (section 6; RFC 6749, sections 4.1.3, 5.1 and 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self, TypeAlias, assert_never, final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.openid.oauth import members as m
from krid.openid.oauth.http import encode_form, parse_form
from krid.openid.vci.authorization_details import (
    AuthorizationDetail,
    details_members,
    details_text,
    parse_details,
    parse_details_text,
)
from krid.openid.vci.offer import GrantType

_REQUEST: Final = Code.OAUTH_REQUEST
_RESPONSE: Final = Code.OAUTH_RESPONSE


@final
@dataclass(frozen=True, slots=True)
class PreAuthorizedGrant:
    """A pre-authorized code, and the transaction code that a person typed, if any."""

    code: str = field(repr=False)
    tx_code: str | None = field(default=None, repr=False)


@final
@dataclass(frozen=True, slots=True)
class CodeGrant:
    """An authorization code with what proves that its owner asked for it."""

    code: str = field(repr=False)
    code_verifier: str | None = field(repr=False)
    redirect_uri: str | None


@final
@dataclass(frozen=True, slots=True)
class RefreshGrant:
    """A refresh token."""

    refresh_token: str = field(repr=False)


TokenGrant: TypeAlias = PreAuthorizedGrant | CodeGrant | RefreshGrant


@final
@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A token request: the grant, and what is asked for if less than all of it.

    `resource` is the credential issuer to whom the token will be shown (RFC 8707, section 2.2).
    """

    grant: TokenGrant
    client_id: str | None = None
    details: tuple[AuthorizationDetail, ...] = ()
    scope: str | None = None
    resource: str | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a token request from the body of a form.

        Raises:
            MalformedError: `oauth.form`, `oauth.request`, or `offer.tx_code` for a transaction
                code with another grant.
            UnsupportedError: `oauth.grant_type`.
        """
        return cls.of_members(parse_form(raw))

    @classmethod
    def of_members(cls, members: Mapping[str, str]) -> Self:
        """Read a token request from the parameters of a form.

        Raises:
            MalformedError, UnsupportedError: as `parse`.
        """
        grant = _grant(members)
        if "tx_code" in members and not isinstance(grant, PreAuthorizedGrant):
            raise MalformedError(Code.OFFER_TX_CODE)
        return cls(
            grant,
            m.text_or_none(members, "client_id", _REQUEST),
            parse_details_text(members.get("authorization_details"), _REQUEST),
            m.text_or_none(members, "scope", _REQUEST),
            m.text_or_none(members, "resource", _REQUEST),
        )

    def encode(self) -> bytes:
        """Write the request as a form."""
        members = _grant_members(self.grant)
        members |= {} if self.client_id is None else {"client_id": self.client_id}
        members |= {"authorization_details": details_text(self.details)} if self.details else {}
        members |= {} if self.resource is None else {"resource": self.resource}
        return encode_form(members | ({} if self.scope is None else {"scope": self.scope}))


@final
@dataclass(frozen=True, slots=True)
class TokenResponse:
    """What a wallet gets for its grant: tokens, and what they are good for."""

    access_token: str = field(repr=False)
    token_type: str
    lifetime: timedelta | None = None
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None
    details: tuple[AuthorizationDetail, ...] = ()

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a token response (section 6.2).

        Raises:
            MalformedError: `oauth.response`.
        """
        try:
            members = strict_json.loads_object(raw, max_bytes=limits.MAX_OAUTH_BYTES)
        except KridError as cause:
            raise MalformedError(_RESPONSE) from cause
        return cls(
            access_token=_token(members, "access_token"),
            token_type=m.text(members, "token_type", _RESPONSE),
            lifetime=m.seconds(members, "expires_in", _RESPONSE)
            if "expires_in" in members
            else None,
            refresh_token=_token(members, "refresh_token") if "refresh_token" in members else None,
            scope=m.text_or_none(members, "scope", _RESPONSE),
            details=_granted(members),
        )

    def encode(self) -> bytes:
        """Write the response."""
        return strict_json.dumps(self.to_members())

    def to_members(self) -> JsonObject:
        """Return the members; what is None or empty is left out."""
        members: JsonObject = {"access_token": self.access_token, "token_type": self.token_type}
        if self.lifetime is not None:
            members["expires_in"] = self.lifetime // timedelta(seconds=1)
        members |= {} if self.refresh_token is None else {"refresh_token": self.refresh_token}
        members |= {} if self.scope is None else {"scope": self.scope}
        details = details_members(self.details)
        return members | ({"authorization_details": details} if details else {})


def _grant(members: Mapping[str, str]) -> TokenGrant:
    match m.text(members, "grant_type", _REQUEST):
        case GrantType.PRE_AUTHORIZED_CODE.value:
            return PreAuthorizedGrant(
                m.text(members, "pre-authorized_code", _REQUEST), members.get("tx_code")
            )
        case GrantType.AUTHORIZATION_CODE.value:
            code = m.text(members, "code", _REQUEST)
            return CodeGrant(code, members.get("code_verifier"), members.get("redirect_uri"))
        case GrantType.REFRESH_TOKEN.value:
            return RefreshGrant(m.text(members, "refresh_token", _REQUEST))
        case _:
            raise UnsupportedError(Code.OAUTH_GRANT_TYPE)


def _grant_members(grant: TokenGrant) -> dict[str, str]:
    match grant:
        case PreAuthorizedGrant(code, tx_code):
            typed = {} if tx_code is None else {"tx_code": tx_code}
            kind = GrantType.PRE_AUTHORIZED_CODE
            return {"grant_type": kind.value, "pre-authorized_code": code, **typed}
        case CodeGrant(code, verifier, redirect_uri):
            members = {"grant_type": GrantType.AUTHORIZATION_CODE.value, "code": code}
            members |= {} if verifier is None else {"code_verifier": verifier}
            return members | ({} if redirect_uri is None else {"redirect_uri": redirect_uri})
        case RefreshGrant(token):
            return {"grant_type": GrantType.REFRESH_TOKEN.value, "refresh_token": token}
        case _ as never:
            assert_never(never)


def _token(members: Mapping[str, object], name: str) -> str:
    """Read a token that can stand in a header (RFC 6750, section 2.1, without the padding)."""
    value = m.text(members, name, _RESPONSE)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise MalformedError(_RESPONSE, name)
    return value


def _granted(members: Mapping[str, object]) -> tuple[AuthorizationDetail, ...]:
    if "authorization_details" not in members:
        return ()
    details = parse_details(members["authorization_details"], _RESPONSE)
    if not all(detail.identifiers for detail in details):
        raise MalformedError(_RESPONSE, "credential_identifiers")
    return details
