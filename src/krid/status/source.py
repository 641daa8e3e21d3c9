"""The verifier's side: whether a credential still holds, by lists fetched whole and kept a while.

No issuer learns which credential a verifier looks up, nor how often: a list is fetched for all
credentials in it at once (section 12.1).
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias, final

from krid._core import limits, times
from krid.errors import Code, KridError, MalformedError, MisuseError, StatusError
from krid.model import Check, Evidence, Freshness, IssuerKeys, StatusReference
from krid.status.reference import check_uri
from krid.status.token import StatusList, StatusListToken, verify
from krid.status.values import check_valid

Fetch: TypeAlias = Callable[[str], str | bytes]
"""Called with the address of a list, returns the Status List Token.

Raises a `KridError`, an `OSError` or a `LookupError` when it can't be had; checks nothing.
"""

_SHORTEST: Final = timedelta(seconds=limits.MIN_STATUS_FETCH_SECONDS)


@final
@dataclass(frozen=True, slots=True)
class _Kept:
    found: StatusList
    since: datetime
    until: datetime


@final
class StatusLists:
    """A `StatusSource` over Token Status Lists, fetched or handed in. Several threads may use it.

    A fetched list is kept until `iat` and `ttl` or its end, whichever is earlier, but half a
    minute at least; then a newer one is fetched, and when that fails the status is unavailable:
    an old list is never a stand-in. Lists in `known`, by their addresses, are for use offline:
    they are believed until they end, and fetched anew after that.

    It does not settle whether the signer of a list may speak for the issuer of the credential:
    any issuer that `issuers` trusts for the format `statuslist+jwt` may sign the list that a
    credential names. Hand in trust that is as narrow as that matters.
    """

    def __init__(
        self,
        fetch: Fetch | None = None,
        *,
        issuers: IssuerKeys,
        known: Mapping[str, str | bytes] | None = None,
        skew: timedelta = timedelta(0),
    ) -> None:
        """Take lists from `known`, and from `fetch` where that is given; `skew` is for clocks.

        Raises:
            MisuseError: `misuse.option` for a skew beyond `MAX_CLOCK_SKEW_SECONDS`.
        """
        self._fetch: Final = fetch
        self._issuers: Final = issuers
        self._known: Final = dict(known or {})
        self._skew: Final = _checked(skew)
        self._kept: Final[dict[str, _Kept]] = {}
        self._lock: Final = threading.Lock()

    def __repr__(self) -> str:
        """Say how many lists are at hand."""
        return f"StatusLists(known={len(self._known)}, kept={len(self._kept)})"

    def check(self, reference: StatusReference, *, now: datetime) -> Evidence:
        """Return what was proved about a credential whose status is VALID.

        Raises:
            StatusError: `status.revoked`, `status.suspended`, `status.unknown_value`,
                `status.unavailable`, `status.index`, and those of `krid.status.token.verify`.
            SignatureError: `status.signature`.
            ContentError, MalformedError, UnsupportedError: the list is malformed; those of
                `StatusListToken.parse`, and `status.syntax` for an address that is not https.
            MisuseError: `misuse.naive_time`.
        """
        found = self.find(reference.uri, now=times.aware(now))
        check_valid(found.statuses.value_at(reference.index))
        issued = times.to_rfc3339(found.issued_at)
        detail = f"valid in {found.uri} of {issued}, signed by {found.signer.issuer}"
        freshness = Freshness(found.issued_at, found.fresh_until)
        return Evidence(Check.STATUS, f"{detail} ({found.signer.path})", freshness=freshness)

    def find(self, uri: str, *, now: datetime) -> StatusList:
        """Return the verified list at an address, kept, known or fetched.

        Raises:
            StatusError, SignatureError, ContentError, MalformedError, UnsupportedError: as
                `check`.
        """
        check_uri(uri)
        return self._still_kept(uri, now) or self._from_known(uri, now) or self._fetched(uri, now)

    def _still_kept(self, uri: str, now: datetime) -> StatusList | None:
        with self._lock:
            kept = self._kept.get(uri)
        # A clock that was turned back makes no list young again.
        return kept.found if kept is not None and kept.since <= now < kept.until else None

    def _from_known(self, uri: str, now: datetime) -> StatusList | None:
        token = self._known.get(uri)
        if token is None:
            return None
        if self._fetch is None:
            found = self._verified(uri, token, now)
            self._keep(found, now, found.valid_until)
            return found
        return self._known_and_fresh(uri, token, now)

    def _known_and_fresh(self, uri: str, token: str | bytes, now: datetime) -> StatusList | None:
        try:
            found = self._verified(uri, token, now)
        except StatusError as error:
            if error.code is Code.STATUS_EXPIRED:
                return None
            raise
        if now >= found.fresh_until:
            return None
        self._keep(found, now, found.fresh_until)
        return found

    def _fetched(self, uri: str, now: datetime) -> StatusList:
        if self._fetch is None:
            raise StatusError(Code.STATUS_UNAVAILABLE)
        try:
            token = self._fetch(uri)
        except (KridError, OSError, LookupError) as cause:
            raise StatusError(Code.STATUS_UNAVAILABLE) from cause
        found = self._verified(uri, token, now)
        self._keep(found, now, _kept_until(found, now))
        return found

    def _verified(self, uri: str, token: str | bytes, now: datetime) -> StatusList:
        parsed = StatusListToken.parse(_text(token))
        return verify(parsed, uri=uri, issuers=self._issuers, now=now, skew=self._skew)

    def _keep(self, found: StatusList, now: datetime, until: datetime) -> None:
        """Keep a list, but not beyond its signer's certificate, and not too many of them."""
        until = min(until, found.signer.not_after or until)
        with self._lock:
            self._kept.pop(found.uri, None)
            if len(self._kept) >= limits.MAX_CACHED_STATUS_LISTS:
                del self._kept[min(self._kept, key=lambda uri: self._kept[uri].until)]
            self._kept[found.uri] = _Kept(found, now, until)


def _kept_until(found: StatusList, now: datetime) -> datetime:
    if found.valid_until - now <= _SHORTEST:
        return found.valid_until
    return max(found.fresh_until, now + _SHORTEST)


def _text(token: str | bytes) -> str:
    if isinstance(token, str):
        return token
    try:
        return token.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.JWS_SYNTAX) from cause


def _checked(skew: timedelta) -> timedelta:
    if not timedelta(0) <= skew <= timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS):
        raise MisuseError(Code.MISUSE_OPTION, "skew")
    return skew
