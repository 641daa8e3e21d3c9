"""Proofs from signatures of the plain interface (sections 3.5.3 and 3.5.4)."""

from collections.abc import Collection, Mapping, Sequence

from krid._core.entropy import Entropy
from krid.bbs import proof
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Interface, Scheme
from krid.bbs.suite import Suite


def prove(
    public_key: BbsPublicKey,
    signature: bytes,
    *,
    header: bytes,
    presentation_header: bytes,
    messages: Sequence[bytes],
    disclosed: Collection[int],
    suite: Suite,
    entropy: Entropy,
) -> bytes:
    """Prove a signature over messages, of which those at the `disclosed` indexes will be shown.

    The signature is checked first. The presentation header binds the proof to its moment.

    Raises:
        MisuseError: `bbs.index` when an index is of no message.
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.signature`.
    """
    scheme = Scheme(suite, Interface.PLAIN)
    generators = scheme.generators(len(messages))
    return proof.make(
        proof.Holding(scheme, public_key, generators, header, scheme.scalars(messages)),
        signature,
        presentation_header=presentation_header,
        disclosed=frozenset(disclosed),
        beside=proof.nothing,
        entropy=entropy,
    )


def verify_proof(
    public_key: BbsPublicKey,
    octets: bytes,
    *,
    header: bytes,
    presentation_header: bytes,
    disclosed: Mapping[int, bytes],
    suite: Suite,
) -> None:
    """Check that whoever made a proof held a signature over the disclosed messages.

    `disclosed` maps the index of each message, as it was signed, to the message.

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`, or `bbs.index`
            when an index is of no message.
        SignatureError: `bbs.proof`.
    """
    scheme = Scheme(suite, Interface.PLAIN)
    parsed = proof.Proof.parse(octets)
    scalars = scheme.scalars(disclosed.values())
    proof.check(
        parsed,
        scheme,
        public_key,
        scheme.generators(len(parsed.hidden) + len(disclosed)),
        header=header,
        presentation_header=presentation_header,
        disclosed=dict(zip(disclosed, scalars, strict=True)),
        beside=proof.nothing,
    )
