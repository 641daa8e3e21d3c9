"""Sets and chains of proofs, and proofs as they are read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core.strict_json import Json
from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg, LocalKey
from krid.proofs import (
    ECDSA_JCS,
    EDDSA_JCS,
    Proof,
    ProofOptions,
    check_age,
    check_challenge,
    input_document,
    parse_proofs,
    prepared_input,
    with_proof,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {"@context": ["urn:c"], "level": 3}
KEY = LocalKey.generate(Alg.EDDSA)


def options(**changes: Any) -> ProofOptions:
    whole: dict[str, Any] = {
        "verification_method": "did:example:a#1",
        "purpose": "assertionMethod",
        "created": NOW,
    }
    return ProofOptions(**(whole | changes))


def add(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = options(**changes)
    covered = prepared_input(document, made.previous)
    return with_proof(document, EDDSA_JCS.prepare(covered, made, alg=KEY.alg).sign_with(KEY))


def check(document: dict[str, Any]) -> None:
    proofs = parse_proofs(document)
    for proof in proofs:
        covered = input_document(document, proof.previous, proofs)
        EDDSA_JCS.verify(covered, proof, key=KEY.public_key)


def test_sets_and_chains_without_the_extra() -> None:
    document = add(DOCUMENT, id="urn:1")
    check(document)
    document = add(document, id="urn:2")
    document = add(document, id="urn:3", previous=("urn:1", "urn:2"))
    check(document)
    assert [proof.previous for proof in parse_proofs(document)] == [(), (), ("urn:1", "urn:2")]
    without = {**document, "proof": document["proof"][1:]}
    with pytest.raises(KridError) as refusal:
        check(without)
    assert refusal.value.code is Code.DI_PREVIOUS


def test_a_new_proof_follows_what_is_there() -> None:
    for document in (DOCUMENT, add(DOCUMENT, id="urn:1")):
        with pytest.raises(MisuseError) as refusal:
            add(document, previous=("urn:0",))
        assert refusal.value.code is Code.MISUSE_OPTION


def test_no_proofs() -> None:
    for document in (DOCUMENT, {**DOCUMENT, "proof": []}):
        with pytest.raises(KridError) as refusal:
            parse_proofs(document)
        assert refusal.value.code is Code.DI_NO_PROOF


def test_all_that_a_proof_says() -> None:
    made = add(
        DOCUMENT,
        id="urn:1",
        expires=NOW + timedelta(days=1),
        domains=("a", "b"),
        challenge="c",
    )
    (proof,) = parse_proofs(made)
    assert proof.domains == {"a", "b"}
    assert (proof.id, proof.challenge, proof.expires) == ("urn:1", "c", NOW + timedelta(days=1))
    assert "proof_value" not in repr(proof)


@pytest.mark.parametrize("alg", [Alg.ES256, Alg.ES384])
def test_ecdsa(alg: Alg) -> None:
    key = LocalKey.generate(alg)
    proof = Proof.parse(ECDSA_JCS.prepare(DOCUMENT, options(), alg=alg).sign_with(key))
    ECDSA_JCS.verify(DOCUMENT, proof, key=key.public_key)
    assert len(proof.value) == alg.signature_size


def test_a_key_of_another_suite() -> None:
    with pytest.raises(MisuseError) as refusal:
        ECDSA_JCS.prepare(DOCUMENT, options(), alg=Alg.EDDSA)
    assert refusal.value.code is Code.ALG_KEY


def test_ages_and_challenges() -> None:
    (proof,) = parse_proofs(add(DOCUMENT, created=None))
    check_age(proof, now=NOW, max_age=timedelta(0))
    with pytest.raises(KridError) as refusal:
        check_challenge(proof, "c")
    assert refusal.value.code is Code.DI_CHALLENGE


JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "id",
        "type",
        "cryptosuite",
        "proofPurpose",
        "proofValue",
        "verificationMethod",
        "created",
        "expires",
        "domain",
        "challenge",
        "previousProof",
        "nonce",
    ]
)
VALUES = JSON | st.sampled_from(["DataIntegrityProof", "z11", "u00", "2026-06-01T12:00:00Z"])


@given(JSON | st.dictionaries(NAMES, VALUES) | st.lists(st.dictionaries(NAMES, VALUES), max_size=3))
def test_any_proof_is_read_or_refused(value: Any) -> None:
    try:
        parse_proofs({"proof": value})
    except KridError:
        return
