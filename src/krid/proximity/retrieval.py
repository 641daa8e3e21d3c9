"""How a reader may connect after engagement: DeviceRetrievalMethods (section 8.2.1.1).

What krid does not know is kept as its two numbers, so that a reader can tell that there was more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never, final
from uuid import UUID

from krid._core import limits, shape
from krid._core.cbor import Cbor
from krid.errors import Code, MalformedError, MisuseError

_CODE: Final = Code.PROXIMITY_ENGAGEMENT
_NFC, _BLE, _WIFI_AWARE = 1, 2, 3
_VERSION: Final = 1

_SERVER, _CLIENT, _SERVER_UUID, _CLIENT_UUID, _ADDRESS, _PSM = 0, 1, 10, 11, 20, 21
_UUID_BYTES: Final = 16
ADDRESS_BYTES: Final = 6
COMMAND_RANGE: Final = range(255, 65_536)
RESPONSE_RANGE: Final = range(256, 65_537)
_PASSPHRASE, _OPERATING_CLASS, _CHANNEL, _BANDS = 0, 1, 2, 3


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BleOptions:
    """Bluetooth Low Energy: `server_uuid` where the mdoc is the peripheral, `client_uuid` where
    the reader is; None for a mode that the mdoc does not have.

    `address` are the 6 bytes of the mdoc's device address. `psm` is the L2CAP channel of drafts
    of the second edition. Both only speed up finding an mdoc that is the peripheral.
    """  # noqa: D205  one sentence

    server_uuid: UUID | None = None
    client_uuid: UUID | None = None
    address: bytes | None = field(default=None, repr=False)
    psm: int | None = None

    def __post_init__(self) -> None:
        """Refuse options without any mode, and an address that is none.

        Raises:
            MisuseError: `misuse.option`.
        """
        if self.server_uuid is None and self.client_uuid is None:
            raise MisuseError(Code.MISUSE_OPTION, "BLE without a mode")
        if self.address is not None and len(self.address) != ADDRESS_BYTES:
            raise MisuseError(Code.MISUSE_OPTION, "BLE device address")


@final
@dataclass(frozen=True, slots=True)
class NfcOptions:
    """NFC: the longest data fields of commands and responses that the mdoc takes, in bytes."""

    max_command: int
    max_response: int

    def __post_init__(self) -> None:
        """Refuse lengths that no APDU has (section 8.3.3.1.2).

        Raises:
            MisuseError: `misuse.option`.
        """
        if self.max_command not in COMMAND_RANGE or self.max_response not in RESPONSE_RANGE:
            raise MisuseError(Code.MISUSE_OPTION, "length of an APDU's data")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WifiAwareOptions:
    """Wi-Fi Aware: each member None where the mdoc says nothing of it."""

    passphrase: str | None = field(default=None, repr=False)
    operating_class: int | None = None
    channel: int | None = None
    bands: bytes | None = None


@final
@dataclass(frozen=True, slots=True)
class OtherMethod:
    """A way to connect, or a version of one, that krid does not know."""

    type: int
    version: int


RetrievalMethod: TypeAlias = BleOptions | NfcOptions | WifiAwareOptions | OtherMethod
"""One way to connect."""


def parse_methods(value: Cbor) -> tuple[RetrievalMethod, ...]:
    """Read decoded DeviceRetrievalMethods, at least one.

    Raises:
        MalformedError: `proximity.engagement`.
    """
    listed = shape.sequence(value, _CODE)
    if not 1 <= len(listed) <= limits.MAX_RETRIEVAL_METHODS:
        raise MalformedError(_CODE, "number of retrieval methods")
    return tuple(_method(each) for each in listed)


def encode_method(method: RetrievalMethod) -> Cbor:
    """Write one method as the value that stands in an engagement.

    Raises:
        MisuseError: `misuse.option` for one that krid does not know.
    """
    match method:
        case BleOptions():
            return [_BLE, _VERSION, _ble_members(method)]
        case NfcOptions(command, response):
            return [_NFC, _VERSION, {0: command, 1: response}]
        case WifiAwareOptions():
            return [_WIFI_AWARE, _VERSION, _wifi_members(method)]
        case OtherMethod():
            raise MisuseError(Code.MISUSE_OPTION, "a method that krid does not know")
        case _ as never:
            assert_never(never)


def _method(value: Cbor) -> RetrievalMethod:
    """Each is a type, a version, and options; another version may have options of another form."""
    parts = shape.sequence(value, _CODE)
    if len(parts) < 2:
        raise MalformedError(_CODE, "retrieval method")
    kind, version = (shape.integer(part, _CODE) for part in parts[:2])
    reader = _READERS.get(kind)
    if reader is None or version != _VERSION:
        return OtherMethod(kind, version)
    if len(parts) != 3:
        raise MalformedError(_CODE, "retrieval method")
    try:
        return reader(shape.integer_map(parts[2], _CODE))
    except MisuseError as cause:
        raise MalformedError(_CODE, cause.detail) from cause


def _read_ble(members: Mapping[int, Cbor]) -> BleOptions:
    """Read both modes; one that is there has a UUID (section 8.2.1.1, table 3)."""
    return BleOptions(
        server_uuid=_mode_uuid(members, _SERVER, _SERVER_UUID),
        client_uuid=_mode_uuid(members, _CLIENT, _CLIENT_UUID),
        address=_optional_octets(members, _ADDRESS),
        psm=_optional_integer(members, _PSM),
    )


def _mode_uuid(members: Mapping[int, Cbor], mode: int, name: int) -> UUID | None:
    if not shape.boolean(members.get(mode), _CODE):
        return None
    raw = shape.octets(members.get(name), _CODE)
    if len(raw) != _UUID_BYTES:
        raise MalformedError(_CODE, "UUID")
    return UUID(bytes=raw)


def _read_nfc(members: Mapping[int, Cbor]) -> NfcOptions:
    return NfcOptions(shape.integer(members.get(0), _CODE), shape.integer(members.get(1), _CODE))


def _read_wifi(members: Mapping[int, Cbor]) -> WifiAwareOptions:
    passphrase = members.get(_PASSPHRASE)
    return WifiAwareOptions(
        passphrase=None if passphrase is None else shape.text(passphrase, _CODE),
        operating_class=_optional_integer(members, _OPERATING_CLASS),
        channel=_optional_integer(members, _CHANNEL),
        bands=_optional_octets(members, _BANDS),
    )


_READERS: Final[Mapping[int, Callable[[Mapping[int, Cbor]], RetrievalMethod]]] = {
    _NFC: _read_nfc,
    _BLE: _read_ble,
    _WIFI_AWARE: _read_wifi,
}


def _optional_integer(members: Mapping[int, Cbor], name: int) -> int | None:
    value = members.get(name)
    return None if value is None else shape.integer(value, _CODE)


def _optional_octets(members: Mapping[int, Cbor], name: int) -> bytes | None:
    value = members.get(name)
    return None if value is None else shape.octets(value, _CODE)


def _ble_members(ble: BleOptions) -> Cbor:
    members: dict[int, Cbor] = {
        _SERVER: ble.server_uuid is not None,
        _CLIENT: ble.client_uuid is not None,
        _SERVER_UUID: None if ble.server_uuid is None else ble.server_uuid.bytes,
        _CLIENT_UUID: None if ble.client_uuid is None else ble.client_uuid.bytes,
        _ADDRESS: ble.address,
        _PSM: ble.psm,
    }
    return _present(members)


def _wifi_members(wifi: WifiAwareOptions) -> Cbor:
    members: dict[int, Cbor] = {
        _PASSPHRASE: wifi.passphrase,
        _OPERATING_CLASS: wifi.operating_class,
        _CHANNEL: wifi.channel,
        _BANDS: wifi.bands,
    }
    return _present(members)


def _present(members: Mapping[int, Cbor]) -> Cbor:
    return {name: value for name, value in members.items() if value is not None}
