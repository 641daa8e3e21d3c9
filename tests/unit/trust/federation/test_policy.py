"""Metadata policies: what operators do, how they merge, and laws that hold for all of them."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from krid._core.frozen import thaw
from krid.errors import KridError
from krid.trust.federation import MetadataPolicy, merge_all
from krid.trust.federation.values import ABSENT, Key, distinct, kind

# Enough to find what breaks, and no limit of time, which a busy machine would exceed.
RUNS = settings(deadline=None, max_examples=150)

RP = "openid_relying_party"


def applied(operators: dict[str, Any], value: Any = None, name: str = "p") -> Any:
    """What becomes of one parameter, None for none."""
    metadata = {"t": {} if value is None else {name: value}}
    outcome = MetadataPolicy.parse({"t": {name: operators}}).apply(metadata)
    return thaw(outcome["t"].get(name))


def merged(superior: dict[str, Any], subordinate: dict[str, Any]) -> Any:
    policies = [MetadataPolicy.parse({"t": {"p": each}}) for each in (superior, subordinate)]
    types: Any = merge_all(policies).encode()
    return types["t"]["p"]


@pytest.mark.parametrize(
    ("operators", "value", "outcome"),
    [
        ({"value": "a"}, "b", "a"),
        ({"value": "a"}, None, "a"),
        ({"value": None}, "b", None),
        ({"value": False}, True, False),
        ({"value": {"a": [1]}}, 7, {"a": [1]}),
        ({"value": []}, ["a"], []),
        ({"add": ["a", "b"]}, ["b", "c"], ["b", "c", "a"]),
        ({"add": ["a", "b", "a"]}, None, ["a", "b"]),
        ({"add": [1]}, [1.0], [1.0]),
        ({"add": [{"a": 1}]}, [{"a": 2}], [{"a": 2}, {"a": 1}]),
        ({"default": "a"}, None, "a"),
        ({"default": "a"}, "b", "b"),
        ({"default": ["a"], "add": ["b"]}, None, ["b"]),
        ({"one_of": ["a", "b"]}, "b", "b"),
        ({"one_of": ["a", "b"]}, None, None),
        ({"one_of": [1, 2]}, 2, 2),
        ({"one_of": ["a"], "default": "a"}, None, "a"),
        ({"subset_of": ["a", "b"]}, ["c", "b", "b"], ["b"]),
        ({"subset_of": ["a"]}, ["b"], []),
        ({"subset_of": ["a"]}, None, None),
        ({"superset_of": ["a"]}, ["a", "b"], ["a", "b"]),
        ({"superset_of": ["a"]}, None, None),
        ({"superset_of": ["a"], "add": ["a"]}, ["b"], ["b", "a"]),
        ({"essential": True}, False, False),
        ({"essential": False}, None, None),
        ({"essential": True, "default": 0}, None, 0),
        ({"value": None, "essential": False}, "a", None),
        ({"value": ["a", "b"], "add": ["a"], "subset_of": ["a", "b", "c"]}, None, ["a", "b"]),
        ({"value": ["a"], "superset_of": ["a"], "default": ["z"]}, ["x"], ["a"]),
        ({"value": "a", "one_of": ["a", "b"]}, "b", "a"),
        ({"unheard_of": [1]}, "a", "a"),
        # The table in section 6.1.3.1.8.
        ({"essential": True, "subset_of": ["a", "b", "c"]}, ["a", "e"], ["a"]),
        ({"essential": True, "subset_of": ["a", "b", "c"]}, ["d", "e"], []),
        ({"essential": False, "subset_of": ["a", "b", "c"]}, None, None),
    ],
)
def test_an_operator(operators: dict[str, Any], value: Any, outcome: Any) -> None:
    assert applied(operators, value) == outcome


@pytest.mark.parametrize(
    ("operators", "scope", "outcome"),
    [
        ({"subset_of": ["openid", "email"]}, "openid phone email", "openid email"),
        ({"add": ["email"]}, "openid", "openid email"),
        ({"add": "email phone"}, None, "email phone"),
        ({"superset_of": ["openid"]}, "email openid", "email openid"),
        ({"default": ["openid", "email"]}, None, "openid email"),
        ({"default": "openid email"}, None, "openid email"),
        ({"value": "openid", "subset_of": ["openid"]}, "email", "openid"),
        ({"value": None}, "email", None),
        ({"subset_of": []}, "openid", ""),
        ({"essential": True}, "openid", "openid"),
    ],
)
def test_scope_is_text_that_means_an_array(
    operators: dict[str, Any], scope: Any, outcome: Any
) -> None:
    assert applied(operators, scope, "scope") == outcome


@pytest.mark.parametrize(
    ("superior", "subordinate", "outcome"),
    [
        ({"value": [1, "a"]}, {"value": [1.0, "a"]}, {"value": [1, "a"]}),
        ({"value": {"a": 1, "b": 2}}, {"value": {"b": 2, "a": 1}}, {"value": {"a": 1, "b": 2}}),
        ({"value": None}, {"value": None}, {"value": None}),
        ({"add": ["a", "b"]}, {"add": ["b", "c"]}, {"add": ["a", "b", "c"]}),
        ({"default": "a"}, {"default": "a"}, {"default": "a"}),
        ({"one_of": ["a", "b"]}, {"one_of": ["c", "b"]}, {"one_of": ["b"]}),
        ({"subset_of": ["a"]}, {"subset_of": ["b"]}, {"subset_of": []}),
        ({"superset_of": ["a"]}, {"superset_of": ["b"]}, {"superset_of": ["a", "b"]}),
        ({"essential": True}, {"essential": False}, {"essential": True}),
        ({"essential": False}, {"essential": True}, {"essential": True}),
        ({"essential": False}, {"essential": False}, {"essential": False}),
        ({"essential": True}, {"one_of": ["a"]}, {"essential": True, "one_of": ["a"]}),
        ({}, {"value": 1}, {"value": 1}),
    ],
)
def test_merging(superior: Any, subordinate: Any, outcome: Any) -> None:
    assert merged(superior, subordinate) == outcome


def test_policies_of_other_types_and_parameters_are_copied() -> None:
    superior = MetadataPolicy.parse({"a": {"p": {"value": 1}}})
    subordinate = MetadataPolicy.parse({"a": {"q": {"value": 2}}, "b": {"p": {"value": 3}}})
    assert superior.merge(subordinate).encode() == {
        "a": {"p": {"value": 1}, "q": {"value": 2}},
        "b": {"p": {"value": 3}},
    }


def test_a_type_that_the_entity_lacks_is_not_made() -> None:
    policy = MetadataPolicy.parse({"t": {"p": {"value": 1, "essential": True}}})
    assert policy.apply({"u": {}}) == {"u": {}}


def test_a_name_with_a_language_is_a_parameter_of_its_own() -> None:
    policy = MetadataPolicy.parse({"t": {"name#ko": {"value": "A"}}})
    assert policy.apply({"t": {"name": "B"}}) == {"t": {"name": "B", "name#ko": "A"}}


def test_an_absent_parameter_has_a_name() -> None:
    assert repr(ABSENT) == "ABSENT"


def test_a_chain_of_policies_with_all_operators() -> None:
    """A relying party, in the manner of the example in section 6.1.5."""
    anchor = {
        "grants": {"default": ["code"], "subset_of": ["code", "refresh"], "superset_of": ["code"]},
        "auth_method": {"one_of": ["jwt", "tls"], "essential": True},
        "auth_alg": {"one_of": ["PS256", "ES256"]},
        "subject_type": {"value": "pairwise"},
        "contacts": {"add": ["help@anchor.example"]},
    }
    between = {
        "grants": {"subset_of": ["code"]},
        "auth_method": {"one_of": ["tls"]},
        "contacts": {"add": ["help@ministry.example"]},
    }
    policy = merge_all([MetadataPolicy.parse({RP: each}) for each in (anchor, between)])
    own = {"auth_method": "tls", "contacts": ["admin@bank.example"], "responses": ["code"]}
    assert thaw(policy.apply({RP: own})) == {
        RP: {
            "auth_method": "tls",
            "contacts": ["admin@bank.example", "help@anchor.example", "help@ministry.example"],
            "responses": ["code"],
            "grants": ["code"],
            "subject_type": "pairwise",
        }
    }


# Laws

WORDS = st.lists(st.sampled_from("abc"), max_size=3)
MEMBERS = st.one_of(WORDS, st.lists(st.sampled_from([1, 2, {"a": 1}]), max_size=2))
VALUES = st.one_of(MEMBERS, st.sampled_from(["a", "b", 1, True, {"a": 1}]))
OPERATORS = st.fixed_dictionaries(
    {},
    optional={
        "value": st.one_of(st.none(), VALUES),
        "add": MEMBERS,
        "default": VALUES,
        "one_of": MEMBERS,
        "subset_of": MEMBERS,
        "superset_of": MEMBERS,
        "essential": st.booleans(),
    },
)
NAMES = st.sampled_from(["p", "scope"])
METADATA = st.dictionaries(NAMES, st.one_of(VALUES, st.just("a b c")), max_size=2)


def read(operators: dict[str, Any]) -> MetadataPolicy:
    """A policy of these operators for one parameter, if they may stand together."""
    return MetadataPolicy.parse({"t": operators})


def outcome(call: Any) -> Any:
    """What comes out, as a value that compares exactly; refusals all count as one."""
    try:
        value = call()
    except KridError:
        return "refused"
    return value


def same(first: MetadataPolicy, second: MetadataPolicy) -> bool:
    """Whether two policies are one but for the order of values in operators that are sets."""
    return ordered(first) == ordered(second)


def ordered(policy: MetadataPolicy) -> dict[tuple[str, str], object]:
    return {
        (parameter, operator.value): Key.of(operand)
        if operator.value in {"value", "default", "essential"}
        else frozenset(Key.of(each) for each in operand)  # type: ignore[union-attr]
        for parameter, operators in policy.types.get("t", {}).items()
        for operator, operand in operators.items()
    }


def sound(operators: dict[str, Any]) -> dict[str, Any]:
    """Leave out operators that may not stand beside those before them."""
    kept: dict[str, Any] = {}
    for parameter, each in operators.items():
        for name, operand in each.items():
            longer = {**kept.get(parameter, {}), name: operand}
            if outcome(lambda: read({parameter: longer})) != "refused":  # noqa: B023  called at once
                kept[parameter] = longer
    return kept


def each_once(metadata: Any) -> Key:
    """Return parameters in a form that counts no value of an array twice: arrays mean sets."""
    parameters = metadata["t"].items()
    return Key.of(
        {name: distinct(each) if kind(each) == "array" else each for name, each in parameters}
    )


POLICIES = st.dictionaries(NAMES, OPERATORS, max_size=2).map(sound)


@RUNS
@given(POLICIES, METADATA)
def test_applying_a_policy_twice_changes_nothing_more(
    operators: dict[str, Any], metadata: dict[str, Any]
) -> None:
    policy = read(operators)
    once = outcome(lambda: policy.apply({"t": metadata}))
    if once == "refused":
        return
    assert Key.of(policy.apply(once)) == Key.of(once)


@RUNS
@given(POLICIES, POLICIES, METADATA)
@example({"p": {"subset_of": ["a"]}}, {"p": {"value": ["a", "a"]}}, {})
def test_what_a_merged_policy_gives_both_policies_leave_as_it_is(
    superior: dict[str, Any], subordinate: dict[str, Any], metadata: dict[str, Any]
) -> None:
    """No subordinate can loosen what its superior said; in arrays a value twice is that value."""
    policies = (read(superior), read(subordinate))
    both = outcome(lambda: policies[0].merge(policies[1]))
    if both == "refused":
        return
    result = outcome(lambda: both.apply({"t": metadata}))
    if result == "refused":
        return
    for each in policies:
        assert each_once(each.apply(result)) == each_once(result)


@RUNS
@given(POLICIES)
def test_merging_a_policy_with_itself_changes_nothing(operators: dict[str, Any]) -> None:
    policy = read(operators)
    twice = outcome(lambda: policy.merge(policy))
    empty = any(each.get("one_of") == [] for each in operators.values())
    assert twice == "refused" if empty else same(twice, policy)


@RUNS
@given(POLICIES, POLICIES)
def test_which_of_two_is_superior_changes_the_order_of_values_alone(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    policies = (read(first), read(second))
    one = outcome(lambda: policies[0].merge(policies[1]))
    other = outcome(lambda: policies[1].merge(policies[0]))
    assert (one == "refused") is (other == "refused")
    assert one == "refused" or same(one, other)


@RUNS
@given(POLICIES, POLICIES, POLICIES)
def test_merging_three_in_any_grouping(a: Any, b: Any, c: Any) -> None:
    policies = (read(a), read(b), read(c))
    first, second, third = policies
    left = outcome(lambda: first.merge(second).merge(third))
    right = outcome(lambda: first.merge(second.merge(third)))
    if "refused" not in (left, right):
        assert same(left, right)


@RUNS
@given(POLICIES)
def test_a_policy_is_read_as_it_was_written(operators: dict[str, Any]) -> None:
    policy = read(operators)
    assert MetadataPolicy.parse(policy.encode()) == policy


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


@RUNS
@given(JSON, JSON)
def test_anything_becomes_a_policy_or_a_refusal(value: Any, metadata: Any) -> None:
    try:
        MetadataPolicy.parse({"t": {"p": value}}).apply({"t": {"p": metadata}})
        MetadataPolicy.parse(value)
    except KridError as refusal:
        assert str(refusal.code).startswith("federation.policy")


@RUNS
@given(JSON)
def test_a_value_equals_itself_and_not_another_kind(value: Any) -> None:
    assert Key.of(value) == Key.of(value)
    assert Key.of(value) != Key.of([value])


def test_true_is_not_one() -> None:
    assert Key.of([True]) != Key.of([1])
