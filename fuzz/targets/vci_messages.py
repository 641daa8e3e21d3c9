"""Requests and responses of issuance: what is read is written and read again."""

from collections.abc import Callable
from typing import TypeVar

from krid._core import strict_json
from krid.errors import KridError
from krid.openid.oauth import ErrorResponse
from krid.openid.oauth.http import encode_form, parse_form
from krid.openid.vci import (
    AuthorizationRequest,
    CredentialRequest,
    DeferredRequest,
    NonceResponse,
    Notification,
    PushedResponse,
    TokenRequest,
    TokenResponse,
    encode_credential_response,
    parse_credential_response,
)

T = TypeVar("T")


def target(data: bytes) -> None:
    """Read bytes as each message; nothing but KridError may come out."""
    _check(data, parse_form, lambda form: encode_form(dict(form)))
    _check(data, ErrorResponse.parse, ErrorResponse.encode)
    _check(data, TokenRequest.parse, TokenRequest.encode)
    _check(data, TokenResponse.parse, TokenResponse.encode)
    _check(data, AuthorizationRequest.parse, lambda each: encode_form(each.to_members()))
    _check(data, PushedResponse.parse, lambda each: strict_json.dumps(each.to_members()))
    _check(data, CredentialRequest.parse, CredentialRequest.encode)
    _check(data, DeferredRequest.parse, DeferredRequest.encode)
    _check(data, parse_credential_response, encode_credential_response)
    _check(data, Notification.parse, Notification.encode)
    _check(data, NonceResponse.parse, NonceResponse.encode)


def _check(data: bytes, read: Callable[[bytes], T], write: Callable[[T], bytes]) -> None:
    """Read, write, and read again."""
    try:
        value = read(data)
    except KridError:
        return
    if read(write(value)) != value:
        raise AssertionError("a message changed when it was written")
