"""The parts of deterministic CBOR (RFC 8949, section 4.2.1): heads, numbers, the order of keys."""

import math
import struct
from collections.abc import Iterable
from typing import Any, Final

from krid.errors import Code, MalformedError

_FIRST_BYTES: Final = tuple(bytes((first,)) for first in range(256))


def sorted_keys(members: Iterable[object]) -> list[Any]:
    """Sort keys as their encodings sort (section 4.2.1): ASCII text by length, then by letter.

    Raises:
        MalformedError: `cbor.value` for a key that is no integer, text or byte string.
    """
    keys: list[Any] = list(members)
    kinds = set(map(type, keys))
    if kinds == {str} and "".join(keys).isascii():
        keys.sort()
        keys.sort(key=len)
    elif kinds == {int} and min(keys) >= 0:
        keys.sort()
    else:
        keys.sort(key=_key_order)
    return keys


def are_plain(keys: list[Any]) -> bool:
    """Tell whether sorted keys are all text, or all numbers from 0 that fit 63 bits."""
    kinds = set(map(type, keys))
    return kinds == {str} or (kinds == {int} and keys[0] >= 0 and keys[-1] < 2**63)


def _key_order(key: object) -> tuple[int, int, bytes]:
    """Return what sorts as the encoded key: major type, argument, content."""
    if isinstance(key, bytes):
        return 2, len(key), key
    if isinstance(key, str):
        content = key.encode("utf-8")
        return 3, len(content), content
    if isinstance(key, bool) or not isinstance(key, int):
        raise MalformedError(Code.CBOR_VALUE)
    return (0, key, b"") if key >= 0 else (1, -1 - key, b"")


def head(kind: int, argument: int) -> bytes:
    """Write a major type with its argument in the fewest bytes (section 3).

    Raises:
        MalformedError: `cbor.value` for an argument of more than 64 bits.
    """
    first = kind << 5
    if argument < 24:
        return _FIRST_BYTES[first | argument]
    if argument < 0x100:
        return bytes((first | 24, argument))
    for code, size in ((25, 2), (26, 4), (27, 8)):
        if argument < 256**size:
            return _FIRST_BYTES[first | code] + argument.to_bytes(size, "big")
    raise MalformedError(Code.CBOR_VALUE)


def integer(number: int) -> bytes:
    """Write an integer of 64 bits and a sign.

    Raises:
        MalformedError: `cbor.value` for a larger one.
    """
    return head(0, number) if number >= 0 else head(1, -1 - number)


def big_number(number: int) -> bytes:
    """Write an unsigned integer with tag 2, whatever its size (section 3.4.3).

    Raises:
        MalformedError: `cbor.value` for a negative one.
    """
    if number < 0:
        raise MalformedError(Code.CBOR_VALUE)
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return head(6, 2) + head(2, len(content)) + content


def shortest_float(value: float) -> bytes:
    """Write a number in the shortest of the three sizes that holds it.

    Raises:
        MalformedError: `cbor.nan`.
    """
    if math.isnan(value):
        raise MalformedError(Code.CBOR_NAN)
    for code, form in ((b"\xf9", ">e"), (b"\xfa", ">f")):
        try:
            packed = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == value:
            return code + packed
    return b"\xfb" + struct.pack(">d", value)
