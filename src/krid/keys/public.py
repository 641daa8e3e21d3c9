"""A public key: checked when it is made, on the curves of ECDSA to be a point, able to verify."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias, final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from krid._core import base64url, strict_json
from krid.errors import Code, MalformedError, SignatureError, UnsupportedError
from krid.keys import edwards
from krid.keys.alg import Alg, Curve

Native: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | x25519.X25519PublicKey

EC_CURVES: Final[dict[Curve, ec.EllipticCurve]] = {
    Curve.P256: ec.SECP256R1(),
    Curve.P384: ec.SECP384R1(),
    Curve.P521: ec.SECP521R1(),
    Curve.SECP256K1: ec.SECP256K1(),
}

ECDSA: Final[dict[Alg, ec.ECDSA]] = {
    Alg.ES256: ec.ECDSA(SHA256()),
    Alg.ES384: ec.ECDSA(SHA384()),
    Alg.ES512: ec.ECDSA(SHA512()),
    Alg.ES256K: ec.ECDSA(SHA256()),
}


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PublicKey:
    """A public key on one of krid's curves.

    `raw` is x and y side by side, big-endian and padded to the curve's size, or the 32 bytes
    of RFC 8032 and RFC 7748 for Ed25519 and X25519. Two keys are equal when these are.
    Any 32 bytes are an X25519 key; points of small order are refused when it agrees. Ed25519
    bytes of small order or in another spelling are refused; those off the curve verify nothing.
    """

    curve: Curve
    native: Native
    _raw: list[bytes] = field(default_factory=list)

    @property
    def raw(self) -> bytes:
        """The coordinates or octets; of a compressed point they are worked out when asked for."""
        if not self._raw:
            self._raw.append(_uncompressed(self.native))
        return self._raw[0]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PublicKey):
            return NotImplemented
        return self.curve is other.curve and self.raw == other.raw

    def __hash__(self) -> int:
        return hash((self.curve, self.raw))

    def __repr__(self) -> str:
        return f"PublicKey(curve={self.curve!r}, raw={self.raw!r})"

    @classmethod
    def from_raw(cls, curve: Curve, raw: bytes) -> Self:
        """Make a key from `raw` as described above.

        Raises:
            MalformedError: `key.point` when it is not a point of the curve.
        """
        if curve.is_edwards_or_montgomery:
            return cls(curve, _octet_key(curve, raw), [raw])
        if len(raw) != 2 * curve.size:
            raise MalformedError(Code.KEY_POINT)
        return cls(curve, _point(curve, b"\x04" + raw), [raw])

    @classmethod
    def from_compressed(cls, curve: Curve, point: bytes) -> Self:
        """Make a key from a compressed point (SEC 1, section 2.3.4), or the bytes of an OKP key.

        Raises:
            MalformedError: `key.point`.
        """
        if curve.is_edwards_or_montgomery:
            return cls.from_raw(curve, point)
        if len(point) != curve.size + 1 or point[0] not in {2, 3}:
            raise MalformedError(Code.KEY_POINT)
        return cls(curve, _point(curve, point))

    @classmethod
    def from_native(cls, native: object) -> Self:
        """Wrap a key of the `cryptography` package.

        Raises:
            MalformedError: `key.point` for Ed25519 bytes that can be no key.
            UnsupportedError: `key.type`.
        """
        if isinstance(native, ec.EllipticCurvePublicKey):
            return cls(_curve_of(native), native)
        if isinstance(native, ed25519.Ed25519PublicKey):
            return cls.from_raw(Curve.ED25519, native.public_bytes_raw())
        if isinstance(native, x25519.X25519PublicKey):
            return cls(Curve.X25519, native, [native.public_bytes_raw()])
        raise UnsupportedError(Code.KEY_TYPE)

    @property
    def compressed(self) -> bytes:
        """The compressed point, or the 32 bytes of an OKP key."""
        if self.curve.is_edwards_or_montgomery:
            return self.raw
        x, y = self.raw[: self.curve.size], self.raw[self.curve.size :]
        return bytes((2 + (y[-1] & 1),)) + x

    @property
    def alg(self) -> Alg:
        """The algorithm that this key verifies.

        Raises:
            UnsupportedError: `alg.key` for X25519.
        """
        return Alg.of_curve(self.curve)

    def verify(
        self, message: bytes, signature: bytes, *, alg: Alg, refusal: Code = Code.JWS_SIGNATURE
    ) -> None:
        """Check a signature, r and s side by side for ECDSA (RFC 7518, section 3.4).

        Raises:
            UnsupportedError: `alg.key` when the algorithm is not for this curve.
            SignatureError: `refusal` when the signature does not match.
        """
        if alg.curve is not self.curve:
            raise UnsupportedError(Code.ALG_KEY)
        if len(signature) != alg.signature_size:
            raise SignatureError(refusal, Code.SIGNATURE_LENGTH.message)
        try:
            _verify(self.native, message, signature, alg)
        except InvalidSignature as cause:
            raise SignatureError(refusal) from cause

    def __reduce__(self) -> tuple[Callable[[Curve, bytes], "PublicKey"], tuple[Curve, bytes]]:
        """Travel between processes as curve and `raw`, to be checked again on the other side."""
        return PublicKey.from_raw, (self.curve, self.raw)

    def thumbprint(self) -> bytes:
        """Return the 32 bytes of the JWK thumbprint with SHA-256 (RFC 7638)."""
        size = self.curve.size
        members: dict[str, strict_json.Json] = {
            "crv": self.curve.jose,
            "kty": self.curve.kty,
            "x": base64url.encode(self.raw[:size]),
        }
        if not self.curve.is_edwards_or_montgomery:
            members["y"] = base64url.encode(self.raw[size:])
        return hashlib.sha256(strict_json.dumps(members)).digest()


def _verify(native: Native, message: bytes, signature: bytes, alg: Alg) -> None:
    if isinstance(native, ec.EllipticCurvePublicKey):
        half = len(signature) // 2
        r = int.from_bytes(signature[:half], "big")
        s = int.from_bytes(signature[half:], "big")
        native.verify(encode_dss_signature(r, s), message, ECDSA[alg])
    elif isinstance(native, ed25519.Ed25519PublicKey):
        native.verify(signature, message)
    else:
        raise UnsupportedError(Code.ALG_KEY)


def _point(curve: Curve, encoded: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(EC_CURVES[curve], encoded)
    except ValueError as cause:
        raise MalformedError(Code.KEY_POINT) from cause


def _octet_key(curve: Curve, raw: bytes) -> Native:
    try:
        if curve is Curve.ED25519:
            edwards.check_encoding(raw)
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        return x25519.X25519PublicKey.from_public_bytes(raw)
    except ValueError as cause:
        raise MalformedError(Code.KEY_POINT) from cause


def _uncompressed(native: Native) -> bytes:
    """Return x and y side by side, without the mark of an uncompressed point before them."""
    return native.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]


def _curve_of(native: ec.EllipticCurvePublicKey) -> Curve:
    for curve, native_curve in EC_CURVES.items():
        if native.curve.name == native_curve.name:
            return curve
    raise UnsupportedError(Code.KEY_TYPE)
