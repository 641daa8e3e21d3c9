"""Bluetooth Low Energy as bytes: services, characteristics, states and pieces (8.3.3.1.1).

krid has no radio. A Bluetooth stack writes and reads characteristics; what stands in them is here.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum, unique
from typing import Final, final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import BindingError, Code, MalformedError, MisuseError

MIN_MTU: Final = 23
"""What every connection has (Bluetooth Core Specification, volume 3, part F)."""

MAX_VALUE_BYTES: Final = 512
"""The longest value of a characteristic, from the same."""

_ATT_HEADER: Final = 3
_IDENT_BYTES: Final = 16
_LENGTH_BYTES: Final = 4
_LAST, _MORE = b"\x00", b"\x01"
_BASE: Final = "{:08x}-a123-48ce-896b-4c76973373e6"


@final
@dataclass(frozen=True, slots=True)
class Characteristics:
    """The characteristics of one mode; None for one that the mode does not have."""

    state: UUID
    client_to_server: UUID
    server_to_client: UUID
    ident: UUID | None
    l2cap: UUID


@unique
class BleMode(Enum):
    """Which of both is the peripheral, and so the GATT server."""

    MDOC_PERIPHERAL = 0x1, 0x2, 0x3, None, 0xA
    MDOC_CENTRAL = 0x5, 0x6, 0x7, 0x8, 0xB

    @property
    def characteristics(self) -> Characteristics:
        """The UUIDs (tables 11 and 12). That of the service is the engagement's."""
        state, to_server, to_client, ident, l2cap = self.value
        return Characteristics(
            _uuid(state),
            _uuid(to_server),
            _uuid(to_client),
            None if ident is None else _uuid(ident),
            _uuid(l2cap),
        )


@unique
class BleState(IntEnum):
    """Values of the characteristic State (table 13)."""

    START = 0x01
    END = 0x02

    @classmethod
    def parse(cls, value: bytes) -> "BleState":
        """Read what was written to the characteristic.

        Raises:
            MalformedError: `proximity.chunk`.
        """
        if len(value) != 1 or value[0] not in set(cls):
            raise MalformedError(Code.PROXIMITY_CHUNK, "State")
        return cls(value[0])


def ident_value(key_bytes: bytes) -> bytes:
    """Return the value of the characteristic Ident (section 8.3.3.1.1.3).

    `key_bytes` is EDeviceKeyBytes as it came. An mdoc that is the central finds by it the reader
    that read its engagement.
    """
    typed("key_bytes", key_bytes, bytes)
    return HKDF(SHA256(), _IDENT_BYTES, b"", b"BLEIdent").derive(key_bytes)


def piece_size(mtu: int) -> int:
    """Return the longest value of a characteristic under an ATT MTU.

    Raises:
        MisuseError: `misuse.option` for an MTU that no connection has.
    """
    if mtu < MIN_MTU:
        raise MisuseError(Code.MISUSE_OPTION, "ATT MTU")
    return min(mtu - _ATT_HEADER, MAX_VALUE_BYTES)


def pieces(message: bytes, *, size: int) -> tuple[bytes, ...]:
    r"""Cut a message into values of a characteristic: 01 before each but the last, 00 before that.

    >>> pieces(b"abcde", size=3)
    (b'\x01ab', b'\x01cd', b'\x00e')

    Raises:
        MisuseError: `misuse.option` for an empty or too long message, or a size below 2 bytes.
    """
    if not 1 <= len(message) <= limits.MAX_PROXIMITY_MESSAGE_BYTES or size < 2:
        raise MisuseError(Code.MISUSE_OPTION, "message or size")
    step = size - 1
    starts = range(0, len(message), step)
    return tuple(
        (_LAST if start == starts[-1] else _MORE) + message[start : start + step]
        for start in starts
    )


@final
class BleReceiver:
    """Puts messages together from what the other side writes to characteristics.

    Not safe between threads.
    """

    def __init__(self) -> None:
        self._state: BleState | None = None
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def has_ended(self) -> bool:
        """Tell whether the other side has written the end."""
        return self._state is BleState.END

    def write_state(self, value: bytes) -> None:
        """Take a value of State: the start once, then the end.

        Raises:
            MalformedError: `proximity.chunk`.
            BindingError: `proximity.order`.
        """
        state = BleState.parse(value)
        if self.has_ended or (state is BleState.START and self._state is not None):
            raise BindingError(Code.PROXIMITY_ORDER, "State")
        self._state = state
        self._parts, self._size = [], 0

    def write_piece(self, value: bytes) -> bytes | None:
        """Take a piece, and return the message that it completes.

        Raises:
            BindingError: `proximity.order` before the start or after the end.
            MalformedError: `proximity.chunk`, `proximity.size`.
        """
        if self._state is not BleState.START:
            raise BindingError(Code.PROXIMITY_ORDER, "a piece outside of a session")
        head, content = value[:1], value[1:]
        if head not in {_LAST, _MORE} or len(value) > MAX_VALUE_BYTES:
            raise MalformedError(Code.PROXIMITY_CHUNK)
        if not content and (head == _MORE or not self._parts):
            raise MalformedError(Code.PROXIMITY_CHUNK, "empty")
        self._keep(content)
        if head == _MORE:
            return None
        message = b"".join(self._parts)
        self._parts, self._size = [], 0
        return message

    def _keep(self, content: bytes) -> None:
        self._size += len(content)
        if (
            self._size > limits.MAX_PROXIMITY_MESSAGE_BYTES
            or len(self._parts) >= limits.MAX_PROXIMITY_CHUNKS
        ):
            raise MalformedError(Code.PROXIMITY_SIZE)
        self._parts.append(content)


def l2cap_frame(message: bytes) -> bytes:
    """Write a message for an L2CAP channel: its length in four bytes, then itself.

    The first edition does not have this; it is so in drafts of the second as others built them.

    Raises:
        MisuseError: `misuse.option` for an empty or too long message.
    """
    typed("message", message, bytes)
    if not 1 <= len(message) <= limits.MAX_PROXIMITY_MESSAGE_BYTES:
        raise MisuseError(Code.MISUSE_OPTION, "message")
    return len(message).to_bytes(_LENGTH_BYTES, "big") + message


@final
class L2capReceiver:
    """Takes messages out of the bytes of an L2CAP channel. Not safe between threads."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def write(self, received: bytes) -> tuple[bytes, ...]:
        """Take bytes as they come, and return the messages that they complete.

        Raises:
            MalformedError: `proximity.chunk` for an empty message, `proximity.size`.
        """
        self._kept += received
        found: list[bytes] = []
        while (message := self._next()) is not None:
            found.append(message)
        return tuple(found)

    def _next(self) -> bytes | None:
        if len(self._kept) < _LENGTH_BYTES:
            return None
        end = _LENGTH_BYTES + int.from_bytes(self._kept[:_LENGTH_BYTES], "big")
        if end == _LENGTH_BYTES:
            raise MalformedError(Code.PROXIMITY_CHUNK, "empty")
        if end > _LENGTH_BYTES + limits.MAX_PROXIMITY_MESSAGE_BYTES:
            raise MalformedError(Code.PROXIMITY_SIZE)
        if len(self._kept) < end:
            return None
        message = bytes(self._kept[_LENGTH_BYTES:end])
        del self._kept[:end]
        return message


def _uuid(number: int) -> UUID:
    return UUID(_BASE.format(number))
