"""Presentation headers that say what a derived proof is for."""

import json

from bbs_roles import BEARER, NAME, UNHELD, issue, show
from hypothesis import given
from hypothesis import strategies as st

from krid._core import strict_json
from krid.proofs import Proof
from krid.vcdi.bbs2023 import DerivedProofValue
from krid.vcdi.bbs2023.moment import header_for, is_tied

SHOWN = json.loads(show(issue(holder=BEARER), NAME, challenge=UNHELD))
VALUE = DerivedProofValue.parse(SHOWN["proof"]["proofValue"])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def with_header(header: bytes) -> Proof:
    value = DerivedProofValue(
        VALUE.feature,
        VALUE.proof,
        VALUE.labels,
        VALUE.mandatory,
        VALUE.selective,
        header,
        None,
        None,
    )
    return Proof.parse({**SHOWN["proof"], "proofValue": value.encode()})


@given(TEXTS, TEXTS)
def test_a_header_is_read_as_it_was_written(audience: str, nonce: str) -> None:
    header = header_for(audience=audience, nonce=nonce)
    assert strict_json.loads(header) == {"challenge": nonce, "domain": audience}
    assert is_tied(with_header(header))


@given(st.binary(max_size=60))
def test_any_other_header_ties_to_nothing(header: bytes) -> None:
    assert not is_tied(with_header(header))


def test_more_or_less_ties_to_nothing() -> None:
    for header in (
        b"",
        b"{}",
        b'{"challenge":"n"}',
        b'{"challenge":"n","domain":"d","x":1}',
        b"[]",
    ):
        assert not is_tied(with_header(header))
