"""Strict CBOR (RFC 8949): one item, no trailing bytes, no repeated keys, definite lengths, capped.

Encoding is the core deterministic form of section 4.2.1. Decoding accepts integers and lengths
that are longer than need be, for signed documents in the field carry them; it keeps the exact
bytes of embedded items (tag 24), so that a digest is taken over what came.
"""

import math
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast, final

from krid._core import cbor_walk, limits
from krid.errors import Code, KridError, MalformedError

if TYPE_CHECKING:
    from cbor2 import CBOREncoder, CBORTag

Cbor: TypeAlias = object
"""A CBOR value: None, bool, int, float, str, bytes, list, dict, and the classes of this module."""

_DATE_TIME: Final = 0
_EMBEDDED: Final = 24
_FULL_DATE: Final = 1004
_PLAIN_TAGS: Final = (17, 18, 61)

# Tags that the decoder underneath would turn into objects of its own, or into shared values.
_FOREIGN_TAGS: Final = (
    *(1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 43000, 55799),
)

_NAN: Final = re.compile(
    rb"\xf9[\x7c-\x7f\xfc-\xff]|\xfa[\x7f\xff][\x80-\xff]|\xfb[\x7f\xff][\xf0-\xff]", re.DOTALL
)


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
        return cls(_embedded_header(len(content)) + content, content)


@final
@dataclass(frozen=True, slots=True)
class DateTime:
    """A date-time text (tag 0, `tdate` in ISO 18013-5), not yet read."""

    text: str


@final
@dataclass(frozen=True, slots=True)
class FullDate:
    """A calendar date text (tag 1004, RFC 8943), not yet read."""

    text: str


@final
@dataclass(frozen=True, slots=True)
class Tagged:
    """An item with one of the other tags that krid knows: COSE messages and CWT."""

    tag: int
    value: Cbor


def decode(raw: bytes, *, max_bytes: int = limits.MAX_INPUT_BYTES) -> Cbor:
    """Read exactly one item.

    Raises:
        MalformedError: `cbor.size`, `cbor.depth`, `cbor.duplicate_key`, `cbor.indefinite`,
            `cbor.tag`, `cbor.nan`, `cbor.trailing`, or `cbor.syntax` for everything else.

    >>> decode(bytes.fromhex("a16161820102"))
    {'a': [1, 2]}
    """
    if len(raw) > max_bytes:
        raise MalformedError(Code.CBOR_SIZE)
    found: list[Embedded] = []
    value = _decode(raw, found)
    if not _stand_in_order(raw, found):
        spans = iter(cbor_walk.embedded_items(raw))
        value = _decode(raw, [], spans=lambda: next(spans))
    if _NAN.search(raw):
        _check_no_nan(value)
    return value


def encode(value: Cbor) -> bytes:
    """Write an item in core deterministic encoding (RFC 8949, section 4.2.1).

    Raises:
        MalformedError: `cbor.value` when the value has no CBOR form.

    >>> encode({"b": 1, 10: 2, "a": 1.5}).hex()
    'a30a026161f93e00616201'
    """
    import cbor2

    try:
        return cbor2.dumps(_ordered(value), encoders=_ENCODERS)
    except (cbor2.CBOREncodeError, RecursionError, OverflowError, UnicodeError) as cause:
        raise MalformedError(Code.CBOR_VALUE) from cause


def _embedded_header(length: int) -> bytes:
    if length < 24:
        return bytes((0xD8, 0x18, 0x40 + length))
    for code, size in ((0x58, 1), (0x59, 2), (0x5A, 4)):
        if length < 256**size:
            return bytes((0xD8, 0x18, code)) + length.to_bytes(size, "big")
    raise MalformedError(Code.CBOR_SIZE)


def _decode(raw: bytes, found: list[Embedded], *, spans: cbor_walk.Spans | None = None) -> Cbor:
    from io import BytesIO

    import cbor2

    def embedded(value: object, _immutable: object) -> Embedded:
        if not isinstance(value, bytes):
            raise MalformedError(Code.CBOR_TAG)
        item = Embedded(spans(), value) if spans else Embedded.wrap(value)
        found.append(item)
        return item

    stream = BytesIO(raw)
    decoder = cbor2.CBORDecoder(
        stream,
        max_depth=limits.MAX_CBOR_DEPTH,
        allow_duplicate_keys=False,
        allow_indefinite=False,
        semantic_decoders={**_READERS, _EMBEDDED: embedded},
        tag_hook=_refuse_tag,
    )
    try:
        value: Cbor = decoder.decode()
    except (cbor2.CBORError, RecursionError, ValueError, TypeError, MemoryError) as cause:
        raise MalformedError(_code_of(cause)) from cause
    if stream.tell() != len(raw):
        raise MalformedError(Code.CBOR_TRAILING)
    return value


def _stand_in_order(raw: bytes, found: list[Embedded]) -> bool:
    """Tell whether each embedded item stands in the input just as `Embedded.wrap` spells it."""
    position = 0
    for item in found:
        position = raw.find(item.raw, position)
        if position < 0:
            return False
        position += len(item.raw)
    return True


def _code_of(cause: BaseException) -> Code:
    """Find the rule that a refusal of the decoder underneath stands for."""
    link: BaseException | None = cause
    while link is not None:
        if isinstance(link, KridError):
            return link.code
        link = link.__cause__
    words = str(cause)
    for needle, code in _WORDS:
        if needle in words:
            return code
    return Code.CBOR_SYNTAX


_WORDS: Final = (
    ("Duplicate map key", Code.CBOR_DUPLICATE_KEY),
    ("indefinite length", Code.CBOR_INDEFINITE),
    ("nesting depth", Code.CBOR_DEPTH),
)


def _date_time(value: object, _immutable: object) -> DateTime:
    if not isinstance(value, str):
        raise MalformedError(Code.CBOR_TAG)
    return DateTime(value)


def _full_date(value: object, _immutable: object) -> FullDate:
    if not isinstance(value, str):
        raise MalformedError(Code.CBOR_TAG)
    return FullDate(value)


def _refuse_tag(_tag: "CBORTag", _immutable: object) -> object:
    raise MalformedError(Code.CBOR_TAG)


def _refuse_value(_value: object, _immutable: object) -> object:
    raise MalformedError(Code.CBOR_TAG)


def _reader_17(value: object, _immutable: object) -> Tagged:
    return Tagged(17, value)


def _reader_18(value: object, _immutable: object) -> Tagged:
    return Tagged(18, value)


def _reader_61(value: object, _immutable: object) -> Tagged:
    return Tagged(61, value)


_READERS: Final = {
    **dict.fromkeys(_FOREIGN_TAGS, _refuse_value),
    _DATE_TIME: _date_time,
    _FULL_DATE: _full_date,
    17: _reader_17,
    18: _reader_18,
    61: _reader_61,
}


def _check_no_nan(value: Cbor) -> None:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and math.isnan(item):
            raise MalformedError(Code.CBOR_NAN)
        if isinstance(item, Tagged):
            stack.append(item.value)
        elif isinstance(item, list | tuple):
            stack.extend(item)
        elif isinstance(item, Mapping):
            stack.extend(item.values())
            stack.extend(item.keys())


def _ordered(value: Cbor) -> Cbor:
    """Sort the keys of every map by their encoded bytes (RFC 8949, section 4.2.1)."""
    if isinstance(value, Mapping):
        members = cast("Mapping[Cbor, Cbor]", value)
        keys = sorted(members, key=encode)
        return {key: _ordered(members[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(member) for member in value]
    if isinstance(value, Tagged):
        return Tagged(value.tag, _ordered(value.value))
    return value


def _shortest_float(value: float) -> bytes:
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


def _write_float(encoder: "CBOREncoder", value: float) -> None:
    encoder.write(_shortest_float(value))


def _write_embedded(encoder: "CBOREncoder", value: Embedded) -> None:
    encoder.write(value.raw)


def _write_date_time(encoder: "CBOREncoder", value: DateTime) -> None:
    encoder.encode_semantic(_DATE_TIME, value.text)


def _write_full_date(encoder: "CBOREncoder", value: FullDate) -> None:
    encoder.encode_semantic(_FULL_DATE, value.text)


def _write_tagged(encoder: "CBOREncoder", value: Tagged) -> None:
    encoder.encode_semantic(value.tag, value.value)


_ENCODERS: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    float: _write_float,
    Embedded: _write_embedded,
    DateTime: _write_date_time,
    FullDate: _write_full_date,
    Tagged: _write_tagged,
}
