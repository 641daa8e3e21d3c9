"""Strict JSON (RFC 8259, RFC 7493): no repeated names, no NaN, no lone surrogates, capped.

What two parsers could read in two ways is refused, because a signature covers the bytes
while the checks read the values.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from krid._core import limits
from krid.errors import Code, MalformedError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""A JSON value; what `loads` returns consists of fresh lists and dicts."""

JsonObject: TypeAlias = dict[str, Json]

_GLIMPSE = 64 * 1024
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


def loads(raw: bytes, *, max_bytes: int = limits.MAX_INPUT_BYTES) -> Json:
    """Read one JSON text in UTF-8.

    Raises:
        MalformedError: `json.size`, `json.depth`, `json.duplicate_name`, `json.number`,
            or `json.syntax` for everything else that is not one JSON text.

    >>> loads(b'{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    if len(raw) > max_bytes:
        raise MalformedError(Code.JSON_SIZE)
    brackets = raw.count(b"[") + raw.count(b"{")
    if brackets + raw.count(b",") > limits.MAX_JSON_VALUES:
        raise MalformedError(_code_of_crowd(raw))
    value = _parse(raw)
    if brackets > limits.MAX_JSON_DEPTH:
        _check_depth(value)
    if _SURROGATE_ESCAPE.search(raw):
        _check_surrogates(value)
    return value


def loads_object(raw: bytes, *, max_bytes: int = limits.MAX_INPUT_BYTES) -> JsonObject:
    """Read one JSON text that must be an object.

    Raises:
        MalformedError: as `loads`, and `json.not_object`.
    """
    value = loads(raw, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise MalformedError(Code.JSON_NOT_OBJECT)
    return value


def dumps(value: Json) -> bytes:
    """Write a JSON value as UTF-8 without white space, members in the order given.

    Raises:
        MalformedError: `json.syntax` when the value has no JSON form (NaN, lone surrogates,
            other types).
    """
    try:
        text = json.dumps(
            value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_thaw
        )
        return text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as cause:
        raise MalformedError(Code.JSON_SYNTAX) from cause


def _thaw(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)


def _parse(raw: bytes) -> Json:
    try:
        value: Json = _DECODER.decode(raw.decode("utf-8"))
    except RecursionError as cause:
        raise MalformedError(Code.JSON_DEPTH) from cause
    except ValueError as cause:
        raise MalformedError(Code.JSON_SYNTAX) from cause
    return value


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
