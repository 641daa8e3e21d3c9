"""Days and ages as Korean law counts them: pure functions on calendar days.

The Republic of Korea keeps UTC+9 all year and has done so since October 1988, so a fixed offset
serves and no time zone database is needed.
"""

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

from krid._core import times
from krid.errors import Code, MisuseError

KOREAN_TIME: Final = timezone(timedelta(hours=9), "KST")
"""Korean Standard Time."""

_YEARS_OF_VALIDITY: Final = 3
_ADULT: Final = 19


def korean_day(moment: datetime) -> date:
    """Return the calendar day that a moment falls on in Korea.

    Raises:
        MisuseError: `misuse.naive_time` for a moment without a time zone; `misuse.lifetime` when
            the day lies beyond the calendar.

    >>> from datetime import UTC
    >>> korean_day(datetime(2026, 5, 31, 15, 0, tzinfo=UTC)).isoformat()
    '2026-06-01'
    """
    try:
        return times.aware(moment).astimezone(KOREAN_TIME).date()
    except OverflowError as cause:
        raise MisuseError(Code.MISUSE_LIFETIME, "beyond the years 1 to 9999") from cause


def age_on(birth_date: date, day: date) -> int:
    """Count the completed years of life on a day (Civil Act, article 158).

    The day of birth counts as the first day of life, so a year is complete when the day before
    the birthday ends: the age rises at the start of the birthday. Who was born on 29 February
    completes a year at the end of 28 February in a year without that day (article 160 (3): the
    period ends with the last day of the month), so the age rises on 1 March.

    Raises:
        MisuseError: `misuse.claims` for a day before birth.

    >>> age_on(date(2007, 6, 1), date(2026, 5, 31)), age_on(date(2007, 6, 1), date(2026, 6, 1))
    (18, 19)
    >>> age_on(date(2008, 2, 29), date(2027, 2, 28)), age_on(date(2008, 2, 29), date(2027, 3, 1))
    (18, 19)
    """
    years = day.year - birth_date.year
    if (day.month, day.day) < (birth_date.month, birth_date.day):
        years -= 1
    if years < 0:
        raise MisuseError(Code.MISUSE_CLAIMS, "birth_date")
    return years


def is_adult_by_calendar_year(birth_date: date, day: date) -> bool:
    """Tell whether 1 January of the year of the nineteenth birthday has come.

    This is the Youth Protection Act's line (article 2, number 1), for alcohol and tobacco among
    others; it comes up to a year before `age_on` reaches 19, the Civil Act's age of majority.

    >>> is_adult_by_calendar_year(date(2007, 12, 31), date(2026, 1, 1))
    True
    """
    return day.year - birth_date.year >= _ADULT


def valid_until(issue_day: date) -> datetime:
    """Return the last second of a card issued on that day in Korea.

    That is 23:59:59 in Korean time on the same day of the month three years later, and on
    28 February for a card issued on 29 February. The last second belongs to the day itself, so
    the card never outlives the day of expiry that it names, however a verifier reads the limit.

    Raises:
        MisuseError: `misuse.lifetime` when the end lies past the year 9999.
    """
    year = issue_day.year + _YEARS_OF_VALIDITY
    if year > date.max.year:
        raise MisuseError(Code.MISUSE_LIFETIME, "beyond the years 1 to 9999")
    is_leap_day = (issue_day.month, issue_day.day) == (2, 29)
    last_day = date(year, issue_day.month, 28 if is_leap_day else issue_day.day)
    return datetime.combine(last_day, time(23, 59, 59), KOREAN_TIME)
