"""Signatures over messages that the signer does not see (draft-irtf-cfrg-bbs-blind-signatures-01).

The prover commits to its messages, the signer signs the commitment together with its own. bbs-2023
binds a credential to its holder by one such message, which never leaves the holder.
"""

from collections.abc import Collection, Mapping, Sequence

from krid._core.entropy import Entropy
from krid.bbs import commitment, committed, proof
from krid.bbs.commitment import Commitment, ProverBlind
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Interface, Scheme
from krid.bbs.signature import Statement
from krid.bbs.suite import Suite


def commit(messages: Sequence[bytes], *, suite: Suite, entropy: Entropy) -> Commitment:
    """Commit to messages; the commitment goes to the signer, its blind stays here.

    Raises:
        MalformedError: `bbs.messages` for more than the limit.
    """
    scheme = Scheme(suite, Interface.BLIND)
    return commitment.make(scheme, scheme.scalars(messages), entropy)


def prepare(
    public_key: BbsPublicKey,
    *,
    commitment_with_proof: bytes,
    header: bytes,
    messages: Sequence[bytes],
    suite: Suite,
) -> Statement:
    """Check a commitment and prepare what a signer signs (`BlindSign`).

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.commitment` when the prover does not know what it committed to.
    """
    return committed.prepare(
        Scheme(suite, Interface.BLIND),
        public_key,
        commitment=commitment_with_proof,
        header=header,
        messages=messages,
        entropy_of_nym=None,
    )


def verify(
    public_key: BbsPublicKey,
    signature: bytes,
    *,
    header: bytes,
    messages: Sequence[bytes],
    committed_messages: Sequence[bytes],
    blind: ProverBlind,
    suite: Suite,
    entropy: Entropy,
) -> None:
    """Check, as the prover, a signature over the signer's messages and one's own.

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.signature`.
    """
    scheme = Scheme(suite, Interface.BLIND)
    committed.hold(
        scheme,
        public_key,
        header=header,
        messages=messages,
        secrets=committed.secrets(scheme, blind, committed_messages),
    ).check(signature, entropy)


def prove(
    public_key: BbsPublicKey,
    signature: bytes,
    *,
    header: bytes,
    presentation_header: bytes,
    messages: Sequence[bytes],
    committed_messages: Sequence[bytes],
    disclosed: Collection[int],
    disclosed_committed: Collection[int],
    blind: ProverBlind,
    suite: Suite,
    entropy: Entropy,
) -> bytes:
    """Prove a signature made over a commitment; both lists of messages have indexes of their own.

    Raises:
        MisuseError: `bbs.index` when an index is of no message.
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.signature`.
    """
    scheme = Scheme(suite, Interface.BLIND)
    shown = committed.places(
        disclosed, disclosed_committed, messages=len(messages), own=len(committed_messages)
    )
    holding = committed.hold(
        scheme,
        public_key,
        header=header,
        messages=messages,
        secrets=committed.secrets(scheme, blind, committed_messages),
    )
    return proof.make(
        holding,
        signature,
        presentation_header=presentation_header,
        disclosed=shown,
        beside=proof.nothing,
        entropy=entropy,
    )


def verify_proof(
    public_key: BbsPublicKey,
    octets: bytes,
    *,
    header: bytes,
    presentation_header: bytes,
    signer_messages: int,
    disclosed: Mapping[int, bytes],
    disclosed_committed: Mapping[int, bytes],
    suite: Suite,
) -> None:
    """Check a proof of a signature made over a commitment.

    `signer_messages` is how many messages the signer knew.

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`, `bbs.index`.
        SignatureError: `bbs.proof`.
    """
    committed.check(
        proof.Proof.parse(octets),
        Scheme(suite, Interface.BLIND),
        public_key,
        header=header,
        presentation_header=presentation_header,
        signer_messages=signer_messages,
        disclosed=disclosed,
        disclosed_committed=disclosed_committed,
        beside=proof.nothing,
        secrets=1,
    )
