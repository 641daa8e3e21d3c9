"""A software model of the air: BLE's pieces over TCP on 127.0.0.1, for tests and demonstrations.

It is no radio, and nothing of a radio is proved by it: no advertising, no pairing, no range. It
carries exactly what the characteristics of an mdoc in peripheral server mode would hold. Where a
reader would look for the UUID of the service, it goes to the port that the UUID stands for.

A frame is a byte for the characteristic, two bytes for the length, and the value.
"""

import contextlib
import socket
import weakref
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from enum import IntEnum, unique
from typing import Final, Self, final
from uuid import UUID

from krid._core.entropy import Entropy
from krid.errors import BindingError, Code, MalformedError, TransportError
from krid.proximity.ble import MAX_VALUE_BYTES, BleReceiver, BleState, pieces
from krid.proximity.retrieval import BleOptions, RetrievalMethod

_HOST: Final = "127.0.0.1"
_FIRST_PORT: Final = 49_152
_PORTS: Final = 65_536 - _FIRST_PORT
_HEAD: Final = 3
_UUID_BYTES: Final = 16
_TRIES: Final = 64
_READ: Final = 65_536
_PATIENCE: Final = timedelta(seconds=5)
"""How long one side waits for the other to take what it writes."""


@unique
class Characteristic(IntEnum):
    """What a frame is written to; SERVICE names the UUID of the service that is looked for."""

    SERVICE = 0
    STATE = 1
    DATA = 2


def port_of(uuid: UUID) -> int:
    """Return the port that stands for the UUID of a service.

    >>> port_of(UUID("00000000-0000-4000-8000-00000000ffff"))
    65535
    """
    return _FIRST_PORT + int.from_bytes(uuid.bytes[-2:], "big") % _PORTS


@final
class FrameReader:
    """Takes frames out of bytes as they come, and messages out of frames."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._receiver: Final = BleReceiver()

    @property
    def has_ended(self) -> bool:
        """Tell whether the other side has written the end."""
        return self._receiver.has_ended

    def start(self) -> None:
        """Take the start as written, on the side that writes it."""
        self._receiver.write_state(bytes((BleState.START,)))

    def feed(self, received: bytes, *, service: UUID) -> tuple[bytes, ...]:
        """Take bytes, and return the messages that they complete.

        Raises:
            MalformedError: `proximity.chunk`, `proximity.size`.
            BindingError: `proximity.order`, also for another service.
        """
        self._kept += received
        found = [self._take(*frame, service) for frame in self._frames()]
        return tuple(message for message in found if message is not None)

    def _frames(self) -> Iterator[tuple[int, bytes]]:
        while len(self._kept) >= _HEAD:
            size = int.from_bytes(self._kept[1:_HEAD], "big")
            if size > MAX_VALUE_BYTES:
                raise MalformedError(Code.PROXIMITY_CHUNK, "length")
            if len(self._kept) < _HEAD + size:
                return
            kind, value = self._kept[0], bytes(self._kept[_HEAD : _HEAD + size])
            del self._kept[: _HEAD + size]
            yield kind, value

    def _take(self, kind: int, value: bytes, service: UUID) -> bytes | None:
        if kind == Characteristic.SERVICE:
            if value != service.bytes:
                raise BindingError(Code.PROXIMITY_ORDER, "another service")
        elif kind == Characteristic.STATE:
            self._receiver.write_state(value)
        elif kind == Characteristic.DATA:
            return self._receiver.write_piece(value)
        else:
            raise MalformedError(Code.PROXIMITY_CHUNK, "characteristic")
        return None


@final
class LoopbackLink:
    """One end of a connection. Not safe between threads."""

    def __init__(self, connection: socket.socket, service: UUID, *, size: int) -> None:
        self._connection: Final = connection
        self._service: Final = service
        self._size: Final = size
        self._reader: Final = FrameReader()
        self._messages: Final[deque[bytes]] = deque()
        self._is_open = True
        # Whoever drops a link without a word has left: the other side must not wait.
        weakref.finalize(self, connection.close)

    @classmethod
    def connect(cls, service: UUID, *, size: int = MAX_VALUE_BYTES) -> Self:
        """Look for a phone as a reader, and write the start.

        Raises:
            TransportError: `proximity.link`.
        """
        try:
            connection = socket.create_connection(
                (_HOST, port_of(service)), timeout=_PATIENCE.total_seconds()
            )
        except OSError as cause:
            raise TransportError(Code.PROXIMITY_LINK) from cause
        link = cls(connection, service, size=size)
        link._reader.start()
        link._write(Characteristic.SERVICE, service.bytes)
        link._write(Characteristic.STATE, bytes((BleState.START,)))
        return link

    def send(self, message: bytes) -> None:
        """Send a message in pieces.

        Raises:
            TransportError: `proximity.link`.
        """
        for each in pieces(message, size=self._size):
            self._write(Characteristic.DATA, each)

    def receive(self, *, wait: timedelta) -> bytes | None:
        """Return the next message, None when none has come whole by then.

        Raises:
            TransportError: `proximity.link` when the other side has gone.
            KridError: as `FrameReader.feed`; then the link is closed.
        """
        if not self._messages and self._is_open and not self._reader.has_ended:
            self._read(wait)
        if self._messages:
            return self._messages.popleft()
        if not self._is_open or self._reader.has_ended:
            self.close()
            raise TransportError(Code.PROXIMITY_LINK)
        return None

    def close(self) -> None:
        """Write the end, if anybody is there to read it, and let go."""
        if self._is_open:
            with contextlib.suppress(TransportError):
                self._write(Characteristic.STATE, bytes((BleState.END,)))
        self._let_go()

    def _read(self, wait: timedelta) -> None:
        self._connection.settimeout(max(wait.total_seconds(), 0.001))
        try:
            received = self._connection.recv(_READ)
        except TimeoutError:
            return
        except OSError:
            received = b""
        if not received:
            self._let_go()
            return
        try:
            self._messages.extend(self._reader.feed(received, service=self._service))
        except (MalformedError, BindingError):
            self.close()
            raise

    def _write(self, characteristic: Characteristic, value: bytes) -> None:
        frame = bytes((characteristic,)) + len(value).to_bytes(2, "big") + value
        try:
            self._connection.settimeout(_PATIENCE.total_seconds())
            self._connection.sendall(frame)
        except OSError as cause:
            self._let_go()
            raise TransportError(Code.PROXIMITY_LINK) from cause

    def _let_go(self) -> None:
        self._is_open = False
        self._connection.close()


@final
class LoopbackPhone:
    """A phone that one reader may find, once. Made by `advertise`."""

    def __init__(self, listener: socket.socket, service: UUID) -> None:
        self._listener: Final = listener
        self.service: Final = service
        weakref.finalize(self, listener.close)

    @classmethod
    def advertise(cls, entropy: Entropy) -> Self:
        """Be there under a new UUID whose port is free.

        Raises:
            TransportError: `proximity.link` when none was.
        """
        for _ in range(_TRIES):
            service = UUID(bytes=entropy(_UUID_BYTES), version=4)
            try:
                listener = socket.create_server((_HOST, port_of(service)), backlog=1)
            except OSError:
                continue
            return cls(listener, service)
        raise TransportError(Code.PROXIMITY_LINK)

    @property
    def method(self) -> BleOptions:
        """What stands in the engagement."""
        return BleOptions(server_uuid=self.service)

    def accept(self, *, wait: timedelta, size: int = MAX_VALUE_BYTES) -> LoopbackLink | None:
        """Return the link to the reader that has come, None for nobody yet; the first is the last.

        Raises:
            TransportError: `proximity.link` after a reader has come, or `close`.
        """
        try:
            self._listener.settimeout(max(wait.total_seconds(), 0.001))
            connection, _ = self._listener.accept()
        except TimeoutError:
            return None
        except OSError as cause:
            raise TransportError(Code.PROXIMITY_LINK) from cause
        self._listener.close()
        return LoopbackLink(connection, self.service, size=size)

    def close(self) -> None:
        """Be found no more."""
        self._listener.close()


def service_of(methods: tuple[RetrievalMethod, ...]) -> UUID:
    """Return the UUID under which a phone that is the peripheral can be found.

    Raises:
        BindingError: `proximity.carrier` when it can't be.
    """
    for each in methods:
        if isinstance(each, BleOptions) and each.server_uuid is not None:
            return each.server_uuid
    raise BindingError(Code.PROXIMITY_CARRIER)
