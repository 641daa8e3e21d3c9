"""Status lists with a Data Integrity proof, each with one thing wrong."""

from datetime import timedelta

import pytest
from embedded_lists import KEYS, NOW, look_up, refusal, signed

from krid.errors import Code
from krid.keys import Alg
from krid.proofs import ECDSA_JCS, EDDSA_JCS, PlainSuite
from krid.status import Bitstring

CASES = [(EDDSA_JCS, Alg.EDDSA), (ECDSA_JCS, Alg.ES256), (ECDSA_JCS, Alg.ES384)]


@pytest.mark.parametrize(("suite", "alg"), CASES)
def test_a_list_that_was_changed_is_refused(suite: PlainSuite, alg: Alg) -> None:
    listed = signed(suite, KEYS[alg])
    listed["credentialSubject"]["encodedList"] = Bitstring.zeros(1).encode()
    assert refusal(listed, KEYS[alg]) is Code.STATUS_SIGNATURE


def test_what_is_refused_before_the_proof() -> None:
    key = KEYS[Alg.ES256]
    listed = signed(ECDSA_JCS, key)
    bare = {name: each for name, each in listed.items() if name != "proof"}
    assert refusal(bare, key) is Code.DI_NO_PROOF
    twice = {**listed, "proof": [listed["proof"], {**listed["proof"]}]}
    assert refusal(twice, key) is Code.DI_SUITE
    selective = {**listed, "proof": {**listed["proof"], "cryptosuite": "ecdsa-sd-2023"}}
    assert refusal(selective, key) is Code.DI_SUITE
    assert refusal(signed(ECDSA_JCS, key, purpose="authentication"), key) is Code.DI_PURPOSE
    assert refusal({**listed, "issuer": "did:example:other"}, key) is Code.DI_METHOD
    named = {**listed, "issuer": "https://mois.example"}
    assert refusal(named, key) is Code.STATUS_SIGNATURE


def test_a_proof_that_has_ended_or_not_begun() -> None:
    key, hour = KEYS[Alg.ES256], timedelta(hours=1)
    assert refusal(signed(ECDSA_JCS, key, expires=NOW - hour), key) is Code.STATUS_EXPIRED
    assert refusal(signed(ECDSA_JCS, key, created=NOW + hour), key) is Code.STATUS_NOT_YET_VALID
    look_up(signed(ECDSA_JCS, key, expires=NOW + hour), 6, key)
