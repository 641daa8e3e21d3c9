"""JSON in its one canonical form (RFC 8785, JCS): what is hashed and signed in Data Integrity.

The `rfc8785` package writes it. Values without floats whose names sort alike in UTF-8 and in
UTF-16 take a quick way, which the tests hold against the package.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import orjson

from krid._core.frozen import thaw
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError

_PLAIN: Final = frozenset({str, bool, type(None)})
_SAFE: Final = 2**53 - 1
_DEPTH: Final = 16


def canonical(value: Json) -> bytes:
    """Write a JSON value in canonical form.

    Raises:
        MalformedError: `json.number` for an integer beyond 2^53 - 1 or a float that is none,
            `json.syntax` for what has no JSON form.

    >>> canonical({"b": 1, "a": [True, "x"]})
    b'{"a":[true,"x"],"b":1}'
    """
    if _is_quick(value, 0):
        try:
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except TypeError as cause:  # a lone surrogate
            raise MalformedError(Code.JSON_SYNTAX) from cause
    return _carefully(value)


def _carefully(value: Json) -> bytes:
    from rfc8785 import CanonicalizationError, FloatDomainError, IntegerDomainError, dumps

    try:
        return dumps(thaw(value))  # type: ignore[arg-type]  # what is no JSON is refused below
    except (IntegerDomainError, FloatDomainError) as cause:
        raise MalformedError(Code.JSON_NUMBER) from cause
    except (CanonicalizationError, RecursionError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.JSON_SYNTAX) from cause


def _is_quick(value: Json, depth: int) -> bool:
    """Tell whether orjson, sorting by UTF-8, writes the canonical form of a value."""
    if type(value) is dict:
        members: Iterable[Json] = value.values()
        if not all(type(name) is str and name.isascii() for name in value):
            return False
    elif type(value) is list:
        members = value
    else:
        return _is_quick_leaf(value)
    return depth < _DEPTH and all(
        type(member) in _PLAIN or _is_quick(member, depth + 1) for member in members
    )


def _is_quick_leaf(value: Json) -> bool:
    return type(value) in _PLAIN or (type(value) is int and -_SAFE <= value <= _SAFE)


def without(members: Mapping[str, Json], *names: str) -> dict[str, Json]:
    """Return an object without some of its members, for hashing the rest.

    >>> without({"a": 1, "proof": {}}, "proof")
    {'a': 1}
    """
    return {name: value for name, value in members.items() if name not in names}
