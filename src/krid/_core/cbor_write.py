"""The values of CBOR, and how they are written: core deterministic encoding (RFC 8949, 4.2.1).

As plain Python this is as quick as the package underneath with a function for each class of ours;
compiled, with the types in `cbor_write.pxd`, it is quicker.
"""

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, final

from krid._core import limits
from krid._core.cbor_tags import (
    BIG_NUMBER,
    DATE_TIME,
    FULL_DATE,
    BigNumber,
    DateTime,
    FullDate,
    Tagged,
)
from krid.errors import Code, MalformedError

Cbor: TypeAlias = object
"""A CBOR value: None, bool, int, float, str, bytes, list, dict, and the classes of this module."""

_FIRST_BYTES: Final = tuple(bytes((first,)) for first in range(256))


def head(kind: int, argument: int) -> bytes:
    """Write a major type with its argument, of 64 bits at the most, in the fewest bytes."""
    first = kind << 5
    if argument < 24:
        return _FIRST_BYTES[first | argument]
    if argument < 0x100:
        return _FIRST_BYTES[first | 24] + _FIRST_BYTES[argument]
    for code, size in ((25, 2), (26, 4)):
        if argument < 256**size:
            return _FIRST_BYTES[first | code] + argument.to_bytes(size, "big")
    return _FIRST_BYTES[first | 27] + argument.to_bytes(8, "big")


def _embedded_head(length: int) -> bytes:
    if length >= 2**32:
        raise MalformedError(Code.CBOR_SIZE)
    return b"\xd8\x18" + head(2, length)


_SHORT: Final = 1024
_EMBEDDED_HEADS: Final = tuple(map(_embedded_head, range(_SHORT)))


@final
@dataclass(frozen=True, slots=True)
class Embedded:
    """An encoded CBOR item inside another one (tag 24), with the bytes it came in.

    `raw` is the whole item, tag and length included; `content` is what the byte string holds.
    """

    raw: bytes
    content: bytes

    @classmethod
    def of(cls, value: Cbor) -> "Embedded":
        """Encode a value and embed it."""
        return cls.wrap(encode(value))

    @classmethod
    def wrap(cls, content: bytes) -> "Embedded":
        """Embed bytes that are CBOR already."""
        size = len(content)
        before = _EMBEDDED_HEADS[size] if size < _SHORT else _embedded_head(size)
        return cls(before + content, content)


_PLAIN_TAGS: Final = (17, 18, 61)


def encode(value: Cbor) -> bytes:
    """Write an item in core deterministic encoding (RFC 8949, section 4.2.1).

    Raises:
        MalformedError: `cbor.value` when the value has no CBOR form.

    >>> encode({"b": 1, 10: 2, "a": 1.5}).hex()
    'a30a026161f93e00616201'
    """
    writer = Writer()
    try:
        writer.item(value, limits.MAX_CBOR_WRITTEN_DEPTH)
    except UnicodeError as cause:
        raise MalformedError(Code.CBOR_VALUE) from cause
    return writer.written()


def encode_each(values: Sequence[Cbor]) -> list[bytes]:
    """Write items as `encode` writes each of them.

    Raises:
        MalformedError: `cbor.value`.

    >>> encode_each(["a", b"b"])
    [b'aa', b'Ab']
    """
    return [encode(value) for value in values]


class Writer:
    """Writes values in pieces, maps in the order of their encoded keys.

    It refuses whatever `cbor.decode` would refuse, but for size; it goes a little deeper.
    """

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def written(self) -> bytes:
        """Return all that was written."""
        return b"".join(self.pieces)

    def item(self, value: object, depth: int) -> None:
        """Write one value whose members may be so many levels deep."""
        kind = type(value)
        if kind is str:
            self.text(value)  # type: ignore[arg-type]  # its type was just looked at
        elif kind is bytes:
            self.octets(value)  # type: ignore[arg-type]  # as above
        elif kind is int:
            self.integer(value)  # type: ignore[arg-type]  # as above
        elif kind is Embedded:
            self.pieces.append(value.raw)  # type: ignore[attr-defined]  # as above
        elif kind is dict:
            self.map(value, depth)  # type: ignore[arg-type]  # as above
        elif kind is list:
            self.array(value, depth)  # type: ignore[arg-type]  # as above
        elif value is None:
            self.pieces.append(b"\xf6")
        elif kind is bool:
            self.pieces.append(b"\xf5" if value else b"\xf4")
        else:
            self.other(value, depth)

    def other(self, value: object, depth: int) -> None:
        """Write what is less common, and members of classes below the common ones."""
        if isinstance(value, Mapping):
            self.map(dict(value), depth)
        elif isinstance(value, list | tuple):
            self.array(list(value), depth)
        elif isinstance(value, float):
            self.pieces.append(shortest_float(value))
        elif isinstance(value, DateTime):
            self.tagged(DATE_TIME, value.text, depth)
        elif isinstance(value, FullDate):
            self.tagged(FULL_DATE, value.text, depth)
        elif isinstance(value, BigNumber):
            self.big_number(value.value)
        elif isinstance(value, Tagged) and value.tag in _PLAIN_TAGS:
            self.tagged(value.tag, value.value, depth)
        elif isinstance(value, str):
            self.text(str.__str__(value))
        elif isinstance(value, int):
            self.integer(int(value))
        else:
            raise MalformedError(Code.CBOR_VALUE)

    def text(self, value: str) -> None:
        """Write text as UTF-8."""
        content = value.encode("utf-8")
        self.pieces.append(head(3, len(content)))
        self.pieces.append(content)

    def octets(self, value: bytes) -> None:
        """Write a byte string."""
        self.pieces.append(head(2, len(value)))
        self.pieces.append(value)

    def integer(self, number: int) -> None:
        """Write an integer of 64 bits and a sign."""
        self.pieces.append(integer(number))

    def big_number(self, number: int) -> None:
        """Write an unsigned integer with tag 2, whatever its size (section 3.4.3)."""
        if number < 0:
            raise MalformedError(Code.CBOR_VALUE)
        self.pieces.append(head(6, BIG_NUMBER))
        self.octets(number.to_bytes((number.bit_length() + 7) // 8, "big"))

    def tagged(self, tag: int, value: object, depth: int) -> None:
        """Write a tag and what follows it."""
        check_depth(depth)
        self.pieces.append(head(6, tag))
        self.item(value, depth - 1)

    def array(self, members: list[Any], depth: int) -> None:
        """Write an array."""
        check_depth(depth)
        self.pieces.append(head(4, len(members)))
        for member in members:
            self.item(member, depth - 1)

    def map(self, members: dict[Any, Any], depth: int) -> None:
        """Write a map, its keys sorted."""
        check_depth(depth)
        self.pieces.append(head(5, len(members)))
        for key in sorted_keys(members):
            self.item(key, depth)
            self.item(members[key], depth - 1)


def check_depth(depth: int) -> None:
    """Refuse to go deeper: what nests without end has no CBOR form.

    Raises:
        MalformedError: `cbor.value`.
    """
    if depth <= 0:
        raise MalformedError(Code.CBOR_VALUE)


def integer(number: int) -> bytes:
    """Write an integer of 64 bits and a sign.

    Raises:
        MalformedError: `cbor.value` for a larger one.
    """
    if not -(2**64) <= number < 2**64:
        raise MalformedError(Code.CBOR_VALUE)
    return head(0, number) if number >= 0 else head(1, -1 - number)


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
