"""The verifier's side: whether a credential still holds, by lists fetched whole and kept a while.

No issuer learns which credential a verifier looks up, nor how often: a list is fetched for all
credentials in it at once (section 12.1).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, final

from krid._core import limits, times
from krid._core.arguments import able, several, typed
from krid.errors import Code, KridError, MisuseError, UnsupportedError
from krid.model import (
    BitstringEntry,
    Check,
    Evidence,
    IssuerKey,
    IssuerKeys,
    RecordEntry,
    StatusEntry,
    StatusReference,
)
from krid.net import Flow, NoNetwork, Transport, run
from krid.status.aggregation import fetch_aggregation
from krid.status.cache import DEFAULT_CAPACITY, Capacity, Kept
from krid.status.keeper import ListKeeper
from krid.status.kinds import TOKENS, BitstringKind
from krid.status.lists import BitstringList, StatusList
from krid.status.offline import Offline
from krid.status.saved import Saved, Shelf, parse_archive, write_archive
from krid.status.securing import ListSecuring, VcJwt
from krid.status.signer import StatusProvider, check_speaks_for
from krid.status.values import check_purpose, check_valid

_TOKENS: Final = "tokens"
_BITSTRINGS: Final = "bitstrings"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Prefetched:
    """Which lists are at hand now, and why the others are not."""

    ready: tuple[str, ...]
    refused: Mapping[str, KridError]


@final
class StatusLists:
    """A `StatusSource` over Token Status Lists and Bitstring Status Lists. Threads may share it.

    A fetched list is kept until it asks to be fetched again or ends, whichever is earlier, but
    half a minute at least; then the server is asked whether there is a newer one, and when that
    fails the status is unavailable: an old list is a stand-in only where an `Offline` says how
    old. Lists in `known`, by their addresses, spare the first fetch.

    The signer of a list must speak for the issuer of the credential: see `check_speaks_for`.
    A list older than one seen before is refused.
    """

    def __init__(
        self,
        source: Transport | Offline,
        *,
        issuers: IssuerKeys,
        known: Mapping[str, str | bytes] | None = None,
        providers: Iterable[StatusProvider] = (),
        fallback: Offline | None = None,
        securings: tuple[ListSecuring, ...] = (VcJwt(),),
        skew: timedelta = timedelta(0),
        capacity: Capacity = DEFAULT_CAPACITY,
    ) -> None:
        """Take lists from `source`: a transport, or what is at hand up to an age.

        `fallback` lets the last list stand in while the network is down. `skew` is for clocks.

        Raises:
            MisuseError: `misuse.option` for a skew beyond `MAX_CLOCK_SKEW_SECONDS`.
        """
        able("source", source, "check" if isinstance(source, Offline) else "send")
        able("issuers", issuers, "find")
        if not timedelta(0) <= skew <= timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS):
            raise MisuseError(Code.MISUSE_OPTION, "skew")
        at_hand = {} if known is None else known
        self._transport: Final = NoNetwork() if isinstance(source, Offline) else source
        self._providers: Final = tuple(providers)
        self._tokens: Final[ListKeeper[StatusList]] = ListKeeper(
            TOKENS,
            source,
            issuers=issuers,
            known=at_hand,
            fallback=fallback,
            skew=skew,
            capacity=capacity,
        )
        self._bitstrings: Final[ListKeeper[BitstringList]] = ListKeeper(
            BitstringKind(securings),
            source,
            issuers=issuers,
            known=at_hand,
            fallback=fallback,
            skew=skew,
            capacity=capacity,
        )

    def __repr__(self) -> str:
        """Say how many lists are at hand."""
        return f"StatusLists(kept={len(self._tokens.cache) + len(self._bitstrings.cache)})"

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Evidence:
        """Return what was proved about a credential that holds by this entry.

        Raises:
            StatusError: `status.revoked`, `status.suspended`, `status.unknown_value`,
                `status.index`, `status.other_issuer`, `status.purpose`, `status.length`, and
                those of `find` and `find_bitstring`.
            SignatureError: `status.signature`.
            UnsupportedError: `status.mechanism` for a status that stands in no list.
            ContentError, MalformedError, UnsupportedError: the list is malformed, or its address
                is not https (`status.syntax`).
            MisuseError: `misuse.naive_time`, `misuse.type`.
        """
        listed = _listed(entry, issuer, now)
        if isinstance(listed, StatusReference):
            found = self._tokens.find(listed.uri, now=now, named_by=issuer.issuer)
            return self._token_says(found, listed, issuer)
        bitstring = self._bitstrings.find(listed.uri, now=now, named_by=issuer.issuer)
        return self._bitstring_says(bitstring, listed, issuer)

    def check_flow(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> Flow[Evidence]:
        """Do what `check` does, as a flow for `krid.aio.run`; waits for no other fetch.

        Raises:
            KridError: as `check`.
        """
        listed = _listed(entry, issuer, now)
        if isinstance(listed, StatusReference):
            found = yield from self._tokens.find_flow(listed.uri, now=now, named_by=issuer.issuer)
            return self._token_says(found, listed, issuer)
        bitstring = yield from self._bitstrings.find_flow(
            listed.uri, now=now, named_by=issuer.issuer
        )
        return self._bitstring_says(bitstring, listed, issuer)

    def check_at(
        self, entry: StatusEntry, *, issuer: IssuerKey, at: datetime, now: datetime
    ) -> Evidence:
        """Return what was proved about a credential that held at a moment in the past.

        The list of that moment is fetched for this one question (section 8.4), which tells the
        issuer that somebody asks about the past. Its signer must be trusted at `now`.

        Raises:
            KridError: as `check`, and `status.historical`.
        """
        return run(self.check_at_flow(entry, issuer=issuer, at=at, now=now), self._transport)

    def check_at_flow(
        self, entry: StatusEntry, *, issuer: IssuerKey, at: datetime, now: datetime
    ) -> Flow[Evidence]:
        """Do what `check_at` does, as a flow.

        Raises:
            KridError: as `check_at`.
        """
        listed = _listed(entry, issuer, now)
        typed("at", at, datetime)
        times.aware(at)
        if isinstance(listed, StatusReference):
            found = yield from self._tokens.find_at_flow(
                listed.uri, at=at, now=now, named_by=issuer.issuer
            )
            check_speaks_for(found.signer, issuer, self._providers)
            check_valid(found.statuses.value_at(listed.index))
            signer = found.signer
        else:
            past = yield from self._bitstrings.find_at_flow(
                listed.uri, at=at, now=now, named_by=issuer.issuer
            )
            check_speaks_for(past.signer, issuer, self._providers)
            check_purpose(listed.purpose, past.value_at(listed))
            signer = past.signer
        moment = times.to_rfc3339(at)
        return Evidence(
            Check.STATUS, f"valid in {listed.uri} at {moment}, signed by {signer.issuer}"
        )

    def find(self, uri: str, *, now: datetime, named_by: str | None = None) -> StatusList:
        """Return the verified Token Status List at an address, kept, known or fetched.

        A list that names nobody is taken as that of the issuer `named_by`. Whose credentials it
        may speak for is not checked.

        Raises:
            StatusError: `status.unavailable`, `status.stale`, `status.rollback`,
                `status.media_type`, and those of `krid.status.verify`.
            KridError: the list is malformed.
        """
        return self._tokens.find(uri, now=times.aware(now), named_by=named_by).found

    def find_bitstring(self, uri: str, *, now: datetime) -> BitstringList:
        """Return the verified Bitstring Status List at an address, kept, known or fetched.

        Raises:
            StatusError: as `find`, and those of `krid.status.verify_bitstring`.
            KridError: the list is malformed.
        """
        return self._bitstrings.find(uri, now=times.aware(now), named_by=None).found

    def find_flow(
        self, uri: str, *, now: datetime, named_by: str | None = None
    ) -> Flow[StatusList]:
        """Do what `find` does, as a flow.

        Raises:
            KridError: as `find`.
        """
        kept = yield from self._tokens.find_flow(uri, now=times.aware(now), named_by=named_by)
        return kept.found

    def prefetch(
        self,
        uris: Iterable[str],
        *,
        now: datetime,
        named_by: str | None = None,
        workers: int = 8,
    ) -> Prefetched:
        """Fetch Token Status Lists ahead, some at a time; one that fails stops no other.

        Lists that name nobody are taken as those of the issuer `named_by`.

        Raises:
            MisuseError: `misuse.option` when `workers` is out of range; `misuse.naive_time`.
        """
        times.aware(now)
        if isinstance(uris, str):
            several("uris", uris)
        if not 1 <= workers <= limits.MAX_WORKERS:
            raise MisuseError(Code.MISUSE_OPTION, "workers")
        from concurrent.futures import ThreadPoolExecutor

        wanted = tuple(dict.fromkeys(uris))
        with ThreadPoolExecutor(workers) as pool:
            one = partial(self.find, now=now, named_by=named_by)
            attempts = pool.map(lambda uri: _attempt(partial(one, uri)), wanted)
            return _sorted(zip(wanted, attempts, strict=True))

    def prefetch_aggregation(
        self, uri: str, *, now: datetime, named_by: str | None = None, workers: int = 8
    ) -> Prefetched:
        """Fetch all lists that an issuer's aggregation names (section 9).

        Raises:
            TransportError, MalformedError: as `fetch_aggregation`.
            MisuseError: as `prefetch`.
        """
        uris = run(fetch_aggregation(uri), self._transport)
        return self.prefetch(uris, now=now, named_by=named_by, workers=workers)

    def export(self) -> bytes:
        """Write down all lists as they came, and the newest date seen of each address.

        The lists are signed, the dates are not: keep the file where nobody else may write.
        """
        return write_archive({_TOKENS: _shelf(self._tokens), _BITSTRINGS: _shelf(self._bitstrings)})

    def restore(self, archive: bytes, *, now: datetime) -> Prefetched:
        """Take over what `export` wrote; each list is verified as if it had just come.

        A list that is refused stops no other.

        Raises:
            MalformedError: `status.syntax`, `time.numeric_date`, or a `cbor.*` code.
            MisuseError: `misuse.naive_time`.
        """
        times.aware(now)
        shelves = parse_archive(archive)
        outcomes = [
            *_restored(self._tokens, shelves.get(_TOKENS), now),
            *_restored(self._bitstrings, shelves.get(_BITSTRINGS), now),
        ]
        return _sorted(outcomes)

    def _token_says(
        self, kept: Kept[StatusList], entry: StatusReference, issuer: IssuerKey
    ) -> Evidence:
        check_speaks_for(kept.found.signer, issuer, self._providers)
        check_valid(kept.found.statuses.value_at(entry.index))
        return kept.evidence

    def _bitstring_says(
        self, kept: Kept[BitstringList], entry: BitstringEntry, issuer: IssuerKey
    ) -> Evidence:
        check_speaks_for(kept.found.signer, issuer, self._providers)
        value = kept.found.value_at(entry)
        check_purpose(entry.purpose, value)
        detail = f"{entry.purpose} {value:#x}: {kept.evidence.detail}"
        return Evidence(Check.STATUS, detail, freshness=kept.evidence.freshness)


def _listed(
    entry: StatusEntry, issuer: IssuerKey, now: datetime
) -> StatusReference | BitstringEntry:
    """Check what every question brings, and that it is about an entry of a list."""
    typed("entry", entry, StatusReference, BitstringEntry, RecordEntry)
    typed("issuer", issuer, IssuerKey)
    typed("now", now, datetime)
    times.aware(now)
    if isinstance(entry, RecordEntry):
        raise UnsupportedError(Code.STATUS_MECHANISM)
    return entry


def _attempt(action: Callable[[], object]) -> KridError | None:
    try:
        action()
    except KridError as refusal:
        return refusal
    return None


def _sorted(outcomes: Iterable[tuple[str, KridError | None]]) -> Prefetched:
    judged = tuple(outcomes)
    return Prefetched(
        ready=tuple(uri for uri, refusal in judged if refusal is None),
        refused={uri: refusal for uri, refusal in judged if refusal is not None},
    )


def _shelf(keeper: ListKeeper[StatusList] | ListKeeper[BitstringList]) -> Shelf:
    kept, newest = keeper.cache.snapshot()
    return Shelf(lists=tuple(Saved.of(each) for each in kept), newest=newest)


def _restored(
    keeper: ListKeeper[StatusList] | ListKeeper[BitstringList], shelf: Shelf | None, now: datetime
) -> Iterable[tuple[str, KridError | None]]:
    if shelf is None:
        return
    keeper.cache.remember(shelf.newest)
    for saved in shelf.lists:
        yield saved.uri, _attempt(partial(keeper.restore, saved, now=now))
