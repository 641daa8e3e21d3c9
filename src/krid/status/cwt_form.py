"""Status List Tokens as CWT (Token Status List, section 5.2): a tagged COSE_Sign1.

A COSE_Mac0, which the draft allows between parties that share a key, is not read.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from krid._core import cbor, shape
from krid._core.cbor import Cbor, Tagged
from krid.cose import (
    KID,
    TYP,
    X5CHAIN,
    Label,
    Placement,
    Sign1,
    Tagging,
    x5chain_value,
)
from krid.cose import (
    prepare as prepare_sign1,
)
from krid.errors import Code, ContentError, MalformedError
from krid.keys import Alg, Prepared
from krid.model import IssuerHint
from krid.status.claims import ListClaims, status_list_of

MEDIA_TYPE: Final = "application/statuslist+cwt"
FORMAT: Final = "statuslist+cwt"

_SIGN1: Final = 18
_NUMBERS: Final[Mapping[str, Label]] = MappingProxyType(
    {"iss": 1, "sub": 2, "aud": 3, "exp": 4, "nbf": 5, "iat": 6, "status_list": 65533, "ttl": 65534}
)
_NAMES: Final = MappingProxyType({number: name for name, number in _NUMBERS.items()})


def parse(raw: bytes) -> tuple[ListClaims, IssuerHint, Sign1]:
    """Read the bytes of a token; checks neither signature nor times.

    Raises:
        ContentError: `cose.typ`.
        MalformedError: `cose.syntax` for a message that is not tagged as a COSE_Sign1 or is
            tagged as a CWT too, `status.syntax`, `time.numeric_date`, `cose.header`,
            `x509.chain_length`, or a `cbor.*` code.
        UnsupportedError: `alg.unknown` or `cose.crit`.
    """
    sign1 = _sign1(cbor.decode(raw))
    _check_typ(sign1)
    members = _claims(sign1)
    lst = shape.octets(status_list_of(members).get("lst"), Code.STATUS_SYNTAX)
    claims = ListClaims.read(members, compressed=lst)
    return claims, _hint(sign1, claims.issuer), sign1


def prepare(
    claims: Mapping[str, Any], *, alg: Alg, key_id: str | None, certificates: Sequence[bytes]
) -> Prepared[bytes]:
    """Make everything but the signature, of claims that `write_claims` wrote."""
    protected: dict[Label, object] = {TYP: MEDIA_TYPE}
    if certificates:
        protected[X5CHAIN] = x5chain_value(certificates)
    unprotected: dict[Label, object] = {} if key_id is None else {KID: key_id.encode()}
    payload = cbor.encode({_NUMBERS[name]: value for name, value in claims.items()})
    prepared = prepare_sign1(protected, unprotected, payload, alg=alg, placement=Placement.ATTACHED)
    return prepared.then(lambda sign1: sign1.encode(Tagging.TAGGED))


def _sign1(value: Cbor) -> Sign1:
    """The message carries the tag of COSE_Sign1, and not that of a CWT around it."""
    if not isinstance(value, Tagged) or value.tag != _SIGN1:
        raise MalformedError(Code.COSE_SYNTAX, "tag")
    return Sign1.from_value(value)


def _check_typ(sign1: Sign1) -> None:
    """The type stands in the protected header, spelt out (RFC 9596)."""
    typ = sign1.headers.protected.get(TYP)
    if not isinstance(typ, str) or typ.lower() != MEDIA_TYPE:
        raise ContentError(Code.COSE_TYP)


def _claims(sign1: Sign1) -> Mapping[str, Any]:
    """Name the claims as a JWT does; those that krid does not know are passed over."""
    if sign1.payload is None:
        raise MalformedError(Code.COSE_PAYLOAD)
    numbered = shape.label_map(cbor.decode(sign1.payload), Code.STATUS_SYNTAX)
    claims = {_NAMES[label]: value for label, value in numbered.items() if label in _NAMES}
    if not isinstance(claims.get("ttl", 1), int):
        raise MalformedError(Code.STATUS_SYNTAX, "ttl")
    return claims


def _hint(sign1: Sign1, issuer: str | None) -> IssuerHint:
    return IssuerHint(
        format=FORMAT,
        type=FORMAT,
        alg=sign1.alg,
        issuer=issuer,
        key_id=_key_id(sign1.headers.key_id),
        certificates=sign1.x5chain(),
    )


def _key_id(raw: bytes | None) -> str | None:
    """Return a `kid` as text; one that is none names no key that a source of trust knows."""
    try:
        return None if raw is None else raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
