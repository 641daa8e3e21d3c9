"""What is known of a federation's entities, kept for a while."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import final

from krid._core import limits
from krid.errors import KridError
from krid.trust.federation.member import Member


@final
@dataclass(frozen=True, slots=True)
class Kept:
    """What came of looking at an entity: a member, or why it is none."""

    outcome: Member | KridError
    since: datetime
    until: datetime

    def opened(self) -> Member:
        """Return the member, or raise anew why it is none."""
        if isinstance(self.outcome, KridError):
            raise type(self.outcome)(self.outcome.code, self.outcome.detail)
        return self.outcome


@final
@dataclass(slots=True)
class Memory:
    """Entities by identifier, the least recently used forgotten first; threads may share it."""

    _entries: OrderedDict[str, Kept] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def find(self, entity_id: str, now: datetime) -> Kept | None:
        """Return what is known of an entity while it is fresh."""
        with self._lock:
            kept = self._entries.get(entity_id)
            # A clock that was turned back makes nothing young again.
            if kept is None or not kept.since <= now < kept.until:
                return None
            self._entries.move_to_end(entity_id)
            return kept

    def keep(self, entity_id: str, kept: Kept) -> None:
        """Remember what is known of an entity."""
        with self._lock:
            self._entries[entity_id] = kept
            self._entries.move_to_end(entity_id)
            while len(self._entries) > limits.MAX_FEDERATION_ENTITIES:
                self._entries.popitem(last=False)
