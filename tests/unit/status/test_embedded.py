"""Status lists with a Data Integrity proof: signed, read, and looked up."""

import json

import pytest
from embedded_lists import KEYS, look_up, refusal, signed
from hypothesis import given, settings
from hypothesis import strategies as st

from krid.errors import Code, KridError
from krid.keys import Alg
from krid.proofs import ECDSA_JCS, EDDSA_JCS, PlainSuite
from krid.status.embedded import EmbeddedProof
from krid.vcdi import Suites
from krid.vcdi.holder import method_of

MODEL = "https://www.w3.org/2018/credentials#"
XSD = "http://www.w3.org/2001/XMLSchema#"
CASES = [(EDDSA_JCS, Alg.EDDSA), (ECDSA_JCS, Alg.ES256), (ECDSA_JCS, Alg.ES384)]


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    names = st.sampled_from(["type", "cryptosuite", "proofPurpose", "proofValue", "created", "x"])
    return st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6)


@pytest.mark.parametrize(("suite", "alg"), CASES)
def test_a_list_says_what_it_was_given(suite: PlainSuite, alg: Alg) -> None:
    listed = signed(suite, KEYS[alg])
    trust = look_up(listed, 6, KEYS[alg])
    assert trust.asked[0].alg is alg
    assert trust.asked[0].key_id == method_of(KEYS[alg].public_key)
    assert refusal(listed, KEYS[alg], 7) is Code.STATUS_REVOKED


def test_its_media_type_is_that_of_a_credential() -> None:
    assert EmbeddedProof().media_types == ("application/vc",)


@given(st.recursive(st.none() | st.text() | st.integers(), _nested, max_leaves=20))
@settings(deadline=None)
def test_any_json_is_read_or_refused_by_a_code(value: object) -> None:
    for raw in (json.dumps({"proof": value}), json.dumps(value)):
        with pytest.raises(KridError):
            EmbeddedProof().parse(raw.encode())


def test_an_end_that_nobody_would_find() -> None:
    """Over statements an end under its IRI is signed as well as one in its place."""
    key = KEYS[Alg.EDDSA]
    suite = Suites().plain_named("eddsa-rdfc-2022")
    listed = signed(suite, key)
    look_up(listed, 6, key)
    end = {"@value": listed.pop("validUntil"), "@type": f"{XSD}dateTime"}
    assert refusal({**listed, f"{MODEL}validUntil": end}, key) is Code.LD_HIDDEN
