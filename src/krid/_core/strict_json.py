"""Strict JSON (RFC 8259, RFC 7493): no repeated names, no NaN, no lone surrogates, capped.

What two parsers could read in two ways is refused, because a signature covers the bytes
while the checks read the values.

There are two ways through. The quick one is orjson, which lets a repeated name pass and rounds
large numbers; so it is believed only if it writes what it read as it came. Whatever else comes
takes the other way, the standard library with a hook for each rule, which decides alone what is
refused and with which code.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, TypeAlias, cast

import orjson

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""A JSON value; what `loads` returns consists of fresh lists and dicts."""

JsonObject: TypeAlias = dict[str, Json]

_GLIMPSE = 64 * 1024
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")

# A text, to its end or to that of the input, or one bracket.
_NESTING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)

_UNSURE: Final = object()
_BLANKS: Final = b" \t\n\r"
_TEXT_ALONE: Final = frozenset({str})
_ARRAYS_ALONE: Final = frozenset({list})
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_PLAIN_DEPTH: Final = 8


def loads(
    raw: bytes,
    *,
    max_bytes: int = limits.MAX_INPUT_BYTES,
    max_values: int = limits.MAX_JSON_VALUES,
) -> Json:
    """Read one JSON text in UTF-8.

    `max_values` bounds the work; values are counted by commas and brackets.

    Raises:
        MalformedError: `json.size`, `json.depth`, `json.duplicate_name`, `json.number`,
            or `json.syntax` for everything else that is not one JSON text.

    >>> loads(b'{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    if type(raw) is not bytes:
        typed("raw", raw, bytes)
    if len(raw) > max_bytes:
        raise MalformedError(Code.JSON_SIZE)
    check_crowd([raw], max_values=max_values)
    value = _parse_quickly(raw)
    if value is _UNSURE:
        value = _parse(raw)
        if _SURROGATE_ESCAPE.search(raw):
            _check_surrogates(value)
    if len(raw) > 2 * limits.MAX_JSON_DEPTH and _brackets(raw) > limits.MAX_JSON_DEPTH:
        _check_depth(value)
    return value


def loads_object(
    raw: bytes,
    *,
    max_bytes: int = limits.MAX_INPUT_BYTES,
    max_values: int = limits.MAX_JSON_VALUES,
) -> JsonObject:
    """Read one JSON text that must be an object.

    Raises:
        MalformedError: as `loads`, and `json.not_object`.
    """
    value = loads(raw, max_bytes=max_bytes, max_values=max_values)
    if not isinstance(value, dict):
        raise MalformedError(Code.JSON_NOT_OBJECT)
    return value


def loads_each(raws: Sequence[bytes]) -> list[Json]:
    """Read JSON texts as `loads` reads each of them, flat arrays of text in one go.

    Raises:
        MalformedError: as `loads`.

    >>> loads_each([b'["a"]', b'{"b": 1}'])
    [['a'], {'b': 1}]
    """
    if max(map(len, raws), default=0) <= limits.MAX_JSON_VALUES:
        try:
            values: list[Json] = list(map(orjson.loads, raws))
        except ValueError:
            values = []
        if values and _are_flat(values):
            return values
    return [loads(raw) for raw in raws]


def dumps_each(arrays: Sequence[Sequence[Json]]) -> list[bytes]:
    """Write arrays as `dumps` writes each of them, flat ones in one go.

    Raises:
        MalformedError: as `dumps`.

    >>> dumps_each([["a", 1], ["b", {}]])
    [b'["a",1]', b'["b",{}]']
    """
    if _PLAIN.issuperset(map(type, chain.from_iterable(arrays))):
        try:
            return list(map(orjson.dumps, arrays))
        except TypeError:
            return [_write(array) for array in arrays]
    return [dumps(array) for array in arrays]


def dumps(value: Json) -> bytes:
    """Write a JSON value as UTF-8 without white space, members in the order given.

    Raises:
        MalformedError: `json.syntax` when the value has no JSON form (NaN, lone surrogates,
            other types).
    """
    if _is_plain(value, 0):
        try:
            return orjson.dumps(value)
        except TypeError:
            return _write(value)
    return _write(value)


def _write(value: Json) -> bytes:
    """Write by the standard library."""
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_thaw
        )
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as cause:
        raise MalformedError(Code.JSON_SYNTAX) from cause


def _is_plain(value: Json, depth: int) -> bool:
    """Tell whether orjson writes a value as the standard library does, or refuses it.

    It writes NaN as null, floats in another spelling, and enums and UUIDs at all.
    """
    if type(value) is dict:
        members: Iterable[Json] = value.values()
    elif type(value) is list or type(value) is tuple:
        members = value
    else:
        return type(value) in _PLAIN
    if _PLAIN.issuperset(map(type, members)):
        return True
    return depth < _PLAIN_DEPTH and all(_is_plain(member, depth + 1) for member in members)


def _thaw(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _parse_quickly(raw: bytes) -> Json:
    """Read by orjson, and say `_UNSURE` where it may have read what is not there.

    Without blanks, a JSON text still falls into the same tokens. If it does into those of the
    value written anew, then no member went missing, which a repeated name makes happen, and no
    number changed. A flat array of text has neither names nor numbers.
    """
    try:
        value: Json = orjson.loads(raw)
        if type(value) is list and _TEXT_ALONE.issuperset(map(type, value)):
            return value
        written = orjson.dumps(value)
    except (ValueError, TypeError):  # no JSON to orjson, or nested deeper than it writes
        return _UNSURE  # type: ignore[return-value]  # the caller compares by identity
    if written == raw or written.translate(None, _BLANKS) == raw.translate(None, _BLANKS):
        return value
    return _UNSURE  # type: ignore[return-value]  # as above


def _parse(raw: bytes) -> Json:
    if _brackets(raw) > limits.MAX_JSON_DEPTH:
        _check_nesting(raw)
    try:
        value: Json = _DECODER.decode(raw.decode("utf-8"))
    except RecursionError as cause:
        raise MalformedError(Code.JSON_DEPTH) from cause
    except ValueError as cause:
        raise MalformedError(Code.JSON_SYNTAX) from cause
    return value


def _are_flat(values: Sequence[Json]) -> bool:
    """Tell whether these are arrays of nothing but text: see `_parse_quickly`."""
    if not _ARRAYS_ALONE.issuperset(map(type, values)):
        return False
    arrays = cast("Sequence[list[Json]]", values)
    return _TEXT_ALONE.issuperset(map(type, chain.from_iterable(arrays)))


def _brackets(raw: bytes) -> int:
    return raw.count(b"[") + raw.count(b"{")


def check_crowd(raws: Sequence[bytes], *, max_values: int) -> None:
    """Count before anything is read: ten million empty arrays fit into the largest input.

    The values of all texts count together, by their commas and brackets.

    Raises:
        MalformedError: `json.size`, or `json.depth` where the text with most of them nests.
    """
    if sum(map(len, raws)) <= max_values:
        return
    crowds = list(map(_crowd, raws))
    if sum(crowds) > max_values:
        raise MalformedError(_code_of_crowd(raws[crowds.index(max(crowds))]))


def _crowd(raw: bytes) -> int:
    return _brackets(raw) + raw.count(b",")


def _code_of_crowd(raw: bytes) -> Code:
    """Tell a deep bomb from a wide one by its first bytes, without reading the whole."""
    try:
        _parse(raw[:_GLIMPSE])
    except MalformedError as refusal:
        if refusal.code is Code.JSON_DEPTH:
            return refusal.code
    return Code.JSON_SIZE


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedError(Code.JSON_DUPLICATE_NAME)
    return members


def _integer(text: str) -> int:
    if len(text) > limits.MAX_JSON_NUMBER_CHARS:
        raise MalformedError(Code.JSON_NUMBER)
    return int(text)


def _float(text: str) -> float:
    if len(text) > limits.MAX_JSON_NUMBER_CHARS or not math.isfinite(number := float(text)):
        raise MalformedError(Code.JSON_NUMBER)
    return number


def _constant(_text: str) -> None:
    raise MalformedError(Code.JSON_NUMBER)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


def _check_nesting(raw: bytes) -> None:
    """Count how deep brackets nest before the decoder follows them.

    It stops at the interpreter's limit, and a program may have raised that beyond what the
    stack holds.
    """
    depth = 0
    for token in _NESTING.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            if depth > limits.MAX_JSON_DEPTH:
                raise MalformedError(Code.JSON_DEPTH)
        elif first in b"]}":
            depth -= 1


def _containers(members: Iterable[Json]) -> list[JsonObject | list[Json]]:
    return [member for member in members if isinstance(member, dict | list)]


def _check_depth(value: Json) -> None:
    level = _containers([value])
    for _ in range(limits.MAX_JSON_DEPTH):
        inner = (c.values() if isinstance(c, dict) else c for c in level)
        level = _containers(chain.from_iterable(inner))
    if level:
        raise MalformedError(Code.JSON_DEPTH)


def _check_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as cause:
        raise MalformedError(Code.JSON_SYNTAX) from cause
