"""JSON values as metadata policies compare them: exactly, and arrays as sets of values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, TrustError

SCOPE: Final = "scope"
"""The one parameter that is text and means an array (section 6.1.3.1.8)."""


class Absent:
    """The type of `ABSENT`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""A metadata parameter that is not there; null is no such thing, for metadata has no null."""


@final
@dataclass(frozen=True, slots=True)
class Key:
    """A JSON value in a form that is equal exactly when the values are.

    Python takes true for 1; here they differ. 1 and 1.0 are one number, the members of an
    object have no order, those of an array have one. Text is compared by code points (section 16).

    >>> Key.of(True) == Key.of(1), Key.of({"a": 1, "b": 2}) == Key.of({"b": 2.0, "a": 1})
    (False, True)
    """

    kind: str
    content: object

    @classmethod
    def of(cls, value: Json) -> "Key":
        """Make the form of a value."""
        if isinstance(value, Mapping):
            return cls("object", frozenset((name, cls.of(each)) for name, each in value.items()))
        if isinstance(value, list | tuple):
            return cls("array", tuple(cls.of(each) for each in value))
        return cls(kind(value), value)


def kind(value: Json) -> str:
    """Name the JSON type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def distinct(values: Iterable[Json]) -> tuple[Json, ...]:
    """Return each value once, where it stands first."""
    found: dict[Key, Json] = {}
    for value in values:
        found.setdefault(Key.of(value), value)
    return tuple(found.values())


def union(first: Sequence[Json], second: Sequence[Json]) -> tuple[Json, ...]:
    """Return the values of both, those of the first before the others."""
    return distinct((*first, *second))


def intersection(first: Sequence[Json], second: Sequence[Json]) -> tuple[Json, ...]:
    """Return the values that both have, in the order of the first."""
    wanted = {Key.of(value) for value in second}
    return tuple(value for value in distinct(first) if Key.of(value) in wanted)


def is_subset(first: Sequence[Json], second: Sequence[Json]) -> bool:
    """Tell whether the second has all values of the first."""
    return {Key.of(value) for value in first} <= {Key.of(value) for value in second}


def beyond(first: Sequence[Json], second: Sequence[Json]) -> tuple[Json, ...]:
    """Return the values of the second that the first lacks, each once."""
    present = {Key.of(value) for value in first}
    return tuple(value for value in distinct(second) if Key.of(value) not in present)


def is_among(value: Json, values: Sequence[Json]) -> bool:
    """Tell whether a value is one of several."""
    return Key.of(value) in {Key.of(each) for each in values}


def scope_values(text: str) -> tuple[Json, ...]:
    """Return the values in a `scope`, which single spaces set apart."""
    return tuple(value for value in text.split(" ") if value)


def as_operand(parameter: str, value: Json) -> Json:
    """Return an operator's value as it acts on a parameter: on `scope`, an array of scope values.

    Raises:
        MalformedError: `federation.policy_operator` when one of them is no scope value.
    """
    if parameter != SCOPE:
        return value
    if isinstance(value, str):
        return scope_values(value)
    if isinstance(value, list | tuple) and not all(map(_is_scope_value, value)):
        raise MalformedError(Code.FEDERATION_POLICY_OPERATOR, SCOPE)
    return value


def from_metadata(parameter: str, value: Json) -> Json:
    """Return a parameter's value as operators see it: `scope`, which is text, as an array.

    Raises:
        TrustError: `federation.policy_type` when a scope is not text.
    """
    if parameter != SCOPE:
        return value
    if not isinstance(value, str):
        raise TrustError(Code.FEDERATION_POLICY_TYPE, SCOPE)
    return scope_values(value)


def to_metadata(parameter: str, value: Json) -> Json:
    """Return a value as it stands in metadata: `scope` as text.

    Raises:
        TrustError: `federation.policy_type` when a scope is not made of scope values.
    """
    if parameter != SCOPE:
        return value
    if not isinstance(value, list | tuple):
        raise TrustError(Code.FEDERATION_POLICY_TYPE, SCOPE)
    return " ".join(map(str, value))


def _is_scope_value(value: Json) -> bool:
    return isinstance(value, str) and value != "" and " " not in value
