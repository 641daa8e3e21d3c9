"""A public key of BBS: a point of G2, as 96 octets or as Multikey `bls12_381-g2-pub`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core.arguments import typed
from krid.bbs import curve
from krid.bbs.curve import G2Point
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys import multikey

PUBLIC_CODE: Final = 0xEB
PRIVATE_CODE: Final = 0x130A


@final
@dataclass(frozen=True, slots=True)
class BbsPublicKey:
    """A public key that is a point of G2 in its one spelling, and not the identity.

    It serves both ciphersuites; which one is in use is said where it verifies.
    """

    octets: bytes
    point: G2Point = field(repr=False, compare=False)

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read 96 octets (section 4.2.4.6, `octets_to_pubkey`).

        Raises:
            MalformedError: `key.point`.
        """
        typed("octets", octets, bytes)
        return cls(bytes(octets), curve.parse_g2(octets))

    @classmethod
    def parse_multikey(cls, text: str) -> Self:
        """Read a Multikey in base58btc, as vc-di-bbs allows no other base (section 2.1.1).

        Raises:
            MalformedError: `key.syntax`, `key.point`, `key.private` for a private key.
            UnsupportedError: `key.type`.
        """
        typed("text", text, str)
        if text[:1] != "z":
            raise MalformedError(Code.KEY_SYNTAX)
        code, octets = multikey.split(multikey.decode_multibase(text))
        if code == PRIVATE_CODE:
            raise MalformedError(Code.KEY_PRIVATE)
        if code != PUBLIC_CODE:
            raise UnsupportedError(Code.KEY_TYPE)
        return cls.parse(octets)

    @property
    def multikey(self) -> str:
        """The key as Multikey in base58btc."""
        return multikey.join(PUBLIC_CODE, self.octets)

    def __reduce__(self) -> tuple[Callable[[bytes], "BbsPublicKey"], tuple[bytes]]:
        """Travel between processes as octets, to be checked again on the other side."""
        return BbsPublicKey.parse, (self.octets,)
