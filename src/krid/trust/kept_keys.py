"""Keys that issuers publish, fetched when they are needed and kept for a while."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias, final

from krid._core import limits
from krid.errors import Code, KridError, MisuseError, TransportError
from krid.model import IssuerHint
from krid.net import Flow, Transport, run
from krid.sdjwt.issuer_metadata import IssuerKeySet, PublishedKey
from krid.trust.published import named, only

FetchKeys: TypeAlias = Callable[[str, datetime], Flow[IssuerKeySet]]
"""Fetches the keys of an issuer as they are at a moment."""

LONGEST: Final = timedelta(seconds=limits.ISSUER_METADATA_SECONDS)
_SHORTEST: Final = timedelta(seconds=limits.MIN_ISSUER_METADATA_SECONDS)


@final
@dataclass(frozen=True, slots=True)
class _Kept:
    """What came of asking: the keys, or why there are none."""

    outcome: IssuerKeySet | KridError
    since: datetime
    until: datetime


@final
class KeptKeys:
    """The keys of issuers, kept as long as they ask for and `keep_for` at most.

    They are kept half a minute at least. A key identifier that is not among them leads to one
    fetch more when half a minute has passed. What failed is not asked for again before that.
    Several threads may use it.
    """

    def __init__(self, fetch: FetchKeys, *, transport: Transport, keep_for: timedelta) -> None:
        if keep_for < _SHORTEST:
            raise MisuseError(Code.MISUSE_OPTION, "keep_for")
        self._fetch: Final = fetch
        self._transport: Final = transport
        self._keep_for: Final = keep_for
        self._kept: Final[dict[str, _Kept]] = {}
        self._lock: Final = threading.Lock()

    def find(self, issuer: str, hint: IssuerHint, *, now: datetime) -> PublishedKey:
        """Return the one key that a hint names, or that fits when it names none.

        Raises:
            TrustError: `trust.key`, `alg.key` or `trust.ambiguous`.
            KridError: as the fetching raises.
        """
        candidates = named(self._keys(issuer, now).keys, hint)
        if not candidates:
            candidates = named(self._renewed(issuer, now).keys, hint)
        return only(candidates, hint)

    def _keys(self, issuer: str, now: datetime) -> IssuerKeySet:
        with self._lock:
            kept = self._kept.get(issuer)
        # A clock that was turned back makes nothing young again.
        if kept is None or not kept.since <= now < kept.until:
            return self._fetched(issuer, now)
        return _opened(kept.outcome)

    def _renewed(self, issuer: str, now: datetime) -> IssuerKeySet:
        """Return the keys as they are now, if the last look is not too fresh to repeat."""
        with self._lock:
            kept = self._kept[issuer]
        if now - kept.since < _SHORTEST:
            return _opened(kept.outcome)
        try:
            return self._fetched(issuer, now)
        except TransportError:
            # Whoever makes up a key identifier must not have the keys forgotten.
            self._keep(issuer, kept.outcome, now, kept.until - now)
            return _opened(kept.outcome)

    def _fetched(self, issuer: str, now: datetime) -> IssuerKeySet:
        try:
            keys = run(self._fetch(issuer, now), self._transport)
        except KridError as refusal:
            # A copy, since the refusal itself holds on to everything on the stack.
            self._keep(issuer, type(refusal)(refusal.code, refusal.detail), now, _SHORTEST)
            raise
        self._keep(issuer, keys, now, self._lifetime(keys))
        return keys

    def _keep(
        self, issuer: str, outcome: IssuerKeySet | KridError, now: datetime, span: timedelta
    ) -> None:
        with self._lock:
            self._kept[issuer] = _Kept(outcome, now, now + span)

    def _lifetime(self, keys: IssuerKeySet) -> timedelta:
        said = self._keep_for if keys.fresh_for is None else keys.fresh_for
        return max(_SHORTEST, min(said, self._keep_for))


def _opened(outcome: IssuerKeySet | KridError) -> IssuerKeySet:
    """Return the keys, or raise anew why there are none."""
    if isinstance(outcome, KridError):
        raise type(outcome)(outcome.code, outcome.detail)
    return outcome
