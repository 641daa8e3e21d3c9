"""Moments on the wire: NumericDate of JWT (RFC 7519, section 2) and date-times of RFC 3339."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from krid.errors import Code, MalformedError, MisuseError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)


def from_numeric_date(value: object) -> datetime:
    """Read seconds since 1970-01-01T00:00:00Z, whole or with a fraction.

    Raises:
        MalformedError: `time.numeric_date` for another type or a year outside 1 to 9999.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedError(Code.TIME_NUMERIC_DATE)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError) as cause:
        raise MalformedError(Code.TIME_NUMERIC_DATE) from cause


def to_numeric_date(moment: datetime) -> int:
    """Write a moment as whole seconds since 1970-01-01T00:00:00Z, rounded down.

    Raises:
        MisuseError: `misuse.naive_time` when the moment has no time zone.
    """
    return (aware(moment) - _EPOCH) // timedelta(seconds=1)


def from_rfc3339(text: str) -> datetime:
    """Read an RFC 3339 date-time; fractions finer than a microsecond are cut off.

    Raises:
        MalformedError: `time.rfc3339`.

    >>> from_rfc3339("2026-06-01T00:00:00Z").isoformat()
    '2026-06-01T00:00:00+00:00'
    """
    if _RFC3339.fullmatch(text) is None:
        raise MalformedError(Code.TIME_RFC3339)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as cause:
        raise MalformedError(Code.TIME_RFC3339) from cause


def to_rfc3339(moment: datetime) -> str:
    """Write a moment in UTC with whole seconds, as ISO 18013-5 wants it (section 9.1.2.4).

    Raises:
        MisuseError: `misuse.naive_time` when the moment has no time zone, `misuse.time_range`
            when it lies outside the years 1 to 9999 in UTC.
    """
    try:
        utc = aware(moment).astimezone(UTC)
    except OverflowError as cause:
        raise MisuseError(Code.MISUSE_TIME_RANGE) from cause
    return utc.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def aware(moment: datetime) -> datetime:
    """Return the moment itself if it says where on Earth it holds.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    if moment.utcoffset() is None:
        raise MisuseError(Code.MISUSE_NAIVE_TIME)
    return moment
