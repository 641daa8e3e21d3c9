from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, MisuseError
from krid.profiles import kr

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 12, 31))
ISSUE_DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9996, 12, 31))


def birthdays_reached(birth: date, day: date) -> int:
    """Count birthdays one by one: the independent computation that `age_on` must agree with."""
    reached = 0
    for year in range(birth.year + 1, day.year + 1):
        try:
            birthday = birth.replace(year=year)
        except ValueError:
            birthday = date(year, 3, 1)
        reached += birthday <= day
    return reached


@given(birth=DAYS, later=st.integers(0, 120 * 366))
def test_age_is_the_number_of_birthdays_reached(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    assert kr.age_on(birth, day) == birthdays_reached(birth, day)


@given(birth=DAYS, later=st.integers(0, 120 * 366))
def test_age_rises_by_one_at_most_from_day_to_day(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    assert kr.age_on(birth, day + timedelta(days=1)) - kr.age_on(birth, day) in {0, 1}


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2007, 6, 1), date(2007, 6, 1), 0),
        (date(2007, 6, 1), date(2026, 5, 31), 18),
        (date(2007, 6, 1), date(2026, 6, 1), 19),
        (date(2008, 2, 29), date(2027, 2, 28), 18),
        (date(2008, 2, 29), date(2027, 3, 1), 19),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2007, 12, 31), date(2026, 12, 30), 18),
        (date(2008, 1, 1), date(2026, 12, 31), 18),
    ],
)
def test_age_by_the_civil_act(birth: date, day: date, age: int) -> None:
    assert kr.age_on(birth, day) == age


def test_there_is_no_age_before_birth() -> None:
    with pytest.raises(MisuseError) as error:
        kr.age_on(date(2007, 6, 2), date(2007, 6, 1))
    assert error.value.code is Code.MISUSE_CLAIMS


@pytest.mark.parametrize(
    ("birth", "day", "adult"),
    [
        (date(2007, 12, 31), date(2025, 12, 31), False),
        (date(2007, 12, 31), date(2026, 1, 1), True),
        (date(2007, 1, 1), date(2025, 12, 31), False),
        (date(2008, 2, 29), date(2027, 1, 1), True),
    ],
)
def test_the_youth_protection_act_counts_calendar_years(
    birth: date, day: date, *, adult: bool
) -> None:
    assert kr.is_adult_by_calendar_year(birth, day) is adult


@given(birth=DAYS, later=st.integers(0, 120 * 366))
def test_the_calendar_year_rule_holds_from_new_year_before_the_nineteenth_birthday(
    birth: date, later: int
) -> None:
    day = birth + timedelta(days=later)
    new_years_eve = date(day.year, 12, 31)
    assert kr.is_adult_by_calendar_year(birth, day) is (
        birthdays_reached(birth, new_years_eve) >= 19
    )


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 5, 31, 14, 59, 59, tzinfo=UTC), date(2026, 5, 31)),
        (datetime(2026, 5, 31, 15, 0, 0, tzinfo=UTC), date(2026, 6, 1)),
        (datetime(2026, 6, 1, 0, 0, tzinfo=timezone(timedelta(hours=9))), date(2026, 6, 1)),
        (datetime(2026, 5, 31, 23, 0, tzinfo=timezone(timedelta(hours=-7))), date(2026, 6, 1)),
    ],
)
def test_the_day_in_korea(moment: datetime, day: date) -> None:
    assert kr.korean_day(moment) == day


def test_a_moment_without_a_zone_has_no_day_in_korea() -> None:
    with pytest.raises(MisuseError) as error:
        kr.korean_day(datetime(2026, 6, 1))  # noqa: DTZ001 - the missing zone is the point
    assert error.value.code is Code.MISUSE_NAIVE_TIME


def test_the_last_hours_of_the_calendar_have_no_day_in_korea() -> None:
    with pytest.raises(MisuseError) as error:
        kr.korean_day(datetime.max.replace(tzinfo=UTC))
    assert error.value.code is Code.MISUSE_LIFETIME


@pytest.mark.parametrize(
    ("issued", "last_day"),
    [
        (date(2026, 6, 1), date(2029, 6, 1)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2029, 2, 28), date(2032, 2, 28)),
        (date(2026, 12, 31), date(2029, 12, 31)),
    ],
)
def test_a_card_is_valid_for_three_years(issued: date, last_day: date) -> None:
    assert kr.valid_until(issued) == datetime.combine(last_day, time(23, 59, 59), kr.KOREAN_TIME)


@given(issued=ISSUE_DAYS)
def test_a_card_ends_in_the_last_second_of_a_day_in_korea(issued: date) -> None:
    end = kr.valid_until(issued)
    assert end.utcoffset() == timedelta(hours=9)
    assert kr.korean_day(end + timedelta(seconds=1)) == kr.korean_day(end) + timedelta(days=1)


@given(issued=ISSUE_DAYS.filter(lambda day: day.year > 1))
def test_the_longest_life_of_a_card_fits_the_profile(issued: date) -> None:
    start = datetime.combine(issued, time(0), kr.KOREAN_TIME)
    life = kr.valid_until(issued) - start
    assert timedelta(days=3 * 365) < life <= kr.PROFILE.max_lifetime


def test_no_card_outlives_the_calendar() -> None:
    assert kr.valid_until(date(9996, 12, 31)).year == 9999
    with pytest.raises(MisuseError) as error:
        kr.valid_until(date(9997, 1, 1))
    assert error.value.code is Code.MISUSE_LIFETIME
