"""Whether the certificates behind a signature are revoked: what to ask, or why not to.

A source of trust in certificates is told one of these values. None is the default.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol, Self, final

from krid._core import limits, times
from krid.errors import Code, KridError, MisuseError, TransportError, TrustError, ValidityError
from krid.net import Transport, fetch, run
from krid.x509 import (
    Certificate,
    CertificationPath,
    RevocationList,
    Scope,
    VerifiedCrl,
    check_not_revoked,
    verify_crl,
)

_SHORTEST: Final = timedelta(seconds=limits.MIN_CRL_FETCH_SECONDS)
_ACCEPT: Final = "application/pkix-crl"


class Revocation(Protocol):
    """What a source of trust asks about the certificates of a path that it has verified."""

    def check(self, path: CertificationPath, *, now: datetime) -> str:
        """Say in a few words what was checked, for the path by which trust came.

        Raises:
            KridError: a certificate is revoked, or it can't be known whether it is.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class NoRevocation:
    """The type of `NO_REVOCATION`."""

    def check(self, path: CertificationPath, *, now: datetime) -> str:  # noqa: ARG002  the port's words
        """Check nothing, and say so."""
        return "revocation not checked"


NO_REVOCATION: Final = NoRevocation()
"""Certificates are believed until they expire, whatever their issuer says meanwhile."""


@final
@dataclass(frozen=True, slots=True)
class _Kept:
    """What came of fetching: a list, or why there is none."""

    outcome: VerifiedCrl | KridError
    since: datetime
    until: datetime


@final
class Crls:
    """Revocation lists, known or fetched: each certificate below the anchor needs a current one.

    A list in `known` is used while it is current. Where there is none, and a `transport`, the
    list is fetched from the addresses that the certificate itself names, over https alone, and
    kept until its next update, and for `keep_for` at most. What failed is not asked for again
    within half a minute. A fetched list with a lower number than one before it, known
    ones counted, is refused, as long as this object lives. Several threads may use it. No OCSP
    responder is asked.
    """

    def __init__(
        self, known: Sequence[RevocationList], *, transport: Transport | None, keep_for: timedelta
    ) -> None:
        """Take lists from `known`, and by `transport` where that is given.

        Raises:
            MisuseError: `misuse.option` for a time to keep that is shorter than half a minute, or
                too many lists.
        """
        if keep_for < _SHORTEST:
            raise MisuseError(Code.MISUSE_OPTION, "keep_for")
        if len(known) > limits.MAX_CRLS:
            raise MisuseError(Code.MISUSE_OPTION, "too many revocation lists")
        self._known: Final = tuple(sorted(known, key=lambda each: each.number, reverse=True))
        self._transport: Final = transport
        self._keep_for: Final = keep_for
        self._kept: Final[dict[tuple[str, bytes], _Kept]] = {}
        self._newest: Final[dict[tuple[bytes, Scope], int]] = {}
        self._verified: Final[dict[tuple[bytes, bytes], VerifiedCrl]] = {}
        self._lock: Final = threading.Lock()

    @classmethod
    def known(cls, *lists: RevocationList) -> Self:
        """Use these lists and no network: a certificate without a list is refused."""
        return cls(lists, transport=None, keep_for=_SHORTEST)

    @classmethod
    def fetched(
        cls, transport: Transport, *, keep_for: timedelta, known: Sequence[RevocationList] = ()
    ) -> Self:
        """Fetch what is not at hand, as `krid.net.HttpsTransport` does; see the class."""
        return cls(known, transport=transport, keep_for=keep_for)

    @property
    def at_hand(self) -> tuple[RevocationList, ...]:
        """The lists that were handed in, the newest first; none of them is verified yet."""
        return self._known

    def __repr__(self) -> str:
        """Say how many lists are at hand."""
        return f"Crls(known={len(self._known)}, kept={len(self._kept)})"

    def check(self, path: CertificationPath, *, now: datetime) -> str:
        """Check all certificates of a path but the anchor.

        Raises:
            TrustError: `x509.revoked`, `x509.on_hold`; `x509.crl_missing`, with the reason as
                its detail, when no list is at hand and none can be had; and those of
                `krid.x509.verify_crl` and `RevocationList.parse`.
            SignatureError: `x509.crl_signature`.
            ValidityError: `x509.crl_expired`, also for a list that goes back behind another one;
                `x509.crl_not_yet_valid`.
            MalformedError: `x509.crl_syntax`, `x509.syntax`, `input.size`.
            MisuseError: `misuse.naive_time`.
        """
        find = partial(self._find, now=times.aware(now))
        return _words(check_not_revoked(path, find=find, now=now))

    def has_list_of(self, issuer: Certificate) -> bool:
        """Tell whether a list that was handed in bears a CA's name."""
        return any(each.issuer == issuer.parts.subject for each in self._known)

    def _find(self, certificate: Certificate, issuer: Certificate, *, now: datetime) -> VerifiedCrl:
        known = self._from_known(certificate, issuer)
        if self._transport is None:
            if known is None:
                raise TrustError(Code.X509_CRL_MISSING)
            return known
        if known is not None and known.listed.this_update <= now <= known.listed.next_update:
            return known
        if known is not None and self._is_newest(known, issuer):
            self._watch(known, issuer)
        return self._from_network(certificate, issuer, now, self._transport)

    def _from_known(self, certificate: Certificate, issuer: Certificate) -> VerifiedCrl | None:
        """Return the newest list that bears the issuer's name, preferring one for its key."""
        bearing = [each for each in self._known if each.issuer == issuer.parts.subject]
        key = issuer.extensions.subject_key_id
        fitting = [
            each
            for each in bearing
            if key in {None, each.authority_key_id} and each.scope.covers(certificate)
        ]
        for each in fitting or bearing:
            return self._verify(each, issuer)
        return None

    def _verify(self, listed: RevocationList, issuer: Certificate) -> VerifiedCrl:
        """Verify a known list once for each certificate of its issuer."""
        name = listed.digest, issuer.thumbprint()
        found = self._verified.get(name)
        if found is None:
            found = verify_crl(listed, issuer=issuer)
            with self._lock:
                if len(self._verified) >= limits.MAX_CRLS:
                    self._verified.clear()
                self._verified[name] = found
        return found

    def _from_network(
        self, certificate: Certificate, issuer: Certificate, now: datetime, transport: Transport
    ) -> VerifiedCrl:
        """Return the first list that can be had; if none can, say why not of the last."""
        refusal: KridError = TrustError(Code.X509_CRL_MISSING, "the certificate names no address")
        for uri in certificate.extensions.crl_uris[: limits.MAX_CRL_ADDRESSES]:
            try:
                return self._at(uri, issuer, now, transport)
            except TransportError as cause:
                refusal = TrustError(Code.X509_CRL_MISSING, str(cause.code))
        raise refusal

    def _at(
        self, uri: str, issuer: Certificate, now: datetime, transport: Transport
    ) -> VerifiedCrl:
        name = uri, issuer.thumbprint()
        with self._lock:
            kept = self._kept.get(name)
        # A clock that was turned back makes nothing young again.
        if kept is not None and kept.since <= now < kept.until:
            return _opened(kept.outcome)
        try:
            body = run(fetch(uri, accept=_ACCEPT, max_bytes=limits.MAX_CRL_BYTES), transport).body
            found = verify_crl(RevocationList.parse(body), issuer=issuer)
            found.check_time(now)
            self._watch(found, issuer)
        except KridError as refusal:
            # A copy, since the refusal itself holds on to everything on the stack.
            copy = type(refusal)(refusal.code, refusal.detail)
            self._keep(name, _Kept(copy, now, now + _SHORTEST))
            raise
        until = min(found.listed.next_update, now + self._keep_for)
        self._keep(name, _Kept(found, now, until))
        return found

    def _is_newest(self, known: VerifiedCrl, issuer: Certificate) -> bool:
        with self._lock:
            seen = self._newest.get((issuer.thumbprint(), known.listed.scope), -1)
        return known.listed.number > seen

    def _watch(self, found: VerifiedCrl, issuer: Certificate) -> None:
        """Refuse a list older than one seen before, wherever that came from, and note its number.

        Numbers are noted apart from what is kept, by issuer and scope, so that neither another
        address nor failures make a newer list forgotten.
        """
        name = issuer.thumbprint(), found.listed.scope
        with self._lock:
            if name not in self._newest and len(self._newest) >= limits.MAX_CRL_NUMBERS:
                raise TrustError(Code.X509_CRL_MISSING, "too many lists are watched")
            if found.listed.number < self._newest.get(name, -1):
                raise ValidityError(Code.X509_CRL_EXPIRED, "a newer list was seen before")
            self._newest[name] = found.listed.number

    def _keep(self, name: tuple[str, bytes], kept: _Kept) -> None:
        with self._lock:
            self._kept.pop(name, None)
            if len(self._kept) >= limits.MAX_CRLS:
                del self._kept[min(self._kept, key=lambda each: self._kept[each].until)]
            self._kept[name] = kept


@final
@dataclass(frozen=True, slots=True)
class WhereKnown:
    """Check the certificates of those CAs alone of which a list was handed in.

    For trust files that hold lists of some CAs: what has a list must be in order, and the rest
    is named as not checked. Nothing is fetched for it.
    """

    crls: Crls

    def check(self, path: CertificationPath, *, now: datetime) -> str:
        """Check what has a list, and say what has none.

        Raises:
            KridError: as `Crls.check`.
        """
        certificates = path.certificates
        listed = [
            CertificationPath(certificates[index : index + 2])
            for index in range(len(certificates) - 1)
            if self.crls.has_list_of(certificates[index + 1])
        ]
        words = [self.crls.check(each, now=now) for each in reversed(listed)]
        if len(listed) < len(certificates) - 1:
            words.append(NO_REVOCATION.check(path, now=now))
        return " and ".join(words)


def _opened(outcome: VerifiedCrl | KridError) -> VerifiedCrl:
    """Return the list, or raise anew why there is none."""
    if isinstance(outcome, KridError):
        raise type(outcome)(outcome.code, outcome.detail)
    return outcome


def _words(used: Sequence[VerifiedCrl]) -> str:
    return " and ".join(
        f"not revoked by list {each.listed.number} of {times.to_rfc3339(each.listed.this_update)}"
        for each in used
    )
