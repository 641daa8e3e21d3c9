"""What a Status List Token says, the same in JSON and in CBOR (Token Status List, section 5).

The JWT names its claims by words, the CWT by numbers; both are read here by the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self, final

from krid._core import limits, shape, times
from krid.errors import Code, MalformedError, MisuseError
from krid.status.bits import StatusBits
from krid.status.reference import check_uri

_SYNTAX: Final = Code.STATUS_SYNTAX
_SHORTEST: Final = timedelta(seconds=1)
_END: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListClaims:
    """The claims of a Status List Token, read and not verified; the list is still compressed.

    `issuer` is `iss`, which the newest draft no longer names but leaves allowed, and by which a
    key is found when there is no certificate.
    """

    uri: str
    issuer: str | None
    issued_at: datetime
    not_before: datetime | None
    expires_at: datetime | None
    ttl: timedelta | None
    bits: int
    compressed: bytes = field(repr=False)
    aggregation_uri: str | None

    @classmethod
    def read(cls, claims: Mapping[str, Any], *, compressed: bytes) -> Self:
        """Read claims by their JWT names; `compressed` is `lst`, which each form spells its way.

        Raises:
            MalformedError: `status.syntax`, `time.numeric_date`.
        """
        statuses = status_list_of(claims)
        _check_no_audience(claims)
        return cls(
            uri=shape.text(claims.get("sub"), _SYNTAX),
            issuer=_text(claims, "iss"),
            issued_at=times.from_numeric_date(claims.get("iat")),
            not_before=_moment(claims, "nbf"),
            expires_at=_moment(claims, "exp"),
            ttl=_ttl(claims),
            bits=shape.integer(statuses.get("bits"), _SYNTAX),
            compressed=compressed,
            aggregation_uri=_text(statuses, "aggregation_uri"),
        )


def status_list_of(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the `status_list` member.

    Raises:
        MalformedError: `status.syntax`.
    """
    return shape.mapping(claims.get("status_list"), _SYNTAX)


def write_claims(
    statuses: StatusBits,
    *,
    uri: str,
    now: datetime,
    lifetime: timedelta,
    ttl: timedelta | None,
    issuer: str | None,
    aggregation_uri: str | None,
) -> dict[str, Any]:
    """Write the claims by their JWT names, `lst` as compressed bytes.

    Raises:
        MisuseError: `misuse.lifetime` for a lifetime of less than a second, or a `ttl` of less
            than a second or more than the lifetime; `misuse.naive_time`.
        MalformedError: `status.syntax` for an aggregation that is not at an https address.
    """
    if lifetime < _SHORTEST or (ttl is not None and not _SHORTEST <= ttl <= lifetime):
        raise MisuseError(Code.MISUSE_LIFETIME)
    status_list: dict[str, Any] = {"bits": statuses.bits, "lst": statuses.compress()}
    if aggregation_uri is not None:
        check_uri(aggregation_uri)
        status_list["aggregation_uri"] = aggregation_uri
    claims: dict[str, Any] = {
        "sub": uri,
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(later(now, lifetime)),
        "status_list": status_list,
    }
    if ttl is not None:
        claims["ttl"] = int(ttl.total_seconds())
    if issuer is not None:
        claims["iss"] = issuer
    return claims


def later(moment: datetime, duration: timedelta) -> datetime:
    """Add a duration to a moment; beyond the calendar lies its end."""
    try:
        return moment + duration
    except OverflowError:
        return _END


def _text(members: Mapping[str, Any], name: str) -> str | None:
    return shape.text(members[name], _SYNTAX) if name in members else None


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    return times.from_numeric_date(claims[name]) if name in claims else None


def _ttl(claims: Mapping[str, Any]) -> timedelta | None:
    """Read `ttl`, a positive number of seconds; one beyond reason counts as the limit."""
    return duration(claims["ttl"], unit=timedelta(seconds=1)) if "ttl" in claims else None


def duration(value: object, *, unit: timedelta) -> timedelta:
    """Read a positive number of units; one beyond reason counts as the limit.

    Raises:
        MalformedError: `status.syntax`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise MalformedError(_SYNTAX, "ttl")
    longest = timedelta(seconds=limits.MAX_STATUS_TTL_SECONDS)
    return min(value, longest / unit) * unit


def _check_no_audience(claims: Mapping[str, Any]) -> None:
    """A token for named audiences is for none of krid's (RFC 7519, section 4.1.3)."""
    if "aud" in claims:
        raise MalformedError(_SYNTAX, "aud")
