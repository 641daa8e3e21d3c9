"""Headers and claims of both families, read into the same values (VC-JOSE-COSE, section 3)."""

from collections.abc import Mapping
from typing import Final

from krid._core import shape
from krid._core.strict_json import Json, JsonObject
from krid.cose import CONTENT_TYPE, CWT_CLAIMS, TYP, Sign1
from krid.errors import Code, KridError, MalformedError
from krid.jose import Jws
from krid.keys import cose_key, jwk
from krid.vcjose.model import Header
from krid.vcjose.names import CWT_NAMES, REGISTERED

_COSE_KEY: Final = 1
_DATES: Final = ("exp", "nbf", "iat")


def of_jws(jws: Jws) -> Header:
    """Read a JOSE header.

    Raises:
        MalformedError: `jws.header` for a type or a key identifier that is no text, or a chain of
            certificates that is none.
    """
    typ, content_type, key_id = (_text(jws, name) for name in ("typ", "cty", "kid"))
    return Header(jws.alg, typ, content_type, key_id, jws.certificates())


def of_sign1(sign1: Sign1) -> Header:
    """Read COSE headers; types count only where they are protected.

    Raises:
        MalformedError: `cose.header`, `x509.chain_length`.
    """
    protected, key_id = sign1.headers.protected, sign1.headers.key_id
    return Header(
        sign1.alg,
        _type(protected.get(TYP)),
        _type(protected.get(CONTENT_TYPE)),
        None if key_id is None else key_id.decode("utf-8", "replace"),
        sign1.x5chain(),
    )


def jwt_claims(payload: Mapping[str, Json]) -> Mapping[str, Json]:
    """Pick the registered claims out of a payload."""
    return {name: payload[name] for name in REGISTERED if name in payload}


def cwt_claims(sign1: Sign1) -> Mapping[str, Json]:
    """Read the CWT claims of a protected COSE header by their names in a JWT (RFC 9597).

    Raises:
        MalformedError: `vcjose.cwt`.
    """
    value = sign1.headers.protected.get(CWT_CLAIMS, {})
    members = shape.label_map(value, Code.VCJOSE_CWT)
    named = ((CWT_NAMES[label], members[label]) for label in CWT_NAMES if label in members)
    return {name: _claim(name, each) for name, each in named}


def encode_cwt_claims(claims: JsonObject) -> dict[int, object]:
    """Write claims, in which `cnf` holds a JWK, as those of a CWT.

    >>> encode_cwt_claims({"iss": "https://mois.example", "nonce": "n"})
    {1: 'https://mois.example', 10: b'n'}
    """
    return {
        label: _encoded(name, claims[name]) for label, name in CWT_NAMES.items() if name in claims
    }


def _claim(name: str, value: object) -> Json:
    if name == "cnf":
        return _confirmation(value)
    if name in _DATES:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise MalformedError(Code.VCJOSE_CWT, name)
        return value
    if isinstance(value, bytes) and name in {"nonce", "jti"}:
        value = value.decode("utf-8", "replace")
    return shape.text(value, Code.VCJOSE_CWT)


def _confirmation(value: object) -> JsonObject:
    """Turn a COSE_Key into the JWK of the same key (RFC 8747, section 3.2)."""
    members = shape.label_map(value, Code.VCJOSE_CWT)
    try:
        return {"jwk": jwk.encode_public(cose_key.parse(members.get(_COSE_KEY)))}
    except KridError as cause:
        raise MalformedError(Code.VCJOSE_CWT, "cnf") from cause


def _encoded(name: str, value: Json) -> object:
    if name == "cnf":
        key = jwk.parse_public(shape.mapping(value, Code.VCJOSE_CWT)["jwk"])
        return {_COSE_KEY: cose_key.encode(key)}
    if name in {"nonce", "jti"}:
        return shape.text(value, Code.VCJOSE_CWT).encode()
    return value


def _text(jws: Jws, name: str) -> str | None:
    """Read a header that may be absent; one that is no text must not pass for that."""
    return shape.text(jws.header[name], Code.JWS_HEADER) if name in jws.header else None


def _type(value: object) -> str | None:
    """A type may be a number of a registry too, which is none of those that are expected."""
    return None if value is None else str(value)
