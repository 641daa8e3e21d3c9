"""Proofs by others than the issuer, where they are taken at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey
from krid.proofs import EDDSA_JCS, ProofOptions, with_proof
from krid.vcdi import InlineContexts, OtherSigners, Suites, Verification
from krid.vcdi.holder import did_of, method_of
from krid.vcdi.parse import credential_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ISSUER, NOTARY = LocalKey.generate(Alg.EDDSA), LocalKey.generate(Alg.EDDSA)
KEYS = {method_of(key.public_key): key.public_key for key in (ISSUER, NOTARY)}
CARD: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": did_of(ISSUER.public_key),
    "credentialSubject": {"name": "Hong Gildong"},
}


class Known:
    """Believes both keys."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        assert hint.issuer is not None
        assert now == NOW
        return IssuerKey(key=KEYS[hint.key_id or ""], issuer=hint.issuer, path="known")


def signed(*keys: LocalKey) -> JsonObject:
    document = CARD
    for key in keys:
        options = ProofOptions(
            verification_method=method_of(key.public_key), purpose="assertionMethod", created=NOW
        )
        proof = EDDSA_JCS.prepare(CARD, options, alg=key.alg).sign_with(key)
        document = with_proof(document, proof)
    return document


def verify(document: JsonObject, others: OtherSigners) -> IssuerKey:
    verification = Verification(Suites(), Known(), InlineContexts.REFUSED, others)
    secured = credential_of(document)
    return verification.credential(secured, now=NOW, skew=timedelta(0)).signer


def refusal(document: JsonObject, others: OtherSigners) -> Code:
    with pytest.raises(KridError) as caught:
        verify(document, others)
    return caught.value.code


def test_the_signer_is_the_issuer_wherever_its_proof_stands() -> None:
    for keys in ((NOTARY, ISSUER), (ISSUER, NOTARY)):
        assert verify(signed(*keys), OtherSigners.ALLOWED).issuer == CARD["issuer"]


def test_a_proof_of_another_is_refused_unless_it_was_allowed() -> None:
    assert refusal(signed(ISSUER, NOTARY), OtherSigners.REFUSED) is Code.DI_METHOD


def test_a_credential_that_others_alone_signed() -> None:
    assert refusal(signed(NOTARY), OtherSigners.ALLOWED) is Code.DI_METHOD


def test_a_proof_of_another_that_does_not_hold() -> None:
    document = signed(ISSUER, NOTARY)
    proofs: Any = document["proof"]
    first, second = proofs
    forged = {**document, "proof": [first, {**second, "proofValue": first["proofValue"]}]}
    assert refusal(forged, OtherSigners.ALLOWED) is Code.DI_SIGNATURE
