"""krid's answers to random queries beside those of a reference that tries everything."""

from random import Random

import dcql
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid import query
from krid._core import strict_json
from krid.errors import Code, ContentError
from krid.model import value_at

RANDOM = st.integers(0, 2**32).map(Random)


@settings(deadline=None)
@given(draw=RANDOM)
def test_the_same_credentials_answer_with_the_same_claims(draw: Random) -> None:
    wanted = dcql.random_query(draw)
    cards = [dcql.random_held(draw) for _ in range(6)]
    for one, asked in zip(wanted["credentials"], query.parse_dcql(wanted).credentials, strict=True):
        for card in cards:
            found = query.match_credential(asked, card.accepted())
            assert (found is not None) is dcql.answers(card, one)
            if found is not None:
                claims = dcql.wanted_claims(card, one) or []
                shown = [value_at(card.claims, path) for path in found.disclose]
                for claim in claims:
                    values = dcql.selected(card.claims, claim["path"])
                    if "values" not in claim:
                        assert all(each in shown for each in values)


@settings(deadline=None)
@given(draw=RANDOM)
def test_the_same_combinations_are_answers(draw: Random) -> None:
    wanted = dcql.random_query(draw)
    cards = [dcql.random_held(draw) for _ in range(6)]
    asked = query.parse_dcql(wanted)
    held = {
        one["id"] for one in wanted["credentials"] if any(dcql.answers(card, one) for card in cards)
    }
    possible = set(dcql.possible(wanted, cards))
    assert bool(query.missing(asked, held)) is (not possible)
    for chosen in possible:
        query.check_chosen(asked, chosen)
    if not possible:
        with pytest.raises(ContentError) as error:
            query.answerable(asked, held)
        assert error.value.code is Code.QUERY_UNANSWERED


@settings(deadline=None)
@given(draw=RANDOM)
def test_a_query_survives_being_written(draw: Random) -> None:
    asked = query.parse_dcql(dcql.random_query(draw))
    assert query.parse_dcql(strict_json.loads(strict_json.dumps(query.encode_dcql(asked)))) == asked
