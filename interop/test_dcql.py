"""krid and dcql 3.0 match the same random credentials against the same random queries.

Where they differ the reference of `tests/support/dcql.py` decides, which reads the text of
OpenID4VP 1.0 as plainly as can be. What the peer does otherwise stands at the end, a test each.
"""

from collections.abc import Callable
from random import Random
from typing import Any, TypeAlias

import dcql
import pytest

from krid import query
from krid.model import value_at

Peer: TypeAlias = Callable[..., Any]
Case: TypeAlias = tuple[dict[str, Any], list[dcql.Held]]

QUERIES = 200
CARDS = 6


def cases(seed: int) -> list[Case]:
    draw = Random(seed)  # noqa: S311  queries to match, not secrets
    return [
        (dcql.random_query(draw), [dcql.random_held(draw) for _ in range(CARDS)])
        for _ in range(QUERIES)
    ]


def as_theirs(held: dcql.Held) -> dict[str, Any]:
    theirs: dict[str, Any] = {
        "credential_format": held.format,
        "cryptographic_holder_binding": held.bound,
    }
    if held.aki is not None:
        theirs["authority"] = {"type": "aki", "values": [held.aki]}
    if held.format == "mso_mdoc":
        return theirs | {"doctype": held.type, "namespaces": held.claims}
    return theirs | {"vct": held.type, "claims": held.claims}


def asked(peer: Peer, every: list[Case]) -> list[dict[str, Any]]:
    wanted = [
        {"query": wanted, "credentials": [as_theirs(each) for each in cards]}
        for wanted, cards in every
    ]
    answers: list[dict[str, Any]] = peer("match", cases=wanted)
    return answers


def ours(wanted: dict[str, Any], cards: list[dcql.Held]) -> dict[str, dict[int, int]]:
    """By query id, the cards that answer and the claim set that each answers with."""
    return {
        one.id: {
            place: found.option
            for place, card in enumerate(cards)
            if (found := query.match_credential(one, card.accepted())) is not None
        }
        for one in query.parse_dcql(wanted).credentials
    }


def theirs(answer: dict[str, Any]) -> dict[str, dict[int, int]]:
    return {
        query_id: {place: (sets[0] or 0) if sets else 0 for place, sets, _ in found}
        for query_id, found in answer["matches"].items()
    }


def passes_over(held: dcql.Held, claim: dict[str, Any]) -> bool:
    """Where the peer may find what section 7.1.1 does not: a null or an index in an array.

    It takes `null` over an empty array for found, where step 3 says that an empty selection is an
    error. It passes over elements that a step does not fit, where step 2 says to abort.
    """
    found: list[Any] = [held.claims]
    for step in claim["path"]:
        wanted = dict if isinstance(step, str) else list
        fitting = [each for each in found if isinstance(each, wanted)]
        if len(fitting) != len(found) or (step is None and [] in fitting):
            return bool(fitting)
        found = dcql.selected({"found": fitting}, ["found", None, step])
    return False


def named(wanted: dict[str, Any], held: dcql.Held) -> bool:
    return any(passes_over(held, each) for each in wanted.get("claims", []))


@pytest.mark.parametrize("seed", range(3))
def test_the_same_credentials_match(dcql_peer: Peer, seed: int) -> None:
    every = cases(seed)
    same = 0
    for (wanted, cards), answer in zip(every, asked(dcql_peer, every), strict=True):
        assert "refused" not in answer, (answer, wanted)
        found, other = ours(wanted, cards), theirs(answer)
        for one in wanted["credentials"]:
            for place, card in enumerate(cards):
                mine, its = found[one["id"]].get(place), other[one["id"]].get(place)
                assert (mine is not None) is dcql.answers(card, one)
                assert mine == its or named(one, card), (one, card, mine, its)
        if found == other:
            held = {query_id for query_id, each in found.items() if each}
            lacking = query.missing(query.parse_dcql(wanted), held)
            assert answer["answerable"] is (not lacking), wanted
            same += 1
    assert same > 0.97 * QUERIES


def one(
    dcql_peer: Peer, path: list[Any], claims: dict[str, Any], **words: Any
) -> tuple[object, object]:
    """What krid and the peer disclose for one claim, None for no match."""
    wanted = {
        "credentials": [
            {
                "id": "c",
                "format": "dc+sd-jwt",
                "meta": {"vct_values": ["urn:a"]},
                "claims": [{"path": path, **words}],
            }
        ]
    }
    held = dcql.Held("dc+sd-jwt", "urn:a", claims)
    match = query.match_credential(query.parse_dcql(wanted).credentials[0], held.accepted())
    mine = None if match is None else [value_at(claims, each) for each in match.disclose]
    (answer,) = asked(dcql_peer, [(wanted, [held])])
    found = answer["matches"]["c"]
    return mine, found[0][2] if found else None


def test_they_agree_on_the_ways_of_the_text(dcql_peer: Peer) -> None:
    degrees = [{"type": "BSc"}, {"type": "MSc", "year": 2}]
    claims = {"degrees": degrees, "langs": ["ko", "en"], "n": 1}
    assert one(dcql_peer, ["degrees", None, "type"], claims)[0] == ["BSc", "MSc"]
    for path, words in (
        (["degrees", 1, "type"], {}),
        (["langs", None], {"values": ["en"]}),
        (["langs", 2], {}),
        (["n"], {"values": [True]}),
        (["n", "x"], {}),
        (["degrees", "type"], {}),
    ):
        mine, its = one(dcql_peer, path, claims, **words)
        assert (mine is None) is (its is None), path


def test_the_peer_finds_something_in_an_empty_array(dcql_peer: Peer) -> None:
    """Section 7.1.1, step 3: an empty selection is an error."""
    assert one(dcql_peer, ["langs", None], {"langs": []}) == (None, {})
    assert one(dcql_peer, ["langs", None], {"langs": []}, values=["en"]) == (None, {})


def test_the_peer_passes_over_what_a_step_does_not_fit(dcql_peer: Peer) -> None:
    """Section 7.1.1, step 2: if any selected element is not an object, abort."""
    mine, its = one(dcql_peer, ["a", None, "b"], {"a": [{"b": 1}, 2]})
    assert (mine, its) == (None, {"a": [{"b": 1}]})
