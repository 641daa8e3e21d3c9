"""The port to whatever carries messages, and a pair of links in memory."""

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, final

from krid.errors import Code, TransportError
from krid.proximity.ble import BleReceiver, BleState, pieces


class Link(Protocol):
    """Carries whole messages between one reader and one phone.

    An implementation over a Bluetooth stack writes and reads characteristics, whose contents are
    those of `krid.proximity.ble`. Not safe between threads.
    """

    def send(self, message: bytes) -> None:
        """Send a message.

        Raises:
            TransportError: `proximity.link` when the other side has gone.
        """
        ...

    def receive(self, *, wait: timedelta) -> bytes | None:
        """Return the next message, None when none has come whole by then.

        Raises:
            TransportError: `proximity.link` when the other side has gone.
            MalformedError, BindingError: what came is no message; the link is of no more use.
        """
        ...

    def close(self) -> None:
        """Tell the other side that this is the end, and let go."""
        ...


@dataclass(slots=True)
class _Side:
    """What one side has been written, piece by piece."""

    pieces: deque[bytes] = field(default_factory=deque)
    receiver: BleReceiver = field(default_factory=BleReceiver)
    is_closed: bool = False


@final
class MemoryLink:
    """One end of a pair in this process; messages go through the pieces of BLE all the same."""

    def __init__(self, own: _Side, other: _Side, *, size: int) -> None:
        self._own = own
        self._other = other
        self._size = size

    def send(self, message: bytes) -> None:
        """Write a message to the other side.

        Raises:
            TransportError: `proximity.link` after either side has closed.
        """
        self._check_open()
        self._other.pieces.extend(pieces(message, size=self._size))

    def receive(self, *, wait: timedelta) -> bytes | None:  # noqa: ARG002  nothing comes later
        """Return the next message, None for nothing yet; never waits.

        Raises:
            TransportError: `proximity.link` when the other side has closed.
            KridError: as `BleReceiver.write_piece`.
        """
        while self._own.pieces:
            message = self._own.receiver.write_piece(self._own.pieces.popleft())
            if message is not None:
                return message
        self._check_open()
        return None

    def close(self) -> None:
        """Close both ends; what was sent before can still be received."""
        self._own.is_closed = self._other.is_closed = True

    def _check_open(self) -> None:
        if self._own.is_closed:
            raise TransportError(Code.PROXIMITY_LINK)


def memory_pair(*, size: int) -> tuple[MemoryLink, MemoryLink]:
    """Make both ends of a link; `size` is the longest value of a characteristic."""
    one, other = _Side(), _Side()
    for each in (one, other):
        each.receiver.write_state(bytes((BleState.START,)))
    return MemoryLink(one, other, size=size), MemoryLink(other, one, size=size)
