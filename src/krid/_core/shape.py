"""Reading decoded JSON or CBOR: is this value of the type that the standard says?

Each function returns the value with its type known, or raises the code that the caller names.
Booleans are never integers here, and a map key is never a boolean or a float.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from krid.errors import Code, MalformedError

E = TypeVar("E", bound=Enum)

_TEXT: Final = frozenset({str})
_INTEGER: Final = frozenset({int})
_LABEL: Final = frozenset({int, str})


def text(value: object, code: Code) -> str:
    """Return the value if it is text."""
    if not isinstance(value, str):
        raise MalformedError(code)
    return value


def one_of(kind: type[E], value: object, code: Code) -> E:
    """Return the member of an enumeration of texts that the value names."""
    try:
        return kind(text(value, code))
    except ValueError as cause:
        raise MalformedError(code) from cause


def octets(value: object, code: Code) -> bytes:
    """Return the value if it is a byte string."""
    if not isinstance(value, bytes):
        raise MalformedError(code)
    return value


def integer(value: object, code: Code) -> int:
    """Return the value if it is an integer and not a boolean."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedError(code)
    return value


def boolean(value: object, code: Code) -> bool:
    """Return the value if it is true or false."""
    if not isinstance(value, bool):
        raise MalformedError(code)
    return value


def sequence(value: object, code: Code) -> Sequence[Any]:
    """Return the value if it is an array."""
    if not isinstance(value, list | tuple):
        raise MalformedError(code)
    return value


def texts(value: object, code: Code) -> tuple[str, ...]:
    """Return the value as a tuple if it is an array of text."""
    return tuple(text(member, code) for member in sequence(value, code))


def mapping(value: object, code: Code) -> Mapping[str, Any]:
    """Return the value if it is a map whose keys are all text."""
    return _keyed(value, _TEXT, code)


def label_map(value: object, code: Code) -> Mapping[int | str, Any]:
    """Return the value if it is a map whose keys are integers or text, as in COSE."""
    return _keyed(value, _LABEL, code)


def integer_map(value: object, code: Code) -> Mapping[int, Any]:
    """Return the value if it is a map whose keys are all integers."""
    return _keyed(value, _INTEGER, code)


def _keyed(value: object, kinds: frozenset[type], code: Code) -> Mapping[Any, Any]:
    """Return the value if it is a map whose keys are of some types."""
    # The two that krid makes are asked for first: asking for any Mapping takes ten times as long.
    if type(value) is dict or type(value) is MappingProxyType or isinstance(value, Mapping):
        if not kinds.issuperset(map(type, value)):
            raise MalformedError(code)
        return value
    raise MalformedError(code)
