"""The ways to connect as records of a handover: BLE's out-of-band data, and NFC's own.

Of BLE's data (Supplement to the Bluetooth Core Specification) the role of the sender, the UUID of
the service and the device address are read; the rest is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final, TypeAlias, assert_never, final
from uuid import UUID

from krid.errors import Code, MalformedError, MisuseError
from krid.proximity.ndef import NameFormat, NdefRecord, take_lengthened
from krid.proximity.retrieval import (
    ADDRESS_BYTES,
    COMMAND_RANGE,
    RESPONSE_RANGE,
    BleOptions,
    NfcOptions,
)

BLE_TYPE: Final = b"application/vnd.bluetooth.le.oob"
NFC_TYPE: Final = b"iso.org:18013:nfc"
BLE_ID, NFC_ID = b"0", b"nfc"

_CODE: Final = Code.PROXIMITY_HANDOVER
_UUIDS, _ADDRESS, _ROLE = 0x07, 0x1B, 0x1C
_UUID_BYTES: Final = 16
_NFC_VERSION: Final = 1
_COMMAND, _RESPONSE = 0x01, 0x02


@unique
class Sender(Enum):
    """Who wrote a record. The role in it is the sender's own."""

    DEVICE = "mdoc"
    READER = "mdoc reader"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BleCarrier:
    """BLE in a handover: which modes there are, and one UUID for all of them.

    `uuid` is None where the other side's message has it. `address` are 6 bytes, and one more for
    its kind where the sender says so.
    """

    server_mode: bool
    client_mode: bool
    uuid: UUID | None
    address: bytes | None = None

    def options(self, other: UUID | None) -> BleOptions:
        """Return it as an engagement has it; `other` is the UUID of the other side's message.

        That is good for an mdoc that is the central; one that is the peripheral gives its own.

        Raises:
            MalformedError: `proximity.handover` when nobody gave a UUID that is good.
        """
        uuid = self.uuid if self.server_mode else self.uuid or other
        if uuid is None:
            raise MalformedError(_CODE, "UUID")
        return BleOptions(
            server_uuid=uuid if self.server_mode else None,
            client_uuid=uuid if self.client_mode else None,
            address=None if self.address is None else self.address[:ADDRESS_BYTES],
        )


@final
@dataclass(frozen=True, slots=True)
class NfcCarrier:
    """NFC in a handover; a reader need not say its lengths."""

    lengths: NfcOptions | None

    def options(self) -> NfcOptions:
        """Return it as an engagement has it.

        Raises:
            MalformedError: `proximity.handover` without lengths.
        """
        if self.lengths is None:
            raise MalformedError(_CODE, "lengths")
        return self.lengths


Carrier: TypeAlias = BleCarrier | NfcCarrier


def carrier_of(options: BleOptions | NfcOptions) -> Carrier:
    """Return a way to connect as a handover has it.

    Raises:
        MisuseError: `misuse.option` for two modes of BLE with different UUIDs: there is room for
            one.
    """
    if isinstance(options, NfcOptions):
        return NfcCarrier(options)
    uuids = {uuid for uuid in (options.server_uuid, options.client_uuid) if uuid is not None}
    if len(uuids) > 1:
        raise MisuseError(Code.MISUSE_OPTION, "one UUID for both modes of BLE")
    return BleCarrier(
        server_mode=options.server_uuid is not None,
        client_mode=options.client_uuid is not None,
        uuid=uuids.pop(),
        address=options.address,
    )


def read_carrier(record: NdefRecord, sender: Sender) -> Carrier | None:
    """Read a record of a way to connect, None for one that krid does not know.

    Raises:
        MalformedError: `proximity.handover`, `proximity.ndef`.
    """
    if record.is_of(NameFormat.MEDIA, BLE_TYPE):
        return _read_ble(record.payload, sender)
    if record.is_of(NameFormat.EXTERNAL, NFC_TYPE):
        return _read_nfc(record.payload)
    return None


def write_carrier(carrier: Carrier, sender: Sender) -> NdefRecord:
    """Write the record of a way to connect."""
    match carrier:
        case BleCarrier():
            return NdefRecord(NameFormat.MEDIA, BLE_TYPE, _ble_data(carrier, sender), BLE_ID)
        case NfcCarrier(lengths):
            payload = bytes((_NFC_VERSION,))
            if lengths is not None:
                payload += _sized(_COMMAND, lengths.max_command)
                payload += _sized(_RESPONSE, lengths.max_response)
            return NdefRecord(NameFormat.EXTERNAL, NFC_TYPE, payload, NFC_ID)
        case _ as never:
            assert_never(never)


# The role that a device names, by server and client mode; a reader's is the other one of each.
_ROLES: Final = {(True, False): 0x00, (False, True): 0x01, (True, True): 0x03}
_READER_ROLES: Final = {(True, False): 0x01, (False, True): 0x00, (True, True): 0x03}
_BOTH: Final = (0x02, 0x03)


def _modes(role: int, sender: Sender) -> tuple[bool, bool]:
    """Tell server and client mode by the role of who wrote the record.

    In the first edition's handover an mdoc in peripheral server mode names the central role and
    the other way round, as the standard's own example does: the role is the one for the reader.
    """
    if role in _BOTH:
        return True, True
    roles = _ROLES if sender is Sender.DEVICE else _READER_ROLES
    for modes, number in roles.items():
        if number == role:
            return modes
    raise MalformedError(_CODE, "role")


def _ble_data(carrier: BleCarrier, sender: Sender) -> bytes:
    roles = _ROLES if sender is Sender.DEVICE else _READER_ROLES
    role = roles[carrier.server_mode, carrier.client_mode]
    data = _structure(_ROLE, bytes((role,)))
    if carrier.uuid is not None:
        data += _structure(_UUIDS, carrier.uuid.bytes[::-1])
    if carrier.address is not None:
        data += _structure(_ADDRESS, carrier.address)
    return data


def _read_ble(payload: bytes, sender: Sender) -> BleCarrier:
    found: dict[int, bytes] = {}
    for kind, value in _structures(payload):
        if kind in found:
            raise MalformedError(_CODE, "BLE data given twice")
        found[kind] = value
    server_mode, client_mode = _modes(_one_byte(found.get(_ROLE, b"")), sender)
    return BleCarrier(
        server_mode=server_mode,
        client_mode=client_mode,
        uuid=_uuid(found.get(_UUIDS)),
        address=_address(found.get(_ADDRESS)),
    )


def _one_byte(value: bytes) -> int:
    if len(value) != 1:
        raise MalformedError(_CODE, "role")
    return value[0]


def _uuid(value: bytes | None) -> UUID | None:
    if value is None:
        return None
    if len(value) != _UUID_BYTES:
        raise MalformedError(_CODE, "UUID")
    return UUID(bytes=value[::-1])


def _address(value: bytes | None) -> bytes | None:
    if value is not None and len(value) not in {ADDRESS_BYTES, ADDRESS_BYTES + 1}:
        raise MalformedError(_CODE, "address")
    return value


def _structures(payload: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield advertising structures: a length, then a type and a value of that length together."""
    while payload:
        structure, payload = take_lengthened(payload)
        if not structure:
            raise MalformedError(_CODE, "empty structure")
        yield structure[0], structure[1:]


def _structure(kind: int, value: bytes) -> bytes:
    return bytes((len(value) + 1, kind)) + value


def _sized(kind: int, number: int) -> bytes:
    size = (number.bit_length() + 7) // 8
    return _structure(kind, number.to_bytes(size, "big"))


def _read_nfc(payload: bytes) -> NfcCarrier:
    """Read version 1: both lengths, in this order, or neither."""
    if payload[:1] != bytes((_NFC_VERSION,)):
        raise MalformedError(_CODE, "version of the NFC record")
    structures = tuple(_structures(payload[1:]))
    if not structures:
        return NfcCarrier(None)
    if tuple(kind for kind, _ in structures) != (_COMMAND, _RESPONSE):
        raise MalformedError(_CODE, "lengths")
    command, response = (int.from_bytes(value, "big") for _, value in structures)
    if command not in COMMAND_RANGE or response not in RESPONSE_RANGE:
        raise MalformedError(_CODE, "lengths")
    return NfcCarrier(NfcOptions(command, response))
