"""Finding chains: which way is taken, and how often something is fetched."""

from collections import Counter
from itertools import pairwise

import pytest
from federations import ANCHOR, ISSUER, MINISTRY, NOW, SKEW, Entity, Federation
from hypothesis import given, settings
from hypothesis import strategies as st

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.net import Response, ScriptedTransport, run
from krid.trust.federation import (
    TrustChain,
    configuration_url,
    error_answer,
    resolve_chain,
    subject_url,
)

# Enough to find what breaks, and no limit of time, which a busy machine would exceed.
RUNS = settings(deadline=None, max_examples=60)

SECOND = "https://second.example"


def resolved(
    federation: Federation, transport: ScriptedTransport | None = None, entity_id: str = ISSUER
) -> TrustChain:
    flow = resolve_chain(entity_id, anchors=federation.anchors, now=NOW, skew=SKEW)
    return run(flow, transport or federation.network())


def refused(federation: Federation, transport: ScriptedTransport | None = None) -> Code:
    with pytest.raises(KridError) as error:
        resolved(federation, transport)
    return error.value.code


def test_up_to_the_anchor() -> None:
    federation = Federation.small()
    network = federation.network()
    chain = resolved(federation, network)
    assert chain.entity_ids == (ISSUER, MINISTRY, ANCHOR)
    assert chain.anchor_configuration is not None
    assert set(Counter(request.url for request in network.requests).values()) == {1}
    assert len(network.requests) == 5


def test_the_anchor_itself() -> None:
    assert resolved(Federation.small(), entity_id=ANCHOR).entity_ids == (ANCHOR,)


def test_the_shortest_way_is_taken() -> None:
    federation = Federation.small()
    federation[ISSUER].superiors = (MINISTRY, ANCHOR)
    assert resolved(federation).entity_ids == (ISSUER, ANCHOR)


def test_of_two_ways_as_short_the_one_named_first_is_taken() -> None:
    federation = Federation.small()
    federation.entities[SECOND] = Entity(SECOND, (ANCHOR,))
    federation[ISSUER].superiors = (SECOND, MINISTRY)
    assert resolved(federation).entity_ids == (ISSUER, SECOND, ANCHOR)


def test_where_the_shortest_chain_does_not_hold_another_is_taken() -> None:
    federation = Federation.small()
    federation[ISSUER].superiors = (ANCHOR, MINISTRY)
    federation[ISSUER].above = {ANCHOR: {"exp": 0}}
    assert resolved(federation).entity_ids == (ISSUER, MINISTRY, ANCHOR)


def test_what_is_wrong_with_the_first_chain_is_said() -> None:
    federation = Federation.small()
    federation[ISSUER].superiors = ("https://gone.example", ANCHOR, MINISTRY)
    federation[ISSUER].above = {
        ANCHOR: {"exp": 0},
        MINISTRY: {"constraints": {"naming_constraints": {"excluded": [".example"]}}},
    }
    assert refused(federation) is Code.FEDERATION_EXPIRED


def test_a_fault_of_a_chain_tells_more_than_a_host_that_is_gone() -> None:
    federation = Federation.small()
    answers = federation.answers()
    federation[ISSUER].superiors = (MINISTRY, ANCHOR)
    federation[ISSUER].above = {MINISTRY: {"exp": 0}}
    answers = federation.answers()
    del answers[subject_url(federation[ANCHOR].fetch_endpoint, ISSUER)]
    assert refused(federation, ScriptedTransport(answers)) is Code.FEDERATION_EXPIRED


@pytest.mark.parametrize(
    ("status", "code"), [(404, Code.FEDERATION_NOT_SUBORDINATE), (500, Code.NET_STATUS)]
)
def test_a_superior_that_gives_no_statement(status: int, code: Code) -> None:
    federation = Federation.small()
    answers = federation.answers()
    answer = error_answer(status, "not_found", "no such subordinate")
    answers[subject_url(federation[MINISTRY].fetch_endpoint, ISSUER)] = answer
    assert refused(federation, ScriptedTransport(answers)) is code


def test_no_superior() -> None:
    federation = Federation.small()
    federation[MINISTRY].superiors = ()
    assert refused(federation) is Code.FEDERATION_NO_PATH


def test_a_loop_below_the_anchor_does_not_hide_the_way() -> None:
    federation = Federation.small()
    federation[MINISTRY].superiors = (ISSUER, ANCHOR)
    assert resolved(federation).entity_ids == (ISSUER, MINISTRY, ANCHOR)


def test_a_way_over_a_broken_superior_is_left_aside() -> None:
    federation = Federation.small()
    federation.entities[SECOND] = Entity(SECOND, (ANCHOR,), header={"typ": "JWT"})
    federation[ISSUER].superiors = (SECOND, MINISTRY)
    assert resolved(federation).entity_ids == (ISSUER, MINISTRY, ANCHOR)


def test_a_diamond_is_fetched_once() -> None:
    federation = Federation.small()
    federation.entities[SECOND] = Entity(SECOND, (ANCHOR,))
    federation[ISSUER].superiors = (SECOND, MINISTRY)
    federation[ISSUER].above = {SECOND: {"exp": 0}}
    network = federation.network()
    assert resolved(federation, network).entity_ids == (ISSUER, MINISTRY, ANCHOR)
    urls = Counter(request.url for request in network.requests)
    assert urls[configuration_url(ANCHOR)] == 1


def test_a_statement_on_two_paths_is_fetched_once() -> None:
    federation = Federation.small()
    federation.entities[SECOND] = Entity(SECOND, (ANCHOR,))
    federation[ISSUER].superiors = (SECOND, MINISTRY)
    federation[ISSUER].above = {SECOND: {"exp": 0}}
    federation[MINISTRY].superiors = (SECOND,)
    network = federation.network()
    assert resolved(federation, network).entity_ids == (ISSUER, MINISTRY, SECOND, ANCHOR)
    assert set(Counter(request.url for request in network.requests).values()) == {1}


def test_a_loop_tells_less_than_a_host_that_is_gone() -> None:
    federation = Federation.small()
    federation[MINISTRY].superiors = (ISSUER, "https://gone.example")
    assert refused(federation) is Code.NET_UNREACHABLE


def test_a_loop_tells_less_than_a_superior_that_is_broken() -> None:
    federation = Federation.small()
    federation.entities[SECOND] = Entity(SECOND, (ANCHOR,), claims={"exp": 0})
    federation[MINISTRY].superiors = (ISSUER, SECOND)
    assert refused(federation) is Code.FEDERATION_EXPIRED


NAMES = [ISSUER, ANCHOR, *(f"https://e{number}.example" for number in range(4))]
KEYS = {name: LocalKey.generate(Alg.EDDSA) for name in NAMES}
GRAPHS = st.fixed_dictionaries(
    {
        name: st.lists(st.sampled_from(NAMES), unique=True, max_size=3)
        for name in NAMES
        if name != ANCHOR
    }
)


def shortest(graph: dict[str, list[str]]) -> int | None:
    """The number of entities on the shortest way up, found by going breadth first."""
    seen, level, steps = {ISSUER}, {ISSUER}, 1
    while level:
        if ANCHOR in level:
            return steps
        level = {above for each in level for above in graph.get(each, [])} - seen
        seen |= level
        steps += 1
    return None


@RUNS
@given(GRAPHS)
def test_in_any_graph_the_shortest_way_is_found_or_there_is_none(
    graph: dict[str, list[str]],
) -> None:
    entities = [Entity(name, tuple(graph.get(name, ())), KEYS[name]) for name in NAMES]
    federation = Federation(*entities)
    network = federation.network()
    expected = shortest(graph)
    if expected is None:
        assert refused(federation, network) in {Code.FEDERATION_LOOP, Code.FEDERATION_NO_PATH}
    else:
        first = resolved(federation, network).entity_ids
        assert len(first) == expected
        assert first == resolved(federation).entity_ids
        for lower, upper in pairwise(first):
            assert upper in graph[lower]
    assert set(Counter(request.url for request in network.requests).values()) == {1}


def test_an_answer_of_another_media_type() -> None:
    federation = Federation.small()
    answers = federation.answers()
    answer = answers[configuration_url(ISSUER)]
    answers[configuration_url(ISSUER)] = Response(200, {"Content-Type": "text/plain"}, answer.body)
    assert refused(federation, ScriptedTransport(answers)) is Code.FEDERATION_MEDIA_TYPE


def test_an_answer_that_is_no_text() -> None:
    federation = Federation.small()
    answers = federation.answers()
    headers = answers[configuration_url(ISSUER)].headers
    answers[configuration_url(ISSUER)] = Response(200, headers, b"\xff")
    assert refused(federation, ScriptedTransport(answers)) is Code.JWS_SYNTAX
