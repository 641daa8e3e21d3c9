"""Where a verifier keeps the nonces that it has handed out, each good for one answer."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Protocol, final

from krid._core import limits
from krid.errors import BindingError, Code
from krid.exchange.request import PresentationRequest


@final
@dataclass(frozen=True, slots=True)
class Session:
    """One open request."""

    request: PresentationRequest


class Sessions(Protocol):
    """A store of open requests; `take` must be atomic, over all processes that share the store."""

    def open(self, session: Session, *, now: datetime) -> None:
        """Keep a session until it is taken or has expired."""
        ...

    def take(self, state: str, *, now: datetime) -> Session:
        """Return a session and forget it: no second caller gets it.

        Raises:
            BindingError: `session.unknown`.
        """
        ...


@final
class MemorySessions:
    """Sessions in this process's memory, safe between threads, bounded in number.

    When it is full the oldest session is dropped.
    """

    def __init__(self, *, capacity: int = limits.MAX_SESSIONS) -> None:
        self._capacity = capacity
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def open(self, session: Session, *, now: datetime) -> None:
        """Keep a session until it is taken, has expired, or is the oldest of too many."""
        with self._lock:
            self._drop_expired(now)
            while len(self._open) >= self._capacity:
                self._open.popitem(last=False)
            self._open[session.request.state] = session

    def take(self, state: str, *, now: datetime) -> Session:
        """Return a session and forget it.

        Raises:
            BindingError: `session.unknown` when it was never opened, was taken, or has expired.
        """
        with self._lock:
            session = self._open.pop(state, None)
        if session is None or session.request.expires <= now:
            raise BindingError(Code.SESSION_UNKNOWN)
        return session

    def __len__(self) -> int:
        """The number of sessions kept, expired ones among them."""
        return len(self._open)

    def _drop_expired(self, now: datetime) -> None:
        while self._open:
            state, oldest = next(iter(self._open.items()))
            if oldest.request.expires > now:
                return
            del self._open[state]
