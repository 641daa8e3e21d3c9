"""eddsa-jcs-2022 proofs: making, verifying, and everything that breaks one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.proofs import Proof, prepare, verify

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = LocalKey.generate(Alg.EDDSA)
DOCUMENT: dict[str, Any] = {"@context": ["https://a.example", "https://b.example"], "n": 1}


def make(document: dict[str, Any] = DOCUMENT, **changes: Any) -> Proof:
    made = prepare(
        document, verification_method="did:example:1#k", purpose="assertionMethod", created=NOW
    ).sign_with(KEY)
    return Proof.parse({k: v for k, v in (made | changes).items() if v is not ...})


def test_a_proof_verifies() -> None:
    proof = make()
    verify(DOCUMENT, proof, key=KEY.public_key, purpose="assertionMethod")
    assert proof.created == NOW
    assert proof.expires is None
    assert "value" not in repr(proof)


def test_a_context_that_was_added_later_is_left_out() -> None:
    longer = {**DOCUMENT, "@context": [*DOCUMENT["@context"], "https://c.example"]}
    verify(longer, make(), key=KEY.public_key, purpose="assertionMethod")


def test_a_document_with_one_context_or_none() -> None:
    for document in ({"@context": "https://a.example"}, {"n": 1}):
        proof = make(document)
        verify(document, proof, key=KEY.public_key, purpose="assertionMethod")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "Ed25519Signature2020"}, Code.DI_SYNTAX),
        ({"cryptosuite": ...}, Code.DI_SYNTAX),
        ({"verificationMethod": 1}, Code.DI_SYNTAX),
        ({"proofPurpose": ...}, Code.DI_SYNTAX),
        ({"proofValue": ...}, Code.DI_SYNTAX),
        ({"proofValue": "mAAAA"}, Code.DI_SYNTAX),
        ({"proofValue": "z0"}, Code.DI_SYNTAX),
        ({"proofValue": "z" + "1" * 1_024}, Code.DI_SYNTAX),
        ({"created": "now"}, Code.DI_SYNTAX),
        ({"expires": 1}, Code.DI_SYNTAX),
        ({"cryptosuite": "eddsa-rdfc-2022"}, Code.DI_SUITE),
        ({"proofPurpose": "authentication"}, Code.DI_PURPOSE),
        ({"@context": ["https://b.example"]}, Code.DI_CONTEXT),
        ({"@context": ["https://a.example"]}, Code.DI_SIGNATURE),
        ({"@context": ...}, Code.DI_SIGNATURE),
        ({"proofValue": "z1"}, Code.DI_SIGNATURE),
        ({"expires": "2027-01-01T00:00:00Z"}, Code.DI_SIGNATURE),
        ({"extra": 1}, Code.DI_SIGNATURE),
    ],
)
def test_a_changed_proof(changes: dict[str, Any], code: Code) -> None:
    with pytest.raises(KridError) as error:
        verify(DOCUMENT, make(**changes), key=KEY.public_key, purpose="assertionMethod")
    assert error.value.code is code


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (LocalKey.generate(Alg.EDDSA), Code.DI_SIGNATURE),
        (LocalKey.generate(Alg.ES256), Code.DI_SUITE),
    ],
    ids=["another", "P-256"],
)
def test_another_key(key: LocalKey, code: Code) -> None:
    with pytest.raises(KridError) as error:
        verify(DOCUMENT, make(), key=key.public_key, purpose="assertionMethod")
    assert error.value.code is code


def test_a_changed_document() -> None:
    with pytest.raises(KridError) as error:
        verify(DOCUMENT | {"n": 2}, make(), key=KEY.public_key, purpose="assertionMethod")
    assert error.value.code is Code.DI_SIGNATURE
