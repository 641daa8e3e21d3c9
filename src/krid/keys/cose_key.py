"""COSE_Key (RFC 9052 section 7, RFC 9053 section 7): public keys only."""

from typing import Final

from krid._core import shape
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys.alg import Curve
from krid.keys.public import PublicKey

_KTY: Final = 1
_CRV: Final = -1
_X: Final = -2
_Y: Final = -3
_D: Final = -4
_KEY_TYPES: Final = {"OKP": 1, "EC": 2}


def parse(value: object) -> PublicKey:
    """Read a decoded COSE_Key; y may be a coordinate or the sign bit of a compressed point.

    Raises:
        MalformedError: `key.syntax`, `key.point`, or `key.private` when it holds a private part.
        UnsupportedError: `key.type`.
    """
    members = shape.label_map(value, Code.KEY_SYNTAX)
    if _D in members:
        raise MalformedError(Code.KEY_PRIVATE)
    key_type = members.get(_KTY)
    if type(key_type) is not int or key_type not in _KEY_TYPES.values():
        raise UnsupportedError(Code.KEY_TYPE)
    curve = Curve.from_cose(members.get(_CRV))
    if key_type != _KEY_TYPES[curve.kty]:
        raise MalformedError(Code.KEY_SYNTAX)
    x = shape.octets(members.get(_X), Code.KEY_SYNTAX)
    if curve.is_edwards_or_montgomery:
        return PublicKey.from_raw(curve, x)
    return _parse_point(curve, x, members.get(_Y))


def encode(key: PublicKey) -> dict[int, object]:
    """Write a public key as the map of a COSE_Key with the required labels alone."""
    size = key.curve.size
    members: dict[int, object] = {
        _KTY: _KEY_TYPES[key.curve.kty],
        _CRV: key.curve.cose,
        _X: key.raw[:size],
    }
    if not key.curve.is_edwards_or_montgomery:
        members[_Y] = key.raw[size:]
    return members


def _parse_point(curve: Curve, x: bytes, y: object) -> PublicKey:
    if len(x) != curve.size:
        raise MalformedError(Code.KEY_POINT)
    if isinstance(y, bool):
        return PublicKey.from_compressed(curve, bytes((2 + y,)) + x)
    return PublicKey.from_raw(curve, x + shape.octets(y, Code.KEY_SYNTAX))
