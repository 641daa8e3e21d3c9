"""Signatures: what stands before a signer, what it makes of it, and whether that verifies."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self, final

from krid.bbs import curve
from krid.bbs.curve import G1_OCTETS, SCALAR_OCTETS, G1Point, Scalar
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Generators, Interface, Scheme
from krid.bbs.suite import Suite
from krid.errors import Code, MalformedError, SignatureError


@final
@dataclass(frozen=True, slots=True)
class Signature:
    """A signature (A, e) as it was read; nothing is verified."""

    point: G1Point
    exponent: Scalar

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Read 80 bytes (section 4.2.4.3, `octets_to_signature`).

        Raises:
            MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`.
        """
        if len(octets) != G1_OCTETS + SCALAR_OCTETS:
            raise MalformedError(Code.BBS_LENGTH)
        return cls(curve.parse_g1(octets[:G1_OCTETS]), curve.parse_scalar(octets[G1_OCTETS:]))

    def encode(self) -> bytes:
        """Write 80 bytes."""
        return self.point.to_compressed_bytes() + self.exponent.to_be_bytes()


@final
@dataclass(frozen=True, slots=True)
class Statement:
    """All that a signer needs to sign for its public key.

    `point` is B, the sum of generators and messages; `bound` is hashed behind the secret key to
    the exponent e. The messages can be guessed from it, and not read.
    """

    public_key: BbsPublicKey
    suite: Suite
    interface: Interface
    point: G1Point = field(repr=False)
    bound: bytes = field(repr=False)


def domain(scheme: Scheme, key: BbsPublicKey, generators: Generators, header: bytes) -> Scalar:
    """Hash what a signature holds for: key, generators, interface and header (section 4.2.3)."""
    count = len(generators.points) - 1
    return scheme.hash(
        key.octets
        + count.to_bytes(8, "big")
        + generators.octets
        + scheme.api_id
        + len(header).to_bytes(8, "big")
        + header
    )


def prepare(
    public_key: BbsPublicKey, *, header: bytes, messages: Sequence[bytes], suite: Suite
) -> Statement:
    """Prepare what a signer signs for these messages in this order (section 3.6.1, steps 1 to 3).

    Raises:
        MalformedError: `bbs.messages` for more than the limit.
    """
    scheme = Scheme(suite, Interface.PLAIN)
    generators = scheme.generators(len(messages))
    scalars = scheme.scalars(messages)
    bound = domain(scheme, public_key, generators, header)
    point = curve.public_sum(
        [(scheme.base(), Scalar(1)), *zip(generators.points, [bound, *scalars], strict=True)]
    )
    octets = b"".join(scalar.to_be_bytes() for scalar in [*scalars, bound])
    return Statement(public_key, suite, Interface.PLAIN, point, octets)


def verify(
    public_key: BbsPublicKey,
    signature: bytes,
    *,
    header: bytes,
    messages: Sequence[bytes],
    suite: Suite,
) -> None:
    """Check a signature over a header and messages (section 3.5.2).

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.signature`.
    """
    parsed = Signature.parse(signature)
    statement = prepare(public_key, header=header, messages=messages, suite=suite)
    check(public_key, parsed, statement.point)


def check(key: BbsPublicKey, signature: Signature, point: G1Point) -> None:
    """Check a signature over a point B: h(A, W) must be h(B - A e, BP2) (section 3.6.2).

    Raises:
        SignatureError: `bbs.signature`.
    """
    if not curve.pair_up(key.point, signature.point, point - signature.point * signature.exponent):
        raise SignatureError(Code.BBS_SIGNATURE)
