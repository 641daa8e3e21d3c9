"""Status lists with a Data Integrity proof: signed, read, and looked up."""

import pytest
from embedded_lists import KEYS, look_up, refusal, signed

from krid.errors import Code
from krid.keys import Alg
from krid.proofs import ECDSA_JCS, EDDSA_JCS, PlainSuite
from krid.status.embedded import EmbeddedProof
from krid.vcdi.holder import method_of

CASES = [(EDDSA_JCS, Alg.EDDSA), (ECDSA_JCS, Alg.ES256), (ECDSA_JCS, Alg.ES384)]


@pytest.mark.parametrize(("suite", "alg"), CASES)
def test_a_list_says_what_it_was_given(suite: PlainSuite, alg: Alg) -> None:
    listed = signed(suite, KEYS[alg])
    trust = look_up(listed, 6, KEYS[alg])
    assert trust.asked[0].alg is alg
    assert trust.asked[0].key_id == method_of(KEYS[alg].public_key)
    assert refusal(listed, KEYS[alg], 7) is Code.STATUS_REVOKED


def test_its_media_type_is_that_of_a_credential() -> None:
    assert EmbeddedProof().media_types == ("application/vc",)
