"""One forgery for every rule of metadata policies (OpenID Federation 1.0, section 6.1)."""

from typing import Any

import pytest

from krid._core import limits
from krid.errors import Code, KridError, MalformedError, TrustError
from krid.trust.federation import MetadataPolicy

LONG = [str(number) for number in range(limits.MAX_POLICY_VALUES + 1)]


def policy(**operators: Any) -> MetadataPolicy:
    return parameter("p", **operators)


def parameter(name: str, **operators: Any) -> MetadataPolicy:
    return MetadataPolicy.parse({"t": {name: operators}})


# The form


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"t": []},
        {"t": {"p": "value"}},
        {str(n): {} for n in range(limits.MAX_ENTITY_TYPES + 1)},
        {"t": {str(n): {} for n in range(limits.MAX_POLICY_PARAMETERS + 1)}},
    ],
)
def test_form(value: Any) -> None:
    with pytest.raises(MalformedError) as error:
        MetadataPolicy.parse(value)
    assert error.value.code is Code.FEDERATION_POLICY_SYNTAX


@pytest.mark.parametrize(
    ("operator", "operand"),
    [
        ("add", "a"),
        ("add", None),
        ("add", [None]),
        ("add", [True]),
        ("add", [["a"]]),
        ("add", LONG),
        ("default", None),
        ("one_of", "a"),
        ("one_of", [True]),
        ("subset_of", {"a": 1}),
        ("subset_of", [None]),
        ("superset_of", 1),
        ("superset_of", [[]]),
        ("essential", "true"),
        ("essential", 1),
        ("essential", None),
    ],
)
def test_operand(operator: str, operand: Any) -> None:
    with pytest.raises(MalformedError) as error:
        policy(**{operator: operand})
    assert error.value.code is Code.FEDERATION_POLICY_OPERATOR


COMBINATIONS: list[dict[str, Any]] = [
    {"value": ["a"], "add": ["b"]},
    {"value": "a", "add": ["a"]},
    {"value": None, "add": ["a"]},
    {"value": None, "default": "a"},
    {"value": "a", "one_of": ["b"]},
    {"value": None, "one_of": ["a"]},
    {"value": 1, "one_of": ["1"]},
    {"value": ["a"], "one_of": ["a"]},
    {"value": ["a", "b"], "subset_of": ["a"]},
    {"value": "a", "subset_of": ["a"]},
    {"value": None, "subset_of": ["a"]},
    {"value": ["a"], "superset_of": ["a", "b"]},
    {"value": None, "superset_of": ["a"]},
    {"value": None, "essential": True},
    {"add": ["a"], "one_of": ["a"]},
    {"add": ["a", "b"], "subset_of": ["a"]},
    {"one_of": ["a"], "subset_of": ["a"]},
    {"one_of": ["a"], "superset_of": ["a"]},
    {"subset_of": ["a"], "superset_of": ["a", "b"]},
]


@pytest.mark.parametrize("operators", COMBINATIONS)
def test_combination_in_one_statement(operators: dict[str, Any]) -> None:
    with pytest.raises(TrustError) as error:
        policy(**operators)
    assert error.value.code is Code.FEDERATION_POLICY_COMBINATION


@pytest.mark.parametrize("operators", COMBINATIONS)
@pytest.mark.parametrize("order", [1, -1])
def test_combination_of_two_statements(operators: dict[str, Any], order: int) -> None:
    superior, subordinate = [policy(**{name: each}) for name, each in operators.items()][::order]
    with pytest.raises(TrustError) as error:
        superior.merge(subordinate)
    assert error.value.code is Code.FEDERATION_POLICY_COMBINATION


@pytest.mark.parametrize(
    ("operator", "superior", "subordinate"),
    [
        ("value", "a", "b"),
        ("value", "1", 1),
        ("value", True, 1),
        ("value", ["a", "b"], ["b", "a"]),
        ("value", {"a": 1}, {"a": 2}),
        ("value", "a", None),
        ("default", "a", "b"),
        ("default", [], ["a"]),
        ("one_of", ["a"], ["b"]),
        ("one_of", [], []),
    ],
)
def test_merge(operator: str, superior: Any, subordinate: Any) -> None:
    with pytest.raises(TrustError) as error:
        policy(**{operator: superior}).merge(policy(**{operator: subordinate}))
    assert error.value.code is Code.FEDERATION_POLICY_MERGE


@pytest.mark.parametrize(
    ("operators", "value", "code"),
    [
        ({"one_of": ["a"]}, "b", Code.FEDERATION_POLICY_VALUE),
        ({"one_of": []}, "b", Code.FEDERATION_POLICY_VALUE),
        ({"one_of": [1]}, "1", Code.FEDERATION_POLICY_VALUE),
        ({"one_of": [{"a": 1}]}, {"a": True}, Code.FEDERATION_POLICY_VALUE),
        ({"one_of": ["b"], "default": "a"}, None, Code.FEDERATION_POLICY_VALUE),
        ({"superset_of": ["a", "b"]}, ["a"], Code.FEDERATION_POLICY_VALUE),
        ({"subset_of": ["a", "b"], "superset_of": ["a"]}, ["b"], Code.FEDERATION_POLICY_VALUE),
        ({"essential": True}, None, Code.FEDERATION_POLICY_ESSENTIAL),
        ({"essential": True, "subset_of": ["a"]}, None, Code.FEDERATION_POLICY_ESSENTIAL),
        ({"add": ["a"]}, "a", Code.FEDERATION_POLICY_TYPE),
        ({"add": ["a"]}, [True], Code.FEDERATION_POLICY_TYPE),
        ({"one_of": ["a"]}, ["a"], Code.FEDERATION_POLICY_TYPE),
        ({"one_of": ["a"]}, True, Code.FEDERATION_POLICY_TYPE),
        ({"subset_of": ["a"]}, "a", Code.FEDERATION_POLICY_TYPE),
        ({"superset_of": ["a"]}, {"a": 1}, Code.FEDERATION_POLICY_TYPE),
        ({"subset_of": ["a"]}, LONG, Code.FEDERATION_POLICY_TYPE),
    ],
)
def test_metadata(operators: dict[str, Any], value: Any, code: Code) -> None:
    metadata = {"t": {} if value is None else {"p": value}}
    with pytest.raises(KridError) as error:
        policy(**operators).apply(metadata)
    assert error.value.code is code
    assert isinstance(error.value, TrustError)
    assert "'p'" in error.value.detail


@pytest.mark.parametrize(
    ("operators", "scope"),
    [
        ({"one_of": ["openid"]}, "openid"),
        ({"value": 7}, "openid"),
        ({"default": {"a": 1}}, None),
        ({"subset_of": ["openid"]}, ["openid"]),
        ({"essential": True}, 7),
    ],
)
def test_scope(operators: dict[str, Any], scope: Any) -> None:
    with pytest.raises(TrustError) as error:
        parameter("scope", **operators).apply({"t": {} if scope is None else {"scope": scope}})
    assert error.value.code is Code.FEDERATION_POLICY_TYPE


@pytest.mark.parametrize("operand", [[""], ["a b"], [1], [None]])
@pytest.mark.parametrize("operator", ["value", "add", "default", "subset_of"])
def test_scope_values(operator: str, operand: list[Any]) -> None:
    with pytest.raises(MalformedError) as error:
        parameter("scope", **{operator: operand})
    assert error.value.code is Code.FEDERATION_POLICY_OPERATOR
