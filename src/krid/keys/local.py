"""A private key in this process's memory."""

from dataclasses import dataclass, field
from typing import Self, TypeAlias, final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from krid._core.arguments import typed
from krid.errors import Code, MisuseError, UnsupportedError
from krid.keys.alg import Alg, Curve
from krid.keys.public import EC_CURVES, ECDSA, PublicKey

PrivateNative: TypeAlias = (
    ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey
)


@final
@dataclass(frozen=True, slots=True)
class LocalKey:
    """A private key that signs or agrees in this process; `repr` shows its public half alone."""

    public_key: PublicKey
    native: PrivateNative = field(repr=False, compare=False)

    @classmethod
    def generate(cls, alg: Alg) -> Self:
        """Make a new key for a signature algorithm from the operating system's randomness.

        Raises:
            MisuseError: `misuse.type` for an algorithm by its name: see `Alg.from_jose`.
        """
        typed("alg", alg, Alg)
        return cls.generate_on(alg.curve)

    @classmethod
    def generate_on(cls, curve: Curve) -> Self:
        """Make a new key on a curve, X25519 included."""
        if curve is Curve.ED25519:
            return cls.from_native(ed25519.Ed25519PrivateKey.generate())
        if curve is Curve.X25519:
            return cls.from_native(x25519.X25519PrivateKey.generate())
        return cls.from_native(ec.generate_private_key(EC_CURVES[curve]))

    @classmethod
    def from_native(cls, native: object) -> Self:
        """Wrap a private key of the `cryptography` package.

        Raises:
            UnsupportedError: `key.type`.
        """
        if not isinstance(native, PrivateNative):
            raise UnsupportedError(Code.KEY_TYPE)
        return cls(PublicKey.from_native(native.public_key()), native)

    @property
    def alg(self) -> Alg:
        """The algorithm it signs with.

        Raises:
            UnsupportedError: `alg.key` for X25519.
        """
        return self.public_key.alg

    def sign(self, message: bytes) -> bytes:
        """Sign a message that is not hashed yet; ECDSA gives r and s side by side.

        Raises:
            UnsupportedError: `alg.key` for X25519.
        """
        if isinstance(self.native, ec.EllipticCurvePrivateKey):
            size = self.public_key.curve.size
            r, s = decode_dss_signature(self.native.sign(message, ECDSA[self.alg]))
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        if isinstance(self.native, ed25519.Ed25519PrivateKey):
            return self.native.sign(message)
        raise UnsupportedError(Code.ALG_KEY)

    def exchange(self, peer: PublicKey) -> bytes:
        """Return the shared secret Z of ECDH (RFC 9053, section 6.3.1).

        Raises:
            MisuseError: `alg.key` when the other key is on another curve, or the curve signs only.
        """
        if peer.curve is not self.public_key.curve:
            raise MisuseError(Code.ALG_KEY)
        theirs = peer.native
        if isinstance(self.native, ec.EllipticCurvePrivateKey) and isinstance(
            theirs, ec.EllipticCurvePublicKey
        ):
            return self.native.exchange(ec.ECDH(), theirs)
        if isinstance(self.native, x25519.X25519PrivateKey) and isinstance(
            theirs, x25519.X25519PublicKey
        ):
            return _agree_x25519(self.native, theirs)
        raise MisuseError(Code.ALG_KEY)


def _agree_x25519(ours: x25519.X25519PrivateKey, theirs: x25519.X25519PublicKey) -> bytes:
    try:
        return ours.exchange(theirs)
    except ValueError as cause:  # a point of small order: the secret would be all zero
        raise MisuseError(Code.KEY_POINT) from cause
