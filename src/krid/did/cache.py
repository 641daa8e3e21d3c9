"""A bounded memory of what was found, and for a shorter time of what was not."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import final

from krid._core import limits
from krid.did.resolution import Resolution, ResolutionResult


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """How many answers a resolver keeps, and how long; a lifetime of zero keeps none.

    `lifetime` is how long a key that was taken out of a document may still be believed.
    """

    entries: int = limits.DID_CACHE_ENTRIES
    lifetime: timedelta = timedelta(seconds=limits.DID_CACHE_SECONDS)
    failure_lifetime: timedelta = timedelta(seconds=limits.DID_NEGATIVE_CACHE_SECONDS)


@final
@dataclass(slots=True)
class Cache:
    """Answers by DID, the least recently used forgotten first; threads may share it."""

    policy: CachePolicy
    _entries: OrderedDict[str, tuple[datetime, datetime, Resolution]] = field(
        default_factory=OrderedDict, repr=False
    )
    _lock: Lock = field(default_factory=Lock, repr=False)

    def find(self, did: str, now: datetime) -> Resolution | None:
        """Return the answer for a DID while it is fresh."""
        with self._lock:
            entry = self._entries.get(did)
            if entry is None:
                return None
            kept_at, until, answer = entry
            # A clock that was set back must not make an old answer live longer.
            if kept_at <= now < until:
                self._entries.move_to_end(did)
                return answer
            del self._entries[did]
            return None

    def keep(
        self, did: str, answer: Resolution, now: datetime, *, at_most: timedelta | None = None
    ) -> None:
        """Remember an answer, no longer than its own lifetime where it has one."""
        found = isinstance(answer, ResolutionResult)
        lifetime = self.policy.lifetime if found else self.policy.failure_lifetime
        if at_most is not None:
            lifetime = min(lifetime, at_most)
        with self._lock:
            self._entries[did] = (now, now + lifetime, answer)
            self._entries.move_to_end(did)
            while len(self._entries) > self.policy.entries:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
