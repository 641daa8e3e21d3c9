"""Contexts that define the terms of a proof."""

import pytest

from krid.vcdi.contexts import with_proof_terms

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
PROOFS = "https://w3id.org/security/data-integrity/v2"


@pytest.mark.parametrize("context", [V2, [V2], [V1, PROOFS], [V2, {"Card": "urn:card"}]])
def test_what_defines_them_stays_as_it_is(context: object) -> None:
    document = {"@context": context, "type": "VerifiableCredential"}
    assert with_proof_terms(document) == document  # type: ignore[arg-type]  # JSON it is


@pytest.mark.parametrize(
    ("context", "whole"), [(V1, [V1, PROOFS]), ([V1], [V1, PROOFS]), (None, [PROOFS])]
)
def test_what_is_missing_comes_last(context: object, whole: list[str]) -> None:
    found = with_proof_terms({"@context": context})  # type: ignore[dict-item]
    assert found == {"@context": whole}
