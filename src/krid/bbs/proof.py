"""Proofs that somebody holds a signature, with some of its messages shown (sections 3.6.3, 3.6.4).

The prover's side and the verifier's compute the same points and hash them to the same challenge.
What a pseudonym adds is passed in as `beside`, and is `nothing` for all other proofs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias, final

from krid._core import limits
from krid._core.entropy import Entropy
from krid.bbs import curve, signature
from krid.bbs.curve import G1_OCTETS, SCALAR_OCTETS, G1Point, Scalar
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Generators, Scheme
from krid.errors import Code, MalformedError, MisuseError, SignatureError

_POINTS: Final = 3
_FIXED_SCALARS: Final = 4
_FLOOR: Final = _POINTS * G1_OCTETS + _FIXED_SCALARS * SCALAR_OCTETS


@final
@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it was read; nothing is verified. `hidden` are the responses m^ in order."""

    a_bar: G1Point
    b_bar: G1Point
    d: G1Point
    e: Scalar
    r1: Scalar
    r3: Scalar
    hidden: tuple[Scalar, ...]
    challenge: Scalar

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read a proof (section 4.2.4.5, `octets_to_proof`).

        Raises:
            MalformedError: `bbs.length`, `bbs.messages`, `bbs.point`, `bbs.scalar`.
        """
        hidden, rest = divmod(len(octets) - _FLOOR, SCALAR_OCTETS)
        if hidden < 0 or rest:
            raise MalformedError(Code.BBS_LENGTH)
        if hidden > limits.MAX_BBS_MESSAGES:
            raise MalformedError(Code.BBS_MESSAGES)
        points = [
            curve.parse_g1(octets[at : at + G1_OCTETS])
            for at in range(0, _POINTS * G1_OCTETS, G1_OCTETS)
        ]
        scalars = [
            curve.parse_scalar(octets[at : at + SCALAR_OCTETS])
            for at in range(_POINTS * G1_OCTETS, len(octets), SCALAR_OCTETS)
        ]
        a_bar, b_bar, d = points
        e, r1, r3, *hidden_responses, challenge = scalars
        return cls(a_bar, b_bar, d, e, r1, r3, tuple(hidden_responses), challenge)

    def encode(self) -> bytes:
        """Write the octets (section 4.2.4.4)."""
        points = (self.a_bar, self.b_bar, self.d)
        scalars = (self.e, self.r1, self.r3, *self.hidden, self.challenge)
        return b"".join(point.to_compressed_bytes() for point in points) + b"".join(
            scalar.to_be_bytes() for scalar in scalars
        )


Beside: TypeAlias = Callable[[Scalar], Sequence[G1Point]]
"""Further points that a prover binds, made of the random scalar behind the last message."""

BesideShown: TypeAlias = Callable[[Scalar, Scalar], Sequence[G1Point]]
"""The same points for a verifier, made of the response for the last message and the challenge."""


def nothing(*_: Scalar) -> Sequence[G1Point]:
    """Bind nothing more."""
    return ()


@final
@dataclass(frozen=True, slots=True)
class Holding:
    """What a prover holds: a signature, and all that it is over as scalars with generators."""

    scheme: Scheme
    key: BbsPublicKey
    generators: Generators
    header: bytes = field(repr=False)
    scalars: Sequence[Scalar] = field(repr=False)

    def point(self, bound: Scalar, entropy: Entropy) -> G1Point:
        """Return B of the messages and a domain."""
        by = [bound, *self.scalars]
        hidden = curve.hidden_sum(zip(self.generators.points, by, strict=True), entropy)
        return self.scheme.base() + hidden

    def check(self, octets: bytes, entropy: Entropy) -> None:
        """Check the signature.

        Raises:
            MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`.
            SignatureError: `bbs.signature`.
        """
        parsed = signature.Signature.parse(octets)
        bound = signature.domain(self.scheme, self.key, self.generators, self.header)
        signature.check(self.key, parsed, self.point(bound, entropy))


@final
@dataclass(frozen=True, slots=True, repr=False)
class _Blinds:
    """The random scalars of one proof, in the order in which they are drawn."""

    r1: Scalar
    r2: Scalar
    e: Scalar
    r1_blind: Scalar
    r3_blind: Scalar
    messages: tuple[Scalar, ...]

    @classmethod
    def draw(cls, entropy: Entropy, messages: int) -> Self:
        r1, r2, e, r1_blind, r3_blind, *rest = curve.random_scalars(entropy, 5 + messages)
        return cls(r1, r2, e, r1_blind, r3_blind, tuple(rest))


def make(
    holding: Holding,
    octets: bytes,
    *,
    presentation_header: bytes,
    disclosed: frozenset[int],
    beside: Beside,
    entropy: Entropy,
) -> bytes:
    """Check the signature and prove that it is held (section 3.6.3).

    Raises:
        MisuseError: `bbs.index` when an index is of no message.
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar` of the signature.
        SignatureError: `bbs.signature`: no proof is made that would not verify.
    """
    count = len(holding.scalars)
    if any(index not in range(count) for index in disclosed):
        raise MisuseError(Code.BBS_INDEX)
    parsed = signature.Signature.parse(octets)
    hidden = [index for index in range(count) if index not in disclosed]
    blinds = _Blinds.draw(entropy, len(hidden))
    bound = signature.domain(holding.scheme, holding.key, holding.generators, holding.header)
    b = holding.point(bound, entropy)
    signature.check(holding.key, parsed, b)
    points = _start(holding, parsed, b, hidden=hidden, blinds=blinds, entropy=entropy)
    challenge = _challenge(
        holding.scheme,
        {index: holding.scalars[index] for index in sorted(disclosed)},
        (*points, *beside(blinds.messages[-1] if hidden else curve.ZERO)),
        bound,
        presentation_header,
    )
    responses = tuple(
        blind + holding.scalars[index] * challenge
        for index, blind in zip(hidden, blinds.messages, strict=True)
    )
    proof = _finish(
        points, parsed, blinds, responses=responses, challenge=challenge, entropy=entropy
    )
    return proof.encode()


def _start(
    holding: Holding,
    signed: signature.Signature,
    b: G1Point,
    *,
    hidden: Sequence[int],
    blinds: _Blinds,
    entropy: Entropy,
) -> tuple[G1Point, G1Point, G1Point, G1Point, G1Point]:
    """Return Abar, Bbar, D, T1 and T2 (section 3.7.1)."""
    d = curve.hidden_sum([(b, blinds.r2)], entropy)
    a_bar = curve.hidden_sum([(signed.point, blinds.r1 * blinds.r2)], entropy)
    b_bar = curve.hidden_sum([(d, blinds.r1), (a_bar, -signed.exponent)], entropy)
    t1 = curve.hidden_sum([(a_bar, blinds.e), (d, blinds.r1_blind)], entropy)
    bases = [holding.generators.points[index + 1] for index in hidden]
    terms = [(d, blinds.r3_blind), *zip(bases, blinds.messages, strict=True)]
    return a_bar, b_bar, d, t1, curve.hidden_sum(terms, entropy)


def _finish(
    points: tuple[G1Point, G1Point, G1Point, G1Point, G1Point],
    signed: signature.Signature,
    blinds: _Blinds,
    *,
    responses: tuple[Scalar, ...],
    challenge: Scalar,
    entropy: Entropy,
) -> Proof:
    """Answer the challenge (section 3.7.2)."""
    a_bar, b_bar, d, _, _ = points
    return Proof(
        a_bar,
        b_bar,
        d,
        blinds.e + signed.exponent * challenge,
        blinds.r1_blind - blinds.r1 * challenge,
        blinds.r3_blind - curve.hidden_inverse(blinds.r2, entropy) * challenge,
        responses,
        challenge,
    )


def check(
    proof: Proof,
    scheme: Scheme,
    key: BbsPublicKey,
    generators: Generators,
    *,
    header: bytes,
    presentation_header: bytes,
    disclosed: Mapping[int, Scalar],
    beside: BesideShown,
) -> None:
    """Check a proof, whose generators are as many as its messages and Q_1 (section 3.6.4).

    Raises:
        MalformedError: `bbs.index` when an index is of no message.
        SignatureError: `bbs.proof`.
    """
    count = len(proof.hidden) + len(disclosed)
    if any(index not in range(count) for index in disclosed):
        raise MalformedError(Code.BBS_INDEX)
    bound = signature.domain(scheme, key, generators, header)
    t1, t2 = _recover(proof, scheme.base(), generators, bound, disclosed)
    last = proof.hidden[-1] if proof.hidden else curve.ZERO
    points = (proof.a_bar, proof.b_bar, proof.d, t1, t2, *beside(last, proof.challenge))
    ordered = {index: disclosed[index] for index in sorted(disclosed)}
    if proof.challenge != _challenge(scheme, ordered, points, bound, presentation_header):
        raise SignatureError(Code.BBS_PROOF)
    if not curve.pair_up(key.point, proof.a_bar, proof.b_bar):
        raise SignatureError(Code.BBS_PROOF)


def _recover(
    proof: Proof,
    base: G1Point,
    generators: Generators,
    bound: Scalar,
    disclosed: Mapping[int, Scalar],
) -> tuple[G1Point, G1Point]:
    """Return T1 and T2 as the prover must have had them (section 3.7.3).

    T2 is one sum, for which what the draft calls Bv is multiplied out.
    """
    c, hidden = proof.challenge, iter(proof.hidden)
    t1 = curve.public_sum([(proof.b_bar, c), (proof.a_bar, proof.e), (proof.d, proof.r1)])
    by = [
        disclosed[index] * c if index in disclosed else next(hidden)
        for index in range(len(generators.points) - 1)
    ]
    terms = [(base, c), (proof.d, proof.r3)]
    return t1, curve.public_sum([*terms, *zip(generators.points, [bound * c, *by], strict=True)])


def _challenge(
    scheme: Scheme,
    disclosed: Mapping[int, Scalar],
    points: Sequence[G1Point],
    bound: Scalar,
    presentation_header: bytes,
) -> Scalar:
    """Hash what a proof is about (section 3.7.4)."""
    shown = b"".join(
        index.to_bytes(8, "big") + scalar.to_be_bytes() for index, scalar in disclosed.items()
    )
    return scheme.hash(
        len(disclosed).to_bytes(8, "big")
        + shown
        + b"".join(point.to_compressed_bytes() for point in points)
        + bound.to_be_bytes()
        + len(presentation_header).to_bytes(8, "big")
        + presentation_header
    )
