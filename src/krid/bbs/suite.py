"""The two ciphersuites and their hashing (draft-irtf-cfrg-bbs-signatures, section 7.2).

What expands a message is RFC 9380, sections 5.3.1 and 5.3.2; the hash into the curve with
SHAKE-256 is appendix A.1 of the draft.
"""

import hashlib
from enum import Enum, unique
from typing import Final

from krid.bbs.curve import EXPAND_OCTETS, G1Point, Scalar
from krid.keys import BbsAlg

_FIELD_PRIME: Final = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)
_FIELD_OCTETS: Final = 48
_FIELD_EXPANDED: Final = 64
_SHA256_BLOCK: Final = 64
_SHA256_DIGEST: Final = 32


@unique
class Suite(Enum):
    """A ciphersuite; the value is its `ciphersuite_id`."""

    SHA256 = b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_"
    SHAKE256 = b"BBS_BLS12381G1_XOF:SHAKE-256_SSWU_RO_"

    @property
    def alg(self) -> BbsAlg:
        """The ciphersuite by the name that hints and profiles have for it."""
        return BbsAlg[self.name]

    def expand(self, message: bytes, dst: bytes, length: int) -> bytes:
        """Stretch a message to `length` uniform bytes (`expand_message`)."""
        if self is Suite.SHA256:
            return _expand_xmd(message, dst, length)
        return _expand_xof(message, dst, length)

    def hash_to_scalar(self, message: bytes, dst: bytes) -> Scalar:
        """Hash octets to a scalar (section 4.2.2)."""
        return Scalar.from_be_bytes_mod_order(self.expand(message, dst, EXPAND_OCTETS))

    def hash_to_g1(self, message: bytes, dst: bytes) -> G1Point:
        """Hash octets to a point of G1 (`hash_to_curve_g1`)."""
        if self is Suite.SHA256:
            return G1Point.hash_to_curve(message, dst)
        uniform = _expand_xof(message, dst, 2 * _FIELD_EXPANDED)
        # Each half is mapped and its cofactor cleared; the sum is the same as clearing it last.
        return _map(uniform[:_FIELD_EXPANDED]) + _map(uniform[_FIELD_EXPANDED:])


def _map(uniform: bytes) -> G1Point:
    element = int.from_bytes(uniform, "big") % _FIELD_PRIME
    return G1Point.map_from_fp_be(element.to_bytes(_FIELD_OCTETS, "big"))


def _expand_xof(message: bytes, dst: bytes, length: int) -> bytes:
    suffix = length.to_bytes(2, "big") + dst + bytes((len(dst),))
    return hashlib.shake_256(message + suffix).digest(length)


def _expand_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    suffix = dst + bytes((len(dst),))
    first = hashlib.sha256(
        bytes(_SHA256_BLOCK) + message + length.to_bytes(2, "big") + b"\x00" + suffix
    ).digest()
    block, uniform = bytes(_SHA256_DIGEST), b""
    for number in range(1, -(-length // _SHA256_DIGEST) + 1):
        mixed = bytes(left ^ right for left, right in zip(first, block, strict=True))
        block = hashlib.sha256(mixed + bytes((number,)) + suffix).digest()
        uniform += block
    return uniform[:length]
