"""Any JSON is a public or private JWK, or is refused; a key survives being written."""

from krid._core import strict_json
from krid.errors import KridError
from krid.keys import jwk


def target(data: bytes) -> None:
    try:
        value = strict_json.loads(data)
    except KridError:
        return
    try:
        key = jwk.parse_public(value)
    except KridError:
        _private(value)
        return
    if jwk.parse_public(jwk.encode_public(key)) != key:
        raise AssertionError("a key changed on its way")


def _private(value: object) -> None:
    try:
        key = jwk.parse_private(value)
    except KridError:
        return
    if jwk.parse_private(jwk.encode_private(key)) != key:
        raise AssertionError("a key changed on its way")
