"""Days, ages and ends of validity: pure functions on calendar days."""

from datetime import date, datetime, time, tzinfo

from krid._core import times
from krid.errors import Code, MisuseError


def local_day(moment: datetime, zone: tzinfo) -> date:
    """Return the calendar day that a moment falls on in a zone.

    Raises:
        MisuseError: `misuse.naive_time` for a moment without a time zone; `misuse.lifetime` when
            the day lies beyond the calendar.
    """
    try:
        return times.aware(moment).astimezone(zone).date()
    except OverflowError as cause:
        raise MisuseError(Code.MISUSE_LIFETIME, "beyond the years 1 to 9999") from cause


def completed_years(birth_date: date, day: date) -> int:
    """Count the years of life that are complete on a day; less than 0 before birth.

    The age rises at the start of the birthday. Who was born on 29 February completes a year at
    the end of 28 February in a year without that day, so the age rises on 1 March.

    >>> completed_years(date(2007, 6, 1), date(2026, 5, 31))
    18
    >>> completed_years(date(2008, 2, 29), date(2027, 3, 1))
    19
    """
    years = day.year - birth_date.year
    return years - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_on(birth_date: date, day: date) -> int:
    """Count the completed years of life on a day after birth; as `completed_years`.

    Raises:
        MisuseError: `misuse.claims` for a day before birth.
    """
    years = completed_years(birth_date, day)
    if years < 0:
        raise MisuseError(Code.MISUSE_CLAIMS, "birth_date")
    return years


def last_day(first: date, years: int) -> date:
    """Return the same day of the month so many years later; 29 February may become 28 February.

    Raises:
        MisuseError: `misuse.lifetime` when it lies past the year 9999.
    """
    year = first.year + years
    if year > date.max.year:
        raise MisuseError(Code.MISUSE_LIFETIME, "beyond the years 1 to 9999")
    is_leap_day = (first.month, first.day) == (2, 29)
    is_leap_year = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, first.month, 28 if is_leap_day and not is_leap_year else first.day)


def end_of_day(day: date, zone: tzinfo) -> datetime:
    """Return the last second of a day, which belongs to the day itself.

    A card that ends then never outlives the day of expiry that it names, however a verifier reads
    the limit.
    """
    return datetime.combine(day, time(23, 59, 59), zone)
