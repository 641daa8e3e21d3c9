"""An interface of BBS over a ciphersuite: its identifier, its generators, messages as scalars."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, unique
from functools import lru_cache
from typing import Final, final

from krid._core import limits
from krid.bbs.curve import EXPAND_OCTETS, G1_OCTETS, G1Point, Scalar
from krid.bbs.suite import Suite
from krid.errors import Code, MalformedError

_BLOCK: Final = 32
"""Generators made at a time: 6 ms, once."""
_CHAINS: Final = 10
"""Of generators: for two suites three interfaces, two of them with points for the committed."""


@unique
class Interface(Enum):
    """What a signature is for; the value ends its `api_id`, so that none passes for another."""

    PLAIN = b"H2G_HM2S_"
    BLIND = b"BLIND_H2G_HM2S_"
    PSEUDONYM = b"H2G_HM2S_PSEUDONYM_"


@final
@dataclass(frozen=True, slots=True)
class Generators:
    """Points that messages are bound to, and their octets one after the other.

    The first is Q_1 where they are those of the signer's messages.
    """

    points: tuple[G1Point, ...]
    octets: bytes

    def __add__(self, other: "Generators") -> "Generators":
        return Generators(self.points + other.points, self.octets + other.octets)


@final
@dataclass(frozen=True, slots=True)
class Scheme:
    """A ciphersuite and an interface; all hashing is bound to both."""

    suite: Suite
    interface: Interface

    @property
    def api_id(self) -> bytes:
        """The identifier that separates this interface's hashing from that of others."""
        return self.suite.value + self.interface.value

    def hash(self, octets: bytes) -> Scalar:
        """Hash to a scalar with the tag that the core operations share."""
        return self.suite.hash_to_scalar(octets, self.api_id + b"H2S_")

    def scalars(self, messages: Iterable[bytes]) -> list[Scalar]:
        """Map each message to a scalar (section 4.1.2)."""
        dst = self.api_id + b"MAP_MSG_TO_SCALAR_AS_HASH_"
        return [self.suite.hash_to_scalar(message, dst) for message in messages]

    def base(self) -> G1Point:
        """Return P1, the fixed point of the ciphersuite."""
        return _fixed_point(self.suite)

    def generators(self, messages: int) -> Generators:
        """Return Q_1 and a generator for each of so many messages.

        Raises:
            MalformedError: `bbs.messages` for more than the limit.
        """
        return _generators(self.suite, self.api_id, messages + 1)

    def blind_generators(self, count: int) -> Generators:
        """Return so many generators for what the prover committed to, the first for the blind.

        Raises:
            MalformedError: `bbs.messages` for more than the limit.
        """
        return _generators(self.suite, b"BLIND_" + self.api_id, count)


def _generators(suite: Suite, api_id: bytes, count: int) -> Generators:
    if count > limits.MAX_BBS_MESSAGES + 1:
        raise MalformedError(Code.BBS_MESSAGES)
    blocks = [_block(suite, api_id, number) for number in range(-(-count // _BLOCK))]
    points = tuple(point for block, _ in blocks for point in block.points)
    octets = b"".join(block.octets for block, _ in blocks)
    return Generators(points[:count], octets[: count * G1_OCTETS])


@lru_cache(maxsize=_CHAINS * (limits.MAX_BBS_MESSAGES // _BLOCK + 1))
def _block(suite: Suite, api_id: bytes, number: int) -> tuple[Generators, bytes]:
    """Make one block of generators and the state for the next (section 4.1.1)."""
    seed_dst = api_id + b"SIG_GENERATOR_SEED_"
    if number:
        state = _block(suite, api_id, number - 1)[1]
    else:
        state = suite.expand(api_id + b"MESSAGE_GENERATOR_SEED", seed_dst, EXPAND_OCTETS)
    points = []
    for index in range(number * _BLOCK + 1, (number + 1) * _BLOCK + 1):
        state = suite.expand(state + index.to_bytes(8, "big"), seed_dst, EXPAND_OCTETS)
        points.append(suite.hash_to_g1(state, api_id + b"SIG_GENERATOR_DST_"))
    octets = b"".join(point.to_compressed_bytes() for point in points)
    return Generators(tuple(points), octets), state


@lru_cache(maxsize=2)
def _fixed_point(suite: Suite) -> G1Point:
    """Make P1 of a ciphersuite from its own seed (section 7.2)."""
    prefix = suite.value + b"H2G_HM2S_"
    seed_dst = prefix + b"SIG_GENERATOR_SEED_"
    state = suite.expand(prefix + b"BP_MESSAGE_GENERATOR_SEED", seed_dst, EXPAND_OCTETS)
    state = suite.expand(state + (1).to_bytes(8, "big"), seed_dst, EXPAND_OCTETS)
    return suite.hash_to_g1(state, prefix + b"SIG_GENERATOR_DST_")
