"""Whole exchanges between signer, prover and verifier, with messages of any number."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid import bbs
from krid._core.entropy import system_entropy
from krid.bbs import blind, pseudonym
from krid.bbs.commitment import CommitmentProof
from krid.bbs.proof import Proof
from krid.bbs.signature import Signature
from krid.errors import KridError

KEYS = {suite: bbs.LocalBbsKey.generate(suite) for suite in bbs.Suite}
SUITES = st.sampled_from(list(bbs.Suite))
MESSAGES = st.lists(st.binary(max_size=20), max_size=7)
PLACES = st.sets(st.integers(0, 6))
HEADER = b"header"
MOMENT = b"nonce"


def _some(places: set[int], messages: Sequence[bytes]) -> dict[int, bytes]:
    return {place: messages[place] for place in places if place < len(messages)}


@settings(deadline=None, max_examples=30)
@given(SUITES, MESSAGES, PLACES)
def test_a_proof_shows_what_is_chosen(
    suite: bbs.Suite, messages: list[bytes], places: set[int]
) -> None:
    key = KEYS[suite]
    signature = bbs.sign(key, header=HEADER, messages=messages)
    bbs.verify(key.public_key, signature, header=HEADER, messages=messages, suite=suite)
    shown = _some(places, messages)
    proofs = [
        bbs.prove(
            key.public_key,
            signature,
            header=HEADER,
            presentation_header=MOMENT,
            messages=messages,
            disclosed=shown,
            suite=suite,
            entropy=system_entropy,
        )
        for _ in range(2)
    ]
    for proof in proofs:
        assert Proof.parse(proof).encode() == proof
        bbs.verify_proof(
            key.public_key,
            proof,
            header=HEADER,
            presentation_header=MOMENT,
            disclosed=dict(reversed(shown.items())),
            suite=suite,
        )
    assert not set(_pieces(proofs[0])) & set(_pieces(proofs[1]))
    assert Signature.parse(signature).encode() == signature


def _pieces(proof: bytes) -> list[bytes]:
    """Return points and scalars of a proof, none of which two proofs may share."""
    return [proof[at : at + 16] for at in range(0, len(proof), 16)]


@settings(deadline=None, max_examples=20)
@given(SUITES, MESSAGES, MESSAGES, PLACES, PLACES)
def test_a_blind_signature_and_its_proof(
    suite: bbs.Suite,
    messages: list[bytes],
    own: list[bytes],
    places: set[int],
    own_places: set[int],
) -> None:
    key = KEYS[suite]
    commitment = blind.commit(own, suite=suite, entropy=system_entropy)
    signature = key.sign(
        blind.prepare(
            key.public_key,
            commitment_with_proof=commitment.octets,
            header=HEADER,
            messages=messages,
            suite=suite,
        )
    )
    shown, own_shown = _some(places, messages), _some(own_places, own)
    proof = blind.prove(
        key.public_key,
        signature,
        header=HEADER,
        presentation_header=MOMENT,
        messages=messages,
        committed_messages=own,
        disclosed=shown,
        disclosed_committed=own_shown,
        blind=commitment.blind,
        suite=suite,
        entropy=system_entropy,
    )
    blind.verify_proof(
        key.public_key,
        proof,
        header=HEADER,
        presentation_header=MOMENT,
        signer_messages=len(messages),
        disclosed=shown,
        disclosed_committed=own_shown,
        suite=suite,
    )


@settings(deadline=None, max_examples=20)
@given(SUITES, MESSAGES, MESSAGES, PLACES, PLACES)
def test_a_pseudonym_is_the_same_for_a_context_alone(
    suite: bbs.Suite,
    messages: list[bytes],
    own: list[bytes],
    places: set[int],
    own_places: set[int],
) -> None:
    key = KEYS[suite]
    nym = pseudonym.generate_prover_nym(system_entropy)
    half = pseudonym.generate_signer_nym_entropy(system_entropy)
    commitment = pseudonym.commit(own, prover_nym=nym, suite=suite, entropy=system_entropy)
    signature = key.sign(
        pseudonym.prepare(
            key.public_key,
            commitment_with_proof=commitment.octets,
            signer_nym_entropy=half,
            header=HEADER,
            messages=messages,
            suite=suite,
        )
    )
    secret = pseudonym.finalize(
        key.public_key,
        signature,
        header=HEADER,
        messages=messages,
        committed_messages=own,
        prover_nym=nym,
        signer_nym_entropy=half,
        blind=commitment.blind,
        suite=suite,
        entropy=system_entropy,
    )
    shown, own_shown = _some(places, messages), _some(own_places, own)
    pseudonyms = []
    for context in (b"https://bank.example", b"https://bank.example", b"https://shop.example"):
        proof, made = pseudonym.prove(
            key.public_key,
            signature,
            header=HEADER,
            presentation_header=MOMENT,
            secret=secret,
            context=context,
            messages=messages,
            committed_messages=own,
            disclosed=shown,
            disclosed_committed=own_shown,
            blind=commitment.blind,
            suite=suite,
            entropy=system_entropy,
        )
        pseudonym.verify_proof(
            key.public_key,
            proof,
            header=HEADER,
            presentation_header=MOMENT,
            pseudonym=made,
            context=context,
            signer_messages=len(messages),
            disclosed=shown,
            disclosed_committed=own_shown,
            suite=suite,
        )
        pseudonyms.append(made)
    assert pseudonyms[0] == pseudonyms[1] != pseudonyms[2]


@pytest.mark.parametrize("kind", [Signature, Proof, CommitmentProof])
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(
    kind: type[Signature] | type[Proof] | type[CommitmentProof], data: bytes
) -> None:
    with pytest.raises(KridError):
        kind.parse(data)


@pytest.mark.parametrize(
    "secret", [bbs.ProverBlind(bytes(32)), bbs.ProverNym(bytes(32)), bbs.NymSecret(bytes(32))]
)
def test_secrets_of_the_prover_do_not_print(secret: bbs.NymSecret) -> None:
    assert "00" not in repr(secret)
    assert "00" not in repr(bbs.Commitment(b"", bbs.ProverBlind(bytes(32))))
