"""Which operators may stand together on one parameter, and when (section 6.1.3.1 of draft 48)."""

from collections.abc import Callable, Mapping
from typing import Final

from krid._core.strict_json import Json
from krid.errors import Code, TrustError
from krid.trust.federation import values
from krid.trust.federation.operators import Operator


def check_combination(operators: Mapping[Operator, Json]) -> None:
    """Check every pair of operators on one parameter, those of one statement or merged ones.

    A pair that is not in the table may stand together whatever the values.

    Raises:
        TrustError: `federation.policy_combination` with the pair as detail.
    """
    for (first, second), may_stand in _PAIRS.items():
        both = first in operators and second in operators
        if both and not may_stand(operators[first], operators[second]):
            pair = f"{first.value} and {second.value}"
            raise TrustError(Code.FEDERATION_POLICY_COMBINATION, pair)


def _never(_first: Json, _second: Json) -> bool:
    return False


def _first_within_second(first: Json, second: Json) -> bool:
    return _are_arrays(first, second) and values.is_subset(_array(first), _array(second))


def _second_within_first(first: Json, second: Json) -> bool:
    return _first_within_second(second, first)


def _first_among_second(first: Json, second: Json) -> bool:
    return values.is_among(first, _array(second))


def _first_is_there(first: Json, _second: Json) -> bool:
    return first is not None


def _first_is_there_if_essential(first: Json, second: Json) -> bool:
    return first is not None or second is False


def _are_arrays(first: Json, second: Json) -> bool:
    return isinstance(first, list | tuple) and isinstance(second, list | tuple)


def _array(value: Json) -> tuple[Json, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


_PAIRS: Final[Mapping[tuple[Operator, Operator], Callable[[Json, Json], bool]]] = {
    (Operator.VALUE, Operator.ADD): _second_within_first,
    (Operator.VALUE, Operator.DEFAULT): _first_is_there,
    (Operator.VALUE, Operator.ONE_OF): _first_among_second,
    (Operator.VALUE, Operator.SUBSET_OF): _first_within_second,
    (Operator.VALUE, Operator.SUPERSET_OF): _second_within_first,
    (Operator.VALUE, Operator.ESSENTIAL): _first_is_there_if_essential,
    (Operator.ADD, Operator.ONE_OF): _never,
    (Operator.ADD, Operator.SUBSET_OF): _first_within_second,
    (Operator.ONE_OF, Operator.SUBSET_OF): _never,
    (Operator.ONE_OF, Operator.SUPERSET_OF): _never,
    (Operator.SUBSET_OF, Operator.SUPERSET_OF): _second_within_first,
}
