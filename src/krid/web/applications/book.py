"""The applications of an office, in the store that its issuer has anyway."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Self, final

from krid._core import limits, shape, strict_json, times
from krid._core.clock import Clock
from krid.errors import BindingError, Code, StoreError
from krid.openid.oauth import IssuanceStore
from krid.openid.oauth.store import Kind, fingerprint

_CODE: Final = Code.PRESENTATION_RECORD
KEPT_FOR: Final = timedelta(days=31)
"""A deferred issuance and a refresh token live for thirty days; this is a little longer."""

_SETTLING: Final = timedelta(minutes=1)
"""A process that was to decide or settle an application, and has not by then, is gone."""


@unique
class Stand(StrEnum):
    """How an application stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@final
@dataclass(frozen=True, slots=True)
class Application:
    """An application of a person of the register; `ticket` is what it became, empty before."""

    person_id: str = field(repr=False)
    since: datetime
    stand: Stand
    ticket: str = field(default="", repr=False)

    def encode(self) -> bytes:
        """Write the record."""
        return strict_json.dumps(
            {
                "person": self.person_id,
                "since": times.to_rfc3339(self.since),
                "stand": self.stand.value,
                "ticket": self.ticket,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a record back."""
        members = strict_json.loads_object(raw)
        return cls(
            shape.text(members.get("person"), _CODE),
            times.from_rfc3339(shape.text(members.get("since"), _CODE)),
            shape.one_of(Stand, members.get("stand"), _CODE),
            shape.text(members.get("ticket"), _CODE),
        )


@final
@dataclass(frozen=True, slots=True)
class ApplicationBook:
    """Applications by their secrets, and the queue of those that wait for a clerk.

    `name` tells the queues of several offices apart that share a store. A queue has so many places
    as `MAX_WEB_APPLICATIONS`: a store lists nothing, so each place has a name.
    """

    store: IssuanceStore
    clock: Clock
    name: str

    def open(self, secret: str, person_id: str, *, stand: Stand) -> None:
        """Write an application down; one of the same person that still waits is dropped for it.

        Raises:
            StoreError: `oauth.busy` when the queue is full.
        """
        key, now = fingerprint(secret), self.clock.now()
        for older, found in self.waiting():
            if found.person_id == person_id:
                with suppress(BindingError):  # a clerk has decided it in this moment
                    self.decide(older, Stand.REFUSED)
        self._put(key, Application(person_id, now, stand))
        if stand is Stand.WAITING:
            self._queue(key)

    def find(self, secret: str) -> Application | None:
        """Return an application by its secret, None where there is none, or no longer."""
        return self._get(fingerprint(secret))

    def waiting(self) -> Iterator[tuple[str, Application]]:
        """Yield what waits for a clerk, each with the key by which it is decided."""
        for place in self._places():
            raw = self.store.get(Kind.DESK, place, now=self.clock.now())
            key = "" if raw is None else raw.decode("ascii")
            found = self._get(key) if key else None
            if found is not None and found.stand is Stand.WAITING:
                yield key, found

    def decide(self, key: str, stand: Stand) -> Application:
        """Approve or refuse what waits; of two clerks at once, the first one counts.

        Raises:
            BindingError: `session.unknown` for what does not wait, or no more.
        """
        found, now = self._get(key), self.clock.now()
        if found is None or found.stand is not Stand.WAITING:
            raise BindingError(Code.SESSION_UNKNOWN)
        mark = fingerprint(f"decided {key}")
        if not self.store.claim(Kind.DESK, mark, expires=now + _SETTLING, now=now):
            raise BindingError(Code.SESSION_UNKNOWN)
        decided = replace(found, stand=stand)
        self._put(key, decided)
        self._leave(key)
        return decided

    def may_settle(self, secret: str) -> bool:
        """Let one of two requests at once settle an application; another may after a minute."""
        now, mark = self.clock.now(), fingerprint(f"settling {secret}")
        return self.store.claim(Kind.DESK, mark, expires=now + _SETTLING, now=now)

    def settle(self, secret: str, application: Application, ticket: str) -> None:
        """Write down what an application became, and keep it for as long as it is asked for."""
        self._put(fingerprint(secret), replace(application, ticket=ticket))

    def _queue(self, key: str) -> None:
        now = self.clock.now()
        expires = now + KEPT_FOR
        for place in self._places():
            if self.store.claim(Kind.DESK, place, expires=expires, now=now):
                raw = key.encode("ascii")
                self.store.put(Kind.DESK, place, raw, expires=expires, now=now)
                return
        self.store.take(Kind.DESK, _record(key), now=now)
        raise StoreError(Code.OAUTH_BUSY)

    def _leave(self, key: str) -> None:
        now = self.clock.now()
        for place in self._places():
            if self.store.get(Kind.DESK, place, now=now) == key.encode("ascii"):
                self.store.take(Kind.DESK, place, now=now)

    def _places(self) -> list[str]:
        count = limits.MAX_WEB_APPLICATIONS
        return [fingerprint(f"queue {self.name} {number}") for number in range(count)]

    def _get(self, key: str) -> Application | None:
        raw = self.store.get(Kind.DESK, _record(key), now=self.clock.now())
        return None if raw is None else Application.decode(raw)

    def _put(self, key: str, application: Application) -> None:
        now = self.clock.now()
        raw = application.encode()
        self.store.put(Kind.DESK, _record(key), raw, expires=now + KEPT_FOR, now=now)


def _record(key: str) -> str:
    return fingerprint(f"application {key}")
