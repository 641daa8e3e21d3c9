"""Element values: from CBOR to what a caller sees, and from what an issuer gives to CBOR.

Read, a full-date (tag 1004) and a tdate (tag 0) become their text, as queries and JSON have
them; an embedded item (tag 24) becomes the bytes it holds. Written, `datetime.date` becomes a
full-date and `datetime.datetime` a tdate.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from krid._core import limits, times
from krid._core.cbor import Cbor, DateTime, Embedded, FullDate
from krid.errors import Code, MalformedError, MisuseError

_MAX_DEPTH: Final = limits.MAX_CBOR_DEPTH - 2
"""An element value stands two levels deep in its item and in the device's namespaces."""

PLAIN: Final = frozenset({str, bytes, bool, int})
"""Types of values that are the same to a caller and in CBOR."""

_KEYS: Final = frozenset({str, int})


def read_value(value: Cbor) -> object:
    """Turn a decoded element value into a read-only one.

    Raises:
        MalformedError: `mdoc.syntax` for a tag or simple value that no element has, an infinite
            number, or a map key that is neither text nor an integer.
    """
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, list | tuple):
        return tuple(map(read_value, value))
    if isinstance(value, Mapping) and _KEYS.issuperset(map(type, value)):
        return MappingProxyType({key: read_value(member) for key, member in value.items()})
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, DateTime | FullDate):
        return value.text
    if isinstance(value, Embedded):
        return value.content
    raise MalformedError(Code.MDOC_SYNTAX, "element value")


def write_value(value: object, *, depth: int = _MAX_DEPTH) -> Cbor:
    """Turn an element value as an issuer gives it into one that CBOR has.

    Whether text is Unicode and an integer fits 64 bits and a sign, the encoder checks.

    Raises:
        MisuseError: `misuse.claims` for a value that an mdoc can't hold, `misuse.naive_time`.
    """
    if depth == 0:
        raise MisuseError(Code.MISUSE_CLAIMS, "nested too deep")
    if type(value) in PLAIN:
        return value
    if isinstance(value, datetime):
        return DateTime(times.to_rfc3339(value))
    if isinstance(value, date):
        return FullDate(value.isoformat())
    if isinstance(value, list | tuple):
        return [write_value(member, depth=depth - 1) for member in value]
    if isinstance(value, Mapping):
        return _write_map(value, depth)
    return _write_scalar(value)


def _write_map(value: Mapping[object, object], depth: int) -> Cbor:
    if not all(type(key) in {str, int} for key in value):
        raise MisuseError(Code.MISUSE_CLAIMS, "map key")
    return {
        _write_scalar(key): write_value(member, depth=depth - 1) for key, member in value.items()
    }


def _write_scalar(value: object) -> Cbor:
    if value is None or isinstance(value, bool | int | str | bytes):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise MisuseError(Code.MISUSE_CLAIMS)
