"""Tags of CBOR (RFC 8949, section 3.4): the values they stand for, and how each is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, final

from krid.errors import Code, MalformedError

if TYPE_CHECKING:
    from cbor2 import CBORTag

DATE_TIME: Final = 0
BIG_NUMBER: Final = 2
EMBEDDED: Final = 24
FULL_DATE: Final = 1004

Readers: TypeAlias = Mapping[int, Callable[[object, object], object]]
"""What the decoder underneath calls, by tag."""

# Tags that the decoder underneath would turn into objects of its own, or into shared values.
_FOREIGN_TAGS: Final = (
    *(1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 43000, 55799),
)


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
class BigNumber:
    """An unsigned integer of any size (tag 2), which `decode_with_big_numbers` alone reads."""

    value: int


@final
@dataclass(frozen=True, slots=True)
class Tagged:
    """An item with one of the other tags that krid knows: COSE messages and CWT."""

    tag: int
    value: object


def _date_time(value: object, _immutable: object) -> DateTime:
    if not isinstance(value, str):
        raise MalformedError(Code.CBOR_TAG)
    return DateTime(value)


def _full_date(value: object, _immutable: object) -> FullDate:
    if not isinstance(value, str):
        raise MalformedError(Code.CBOR_TAG)
    return FullDate(value)


def refuse_tag(_tag: "CBORTag", _immutable: object) -> object:
    """Refuse a tag that has no reader.

    Raises:
        MalformedError: `cbor.tag`.
    """
    raise MalformedError(Code.CBOR_TAG)


def _refuse_value(_value: object, _immutable: object) -> object:
    raise MalformedError(Code.CBOR_TAG)


def _reader_17(value: object, _immutable: object) -> Tagged:
    return Tagged(17, value)


def _reader_18(value: object, _immutable: object) -> Tagged:
    return Tagged(18, value)


def _reader_61(value: object, _immutable: object) -> Tagged:
    return Tagged(61, value)


def _big_number(value: object, _immutable: object) -> BigNumber:
    if not isinstance(value, bytes):
        raise MalformedError(Code.CBOR_TAG)
    return BigNumber(int.from_bytes(value, "big"))


READERS: Final[Readers] = {
    **dict.fromkeys(_FOREIGN_TAGS, _refuse_value),
    DATE_TIME: _date_time,
    FULL_DATE: _full_date,
    17: _reader_17,
    18: _reader_18,
    61: _reader_61,
}

READERS_WITH_BIG_NUMBERS: Final[Readers] = {**READERS, BIG_NUMBER: _big_number}

TEXT_TAGS: Final[Mapping[int, Callable[[str], object]]] = {DATE_TIME: DateTime, FULL_DATE: FullDate}
"""What stands for a tagged text, by the number of its tag."""


def _bare_date_time(value: object, _immutable: object) -> "CBORTag":
    import cbor2

    return cbor2.CBORTag(DATE_TIME, value)


def _bare_full_date(value: object, _immutable: object) -> "CBORTag":
    import cbor2

    return cbor2.CBORTag(FULL_DATE, value)


BARE_TAGS: Final[Readers] = {
    **dict.fromkeys(_FOREIGN_TAGS, _refuse_value),
    DATE_TIME: _bare_date_time,
    FULL_DATE: _bare_full_date,
}
"""Readers that leave the tags of mdocs as they are, so that they can be written again."""
