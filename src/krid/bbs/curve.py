"""BLS12-381 by the binding: strict octets, sums of multiples, and multiplying by secrets.

The binding takes other spellings of the point at infinity and zero as a scalar; both stop here.
Its multiplication takes a time that depends on the scalar. `hidden_sum` and `hidden_inverse` give
it scalars that are random by themselves, so that what a clock tells is about those.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

from krid._core.entropy import Entropy
from krid.errors import Code, MalformedError, MisuseError

try:
    from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar
except ImportError as cause:
    raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[bbs]'") from cause

__all__ = ["G1Point", "G2Point", "Scalar"]

Terms: TypeAlias = Iterable[tuple[G1Point, Scalar]]

G1_OCTETS: Final = 48
G2_OCTETS: Final = 96
SCALAR_OCTETS: Final = 32
EXPAND_OCTETS: Final = 48
"""`expand_len`: bytes that are reduced to one scalar, so that none is likelier than another."""

ZERO: Final = Scalar(0)
_BASE_G2: Final = G2Point()
_MINUS_BASE_G2: Final = -_BASE_G2
_IDENTITY_G1: Final = G1Point.identity()
_IDENTITY_G2: Final = G2Point.identity()


def parse_g1(octets: bytes) -> G1Point:
    """Read a compressed point of G1 other than the identity (`octets_to_point_E1`).

    Raises:
        MalformedError: `bbs.point`.
    """
    try:
        point = G1Point.from_compressed_bytes(octets)
    except ValueError as cause:
        raise MalformedError(Code.BBS_POINT) from cause
    if point == _IDENTITY_G1 or point.to_compressed_bytes() != octets:
        raise MalformedError(Code.BBS_POINT)
    return point


def parse_g2(octets: bytes) -> G2Point:
    """Read a public key (`octets_to_pubkey`).

    Raises:
        MalformedError: `key.point`.
    """
    try:
        point = G2Point.from_compressed_bytes(octets)
    except ValueError as cause:
        raise MalformedError(Code.KEY_POINT) from cause
    if point == _IDENTITY_G2 or point.to_compressed_bytes() != octets:
        raise MalformedError(Code.KEY_POINT)
    return point


def parse_scalar(octets: bytes) -> Scalar:
    """Read a scalar from 1 to r - 1, big-endian.

    Raises:
        MalformedError: `bbs.scalar`.
    """
    try:
        scalar = Scalar.from_be_bytes(octets)
    except ValueError as cause:
        raise MalformedError(Code.BBS_SCALAR) from cause
    if scalar.is_zero():
        raise MalformedError(Code.BBS_SCALAR)
    return scalar


def random_scalars(entropy: Entropy, count: int) -> list[Scalar]:
    """Draw scalars, each by a call of its own (`calculate_random_scalars`)."""
    return [Scalar.from_be_bytes_mod_order(entropy(EXPAND_OCTETS)) for _ in range(count)]


def public_sum(terms: Terms) -> G1Point:
    """Add multiples of points by scalars that everybody may know."""
    pairs = list(terms)
    return G1Point.multiexp_unchecked([point for point, _ in pairs], [by for _, by in pairs])


def hidden_sum(terms: Terms, entropy: Entropy) -> G1Point:
    """Add multiples of points by secret scalars.

    Each scalar is split by one random number t: the sum of s P is that of (s - t) P, and t times
    the sum of all P.
    """
    pairs = list(terms)
    (split,) = random_scalars(entropy, 1)
    total = sum((point for point, _ in pairs), start=_IDENTITY_G1)
    return public_sum([*((point, by - split) for point, by in pairs), (total, split)])


def hidden_multiple_of_base(secret: Scalar, entropy: Entropy) -> G2Point:
    """Multiply the base point of G2 by a secret scalar, split in two."""
    (split,) = random_scalars(entropy, 1)
    return _BASE_G2 * (secret - split) + _BASE_G2 * split


def hidden_inverse(secret: Scalar, entropy: Entropy) -> Scalar:
    """Invert a secret scalar, which is multiplied by a random one first.

    Raises:
        MisuseError: `bbs.scalar` for zero, once in 2^255 signatures.
    """
    (mask,) = random_scalars(entropy, 1)
    try:
        return (secret * mask).inverse() * mask
    except ZeroDivisionError as cause:
        raise MisuseError(Code.BBS_SCALAR) from cause


def is_identity(point: G1Point) -> bool:
    """Tell whether a point is the identity of G1."""
    return point == _IDENTITY_G1


def pair_up(key: G2Point, by_key: G1Point, by_base: G1Point) -> bool:
    """Tell whether h(by_key, key) is h(by_base, BP2), in one multi-pairing."""
    return GT.pairing_check([by_key, by_base], [key, _MINUS_BASE_G2])
