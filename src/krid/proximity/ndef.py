"""NDEF messages, as far as a connection handover needs them (NFC Forum, NDEF 1.0).

Records in pieces are refused: no handover is long enough to need them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Final, final

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError, MisuseError

_BEGIN, _END, _PIECE, _SHORT, _HAS_ID = 0x80, 0x40, 0x20, 0x10, 0x08
_KIND: Final = 0x07
_CODE: Final = Code.PROXIMITY_NDEF


@unique
class NameFormat(IntEnum):
    """What the type of a record is a name of (TNF); others than these are refused."""

    WELL_KNOWN = 1
    MEDIA = 2
    EXTERNAL = 4


@final
@dataclass(frozen=True, slots=True)
class NdefRecord:
    """One record. `type` is its name in `format`, `id` what others refer to it by."""

    format: NameFormat
    type: bytes
    payload: bytes = field(repr=False)
    id: bytes = b""

    def is_of(self, name_format: NameFormat, name: bytes) -> bool:
        """Tell whether the record is of a type."""
        return self.format is name_format and self.type == name


def parse_ndef(raw: bytes) -> tuple[NdefRecord, ...]:
    """Read one NDEF message, to its last byte.

    Raises:
        MalformedError: `proximity.ndef`.
    """
    typed("raw", raw, bytes)
    if len(raw) > limits.MAX_NDEF_BYTES:
        raise MalformedError(_CODE, "length")
    reader = _Reader(raw)
    records: list[NdefRecord] = []
    is_last = False
    while not is_last:
        record, is_first, is_last = _record(reader)
        if is_first == bool(records) or len(records) >= limits.MAX_NDEF_RECORDS:
            raise MalformedError(_CODE, "records")
        records.append(record)
    reader.check_empty()
    return tuple(records)


def encode_ndef(records: Sequence[NdefRecord]) -> bytes:
    """Write an NDEF message.

    Raises:
        MisuseError: `misuse.option` for no record, or a type or id of more than 255 bytes;
            `misuse.type`.
    """
    typed("records", records, list, tuple)
    if not records:
        raise MisuseError(Code.MISUSE_OPTION, "no NDEF record")
    for each in records:
        typed("each record", each, NdefRecord)
    last = len(records) - 1
    return b"".join(
        _encoded(each, (_BEGIN if place == 0 else 0) | (_END if place == last else 0))
        for place, each in enumerate(records)
    )


def take_lengthened(raw: bytes) -> tuple[bytes, bytes]:
    """Take a text with its length in one byte before it, and return it and what follows.

    Raises:
        MalformedError: `proximity.ndef`.
    """
    reader = _Reader(raw)
    taken = reader.take(reader.number(1))
    return taken, reader.rest()


@final
class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw: Final = raw
        self._at = 0

    def take(self, size: int) -> bytes:
        taken = self._raw[self._at : self._at + size]
        if len(taken) != size:
            raise MalformedError(_CODE, "cut short")
        self._at += size
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def rest(self) -> bytes:
        return self._raw[self._at :]

    def check_empty(self) -> None:
        if self.rest():
            raise MalformedError(_CODE, "bytes after the last record")


def _record(reader: _Reader) -> tuple[NdefRecord, bool, bool]:
    flags = reader.number(1)
    if flags & _PIECE or flags & _KIND not in set(NameFormat):
        raise MalformedError(_CODE, "kind of record")
    type_size = reader.number(1)
    payload_size = reader.number(1 if flags & _SHORT else 4)
    id_size = reader.number(1) if flags & _HAS_ID else 0
    name, identifier = reader.take(type_size), reader.take(id_size)
    record = NdefRecord(NameFormat(flags & _KIND), name, reader.take(payload_size), identifier)
    return record, bool(flags & _BEGIN), bool(flags & _END)


def _encoded(record: NdefRecord, flags: int) -> bytes:
    if max(len(record.type), len(record.id)) > 0xFF:
        raise MisuseError(Code.MISUSE_OPTION, "NDEF type or id")
    is_short = len(record.payload) <= 0xFF
    flags |= record.format | (_SHORT if is_short else 0) | (_HAS_ID if record.id else 0)
    head = bytes((flags, len(record.type))) + len(record.payload).to_bytes(1 if is_short else 4)
    identifier_size = bytes((len(record.id),)) if record.id else b""
    return head + identifier_size + record.type + record.id + record.payload
