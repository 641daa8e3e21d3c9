"""Finding a verified list of one kind: kept, known, fetched, or at hand offline."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Generic, final

from krid._core import limits, times
from krid._core.flights import Flights
from krid.errors import Code, KridError, StatusError, TransportError
from krid.model import Check, Evidence, Freshness, IssuerKeys
from krid.net import Flow, NoNetwork, Response, Transport, run
from krid.status.cache import UNREACHABLE, Capacity, Kept, L, ListCache, VerifiedList
from krid.status.claims import later
from krid.status.fetch import NO_VALIDATORS, NOT_MODIFIED, Validators, check_media_type, fetch_list
from krid.status.kinds import ListKind, Terms
from krid.status.offline import Offline
from krid.status.reference import check_uri
from krid.status.saved import Saved

_SHORTEST: Final = timedelta(seconds=limits.MIN_STATUS_FETCH_SECONDS)
_DAY: Final = timedelta(days=1)
_PASSED_OVER: Final = frozenset({Code.STATUS_EXPIRED, Code.STATUS_ROLLBACK})


@final
class ListKeeper(Generic[L]):
    """The lists of one kind; `known` are signed lists by their addresses, not verified yet."""

    def __init__(
        self,
        kind: ListKind[L],
        source: Transport | Offline,
        *,
        issuers: IssuerKeys,
        known: Mapping[str, str | bytes],
        fallback: Offline | None,
        skew: timedelta,
        capacity: Capacity,
    ) -> None:
        self.cache: Final[ListCache[L]] = ListCache(capacity)
        self._kind: Final = kind
        self._offline: Final = source if isinstance(source, Offline) else None
        self._transport: Final = NoNetwork() if isinstance(source, Offline) else source
        self._fallback: Final = fallback
        self._issuers: Final = issuers
        self._known: Final = {uri: _octets(raw) for uri, raw in known.items()}
        self._skew: Final = skew
        self._flights: Final = Flights()

    def find(self, uri: str, *, now: datetime, named_by: str | None) -> Kept[L]:
        """Return the verified list at an address; threads that want the same one wait for one.

        Raises:
            KridError: as `find_flow`.
        """
        kept = self.cache.fresh(uri, now)
        if kept is not None:
            return kept
        check_uri(uri)
        with self._flights.alone(uri):
            return run(self.find_flow(uri, now=now, named_by=named_by), self._transport)

    def find_flow(self, uri: str, *, now: datetime, named_by: str | None) -> Flow[Kept[L]]:
        """Return the verified list at an address.

        Raises:
            StatusError: `status.unavailable`, `status.stale`, `status.rollback`,
                `status.media_type`, and those of the kind's `verify`.
            KridError: the list is malformed or not believed.
        """
        check_uri(uri)
        kept = self.cache.fresh(uri, now)
        if kept is not None:
            return kept
        terms = self._terms(now, named_by)
        if self._offline is not None:
            return self._at_hand(uri, self._offline, terms)
        known = self._known_and_fresh(uri, terms)
        if known is not None:
            return known
        return (yield from self._fetched(uri, terms))

    def find_at_flow(
        self, uri: str, *, at: datetime, now: datetime, named_by: str | None
    ) -> Flow[L]:
        """Return the list as it was at a moment.

        Raises:
            StatusError: `status.unavailable`, `status.media_type`, `status.historical`, and
                those of the kind's `verify_at`.
            KridError: the list is malformed or not believed.
        """
        check_uri(uri)
        media_types = self._kind.media_types
        try:
            response = yield from fetch_list(self._kind.uri_at(uri, at), media_types)
        except TransportError as cause:
            raise StatusError(Code.STATUS_UNAVAILABLE) from cause
        served = check_media_type(response, media_types)
        terms = self._terms(now, named_by)
        return self._kind.verify_at(response.body, served, uri=uri, at=at, terms=terms)

    def restore(self, saved: Saved, *, now: datetime) -> None:
        """Verify a list that was written down, and keep it as if it had just been looked up.

        Raises:
            KridError: as `find_flow`.
        """
        check_uri(saved.uri)
        saved = _came_by(saved, now)
        found = self._verified(saved, self._terms(now, saved.named_by))
        if self._offline is not None:
            until = self._until_too_old(found, self._offline, now)
        else:
            until = min(found.fresh_until, later(saved.fetched_at, found.ttl or _DAY))
        self.cache.keep(_kept(found, saved, now=now, until=until))

    def _terms(self, now: datetime, named_by: str | None) -> Terms:
        return Terms(issuers=self._issuers, now=now, skew=self._skew, named_by=named_by)

    def _verified(self, saved: Saved, terms: Terms) -> L:
        """Verify a list under the present terms; it grows old from when it came."""
        terms = replace(terms, obtained_at=saved.fetched_at)
        return self._kind.verify(saved.raw, saved.media_type, uri=saved.uri, terms=terms)

    def _verified_known(self, uri: str, raw: bytes, terms: Terms) -> tuple[L, Saved]:
        """Verify a list known from the beginning; nobody knows when it came but its signer."""
        found = self._kind.verify(raw, "", uri=uri, terms=terms)
        return found, Saved(uri=uri, raw=raw, fetched_at=found.issued_at)

    def _at_hand(self, uri: str, offline: Offline, terms: Terms) -> Kept[L]:
        """Return a list without a network: the one kept, or one known from the beginning."""
        latest = self.cache.latest(uri)
        if latest is not None:
            return self._keep(self._last(latest, offline, terms))
        if uri not in self._known:
            raise StatusError(Code.STATUS_UNAVAILABLE)
        found, saved = self._verified_known(uri, self._known[uri], terms)
        until = self._until_too_old(found, offline, terms.now)
        return self._keep(_kept(found, saved, now=terms.now, until=until))

    def _last(self, latest: Kept[L], offline: Offline, terms: Terms) -> Kept[L]:
        """Verify once more the list kept last, unless it is too old."""
        offline.check(latest.found.issued_at, now=terms.now)
        saved = _came_by(Saved.of(latest), terms.now)
        found = self._verified(saved, terms)
        until = self._until_too_old(found, offline, terms.now)
        return _kept(found, saved, now=terms.now, until=until)

    def _until_too_old(self, found: L, offline: Offline, now: datetime) -> datetime:
        offline.check(found.issued_at, now=now)
        return min(found.valid_until, offline.until(found.issued_at))

    def _known_and_fresh(self, uri: str, terms: Terms) -> Kept[L] | None:
        """Return a list known from the beginning, as long as nobody needs to ask for a newer one.

        One that is old or was replaced is passed over; one that is forged is not.
        """
        raw = self._known.get(uri)
        if raw is None:
            return None
        try:
            found, saved = self._verified_known(uri, raw, terms)
            if terms.now >= found.fresh_until:
                return None
            return self._keep(_kept(found, saved, now=terms.now, until=found.fresh_until))
        except StatusError as refusal:
            if refusal.code in _PASSED_OVER:
                return None
            raise

    def _fetched(self, uri: str, terms: Terms) -> Flow[Kept[L]]:
        self.cache.check_not_refused(uri, terms.named_by, terms.now)
        latest = self._still_valid(uri, terms.now)
        validators = NO_VALIDATORS if latest is None else latest.validators
        try:
            response = yield from fetch_list(uri, self._kind.media_types, validators=validators)
        except TransportError as cause:
            return self._without_network(uri, latest, terms, cause)
        try:
            if response.status == NOT_MODIFIED and latest is not None:
                return self._renewed(latest, terms)
            return self._accepted(uri, response, terms)
        except KridError as refusal:
            self.cache.refuse(uri, terms.named_by, refusal, terms.now)
            raise

    def _still_valid(self, uri: str, now: datetime) -> Kept[L] | None:
        latest = self.cache.latest(uri)
        return latest if latest is not None and now < latest.found.valid_until else None

    def _accepted(self, uri: str, response: Response, terms: Terms) -> Kept[L]:
        media_type = check_media_type(response, self._kind.media_types)
        saved = Saved(
            uri=uri,
            raw=response.body,
            media_type=media_type,
            fetched_at=terms.now,
            validators=Validators.of(response.header("etag"), response.header("last-modified")),
        )
        found = self._verified(saved, terms)
        until = _until(found, found.fresh_until, terms.now)
        return self._keep(_kept(found, saved, now=terms.now, until=until))

    def _renewed(self, latest: Kept[L], terms: Terms) -> Kept[L]:
        """Verify once more what did not change: trust in its signer may have."""
        saved = replace(Saved.of(latest), fetched_at=terms.now)
        found = self._verified(saved, terms)
        until = _until(found, later(terms.now, found.ttl or _DAY), terms.now)
        return self._keep(_kept(found, saved, now=terms.now, until=until))

    def _without_network(
        self, uri: str, latest: Kept[L] | None, terms: Terms, cause: TransportError
    ) -> Kept[L]:
        """Use the last list while the network is down, if the caller stated an age for that.

        It is verified once more: its end, its signer's and trust in him need no network.
        """
        if self._fallback is None or latest is None:
            refusal = StatusError(Code.STATUS_UNAVAILABLE)
            self.cache.refuse(uri, UNREACHABLE, refusal, terms.now)
            raise refusal from cause
        try:
            last = self._last(latest, self._fallback, terms)
            until = min(last.until, later(terms.now, _SHORTEST))
            return self._keep(replace(last, until=until))
        except KridError as refusal:
            self.cache.refuse(uri, terms.named_by, refusal, terms.now)
            raise

    def _keep(self, kept: Kept[L]) -> Kept[L]:
        self.cache.keep(kept)
        return kept


def _kept(found: L, saved: Saved, *, now: datetime, until: datetime) -> Kept[L]:
    """Put a list and its bytes together; it is kept no longer than its signer's certificate."""
    issued = times.to_rfc3339(found.issued_at)
    detail = f"valid in {found.uri} of {issued}, signed by {found.signer.issuer}"
    return Kept(
        found=found,
        raw=saved.raw,
        media_type=saved.media_type,
        fetched_at=saved.fetched_at,
        since=now,
        until=min(until, found.signer.not_after or until),
        validators=saved.validators,
        evidence=Evidence(
            Check.STATUS,
            f"{detail} ({found.signer.path})",
            freshness=Freshness(found.issued_at, found.fresh_until),
        ),
    )


def _came_by(saved: Saved, now: datetime) -> Saved:
    """Let no list have come in the future, where it would be young for longer than it may."""
    return replace(saved, fetched_at=min(saved.fetched_at, now))


def _until(found: VerifiedList, until: datetime, now: datetime) -> datetime:
    """Return when to ask again: not at once, and not after the end of the list."""
    return min(found.valid_until, max(until, later(now, _SHORTEST)))


def _octets(raw: str | bytes) -> bytes:
    return raw.encode() if isinstance(raw, str) else raw
