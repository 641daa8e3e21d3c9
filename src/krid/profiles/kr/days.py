"""Days and ages as Korean law counts them: pure functions on calendar days.

The Republic of Korea keeps UTC+9 all year and has done so since October 1988, so a fixed offset
serves and no time zone database is needed.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final

from krid.cardtypes import end_of_day, last_day, local_day

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
    return local_day(moment, KOREAN_TIME)


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
    return end_of_day(last_day(issue_day, _YEARS_OF_VALIDITY), KOREAN_TIME)
