"""What an issuer or verifier remembers between two requests: a small port, and one in memory.

Everything has a kind, a key and an end. Keys are digests of codes and tokens, never these
themselves, so that whoever reads a store can redeem nothing of it.
"""

import hashlib
from bisect import bisect_left
from datetime import datetime, timedelta
from enum import StrEnum, unique
from heapq import heapify, heappop, heappush
from threading import Lock
from typing import Final, Protocol, final

from krid._core import base64url, limits
from krid._core.entropy import Entropy
from krid.errors import Code, MisuseError, StoreError

_SPARE_ENDS: Final = 64


@unique
class Kind(StrEnum):
    """What a record is about."""

    OFFER = "offer"
    ISSUER_STATE = "issuer_state"
    PRE_AUTHORIZED = "pre_authorized"
    PUSHED = "pushed"
    INTERACTION = "interaction"
    CODE = "code"
    ACCESS = "access"
    REFRESH = "refresh"
    SPENT = "spent"
    REVOKED = "revoked"
    TRANSACTION = "transaction"
    NOTIFICATION = "notification"
    NOTIFIED = "notified"
    USED_NONCE = "used_nonce"
    USED_PROOF = "used_proof"
    REQUEST_OBJECT = "request_object"
    PRESENTATION = "presentation"
    WAITING = "waiting"
    OUTCOME = "outcome"
    ATTEMPT = "attempt"
    DESK = "desk"
    VISIT = "visit"


class IssuanceStore(Protocol):
    """A store of records; `take` and `claim` are atomic over all processes that share it."""

    def put(self, kind: Kind, key: str, record: bytes, *, expires: datetime, now: datetime) -> None:
        """Keep a record until it is taken or has expired, in the place of one with the same key.

        Raises:
            StoreError: `oauth.busy` when no more fit in, or what the store itself raises.
        """
        ...

    def get(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record, None when there is none that has not expired."""
        ...

    def take(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record and forget it: no second caller gets it."""
        ...

    def claim(self, kind: Kind, key: str, *, expires: datetime, now: datetime) -> bool:
        """Mark a key as used; tell whether this caller was the first.

        Raises:
            StoreError: `oauth.busy` when no more fit in, or what the store itself raises.
        """
        ...


def new_secret(entropy: Entropy) -> str:
    """Make a code, token or identifier of 256 random bits."""
    return base64url.encode(entropy(32))


def fingerprint(secret: str) -> str:
    """Return the key under which a secret is stored: its SHA-256 digest in base64url."""
    return base64url.encode(hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest())


def take_turn(
    store: IssuanceStore, kind: Kind, what: str, *, most: int, spell: timedelta, now: datetime
) -> bool:
    """Count something that happens; tell whether it is none too many.

    Of one thing `most` are taken in each spell of time, by all processes together: the store
    itself says who was in time. No place is given back: they are taken in their order. The first
    of a spell costs one statement.

    Raises:
        StoreError: what the store raises.
    """
    number = int(now.timestamp() // spell.total_seconds())

    def place(each: int) -> str:
        return fingerprint(f"{what} {number} {each}")

    def is_free(each: int) -> bool:
        return store.get(kind, place(each), now=now) is None

    def is_ours(each: int) -> bool:
        return store.claim(kind, place(each), expires=now + spell, now=now)

    if is_ours(0):
        return True
    # Places are taken in their order, so that few have to be looked at.
    return any(is_ours(each) for each in range(bisect_left(range(most), 1, 1, key=is_free), most))


@final
class MemoryIssuanceStore:
    """Records in this process's memory, safe between threads, bounded in number.

    When it is full, nothing new is taken: an issuer that forgot a spent code would issue twice.
    """

    def __init__(self, *, capacity: int = limits.MAX_ISSUANCE_RECORDS) -> None:
        self._capacity = capacity
        self._records: dict[tuple[Kind, str], tuple[bytes, datetime]] = {}
        self._ends: list[tuple[datetime, Kind, str]] = []
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"MemoryIssuanceStore({len(self._records)} records)"

    def __len__(self) -> int:
        """The number of records kept, expired ones among them."""
        return len(self._records)

    def put(self, kind: Kind, key: str, record: bytes, *, expires: datetime, now: datetime) -> None:
        """Keep a record until it is taken or has expired.

        Raises:
            StoreError: `oauth.busy` when it is full.
            MisuseError: `misuse.record` for a record beyond the limit.
        """
        check_size(record)
        with self._lock:
            self._keep((kind, key), record, expires, now)

    def get(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record, None when there is none that has not expired."""
        with self._lock:
            return _unexpired(self._records.get((kind, key)), now)

    def take(self, kind: Kind, key: str, *, now: datetime) -> bytes | None:
        """Return a record and forget it."""
        with self._lock:
            return _unexpired(self._records.pop((kind, key), None), now)

    def claim(self, kind: Kind, key: str, *, expires: datetime, now: datetime) -> bool:
        """Mark a key as used; tell whether this caller was the first.

        Raises:
            StoreError: `oauth.busy` when it is full.
        """
        with self._lock:
            if _unexpired(self._records.get((kind, key)), now) is not None:
                return False
            self._keep((kind, key), b"", expires, now)
            return True

    def kinds(self, *, now: datetime) -> dict[Kind, int]:
        """Count what is kept and has not expired, by kind."""
        with self._lock:
            held = [kind for (kind, _), (_, end) in self._records.items() if end > now]
        return {kind: held.count(kind) for kind in Kind if kind in held}

    def _keep(self, place: tuple[Kind, str], record: bytes, end: datetime, now: datetime) -> None:
        self._drop_expired(now)
        if place not in self._records and len(self._records) >= self._capacity:
            raise StoreError(Code.OAUTH_BUSY)
        self._records[place] = record, end
        heappush(self._ends, (end, *place))
        if len(self._ends) > 2 * len(self._records) + _SPARE_ENDS:
            self._rebuild_ends()

    def _rebuild_ends(self) -> None:
        """Forget the ends of what was taken or replaced: they must not outgrow the records."""
        self._ends = [(end, *place) for place, (_, end) in self._records.items()]
        heapify(self._ends)

    def _drop_expired(self, now: datetime) -> None:
        while self._ends and self._ends[0][0] <= now:
            end, kind, key = heappop(self._ends)
            if self._records.get((kind, key), (b"", None))[1] == end:
                del self._records[kind, key]


def _unexpired(found: tuple[bytes, datetime] | None, now: datetime) -> bytes | None:
    return None if found is None or found[1] <= now else found[0]


def check_size(record: bytes) -> None:
    """Check that a record is not larger than any store has to take.

    Raises:
        MisuseError: `misuse.record`.
    """
    if len(record) > limits.MAX_ISSUANCE_RECORD_BYTES:
        raise MisuseError(Code.MISUSE_RECORD)
