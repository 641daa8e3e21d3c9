"""Trust in issuers that somebody listed, whose keys stand in their JWT VC issuer metadata."""

from datetime import datetime, timedelta
from typing import Final, final

from krid._core.times import aware
from krid.errors import Code, TrustError
from krid.keys import jwk
from krid.model import IssuerHint, IssuerKey
from krid.net import Flow, Transport
from krid.sdjwt.issuer_metadata import IssuerKeySet, fetch_issuer_keys, metadata_url
from krid.trust.kept_keys import LONGEST, KeptKeys


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
        self, issuers: frozenset[str], *, transport: Transport, keep_for: timedelta = LONGEST
    ) -> None:
        """Trust some issuers; `transport` fetches, as `krid.net.HttpsTransport` does.

        Raises:
            MalformedError: `issuer.address` for a name that has no metadata address.
            MisuseError: `misuse.option` for a time to keep that is shorter than half a minute.
        """
        for issuer in issuers:
            metadata_url(issuer)
        self._issuers: Final = issuers
        self._keys: Final = KeptKeys(_fetch, transport=transport, keep_for=keep_for)

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
        found = self._keys.find(issuer, hint, now=aware(now))
        jwk.check_marks(found.members, alg=hint.message_alg)
        return IssuerKey(
            key=found.key,
            issuer=issuer,
            path=f"issuer metadata of {issuer}",
            authorities=frozenset({issuer}),
        )


def _fetch(issuer: str, _now: datetime) -> Flow[IssuerKeySet]:
    return fetch_issuer_keys(issuer)
