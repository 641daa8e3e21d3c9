"""Trust in issuers that somebody listed, whose keys stand in their JWT VC issuer metadata."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits
from krid._core.times import aware
from krid.errors import Code, KridError, MisuseError, TransportError, TrustError
from krid.keys import jwk
from krid.model import IssuerHint, IssuerKey
from krid.net import Transport, run
from krid.sdjwt.issuer_metadata import (
    IssuerKeySet,
    fetch_issuer_keys,
    metadata_url,
)
from krid.trust.published import named, only

_SHORTEST: Final = timedelta(seconds=limits.MIN_ISSUER_METADATA_SECONDS)
_LONGEST: Final = timedelta(seconds=limits.ISSUER_METADATA_SECONDS)


@final
@dataclass(frozen=True, slots=True)
class _Kept:
    """What came of asking: the keys, or why there are none."""

    outcome: IssuerKeySet | KridError
    since: datetime
    until: datetime


@final
class IssuerMetadataTrust:
    """Trust in the keys that listed issuers publish (SD-JWT VC draft 19, section 4).

    An issuer is recognised by its `iss`, which must be one of `issuers` to the letter; nothing is
    fetched for any other. Certificates in the hint play no part, so that whoever makes a
    credential can't choose how it is verified (section 7.3).

    The keys are kept as long as HTTP allows and `keep_for` at most, but half a minute at least. A
    key identifier that is not among them leads to one fetch more when half a minute has passed,
    for the issuer may have a new key. What failed is not asked for again before that. Several
    threads may use it.
    """

    def __init__(
        self, issuers: frozenset[str], *, transport: Transport, keep_for: timedelta = _LONGEST
    ) -> None:
        """Trust some issuers; `transport` fetches, as `krid.net.HttpsTransport` does.

        Raises:
            MalformedError: `issuer.address` for a name that has no metadata address.
            MisuseError: `misuse.option` for a time to keep that is shorter than half a minute.
        """
        for issuer in issuers:
            metadata_url(issuer)
        if keep_for < _SHORTEST:
            raise MisuseError(Code.MISUSE_OPTION, "keep_for")
        self._issuers: Final = issuers
        self._transport: Final = transport
        self._keep_for: Final = keep_for
        self._kept: Final[dict[str, _Kept]] = {}
        self._lock: Final = threading.Lock()

    def __repr__(self) -> str:
        """Say how many issuers are trusted."""
        return f"IssuerMetadataTrust({len(self._issuers)} issuers)"

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the published key that the hint names, fetching what is not at hand.

        A hint without a key identifier means the one key that fits the algorithm; krid tries no
        keys.

        Raises:
            TrustError: `trust.unknown_issuer` for an issuer that is not listed, or none;
                `trust.key` when it publishes no such key; `trust.ambiguous` when several fit;
                `alg.key` when the key named is not for the algorithm.
            MalformedError: `key.use` when the key is marked for another use; the metadata is
                malformed: `issuer.syntax`, `key.private`, or a `json.*` code.
            ContentError: `issuer.foreign`.
            TransportError: the metadata could not be had.
            MisuseError: `misuse.naive_time`.
        """
        issuer = hint.issuer
        if issuer is None or issuer not in self._issuers:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        candidates = named(self._keys(issuer, aware(now)).keys, hint)
        if not candidates:
            candidates = named(self._renewed(issuer, now).keys, hint)
        found = only(candidates, hint)
        jwk.check_marks(found.members, alg=hint.alg)
        return IssuerKey(
            key=found.key,
            issuer=issuer,
            path=f"issuer metadata of {issuer}",
            authorities=frozenset({issuer}),
        )

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
            keys = run(fetch_issuer_keys(issuer), self._transport)
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
