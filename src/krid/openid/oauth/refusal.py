"""Saying no in OAuth's words: the error codes, the answer that carries them, and reading it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, Final, Self, final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    MisuseError,
    RejectedError,
    StoreError,
)
from krid.openid.oauth.http import Reply

_TEXT: Final = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]{1,1024}", re.ASCII)
"""RFC 6749, section 5.2, for `error` and `error_description`."""


@unique
class OauthError(StrEnum):
    """An error code on the wire.

    RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 section 3.1, RFC 8707 section 2, RFC 9449 sections
    5 and 7.1, the draft on attestation-based client authentication section 6.3, OpenID4VCI 1.0
    sections 8.3.1.2, 9.3 and 11.3, and OpenID4VP 1.0 section 8.5.
    """

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
    UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
    INVALID_SCOPE = "invalid_scope"
    INVALID_AUTHORIZATION_DETAILS = "invalid_authorization_details"
    INVALID_TARGET = "invalid_target"
    ACCESS_DENIED = "access_denied"
    SERVER_ERROR = "server_error"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    INVALID_TOKEN = "invalid_token"  # noqa: S105  a word of OAuth
    INSUFFICIENT_SCOPE = "insufficient_scope"
    INVALID_DPOP_PROOF = "invalid_dpop_proof"
    USE_DPOP_NONCE = "use_dpop_nonce"
    USE_ATTESTATION_CHALLENGE = "use_attestation_challenge"
    USE_FRESH_ATTESTATION = "use_fresh_attestation"
    INVALID_CLIENT_ATTESTATION = "invalid_client_attestation"
    INVALID_CREDENTIAL_REQUEST = "invalid_credential_request"
    UNKNOWN_CREDENTIAL_CONFIGURATION = "unknown_credential_configuration"
    UNKNOWN_CREDENTIAL_IDENTIFIER = "unknown_credential_identifier"
    INVALID_PROOF = "invalid_proof"
    INVALID_NONCE = "invalid_nonce"
    INVALID_ENCRYPTION_PARAMETERS = "invalid_encryption_parameters"
    CREDENTIAL_REQUEST_DENIED = "credential_request_denied"
    INVALID_TRANSACTION_ID = "invalid_transaction_id"
    INVALID_NOTIFICATION_ID = "invalid_notification_id"
    INVALID_NOTIFICATION_REQUEST = "invalid_notification_request"
    VP_FORMATS_NOT_SUPPORTED = "vp_formats_not_supported"
    INVALID_REQUEST_URI_METHOD = "invalid_request_uri_method"
    INVALID_TRANSACTION_DATA = "invalid_transaction_data"
    WALLET_UNAVAILABLE = "wallet_unavailable"


_STATUS: Final[Mapping[OauthError, int]] = {
    OauthError.INVALID_CLIENT: 401,
    OauthError.INVALID_TOKEN: 401,
    OauthError.INSUFFICIENT_SCOPE: 403,
    OauthError.SERVER_ERROR: 500,
    OauthError.TEMPORARILY_UNAVAILABLE: 503,
}

# What these codes mean on the wire does not depend on where they turn up.
_ALWAYS: Final[Mapping[Code, OauthError]] = {
    Code.PROOF_NONCE: OauthError.INVALID_NONCE,
    Code.KEY_ATTESTATION_NONCE: OauthError.INVALID_NONCE,
    Code.DPOP_NONCE: OauthError.USE_DPOP_NONCE,
    Code.CLIENT_ATTESTATION_CHALLENGE: OauthError.USE_ATTESTATION_CHALLENGE,
    Code.CLIENT_ATTESTATION_EXPIRED: OauthError.USE_FRESH_ATTESTATION,
    Code.ISSUANCE_PROOF: OauthError.INVALID_PROOF,
    Code.ISSUANCE_PROOF_TYPE: OauthError.INVALID_PROOF,
    Code.ISSUANCE_ENCRYPTION: OauthError.INVALID_ENCRYPTION_PARAMETERS,
    Code.OAUTH_BUSY: OauthError.TEMPORARILY_UNAVAILABLE,
}


@final
class RefusalError(ContentError):
    """An endpoint refuses a request: the reason as krid knows it, and the word to answer with.

    Raised and caught between an endpoint and its answer; callers meet it in `Reply.refusal`.
    """

    def __init__(self, code: Code, detail: str = "", *, error: OauthError) -> None:
        super().__init__(code, detail)
        self.error = error

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with the word to answer with."""
        return _refused, (self.code, self.detail, self.error)


def _refused(code: Code, detail: str, error: OauthError) -> RefusalError:
    return RefusalError(code, detail, error=error)


@contextmanager
def refusing(error: OauthError) -> Iterator[None]:
    """Turn every refusal inside into one that answers with a given error.

    Faults of the program and of the store pass: they are nobody's bad request. Codes that have a
    word of their own keep it.
    """
    try:
        yield
    except (RefusalError, MisuseError, StoreError):
        raise
    except KridError as cause:
        word = _ALWAYS.get(cause.code, error)
        raise RefusalError(cause.code, cause.detail, error=word) from cause


@final
@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """An error as it stands in a body (RFC 6749, section 5.2); unknown members are ignored."""

    error: str
    description: str | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the body of an answer that says no.

        Raises:
            MalformedError: `oauth.response`.
        """
        try:
            members = strict_json.loads_object(raw, max_bytes=limits.MAX_OAUTH_BYTES)
        except KridError as cause:
            raise MalformedError(Code.OAUTH_RESPONSE) from cause
        return cls.of_members(members)

    @classmethod
    def of_members(cls, members: Mapping[str, object]) -> Self:
        """Take the error out of an object or out of the parameters of a redirect.

        Raises:
            MalformedError: `oauth.response`.
        """
        description = members.get("error_description")
        return cls(_word(members.get("error")), None if description is None else _word(description))

    def encode(self) -> bytes:
        """Write the body."""
        return strict_json.dumps(self.to_members())

    def to_members(self) -> JsonObject:
        """Return the members of the body."""
        described = {} if self.description is None else {"error_description": self.description}
        return {"error": self.error, **described}

    def refusal(self) -> RejectedError:
        """Return the error to raise: `oauth.refused`, naming the error only where krid knows it.

        What a server says in its own words is not repeated, for it may say anything.
        """
        known = {each.value for each in OauthError}
        if self.error == OauthError.ACCESS_DENIED:
            return RejectedError(Code.OAUTH_DENIED)
        return RejectedError(Code.OAUTH_REFUSED, self.error if self.error in known else "other")


def reply_to(refused: RefusalError, *, headers: Mapping[str, str] | None = None) -> Reply:
    """Answer a request that an endpoint refuses; the description is krid's message alone."""
    status = _STATUS.get(refused.error, 400)
    members = ErrorResponse(refused.error.value, refused.code.message).to_members()
    return Reply.of_json(members, status=status, headers=headers, refusal=refused)


def _word(value: object) -> str:
    if not isinstance(value, str) or _TEXT.fullmatch(value) is None:
        raise MalformedError(Code.OAUTH_RESPONSE, "error")
    return value
