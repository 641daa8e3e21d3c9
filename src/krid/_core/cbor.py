"""Strict CBOR (RFC 8949): one item, no trailing bytes, no repeated keys, definite lengths, capped.

Encoding is the core deterministic form of section 4.2.1. Decoding accepts integers and lengths
that are longer than need be, for signed documents in the field carry them; it keeps the exact
bytes of embedded items (tag 24), so that a digest is taken over what came.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from krid._core import cbor_read, cbor_walk, limits
from krid._core.arguments import typed
from krid._core.cbor_tags import (
    BARE_TAGS,
    EMBEDDED,
    READERS,
    READERS_WITH_BIG_NUMBERS,
    TEXT_TAGS,
    BigNumber,
    DateTime,
    FullDate,
    Readers,
    Tagged,
    refuse_tag,
)
from krid._core.cbor_write import Cbor, Embedded, encode, encode_each, head
from krid.errors import Code, KridError, MalformedError

if TYPE_CHECKING:
    from cbor2 import CBORTag

__all__ = [
    "BigNumber",
    "Cbor",
    "DateTime",
    "Embedded",
    "FullDate",
    "Tagged",
    "decode",
    "decode_each",
    "decode_with_big_numbers",
    "encode",
    "encode_each",
]


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
    if type(raw) is not bytes:
        typed("raw", raw, bytes)
    if len(raw) > max_bytes:
        raise MalformedError(Code.CBOR_SIZE)
    values = _QUICK[cbor_read.COMPILED]([raw], max_items)
    if values:
        return values[0]
    _check_bounds(raw, max_items)
    return _decode_carefully(raw, READERS)


def decode_with_big_numbers(raw: bytes) -> Cbor:
    """Read exactly one item, in which integers may have tag 2, as serial numbers do.

    Raises:
        MalformedError: as `decode`.

    >>> decode_with_big_numbers(bytes.fromhex("c2420100"))
    BigNumber(value=256)
    """
    if len(raw) > limits.MAX_INPUT_BYTES:
        raise MalformedError(Code.CBOR_SIZE)
    _check_bounds(raw, limits.MAX_CBOR_ITEMS)
    return _decode_carefully(raw, READERS_WITH_BIG_NUMBERS)


def _check_bounds(raw: bytes, max_items: int) -> None:
    if len(raw) > min(max_items, limits.MAX_CBOR_UNWALKED_BYTES):
        cbor_walk.check_bounds(raw, max_items=max_items)


def decode_each(raws: Sequence[bytes]) -> list[Cbor]:
    r"""Read items as `decode` reads each of them, small ones in one go.

    Raises:
        MalformedError: as `decode`.

    >>> decode_each([b"\x01", b"\x61a"])
    [1, 'a']
    """
    values = _QUICK[cbor_read.COMPILED](raws, limits.MAX_CBOR_ITEMS)
    return values or [decode(raw) for raw in raws]


def _decode_carefully(raw: bytes, readers: Readers) -> Cbor:
    spelt_longer: list[Embedded] = []
    value = _decode(raw, readers, spelt_longer)
    if spelt_longer:
        spans = iter(cbor_walk.embedded_items(raw))
        value = _decode(raw, readers, spelt_longer, spans=lambda: next(spans))
    _check_value(value)
    return value


def _decode(
    raw: bytes,
    readers: Readers,
    spelt_longer: list[Embedded],
    *,
    spans: cbor_walk.Spans | None = None,
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
        semantic_decoders={**readers, EMBEDDED: embedded},
        tag_hook=refuse_tag,
    )
    try:
        value: Cbor = decoder.decode()
    except (cbor2.CBORError, RecursionError, ValueError, TypeError, MemoryError) as cause:
        raise MalformedError(_code_of(cause)) from cause
    if stream.tell() != len(raw):
        raise MalformedError(Code.CBOR_TRAILING)
    return value


def _decode_quickly(raws: Sequence[bytes], max_items: int) -> list[Cbor]:
    """Read items as the members of one array, or return none where the careful way must decide.

    Each item must be what its value is written as: so it ends where its bytes end, which the
    decoder underneath does not check, and each embedded item is spelt as `Embedded.wrap` does.
    """
    import cbor2

    long = [raw for raw in raws if len(raw) > limits.MAX_CBOR_UNWALKED_BYTES]
    if sum(map(len, raws)) - sum(map(len, long)) > min(max_items, limits.MAX_CBOR_UNWALKED_BYTES):
        return []
    for raw in long:
        if not cbor_walk.are_few([raw], min(max_items, limits.MAX_CBOR_UNWALKED_ITEMS)):
            cbor_walk.check_bounds(raw, max_items=max_items)
    try:
        values: list[Cbor] = cbor2.loads(
            b"".join((head(4, len(raws)), *raws)),
            max_depth=limits.MAX_CBOR_DEPTH + 1,
            allow_duplicate_keys=False,
            allow_indefinite=False,
            semantic_decoders=BARE_TAGS,
        )
        if list(map(cbor2.dumps, values)) != list(raws):
            return []
        return _settle_each(values, cbor2.CBORTag)
    except (cbor2.CBORError, RecursionError, ValueError, TypeError, MemoryError):
        return []


def _decode_compiled(raws: Sequence[bytes], max_items: int) -> list[Cbor]:
    """Read items by the compiled reader, or return none where the careful way must decide."""
    try:
        return cbor_read.read_each(raws, limits.MAX_CBOR_DEPTH, max_items, Embedded, TEXT_TAGS)
    except ValueError:
        return []


_QUICK: Final = (_decode_quickly, _decode_compiled)
"""The quick way without the compiled reader, and with it."""


def _settle_each(values: list[Cbor], tag: "type[CBORTag]") -> list[Cbor]:
    """Check a list as `_check_value` does, with krid's classes in place of bare tags."""
    if _LEAVES.issuperset(map(type, values)):
        return values
    return [_settle(value, tag) for value in values]


def _settle(value: Cbor, tag: "type[CBORTag]") -> Cbor:
    if type(value) is tag:
        return _settle_tag(value)
    if type(value) is dict:
        _check_keys(value)
        if _LEAVES.issuperset(map(type, value.values())):
            return value
        return {key: _settle(member, tag) for key, member in value.items()}
    if type(value) is list:
        return _settle_each(value, tag)
    _check_value(value)
    return value


def _settle_tag(tagged: "CBORTag") -> Cbor:
    """Read the tags that mdocs are full of; the careful way has to decide about all others."""
    content: object = tagged.value
    if tagged.tag == EMBEDDED and type(content) is bytes:
        return Embedded.wrap(content)
    if type(content) is str and tagged.tag in TEXT_TAGS:
        return TEXT_TAGS[tagged.tag](content)
    raise ValueError(tagged.tag)


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


_KEYS: Final = frozenset({int, str, bytes})
_LEAVES: Final = frozenset(
    {int, str, bytes, bool, type(None), Embedded, DateTime, FullDate, BigNumber}
)


def _check_value(value: Cbor) -> None:
    """Check that nothing is inside but what `Cbor` names; depth and size are checked already."""
    if type(value) in _LEAVES:
        return
    if type(value) is dict or isinstance(value, Mapping):
        _check_keys(value)
        _check_members(value.values())
    elif isinstance(value, list | tuple):
        _check_members(value)
    elif isinstance(value, Tagged):
        _check_value(value.value)
    elif not isinstance(value, float):
        raise MalformedError(Code.CBOR_SIMPLE)
    elif math.isnan(value):
        raise MalformedError(Code.CBOR_NAN)


def _check_keys(members: Mapping[Cbor, Cbor]) -> None:
    if not _KEYS.issuperset(map(type, members)):
        raise MalformedError(Code.CBOR_KEY)


def _check_members(members: Collection[Cbor]) -> None:
    if not _LEAVES.issuperset(map(type, members)):
        for member in members:
            _check_value(member)
