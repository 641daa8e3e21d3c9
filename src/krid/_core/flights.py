"""One fetch at a time for each address, however many threads want it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, final


@final
class Flights:
    """Locks by address, gone as soon as nobody waits for them."""

    __slots__ = ("_flying", "_lock")

    def __init__(self) -> None:
        self._lock: Final = threading.Lock()
        self._flying: Final[dict[str, _Flight]] = {}

    @contextmanager
    def alone(self, uri: str) -> Iterator[None]:
        """Let one thread through for each address; the others wait for it."""
        with self._lock:
            flight = self._flying.setdefault(uri, _Flight())
            flight.passengers += 1
        try:
            with flight.lock:
                yield
        finally:
            with self._lock:
                flight.passengers -= 1
                if not flight.passengers:
                    del self._flying[uri]


@final
class _Flight:
    __slots__ = ("lock", "passengers")

    def __init__(self) -> None:
        self.lock: Final = threading.Lock()
        self.passengers = 0
