"""Strict CBOR (RFC 8949): one item, no trailing bytes, no repeated keys, definite lengths, capped.

Encoding is the core deterministic form of section 4.2.1. Decoding accepts integers and lengths
that are longer than need be, for signed documents in the field carry them; it keeps the exact
bytes of embedded items (tag 24), so that a digest is taken over what came.
"""

import math
import struct
from collections.abc import Callable, Collection, Mapping
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
        MalformedError: `cbor.size`, `cbor.depth`, `cbor.duplicate_key`, `cbor.key`,
            `cbor.indefinite`, `cbor.tag`, `cbor.nan`, `cbor.simple`, `cbor.trailing`, or
            `cbor.syntax` for everything else.

    >>> decode(bytes.fromhex("a16161820102"))
    {'a': [1, 2]}
    """
    if len(raw) > max_bytes:
        raise MalformedError(Code.CBOR_SIZE)
    if len(raw) > limits.MAX_CBOR_UNWALKED_BYTES:
        cbor_walk.check_bounds(raw)
    spelt_longer: list[Embedded] = []
    value = _decode(raw, spelt_longer)
    if spelt_longer:
        spans = iter(cbor_walk.embedded_items(raw))
        value = _decode(raw, spelt_longer, spans=lambda: next(spans))
    _check_value(value)
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


def _decode(
    raw: bytes, spelt_longer: list[Embedded], *, spans: cbor_walk.Spans | None = None
) -> Cbor:
    """Read one item; collect the embedded items that `Embedded.wrap` would spell otherwise."""
    from io import BytesIO

    import cbor2

    def embedded(value: object, _immutable: object) -> Embedded:
        if not isinstance(value, bytes):
            raise MalformedError(Code.CBOR_TAG)
        if spans is not None:
            return Embedded(spans(), value)
        item = Embedded.wrap(value)
        if not raw.endswith(item.raw, 0, stream.tell()):
            spelt_longer.append(item)
        return item

    stream = BytesIO(raw)
    decoder = cbor2.CBORDecoder(
        stream,
        read_size=1,  # nothing is read ahead, so that tell() says where an item ends
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


_KEYS: Final = frozenset({int, str, bytes})
_LEAVES: Final = frozenset({int, str, bytes, bool, type(None), Embedded, DateTime, FullDate})


def _check_value(value: Cbor) -> None:
    """Check that nothing is inside but what `Cbor` names; depth and size are checked already."""
    if type(value) in _LEAVES:
        return
    if isinstance(value, float):
        if math.isnan(value):
            raise MalformedError(Code.CBOR_NAN)
    elif isinstance(value, Tagged):
        _check_value(value.value)
    elif isinstance(value, Mapping):
        if not _KEYS.issuperset(map(type, value)):
            raise MalformedError(Code.CBOR_KEY)
        _check_members(value.values())
    elif isinstance(value, list | tuple):
        _check_members(value)
    else:
        raise MalformedError(Code.CBOR_SIMPLE)


def _check_members(members: Collection[Cbor]) -> None:
    if not _LEAVES.issuperset(map(type, members)):
        for member in members:
            _check_value(member)


def _ordered(value: Cbor) -> Cbor:
    """Sort the keys of every map by their encoded bytes (RFC 8949, section 4.2.1).

    Refuses whatever the encoder underneath would write by a tag that `decode` refuses.
    """
    if isinstance(value, Mapping):
        members = cast("Mapping[Cbor, Cbor]", value)
        return {key: _ordered(members[key]) for key in sorted(members, key=_key_order)}
    if isinstance(value, list | tuple):
        return [_ordered(member) for member in value]
    if isinstance(value, Tagged) and value.tag in _PLAIN_TAGS:
        return Tagged(value.tag, _ordered(value.value))
    if isinstance(value, int):
        _check_range(value)
    elif type(value) not in _LEAVES and not isinstance(value, float | str):
        raise MalformedError(Code.CBOR_VALUE)
    return value


def _key_order(key: Cbor) -> tuple[int, int, bytes]:
    """Return what sorts as the encoded key: major type, argument, content."""
    if isinstance(key, bytes):
        return 2, len(key), key
    if isinstance(key, str):
        content = key.encode("utf-8")
        return 3, len(content), content
    if isinstance(key, bool) or not isinstance(key, int):
        raise MalformedError(Code.CBOR_VALUE)
    return (0, key, b"") if key >= 0 else (1, -1 - key, b"")


def _check_range(number: int) -> None:
    if not -(2**64) <= number < 2**64:
        raise MalformedError(Code.CBOR_VALUE)


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
