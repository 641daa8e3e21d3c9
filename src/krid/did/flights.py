"""One flight for each question: threads that ask the same at the same time share the answer."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar, final

T = TypeVar("T")


@final
@dataclass(slots=True)
class _Flight(Generic[T]):
    """Work under way: the gate is closed until there is an outcome."""

    gate: Lock = field(default_factory=Lock)
    outcome: list[T] = field(default_factory=list)


@final
class Flights(Generic[T]):
    """Work that is under way, by its key; the first to ask does it, the others wait for it."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Flight[T]] = {}
        self._lock = Lock()

    def share(self, key: Hashable, work: Callable[[], T]) -> T:
        """Do the work, or wait for the one who is at it and have its result.

        Where the one at work ends by an exception, those who waited do the work themselves.
        """
        mine: _Flight[T] = _Flight()
        mine.gate.acquire()
        with self._lock:
            flight = self._open.setdefault(key, mine)
        if flight is mine:
            return self._lead(key, mine, work)
        with flight.gate:
            outcome = flight.outcome
        return outcome[0] if outcome else work()

    def _lead(self, key: Hashable, flight: _Flight[T], work: Callable[[], T]) -> T:
        try:
            result = work()
            flight.outcome.append(result)
        finally:
            with self._lock:
                del self._open[key]
            flight.gate.release()
        return result
