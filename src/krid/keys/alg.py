"""The one table of algorithms: JOSE names, COSE numbers, curves and sizes stand here alone.

Sources: RFC 7518 and RFC 8037 (JOSE), RFC 8812 (secp256k1), RFC 9053 (COSE), RFC 9864 (the
fully specified names), the multicodec table (public key prefixes).
"""

from enum import Enum, unique
from typing import Final, NamedTuple

from krid.errors import Code, UnsupportedError


class _CurveRow(NamedTuple):
    jose: str
    cose: int
    kty: str
    size: int
    multicodec: int


@unique
class Curve(_CurveRow, Enum):
    """A curve: its JOSE name, COSE number, JWK key type, coordinate size and multicodec."""

    P256 = "P-256", 1, "EC", 32, 0x1200
    P384 = "P-384", 2, "EC", 48, 0x1201
    P521 = "P-521", 3, "EC", 66, 0x1202
    SECP256K1 = "secp256k1", 8, "EC", 32, 0xE7
    ED25519 = "Ed25519", 6, "OKP", 32, 0xED
    X25519 = "X25519", 4, "OKP", 32, 0xEC

    @property
    def is_edwards_or_montgomery(self) -> bool:
        """Tell whether a key is one octet string (OKP) rather than a point with two coordinates."""
        return self.kty == "OKP"

    @classmethod
    def from_jose(cls, name: object) -> "Curve":
        """Find a curve by its `crv` in a JWK.

        Raises:
            UnsupportedError: `key.type`.
        """
        curve = _CURVE_BY_JOSE.get(name) if isinstance(name, str) else None
        if curve is None:
            raise UnsupportedError(Code.KEY_TYPE)
        return curve

    @classmethod
    def from_cose(cls, number: object) -> "Curve":
        """Find a curve by its number in a COSE_Key.

        Raises:
            UnsupportedError: `key.type`.
        """
        curve = _CURVE_BY_COSE.get(number) if type(number) is int else None
        if curve is None:
            raise UnsupportedError(Code.KEY_TYPE)
        return curve


_CURVE_BY_JOSE: Final = {curve.jose: curve for curve in Curve}
_CURVE_BY_COSE: Final = {curve.cose: curve for curve in Curve}


class _AlgRow(NamedTuple):
    jose: str
    cose: int
    curve: Curve
    digest: str
    jose_alias: str
    cose_alias: int


@unique
class Alg(_AlgRow, Enum):
    """A signature algorithm, one curve and one hash each.

    The aliases are the fully specified names of RFC 9864; they are read and never written,
    since verifiers in the field know the older ones.
    """

    ES256 = "ES256", -7, Curve.P256, "sha256", "ESP256", -9
    ES384 = "ES384", -35, Curve.P384, "sha384", "ESP384", -51
    ES512 = "ES512", -36, Curve.P521, "sha512", "ESP512", -52
    EDDSA = "EdDSA", -8, Curve.ED25519, "sha512", "Ed25519", -19
    ES256K = "ES256K", -47, Curve.SECP256K1, "sha256", "ES256K", -47

    @property
    def signature_size(self) -> int:
        """The number of bytes of a signature, r and s side by side for ECDSA."""
        return 2 * self.curve.size

    @classmethod
    def from_jose(cls, name: object) -> "Alg":
        """Find an algorithm by `alg` of a JOSE header; `none` and MACs are not among them.

        Raises:
            UnsupportedError: `alg.unknown`.
        """
        alg = _ALG_BY_JOSE.get(name) if isinstance(name, str) else None
        if alg is None:
            raise UnsupportedError(Code.ALG_UNKNOWN)
        return alg

    @classmethod
    def from_cose(cls, number: object) -> "Alg":
        """Find an algorithm by its number in a COSE header.

        Raises:
            UnsupportedError: `alg.unknown`.
        """
        alg = _ALG_BY_COSE.get(number) if type(number) is int else None
        if alg is None:
            raise UnsupportedError(Code.ALG_UNKNOWN)
        return alg

    @classmethod
    def of_curve(cls, curve: Curve) -> "Alg":
        """Find the algorithm that signs with keys of this curve.

        Raises:
            UnsupportedError: `alg.key` for X25519, which does not sign.
        """
        alg = _ALG_BY_CURVE.get(curve)
        if alg is None:
            raise UnsupportedError(Code.ALG_KEY)
        return alg


@unique
class BbsAlg(Enum):
    """The ciphersuites of BBS, by their names (draft-irtf-cfrg-bbs-signatures, section 7.2).

    They are no `Alg`: they sign many messages at once, and nothing of JOSE or COSE is signed so.
    """

    SHA256 = "BLS12-381-SHA-256"
    SHAKE256 = "BLS12-381-SHAKE-256"


_ALG_BY_JOSE: Final = {name: alg for alg in Alg for name in (alg.jose, alg.jose_alias)}
_ALG_BY_COSE: Final = {number: alg for alg in Alg for number in (alg.cose, alg.cose_alias)}
_ALG_BY_CURVE: Final = {alg.curve: alg for alg in Alg}
