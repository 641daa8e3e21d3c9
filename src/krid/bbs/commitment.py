"""Commitments to messages that the signer is not told (draft-irtf-cfrg-bbs-blind-signatures-01)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import limits
from krid._core.entropy import Entropy
from krid._core.redact import Secret
from krid.bbs import curve
from krid.bbs.curve import G1_OCTETS, SCALAR_OCTETS, G1Point, Scalar
from krid.bbs.scheme import Generators, Scheme
from krid.errors import Code, MalformedError, SignatureError

_FIXED_SCALARS: Final = 2
_FLOOR: Final = G1_OCTETS + _FIXED_SCALARS * SCALAR_OCTETS


@final
class ProverBlind(Secret):
    """The 32 octets that hide what was committed to; the prover keeps them with the signature."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment with its proof, for the signer, and the secret that stays with the prover."""

    octets: bytes
    blind: ProverBlind = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class CommitmentProof:
    """A commitment as it was read; nothing is verified."""

    point: G1Point
    blind: Scalar
    hidden: tuple[Scalar, ...]
    challenge: Scalar

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read a commitment with its proof (`octets_to_commitment_with_proof`).

        Raises:
            MalformedError: `bbs.length`, `bbs.messages`, `bbs.point`, `bbs.scalar`.
        """
        hidden, rest = divmod(len(octets) - _FLOOR, SCALAR_OCTETS)
        if hidden < 0 or rest:
            raise MalformedError(Code.BBS_LENGTH)
        if hidden > limits.MAX_BBS_MESSAGES:
            raise MalformedError(Code.BBS_MESSAGES)
        point = curve.parse_g1(octets[:G1_OCTETS])
        scalars = [
            curve.parse_scalar(octets[at : at + SCALAR_OCTETS])
            for at in range(G1_OCTETS, len(octets), SCALAR_OCTETS)
        ]
        return cls(point, scalars[0], tuple(scalars[1:-1]), scalars[-1])

    def check(self, scheme: Scheme) -> Generators:
        """Check that the prover knows what it committed to, and return the generators in use.

        Raises:
            SignatureError: `bbs.commitment`.
        """
        generators = scheme.blind_generators(len(self.hidden) + 1)
        recovered = curve.public_sum(
            [
                *zip(generators.points, (self.blind, *self.hidden), strict=True),
                (self.point, -self.challenge),
            ]
        )
        if _challenge(scheme, generators, self.point, recovered) != self.challenge:
            raise SignatureError(Code.BBS_COMMITMENT)
        return generators


def make(scheme: Scheme, scalars: Sequence[Scalar], entropy: Entropy) -> Commitment:
    """Commit to scalars, with a proof that they are known (`CoreCommit`).

    Raises:
        MalformedError: `bbs.messages` for more than the limit.
    """
    generators = scheme.blind_generators(len(scalars) + 1)
    secret, *blinds = curve.random_scalars(entropy, len(scalars) + _FIXED_SCALARS)
    secrets = [secret, *scalars]
    point = curve.hidden_sum(zip(generators.points, secrets, strict=True), entropy)
    masked = curve.hidden_sum(zip(generators.points, blinds, strict=True), entropy)
    challenge = _challenge(scheme, generators, point, masked)
    responses = [blind + known * challenge for blind, known in zip(blinds, secrets, strict=True)]
    octets = point.to_compressed_bytes() + b"".join(
        scalar.to_be_bytes() for scalar in (*responses, challenge)
    )
    return Commitment(octets, ProverBlind(secret.to_be_bytes()))


def _challenge(scheme: Scheme, generators: Generators, point: G1Point, masked: G1Point) -> Scalar:
    """Hash what a commitment is about (`calculate_blind_challenge`)."""
    return scheme.hash(
        (len(generators.points) - 1).to_bytes(8, "big")
        + generators.octets
        + point.to_compressed_bytes()
        + masked.to_compressed_bytes()
    )
