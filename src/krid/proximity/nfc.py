"""Engagement by NFC: static and negotiated handover as messages (section 8.2.2.1).

Read from what others built of it, for the NFC Forum's texts are not public: Connection Handover
1.5 and the Tag NDEF Exchange Protocol 1.0. The commands that carry these messages (APDUs) are for
whoever drives the radio.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self, final
from uuid import UUID

from krid._core import cbor, limits, shape
from krid.errors import Code, MalformedError, MisuseError
from krid.proximity.carriers import (
    BleCarrier,
    Carrier,
    NfcCarrier,
    Sender,
    carrier_of,
    read_carrier,
    write_carrier,
)
from krid.proximity.ndef import (
    NameFormat,
    NdefRecord,
    encode_ndef,
    parse_ndef,
    take_lengthened,
)
from krid.proximity.retrieval import (
    COMMAND_RANGE,
    RESPONSE_RANGE,
    BleOptions,
    NfcOptions,
    RetrievalMethod,
)

_CODE: Final = Code.PROXIMITY_HANDOVER
_SELECT, _REQUEST, _CARRIER = b"Hs", b"Hr", b"ac"
_MAJOR: Final = 1
_VERSION: Final = b"\x15"
_ACTIVE: Final = 0x01
_ENGAGEMENT: Final = (b"iso.org:18013:deviceengagement", b"mdoc")
_READER_ENGAGEMENT: Final = (b"iso.org:18013:readerengagement", b"mdocreader")

_SERVICE: Final = b"urn:nfc:sn:handover"
_WAIT: Final = b"\x00\x00\x0f\xff\xff"


def _well_known(name: bytes, payload: bytes) -> bytes:
    return encode_ndef((NdefRecord(NameFormat.WELL_KNOWN, name, payload),))


_NAMED_SERVICE: Final = bytes((len(_SERVICE),)) + _SERVICE

SERVICE_PARAMETER: Final = _well_known(b"Tp", b"\x10" + _NAMED_SERVICE + _WAIT)
"""What a device that negotiates has on its tag: the service of connection handover."""

SERVICE_SELECT: Final = _well_known(b"Ts", _NAMED_SERVICE)
"""What a reader writes to choose that service."""

SERVICE_ACCEPTED: Final = _well_known(b"Te", b"\x00")
"""What the device answers."""


@final
@dataclass(frozen=True, slots=True)
class HandoverSelect:
    """A device's message: its engagement, and how to connect; `raw` enters the transcript."""

    raw: bytes = field(repr=False)
    engagement: bytes = field(repr=False)
    carriers: tuple[Carrier, ...]

    @classmethod
    def of(cls, engagement: bytes, carriers: Sequence[Carrier]) -> Self:
        """Make the message.

        Raises:
            MisuseError: `misuse.option` for no carrier, or one kind twice.
        """
        name, identifier = _ENGAGEMENT
        record = NdefRecord(NameFormat.EXTERNAL, name, engagement, identifier)
        return cls.parse(_message(_SELECT, record, identifier, carriers, Sender.DEVICE))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the message; does not look into the engagement.

        Raises:
            MalformedError: `proximity.handover`, `proximity.ndef`; `proximity.carrier` when it
                names no way to connect that krid knows.
        """
        found = _parsed(raw, _SELECT, _ENGAGEMENT, Sender.DEVICE)
        if found.auxiliary is None:
            raise MalformedError(_CODE, "no device engagement")
        return cls(raw, found.auxiliary, found.carriers)

    def methods(self, request: "HandoverRequest | None") -> tuple[RetrievalMethod, ...]:
        """Return the ways to connect; `request` is what they answer, None in a static handover.

        Raises:
            MalformedError: `proximity.handover` when neither side gave BLE a UUID.
            MalformedError: `proximity.carrier` for what the request does not have.
        """
        other = None if request is None else request.uuid
        chosen = self.carriers
        if request is not None and not all(_fits(each, request.carriers) for each in chosen):
            raise MalformedError(Code.PROXIMITY_CARRIER)
        return tuple(
            each.options(other) if isinstance(each, BleCarrier) else each.options()
            for each in chosen
        )


@final
@dataclass(frozen=True, slots=True)
class HandoverRequest:
    """A reader's message in a negotiated handover; `raw` enters the transcript."""

    raw: bytes = field(repr=False)
    carriers: tuple[Carrier, ...]

    @classmethod
    def of(cls, methods: Sequence[BleOptions | NfcOptions]) -> Self:
        """Make the message.

        Raises:
            MisuseError: `misuse.option` for no method, one kind twice, or two UUIDs for BLE.
        """
        name, identifier = _READER_ENGAGEMENT
        engagement = cbor.encode({0: "1.0"})
        record = NdefRecord(NameFormat.EXTERNAL, name, engagement, identifier)
        carriers = [carrier_of(each) for each in methods]
        return cls.parse(_message(_REQUEST, record, b"", carriers, Sender.READER))

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the message; an engagement of the reader must be one, and is not used.

        Raises:
            MalformedError: as `HandoverSelect.parse`, and a `cbor.*` code.
        """
        found = _parsed(raw, _REQUEST, _READER_ENGAGEMENT, Sender.READER)
        if found.auxiliary is not None:
            value = cbor.decode(found.auxiliary, max_bytes=limits.MAX_ENGAGEMENT_BYTES)
            shape.integer_map(value, _CODE)
        return cls(raw, found.carriers)

    @property
    def uuid(self) -> UUID | None:
        """The UUID that the reader gave, for an mdoc that is the central."""
        return next((each.uuid for each in self.carriers if isinstance(each, BleCarrier)), None)

    def chosen(self, *, uuid: UUID) -> Carrier:
        """Choose for a device: BLE as the peripheral with a UUID of its own, else as the central,
        else NFC with the longest data that there is.
        """  # noqa: D205  one sentence
        for each in self.carriers:
            if isinstance(each, BleCarrier) and each.server_mode:
                return BleCarrier(server_mode=True, client_mode=False, uuid=uuid)
            if isinstance(each, BleCarrier):
                return BleCarrier(server_mode=False, client_mode=True, uuid=None)
        return NfcCarrier(NfcOptions(COMMAND_RANGE[-1], RESPONSE_RANGE[-1]))


@final
@dataclass(frozen=True, slots=True)
class _Message:
    auxiliary: bytes | None
    carriers: tuple[Carrier, ...]


def _fits(chosen: Carrier, offered: Sequence[Carrier]) -> bool:
    """Tell whether a device chose of what a reader offered."""
    if isinstance(chosen, NfcCarrier):
        return any(isinstance(each, NfcCarrier) for each in offered)
    return any(
        isinstance(each, BleCarrier)
        and chosen.server_mode <= each.server_mode
        and chosen.client_mode <= each.client_mode
        for each in offered
    )


def _message(
    name: bytes,
    engagement: NdefRecord,
    reference: bytes,
    carriers: Sequence[Carrier],
    sender: Sender,
) -> bytes:
    """Put a message together: the handover, the engagement, one record for each carrier."""
    records = [write_carrier(each, sender) for each in carriers]
    if not records or len({each.id for each in records}) != len(records):
        raise MisuseError(Code.MISUSE_OPTION, "carriers")
    named = [_carrier_record(each.id, reference) for each in records]
    handover = NdefRecord(NameFormat.WELL_KNOWN, name, _VERSION + encode_ndef(named))
    return encode_ndef((handover, engagement, *records))


def _carrier_record(identifier: bytes, reference: bytes) -> NdefRecord:
    """Write an alternative carrier: its state, which record it is, what else belongs to it."""
    payload = bytes((_ACTIVE, len(identifier))) + identifier
    payload += bytes((1, len(reference))) + reference if reference else b"\x00"
    return NdefRecord(NameFormat.WELL_KNOWN, _CARRIER, payload)


def _parsed(raw: bytes, name: bytes, engagement: tuple[bytes, bytes], sender: Sender) -> _Message:
    handover, *others = parse_ndef(raw)
    if not handover.is_of(NameFormat.WELL_KNOWN, name):
        raise MalformedError(_CODE, "the first record is no handover")
    named = _named_carriers(handover.payload)
    carriers = [
        carrier
        for each in others
        if each.id in named and (carrier := read_carrier(each, sender)) is not None
    ]
    if not carriers:
        raise MalformedError(Code.PROXIMITY_CARRIER)
    if len({type(each) for each in carriers}) != len(carriers):
        raise MalformedError(_CODE, "a carrier given twice")
    return _Message(_auxiliary(others, engagement), tuple(carriers))


def _named_carriers(payload: bytes) -> frozenset[bytes]:
    """Return the identifiers of the carriers that a handover names."""
    if not payload or payload[0] >> 4 != _MAJOR:
        raise MalformedError(_CODE, "version")
    # The state of a carrier, before its name, does not matter: whoever connects finds out.
    return frozenset(
        take_lengthened(each.payload[1:])[0]
        for each in parse_ndef(payload[1:])
        if each.is_of(NameFormat.WELL_KNOWN, _CARRIER)
    )


def _auxiliary(records: Sequence[NdefRecord], wanted: tuple[bytes, bytes]) -> bytes | None:
    name, identifier = wanted
    found = [
        each.payload
        for each in records
        if each.is_of(NameFormat.EXTERNAL, name) and each.id == identifier
    ]
    if len(found) > 1:
        raise MalformedError(_CODE, "two engagements")
    return found[0] if found else None
