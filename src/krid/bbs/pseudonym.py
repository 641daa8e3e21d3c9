"""Pseudonyms bound to a signature (draft-irtf-cfrg-bbs-per-verifier-linkability-01).

A prover shows one verifier the same pseudonym each time, and no two verifiers the same. It is a
point made of the verifier's context and of a secret: half the prover's, committed to before the
signer sees it, half the signer's, so that nobody can take another's.

Of the draft, version 01 with one secret is here, for vc-di-bbs is written on it; later versions
have a vector of secrets and other challenges.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import final

from krid._core.entropy import Entropy
from krid._core.redact import Secret
from krid.bbs import commitment, committed, curve, proof
from krid.bbs.commitment import Commitment, ProverBlind
from krid.bbs.curve import G1Point, Scalar
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Interface, Scheme
from krid.bbs.signature import Statement
from krid.bbs.suite import Suite
from krid.errors import Code, SignatureError


@final
class ProverNym(Secret):
    """The prover's half of a pseudonym's secret: 32 octets of a scalar."""

    __slots__ = ()


@final
class NymSecret(Secret):
    """The whole secret that pseudonyms are made of: 32 octets of a scalar."""

    __slots__ = ()


def generate_prover_nym(entropy: Entropy) -> ProverNym:
    """Draw the prover's half."""
    return ProverNym(generate_signer_nym_entropy(entropy))


def generate_signer_nym_entropy(entropy: Entropy) -> bytes:
    """Draw the signer's half; it goes to the prover with the signature."""
    (scalar,) = curve.random_scalars(entropy, 1)
    return scalar.to_be_bytes()


def commit(
    messages: Sequence[bytes], *, prover_nym: ProverNym, suite: Suite, entropy: Entropy
) -> Commitment:
    """Commit to messages and to the prover's half of the secret (`CommitWithNym`).

    Raises:
        MalformedError: `bbs.messages` for more than the limit, `bbs.scalar`.
    """
    scheme = Scheme(suite, Interface.PSEUDONYM)
    scalars = [*scheme.scalars(messages), curve.parse_scalar(prover_nym.reveal())]
    return commitment.make(scheme, scalars, entropy)


def prepare(
    public_key: BbsPublicKey,
    *,
    commitment_with_proof: bytes,
    signer_nym_entropy: bytes,
    header: bytes,
    messages: Sequence[bytes],
    suite: Suite,
) -> Statement:
    """Check a commitment and prepare what a signer signs (`BlindSignWithNym`).

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.commitment` when the prover does not know what it committed to.
    """
    return committed.prepare(
        Scheme(suite, Interface.PSEUDONYM),
        public_key,
        commitment=commitment_with_proof,
        header=header,
        messages=messages,
        entropy_of_nym=curve.parse_scalar(signer_nym_entropy),
    )


def finalize(
    public_key: BbsPublicKey,
    signature: bytes,
    *,
    header: bytes,
    messages: Sequence[bytes],
    committed_messages: Sequence[bytes],
    prover_nym: ProverNym,
    signer_nym_entropy: bytes,
    blind: ProverBlind,
    suite: Suite,
    entropy: Entropy,
) -> NymSecret:
    """Check a signature as the prover and return the whole secret (`VerifyFinalizeWithNym`).

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.signature`.
    """
    scheme = Scheme(suite, Interface.PSEUDONYM)
    whole = nym_secret(prover_nym, signer_nym_entropy)
    committed.hold(
        scheme,
        public_key,
        header=header,
        messages=messages,
        secrets=_secrets(scheme, blind, committed_messages, whole),
    ).check(signature, entropy)
    return whole


def nym_secret(prover_nym: ProverNym, signer_nym_entropy: bytes) -> NymSecret:
    """Add both halves; nothing is verified.

    Raises:
        MalformedError: `bbs.scalar`.
    """
    halves = curve.parse_scalar(prover_nym.reveal()), curve.parse_scalar(signer_nym_entropy)
    return NymSecret((halves[0] + halves[1]).to_be_bytes())


def prove(
    public_key: BbsPublicKey,
    signature: bytes,
    *,
    header: bytes,
    presentation_header: bytes,
    secret: NymSecret,
    context: bytes,
    messages: Sequence[bytes],
    committed_messages: Sequence[bytes],
    disclosed: Collection[int],
    disclosed_committed: Collection[int],
    blind: ProverBlind,
    suite: Suite,
    entropy: Entropy,
) -> tuple[bytes, bytes]:
    """Prove a signature, and that a pseudonym for a context is its holder's (`ProofGenWithNym`).

    Returns the proof, and the pseudonym as 48 octets.

    Raises:
        MisuseError: `bbs.index` when an index is of no message.
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`.
        SignatureError: `bbs.signature`.
    """
    scheme = Scheme(suite, Interface.PSEUDONYM)
    shown = committed.places(
        disclosed, disclosed_committed, messages=len(messages), own=len(committed_messages)
    )
    holding = committed.hold(
        scheme,
        public_key,
        header=header,
        messages=messages,
        secrets=_secrets(scheme, blind, committed_messages, secret),
    )
    base = suite.hash_to_g1(context, scheme.api_id)
    made = curve.hidden_sum([(base, holding.scalars[-1])], entropy)
    octets = proof.make(
        holding,
        signature,
        presentation_header=presentation_header,
        disclosed=shown,
        beside=lambda blind: (made, base, curve.hidden_sum([(base, blind)], entropy)),
        entropy=entropy,
    )
    return octets, made.to_compressed_bytes()


def verify_proof(
    public_key: BbsPublicKey,
    octets: bytes,
    *,
    header: bytes,
    presentation_header: bytes,
    pseudonym: bytes,
    context: bytes,
    signer_messages: int,
    disclosed: Mapping[int, bytes],
    disclosed_committed: Mapping[int, bytes],
    suite: Suite,
) -> None:
    """Check a proof with a pseudonym for a context (`ProofVerifyWithNym`).

    Raises:
        MalformedError: `bbs.length`, `bbs.point`, `bbs.scalar`, `bbs.messages`, `bbs.index`.
        SignatureError: `bbs.proof`.
    """
    scheme = Scheme(suite, Interface.PSEUDONYM)
    known = curve.parse_g1(pseudonym)
    base = suite.hash_to_g1(context, scheme.api_id)

    def beside(response: Scalar, challenge: Scalar) -> tuple[G1Point, ...]:
        masked = curve.public_sum([(base, response), (known, -challenge)])
        if curve.is_identity(masked):
            raise SignatureError(Code.BBS_PROOF)
        return known, base, masked

    committed.check(
        proof.Proof.parse(octets),
        scheme,
        public_key,
        header=header,
        presentation_header=presentation_header,
        signer_messages=signer_messages,
        disclosed=disclosed,
        disclosed_committed=disclosed_committed,
        beside=beside,
        secrets=2,
    )


def _secrets(
    scheme: Scheme, blind: ProverBlind, messages: Sequence[bytes], secret: NymSecret
) -> list[Scalar]:
    return [*committed.secrets(scheme, blind, messages), curve.parse_scalar(secret.reveal())]
