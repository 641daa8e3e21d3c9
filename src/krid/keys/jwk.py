"""JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 8812)."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519

from krid._core import base64url, shape, strict_json
from krid.errors import Code, KridError, MalformedError
from krid.keys.alg import Alg, Curve
from krid.keys.local import LocalKey, PrivateNative
from krid.keys.public import PublicKey

_OctetKey: TypeAlias = type[ed25519.Ed25519PrivateKey] | type[x25519.X25519PrivateKey]
_OCTET_KEYS: Final[Mapping[Curve, _OctetKey]] = {
    Curve.ED25519: ed25519.Ed25519PrivateKey,
    Curve.X25519: x25519.X25519PrivateKey,
}
_SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def parse_public(members: object) -> PublicKey:
    """Read a public JWK; `kid`, `use`, `key_ops` and `alg` are checked by whoever uses the key.

    Raises:
        MalformedError: `key.syntax`, `key.point`, or `key.private` when it holds private parts.
        UnsupportedError: `key.type`.
    """
    jwk = shape.mapping(members, Code.KEY_SYNTAX)
    if not _SECRET_MEMBERS.isdisjoint(jwk):
        raise MalformedError(Code.KEY_PRIVATE)
    return _parse_point(jwk)


def parse_private(members: object) -> LocalKey:
    """Read a private JWK and check that both halves belong together.

    Raises:
        MalformedError: `key.syntax`, `key.point`, or `key.not_private` when `d` is missing.
        UnsupportedError: `key.type`.
    """
    jwk = shape.mapping(members, Code.KEY_SYNTAX)
    public = _parse_point(jwk)
    if "d" not in jwk:
        raise MalformedError(Code.KEY_NOT_PRIVATE)
    return LocalKey(public, _private_native(public, _coordinate(jwk, "d", public.curve)))


def encode_public(key: PublicKey) -> dict[str, strict_json.Json]:
    """Write a public key as a JWK with the required members alone."""
    size = key.curve.size
    members: dict[str, strict_json.Json] = {
        "kty": key.curve.kty,
        "crv": key.curve.jose,
        "x": base64url.encode(key.raw[:size]),
    }
    if not key.curve.is_edwards_or_montgomery:
        members["y"] = base64url.encode(key.raw[size:])
    return members


def encode_private(key: LocalKey) -> dict[str, strict_json.Json]:
    """Write a private key as a JWK: the caller keeps it secret from here on."""
    native = key.native
    if isinstance(native, ec.EllipticCurvePrivateKey):
        secret = native.private_numbers().private_value.to_bytes(key.public_key.curve.size, "big")
    else:
        secret = native.private_bytes_raw()
    return encode_public(key.public_key) | {"d": base64url.encode(secret)}


def key_id(key: PublicKey) -> str:
    """Return the JWK thumbprint in base64url, krid's default `kid` (RFC 7638)."""
    return base64url.encode(key.thumbprint())


def check_marks(members: Mapping[str, object], *, alg: Alg) -> None:
    """Check that `use`, `key_ops` and `alg`, where present, allow verifying with an algorithm.

    Raises:
        MalformedError: `key.use` (RFC 7517, sections 4.2 to 4.4).
    """
    use, operations = members.get("use", "sig"), members.get("key_ops", ("verify",))
    if use != "sig" or "verify" not in shape.sequence(operations, Code.KEY_SYNTAX):
        raise MalformedError(Code.KEY_USE)
    if members.get("alg", alg.jose) not in (alg.jose, alg.jose_alias):
        raise MalformedError(Code.KEY_USE)


def _parse_point(jwk: Mapping[str, object]) -> PublicKey:
    curve = Curve.from_jose(jwk.get("crv"))
    if jwk.get("kty") != curve.kty:
        raise MalformedError(Code.KEY_SYNTAX)
    raw = _coordinate(jwk, "x", curve)
    if not curve.is_edwards_or_montgomery:
        raw += _coordinate(jwk, "y", curve)
    return PublicKey.from_raw(curve, raw)


def _coordinate(jwk: Mapping[str, object], name: str, curve: Curve) -> bytes:
    try:
        raw = base64url.decode(shape.text(jwk.get(name), Code.KEY_SYNTAX))
    except KridError as cause:
        raise MalformedError(Code.KEY_SYNTAX) from cause
    if len(raw) != curve.size:
        raise MalformedError(Code.KEY_POINT)
    return raw


def _private_native(public: PublicKey, secret: bytes) -> PrivateNative:
    """Make the private key of a public one, which must be its other half."""
    try:
        if isinstance(public.native, ec.EllipticCurvePublicKey):
            numbers = public.native.public_numbers()
            # The constructor multiplies: a secret of another point is an error.
            return ec.EllipticCurvePrivateNumbers(
                int.from_bytes(secret, "big"), numbers
            ).private_key()
        kind = _OCTET_KEYS[public.curve]
        key = kind.from_private_bytes(secret)
    except ValueError as cause:
        raise MalformedError(Code.KEY_POINT) from cause
    if key.public_key().public_bytes_raw() != public.raw:
        raise MalformedError(Code.KEY_POINT)
    return key
