"""Verified lists in memory, bounded in number and bytes, and the newest date seen of each.

A list leaves the memory when it is old or room is needed; its date stays, so that nobody can
answer with an older list later.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Final, Generic, Protocol, TypeVar, final

from krid._core import limits
from krid.errors import Code, KridError, MisuseError, StatusError
from krid.model import Evidence, IssuerKey
from krid.status.claims import later
from krid.status.fetch import Validators

UNREACHABLE: Final = ""
"""In the place of an issuer's name, which is never empty: refused whoever names the list."""

_SHORTEST: Final = timedelta(seconds=limits.MIN_STATUS_FETCH_SECONDS)


class VerifiedList(Protocol):
    """What the lists of all kinds have in common."""

    @property
    def uri(self) -> str:
        """The address that it is the list of."""
        ...

    @property
    def signer(self) -> IssuerKey:
        """The trusted key that signed it."""
        ...

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""
        ...

    @property
    def fresh_until(self) -> datetime:
        """When to ask for a newer one."""
        ...

    @property
    def valid_until(self) -> datetime:
        """When to believe it no longer."""
        ...

    @property
    def ttl(self) -> timedelta | None:
        """How long after a fetch to ask for a newer one."""
        ...

    @property
    def packed_bytes(self) -> int:
        """How much memory the statuses take."""
        ...


L = TypeVar("L", bound=VerifiedList)
L_co = TypeVar("L_co", bound=VerifiedList, covariant=True)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How much a cache keeps of each kind: so many lists, and so many bytes of them together.

    The list that came last is kept whatever its size.

    Raises:
        MisuseError: `misuse.option` for a capacity of nothing.
    """

    lists: int = limits.MAX_CACHED_STATUS_LISTS
    size: int = limits.MAX_STATUS_CACHE_BYTES

    def __post_init__(self) -> None:
        """Refuse a cache that could keep nothing."""
        if self.lists < 1 or self.size < 1:
            raise MisuseError(Code.MISUSE_OPTION, "capacity")


DEFAULT_CAPACITY: Final = Capacity()
"""What fits into the memory of a small server."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Generic[L_co]):
    """A verified list with the bytes that it came in, fresh from `since` until `until`."""

    found: L_co
    raw: bytes = field(repr=False)
    media_type: str
    fetched_at: datetime
    since: datetime
    until: datetime
    validators: Validators
    evidence: Evidence

    @property
    def size(self) -> int:
        """How much memory it takes."""
        return len(self.raw) + self.found.packed_bytes


@final
@dataclass(frozen=True, slots=True)
class _Refusal:
    error: KridError
    since: datetime
    until: datetime


@final
class ListCache(Generic[L]):
    """The lists of one kind, for one source of trust. Several threads may use it."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity: Final = capacity
        self._kept: Final[dict[str, Kept[L]]] = {}
        self._newest: Final[dict[str, datetime]] = {}
        self._refusals: Final[dict[tuple[str, str | None], _Refusal]] = {}
        self._lock: Final = threading.Lock()

    def __len__(self) -> int:
        """Return how many lists are kept."""
        return len(self._kept)

    def fresh(self, uri: str, now: datetime) -> Kept[L] | None:
        """Return a list that need not be asked for again.

        A clock that was turned back makes no list young again.
        """
        kept = self._kept.get(uri)
        return kept if kept is not None and kept.since <= now < kept.until else None

    def latest(self, uri: str) -> Kept[L] | None:
        """Return the list that was kept last, fresh or not."""
        return self._kept.get(uri)

    def keep(self, kept: Kept[L]) -> None:
        """Keep a list, no longer than its signer's certificate holds, in the place of an older one.

        Raises:
            StatusError: `status.rollback` when a newer one was seen.
        """
        uri = kept.found.uri
        with self._lock:
            self._check_newest(uri, kept.found.issued_at)
            self._kept.pop(uri, None)
            self._make_room(kept.size)
            self._kept[uri] = kept

    def _check_newest(self, uri: str, issued_at: datetime) -> None:
        if issued_at < self._newest.get(uri, issued_at):
            raise StatusError(Code.STATUS_ROLLBACK)
        self._newest[uri] = issued_at
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        """Let go of the dates furthest back; those lists have most likely ended."""
        excess = len(self._newest) - limits.MAX_STATUS_WATERMARKS
        if excess > 0:
            for uri in nsmallest(excess, self._newest, key=self._newest.__getitem__):
                del self._newest[uri]

    def _make_room(self, size: int) -> None:
        """Let go of those that grow old first, until one more list of this size fits."""
        room = self._capacity.size - size
        while self._kept and (
            len(self._kept) >= self._capacity.lists
            or sum(each.size for each in self._kept.values()) > room
        ):
            del self._kept[min(self._kept, key=lambda uri: self._kept[uri].until)]

    def refuse(self, uri: str, named_by: str | None, error: KridError, now: datetime) -> None:
        """Remember for a while why there is no list, so that nobody asks again at once.

        One that could not be had at all is refused to everybody, by `named_by=UNREACHABLE`; one
        that is not believed, only to those who named it in the same way.
        """
        # A copy, since the error itself holds on to everything on the stack.
        refusal = _Refusal(type(error)(error.code, error.detail), now, later(now, _SHORTEST))
        with self._lock:
            self._refusals.pop((uri, named_by), None)
            if len(self._refusals) >= limits.MAX_STATUS_REFUSALS:
                del self._refusals[next(iter(self._refusals))]
            self._refusals[uri, named_by] = refusal

    def check_not_refused(self, uri: str, named_by: str | None, now: datetime) -> None:
        """Raise again what was raised a moment ago.

        Raises:
            KridError: what `refuse` was given.
        """
        for name in (UNREACHABLE, named_by):
            refusal = self._refusals.get((uri, name))
            if refusal is not None and refusal.since <= now < refusal.until:
                raise type(refusal.error)(refusal.error.code, refusal.error.detail)

    def snapshot(self) -> tuple[tuple[Kept[L], ...], Mapping[str, datetime]]:
        """Return all lists and the newest dates, to be written down."""
        with self._lock:
            return tuple(self._kept.values()), dict(self._newest)

    def remember(self, newest: Mapping[str, datetime]) -> None:
        """Take over newest dates that were written down; dates never go back."""
        with self._lock:
            for uri, moment in newest.items():
                self._newest[uri] = max(moment, self._newest.get(uri, moment))
            self._forget_oldest()
