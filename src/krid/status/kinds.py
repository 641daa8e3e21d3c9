"""What differs between kinds of status lists: media types, verification, asking for the past."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar, final

from krid._core import times
from krid.errors import Code, KridError, StatusError
from krid.model import IssuerKeys
from krid.status import bitstring_credential, token
from krid.status.lists import BitstringList, StatusList
from krid.status.securing import ListSecuring, SecuredCredential

L_co = TypeVar("L_co", covariant=True)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Whom to believe and when. `named_by` is the issuer of the credential that names the list.

    `obtained_at` is when the list came, None where nobody knows.
    """

    issuers: IssuerKeys
    now: datetime
    skew: timedelta
    named_by: str | None
    obtained_at: datetime | None = None


class ListKind(Protocol[L_co]):
    """One kind of status lists."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """Under which a list of this kind is served."""
        ...

    def verify(self, raw: bytes, media_type: str, *, uri: str, terms: Terms) -> L_co:
        """Read and verify a list; without a media type, by what the bytes look like."""
        ...

    def verify_at(
        self, raw: bytes, media_type: str, *, uri: str, at: datetime, terms: Terms
    ) -> L_co:
        """Read and verify a list that must have held at a moment in the past."""
        ...

    def uri_at(self, uri: str, at: datetime) -> str:
        """Return the address of the list as it was at a moment in the past."""
        ...


@final
@dataclass(frozen=True, slots=True)
class TokenKind:
    """Token Status Lists, as JWT and as CWT."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """Both forms."""
        return (token.JWT_MEDIA_TYPE, token.CWT_MEDIA_TYPE)

    def verify(self, raw: bytes, media_type: str, *, uri: str, terms: Terms) -> StatusList:
        """Read and verify a Status List Token.

        Raises:
            KridError: as `StatusListToken.parse` and `krid.status.verify`.
        """
        return token.verify(
            self._parse(raw, media_type),
            uri=uri,
            issuers=terms.issuers,
            now=terms.now,
            skew=terms.skew,
            named_by=terms.named_by,
        )

    def verify_at(
        self, raw: bytes, media_type: str, *, uri: str, at: datetime, terms: Terms
    ) -> StatusList:
        """Read and verify a token that must have held at a moment.

        Raises:
            KridError: as `StatusListToken.parse` and `krid.status.verify_historical`.
        """
        return token.verify_historical(
            self._parse(raw, media_type),
            uri=uri,
            issuers=terms.issuers,
            at=at,
            now=terms.now,
            named_by=terms.named_by,
        )

    def uri_at(self, uri: str, at: datetime) -> str:
        """Add `time`, in seconds since 1970 (section 8.4)."""
        return _with_query(uri, f"time={times.to_numeric_date(at)}")

    def _parse(self, raw: bytes, media_type: str) -> token.StatusListToken:
        if media_type == token.JWT_MEDIA_TYPE:
            return token.StatusListToken.parse_jwt(raw)
        if media_type == token.CWT_MEDIA_TYPE:
            return token.StatusListToken.parse_cwt(raw)
        return token.StatusListToken.parse(raw)


@final
@dataclass(frozen=True, slots=True)
class BitstringKind:
    """Bitstring Status Lists, in credentials secured in one of these ways."""

    securings: tuple[ListSecuring, ...]

    @property
    def media_types(self) -> tuple[str, ...]:
        """Those of all ways."""
        return tuple(name for securing in self.securings for name in securing.media_types)

    def verify(self, raw: bytes, media_type: str, *, uri: str, terms: Terms) -> BitstringList:
        """Read and verify a status list credential.

        Raises:
            KridError: as the securing's `parse`, and `krid.status.verify_bitstring`.
        """
        return bitstring_credential.verify_bitstring(
            self._parse(raw, media_type),
            uri=uri,
            issuers=terms.issuers,
            now=terms.now,
            skew=terms.skew,
            obtained_at=terms.obtained_at,
        )

    def verify_at(
        self, raw: bytes, media_type: str, *, uri: str, at: datetime, terms: Terms
    ) -> BitstringList:
        """Read and verify a credential that must have held at a moment.

        Raises:
            KridError: as the securing's `parse`, and `verify_historical_bitstring`.
        """
        return bitstring_credential.verify_historical_bitstring(
            self._parse(raw, media_type), uri=uri, issuers=terms.issuers, at=at, now=terms.now
        )

    def uri_at(self, uri: str, at: datetime) -> str:
        """Add `timestamp`, a date-time with its zone (section 3.2)."""
        return _with_query(uri, f"timestamp={times.to_rfc3339(at).replace(':', '%3A')}")

    def _parse(self, raw: bytes, media_type: str) -> SecuredCredential:
        """Read by the way that the media type names, or by the first that can."""
        named = [way for way in self.securings if media_type in way.media_types]
        refusal: KridError = StatusError(Code.STATUS_MEDIA_TYPE)
        for securing in named or self.securings:
            try:
                return securing.parse(raw)
            except KridError as error:
                refusal = error
        raise refusal


TOKENS: Final = TokenKind()


def _with_query(uri: str, query: str) -> str:
    """Add to the query of an address; what follows a number sign is never sent."""
    bare = uri.partition("#")[0]
    return f"{bare}{'&' if '?' in bare else '?'}{query}"
