"""What signatures over commitments share, with a pseudonym and without.

Messages stand in this order: the signer's, the prover's blind, the prover's messages, and last the
secret of the pseudonym, where there is one.
"""

from collections.abc import Collection, Mapping, Sequence

from krid.bbs import curve, proof, signature
from krid.bbs.commitment import CommitmentProof, ProverBlind
from krid.bbs.curve import Scalar
from krid.bbs.public import BbsPublicKey
from krid.bbs.scheme import Scheme
from krid.bbs.signature import Statement
from krid.errors import Code, MalformedError, MisuseError


def prepare(
    scheme: Scheme,
    key: BbsPublicKey,
    *,
    commitment: bytes,
    header: bytes,
    messages: Sequence[bytes],
    entropy_of_nym: Scalar | None,
) -> Statement:
    """Check a commitment and add the signer's messages to it (`B_calculate`).

    The last of what was committed to grows by the signer's part of a pseudonym, if there is one.
    """
    parsed = CommitmentProof.parse(commitment)
    own = scheme.generators(len(messages))
    blind = parsed.check(scheme)
    bound = signature.domain(scheme, key, own + blind, header)
    terms = list(zip(own.points, [bound, *scheme.scalars(messages)], strict=True))
    if entropy_of_nym is not None:
        terms.append((blind.points[-1], entropy_of_nym))
    point = scheme.base() + curve.public_sum(terms) + parsed.point
    # The drafts hash the domain behind B, their fixtures do not. B holds it already, and nobody
    # but the signer ever computes this; the fixtures are what can be tested.
    return Statement(key, scheme.suite, scheme.interface, point, point.to_compressed_bytes())


def hold(
    scheme: Scheme,
    key: BbsPublicKey,
    *,
    header: bytes,
    messages: Sequence[bytes],
    secrets: Sequence[Scalar],
) -> proof.Holding:
    """Put together what the prover holds; `secrets` begin with the blind."""
    generators = scheme.generators(len(messages)) + scheme.blind_generators(len(secrets))
    scalars = [*scheme.scalars(messages), *secrets]
    return proof.Holding(scheme, key, generators, header, scalars)


def secrets(scheme: Scheme, blind: ProverBlind, committed: Sequence[bytes]) -> list[Scalar]:
    """Return the prover's scalars: the blind and its messages.

    Raises:
        MalformedError: `bbs.scalar`.
    """
    return [curve.parse_scalar(blind.reveal()), *scheme.scalars(committed)]


def check(
    parsed: proof.Proof,
    scheme: Scheme,
    key: BbsPublicKey,
    *,
    header: bytes,
    presentation_header: bytes,
    signer_messages: int,
    disclosed: Mapping[int, bytes],
    disclosed_committed: Mapping[int, bytes],
    beside: proof.BesideShown,
    secrets: int,
) -> None:
    """Check a proof, where the prover has so many secrets beside its messages.

    Raises:
        MalformedError: `bbs.index` when the numbers of messages do not fit the proof, or an index
            is of no message.
        SignatureError: `bbs.proof`.
    """
    total = len(parsed.hidden) + len(disclosed) + len(disclosed_committed)
    own = total - signer_messages - secrets
    if signer_messages < 0 or own < 0:
        raise MalformedError(Code.BBS_INDEX)
    if not fits(disclosed, signer_messages) or not fits(disclosed_committed, own):
        raise MalformedError(Code.BBS_INDEX)
    generators = scheme.generators(signer_messages) + scheme.blind_generators(own + secrets)
    shown = dict(disclosed) | {
        index + signer_messages + 1: message for index, message in disclosed_committed.items()
    }
    proof.check(
        parsed,
        scheme,
        key,
        generators,
        header=header,
        presentation_header=presentation_header,
        disclosed=dict(zip(shown, scheme.scalars(shown.values()), strict=True)),
        beside=beside,
    )


def places(
    disclosed: Collection[int], disclosed_committed: Collection[int], *, messages: int, own: int
) -> frozenset[int]:
    """Return the places of what the prover will show, among all that was signed.

    Raises:
        MisuseError: `bbs.index` when an index is of no message.
    """
    if not fits(disclosed, messages) or not fits(disclosed_committed, own):
        raise MisuseError(Code.BBS_INDEX)
    return frozenset(disclosed) | {index + messages + 1 for index in disclosed_committed}


def fits(indexes: Collection[int], count: int) -> bool:
    """Tell whether all indexes are of one of so many messages."""
    return all(index in range(count) for index in indexes)
