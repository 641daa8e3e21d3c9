"""The operators of metadata policies, one class each (section 6.1.3 of draft 48).

Each knows what values it takes, how two of its kind merge, and what it does to a parameter. How
they go together stands in `krid.trust.federation.combination`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final, TypeAlias, final

from krid._core import limits, shape
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, TrustError
from krid.trust.federation import values
from krid.trust.federation.values import ABSENT, Absent, Key

Parameter: TypeAlias = "Json | Absent"
"""A metadata parameter: its value, or that it is not there."""


@unique
class Operator(Enum):
    """A standard operator, by its name; they are applied in this order."""

    VALUE = "value"
    ADD = "add"
    DEFAULT = "default"
    ONE_OF = "one_of"
    SUBSET_OF = "subset_of"
    SUPERSET_OF = "superset_of"
    ESSENTIAL = "essential"


@final
@dataclass(frozen=True, slots=True)
class _Rules:
    """What one operator does.

    `takes` are the JSON types of its operand, `members` those of the members of an array,
    `acts_on` the types of a parameter. `merge` is given the superior's operand first.
    """

    takes: frozenset[str]
    members: frozenset[str]
    acts_on: frozenset[str]
    merge: Callable[[Json, Json], Json]
    apply: Callable[[Json, Parameter], Parameter]


def check_operand(operator: Operator, operand: Json) -> None:
    """Check that an operator takes a value.

    Raises:
        MalformedError: `federation.policy_operator`.
    """
    rules = _RULES[operator]
    if values.kind(operand) not in rules.takes or not _are_all(operand, rules.members):
        raise MalformedError(Code.FEDERATION_POLICY_OPERATOR, operator.value)


def merge(operator: Operator, superior: Json, subordinate: Json) -> Json:
    """Merge the values of two operators of one kind, the superior's first.

    Raises:
        TrustError: `federation.policy_merge`.
    """
    return _RULES[operator].merge(superior, subordinate)


def apply(operator: Operator, operand: Json, parameter: Parameter) -> Parameter:
    """Do to a parameter what an operator says.

    Raises:
        TrustError: `federation.policy_type` for a parameter that it can't act on,
            `federation.policy_value`, `federation.policy_essential`.
    """
    rules = _RULES[operator]
    if not isinstance(parameter, Absent):
        fits = values.kind(parameter) in rules.acts_on
        if not fits or not _are_all(parameter, rules.members):
            raise TrustError(Code.FEDERATION_POLICY_TYPE, operator.value)
    return rules.apply(operand, parameter)


def _are_all(value: Json, kinds: frozenset[str]) -> bool:
    if not isinstance(value, list | tuple):
        return True
    return len(value) <= limits.MAX_POLICY_VALUES and kinds.issuperset(map(values.kind, value))


def _merge_equal(superior: Json, subordinate: Json) -> Json:
    if Key.of(superior) != Key.of(subordinate):
        raise TrustError(Code.FEDERATION_POLICY_MERGE)
    return superior


def _merge_union(superior: Json, subordinate: Json) -> Json:
    return values.union(_members(superior), _members(subordinate))


def _merge_intersection(superior: Json, subordinate: Json) -> Json:
    return values.intersection(_members(superior), _members(subordinate))


def _merge_choice(superior: Json, subordinate: Json) -> Json:
    left = values.intersection(_members(superior), _members(subordinate))
    if not left:
        raise TrustError(Code.FEDERATION_POLICY_MERGE)
    return left


def _merge_either(superior: Json, subordinate: Json) -> Json:
    return superior is True or subordinate is True


def _assign(operand: Json, _parameter: Parameter) -> Parameter:
    return ABSENT if operand is None else operand


def _add(operand: Json, parameter: Parameter) -> Parameter:
    """Add what is missing; what was there stays as it was."""
    present = () if isinstance(parameter, Absent) else _members(parameter)
    return (*present, *values.beyond(present, _members(operand)))


def _default(operand: Json, parameter: Parameter) -> Parameter:
    return operand if isinstance(parameter, Absent) else parameter


def _choose(operand: Json, parameter: Parameter) -> Parameter:
    if not isinstance(parameter, Absent) and not values.is_among(parameter, _members(operand)):
        raise TrustError(Code.FEDERATION_POLICY_VALUE)
    return parameter


def _narrow(operand: Json, parameter: Parameter) -> Parameter:
    """Leave what is allowed, which may be nothing: an empty array is not an absent parameter."""
    if isinstance(parameter, Absent):
        return parameter
    return values.intersection(_members(parameter), _members(operand))


def _contain(operand: Json, parameter: Parameter) -> Parameter:
    if isinstance(parameter, Absent):
        return parameter
    if not values.is_subset(_members(operand), _members(parameter)):
        raise TrustError(Code.FEDERATION_POLICY_VALUE)
    return parameter


def _require(operand: Json, parameter: Parameter) -> Parameter:
    if operand is True and isinstance(parameter, Absent):
        raise TrustError(Code.FEDERATION_POLICY_ESSENTIAL)
    return parameter


def _members(value: Json) -> Sequence[Json]:
    return shape.sequence(value, Code.FEDERATION_POLICY_OPERATOR)


_ANY: Final = frozenset({"string", "number", "boolean", "array", "object"})
_MEMBER: Final = frozenset({"string", "number", "object"})
_ARRAY: Final = frozenset({"array"})
_WHATEVER: Final = _ANY | {"null"}

_RULES: Final = {
    Operator.VALUE: _Rules(_WHATEVER, _WHATEVER, _ANY, _merge_equal, _assign),
    Operator.ADD: _Rules(_ARRAY, _MEMBER, _ARRAY, _merge_union, _add),
    Operator.DEFAULT: _Rules(_ANY, _WHATEVER, _ANY, _merge_equal, _default),
    Operator.ONE_OF: _Rules(_ARRAY, _MEMBER, _MEMBER, _merge_choice, _choose),
    Operator.SUBSET_OF: _Rules(_ARRAY, _MEMBER, _ARRAY, _merge_intersection, _narrow),
    Operator.SUPERSET_OF: _Rules(_ARRAY, _MEMBER, _ARRAY, _merge_union, _contain),
    Operator.ESSENTIAL: _Rules(frozenset({"boolean"}), _WHATEVER, _ANY, _merge_either, _require),
}
