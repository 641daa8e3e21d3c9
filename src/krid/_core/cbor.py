"""Strict CBOR (RFC 8949): one item, no trailing bytes, no repeated keys, definite lengths, capped.

Encoding is the core deterministic form of section 4.2.1. Decoding accepts integers and lengths
that are longer than need be, for signed documents in the field carry them; it keeps the exact
bytes of embedded items (tag 24), so that a digest is taken over what came.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast, final

from krid._core import cbor_walk, cbor_write, limits
from krid.errors import Code, KridError, MalformedError

if TYPE_CHECKING:
    from cbor2 import CBORTag

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


def decode(
    raw: bytes,
    *,
    max_bytes: int = limits.MAX_INPUT_BYTES,
    max_items: int = limits.MAX_CBOR_ITEMS,
) -> Cbor:
    """Read exactly one item; `max_items` bounds the work, for the items inside count too.

    Raises:
        MalformedError: `cbor.size`, `cbor.depth`, `cbor.duplicate_key`, `cbor.key`,
            `cbor.indefinite`, `cbor.tag`, `cbor.nan`, `cbor.simple`, `cbor.trailing`, or
            `cbor.syntax` for everything else.

    >>> decode(bytes.fromhex("a16161820102"))
    {'a': [1, 2]}
    """
    if len(raw) > max_bytes:
        raise MalformedError(Code.CBOR_SIZE)
    if len(raw) > min(max_items, limits.MAX_CBOR_UNWALKED_BYTES):
        cbor_walk.check_bounds(raw, max_items=max_items)
    elif _EMBEDDED_MARK not in raw and _TDATE_MARK not in raw:
        values = _decode_quickly([raw])
        if values:
            return values[0]
    spelt_longer: list[Embedded] = []
    value = _decode(raw, spelt_longer)
    if spelt_longer:
        spans = iter(cbor_walk.embedded_items(raw))
        value = _decode(raw, spelt_longer, spans=lambda: next(spans))
    _check_value(value)
    return value


def decode_each(raws: Sequence[bytes]) -> list[Cbor]:
    r"""Read items as `decode` reads each of them, small ones in one go.

    Raises:
        MalformedError: as `decode`.

    >>> decode_each([b"\x01", b"\x61a"])
    [1, 'a']
    """
    if sum(map(len, raws)) <= limits.MAX_CBOR_UNWALKED_BYTES:
        values = _decode_quickly(raws)
        if values:
            return values
    return [decode(raw) for raw in raws]


def encode(value: Cbor) -> bytes:
    """Write an item in core deterministic encoding (RFC 8949, section 4.2.1).

    Raises:
        MalformedError: `cbor.value` when the value has no CBOR form.

    >>> encode({"b": 1, 10: 2, "a": 1.5}).hex()
    'a30a026161f93e00616201'
    """
    out: list[bytes] = []
    try:
        _write(value, out)
    except (RecursionError, UnicodeError) as cause:
        raise MalformedError(Code.CBOR_VALUE) from cause
    return b"".join(out)


def _embedded_header(length: int) -> bytes:
    if length >= 2**32:
        raise MalformedError(Code.CBOR_SIZE)
    return _EMBEDDED_MARK + cbor_write.head(2, length)


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


def _decode_quickly(raws: Sequence[bytes]) -> list[Cbor]:
    """Read items without tags, or return none where the careful way has to decide.

    They are read as the members of one array. Each must be what its value is written as: so it
    ends where its bytes end, which the decoder underneath does not check.
    """
    import cbor2

    array = cbor_write.head(4, len(raws))
    try:
        values: list[Cbor] = cbor2.loads(
            array + b"".join(raws),
            max_depth=limits.MAX_CBOR_DEPTH + 1,
            allow_duplicate_keys=False,
            allow_indefinite=False,
            semantic_decoders=_NO_TAGS,
            tag_hook=_refuse_tag,
        )
        if list(map(cbor2.dumps, values)) != list(raws):
            return []
    except (cbor2.CBORError, KridError, RecursionError, ValueError, TypeError, MemoryError):
        return []
    _check_value(values)
    return values


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

_NO_TAGS: Final = dict.fromkeys((*_READERS, _EMBEDDED), _refuse_value)

# Bytes by which the quick way is not even tried: a tag 24, and a tag 0 before a text of 20 bytes.
_EMBEDDED_MARK: Final = b"\xd8\x18"
_TDATE_MARK: Final = b"\xc0\x74"

_KEYS: Final = frozenset({int, str, bytes})
_LEAVES: Final = frozenset({int, str, bytes, bool, type(None), Embedded, DateTime, FullDate})


def _check_value(value: Cbor) -> None:
    """Check that nothing is inside but what `Cbor` names; depth and size are checked already."""
    if type(value) in _LEAVES:
        return
    if type(value) is dict or isinstance(value, Mapping):
        if not _KEYS.issuperset(map(type, value)):
            raise MalformedError(Code.CBOR_KEY)
        _check_members(value.values())
    elif isinstance(value, list | tuple):
        _check_members(value)
    elif isinstance(value, Tagged):
        _check_value(value.value)
    elif not isinstance(value, float):
        raise MalformedError(Code.CBOR_SIMPLE)
    elif math.isnan(value):
        raise MalformedError(Code.CBOR_NAN)


def _check_members(members: Collection[Cbor]) -> None:
    if not _LEAVES.issuperset(map(type, members)):
        for member in members:
            _check_value(member)


def _write(value: Cbor, out: list[bytes]) -> None:
    """Write a value in pieces, maps in the order of their encoded keys.

    Refuses whatever `decode` would refuse, but for depth and size.
    """
    if type(value) is str:
        content = value.encode("utf-8")
        out += (cbor_write.head(3, len(content)), content)
    elif type(value) is bytes:
        out += (cbor_write.head(2, len(value)), value)
    elif type(value) is Embedded:
        out.append(value.raw)
    elif type(value) is int:
        out.append(cbor_write.integer(value))
    elif type(value) in _SIMPLE:
        out.append(_SIMPLE_BYTES[value is None, value is True])
    else:
        _write_other(value, out)


def _write_other(value: Cbor, out: list[bytes]) -> None:
    if isinstance(value, Mapping):
        _write_map(cast("Mapping[Cbor, Cbor]", value), out)
    elif isinstance(value, list | tuple):
        out.append(cbor_write.head(4, len(value)))
        for member in value:
            _write(member, out)
    elif isinstance(value, float):
        out.append(cbor_write.shortest_float(value))
    elif isinstance(value, DateTime | FullDate):
        out.append(cbor_write.head(6, _DATE_TIME if isinstance(value, DateTime) else _FULL_DATE))
        _write(value.text, out)
    elif isinstance(value, Tagged) and value.tag in _PLAIN_TAGS:
        out.append(cbor_write.head(6, value.tag))
        _write(value.value, out)
    elif isinstance(value, str):
        _write(str.__str__(value), out)
    elif isinstance(value, int):
        out.append(cbor_write.integer(int(value)))
    else:
        raise MalformedError(Code.CBOR_VALUE)


def _write_map(members: Mapping[Cbor, Cbor], out: list[bytes]) -> None:
    keys = cbor_write.sorted_keys(members)
    if _VERBATIM.issuperset(map(type, members.values())) and cbor_write.are_plain(keys):
        out.append(_write_verbatim({key: members[key] for key in keys}))
        return
    out.append(cbor_write.head(5, len(members)))
    for key in keys:
        _write(key, out)
        _write(members[key], out)


def _write_verbatim(members: dict[Cbor, Cbor]) -> bytes:
    """Write a map that the encoder underneath writes deterministically, too, and faster."""
    import cbor2

    try:
        return cbor2.dumps(members)
    except (cbor2.CBOREncodeError, UnicodeError) as cause:
        raise MalformedError(Code.CBOR_VALUE) from cause


# What the encoder underneath writes in its one shortest form, whatever the value.
_VERBATIM: Final = frozenset({str, bytes})
_SIMPLE: Final = frozenset({bool, type(None)})
_SIMPLE_BYTES: Final = {
    (True, False): b"\xf6",
    (False, True): b"\xf5",
    (False, False): b"\xf4",
}
