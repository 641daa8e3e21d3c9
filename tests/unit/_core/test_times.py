from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import times
from krid.errors import Code, KridError, MalformedError, MisuseError

MOMENTS = (
    st.datetimes()
    .filter(lambda moment: 1 < moment.year < 9999)
    .flatmap(
        lambda moment: st.integers(-1439, 1439).map(
            lambda minutes: moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
        )
    )
)


@given(MOMENTS)
def test_a_date_time_survives_to_the_second(moment: datetime) -> None:
    text = times.to_rfc3339(moment)
    assert len(text) == 20
    assert times.from_rfc3339(text) == moment.astimezone(UTC).replace(microsecond=0)


@given(MOMENTS)
def test_a_numeric_date_survives_to_the_second(moment: datetime) -> None:
    seconds = times.to_numeric_date(moment)
    assert times.from_numeric_date(seconds) == moment.astimezone(UTC).replace(microsecond=0)


@given(MOMENTS)
def test_what_another_writer_spells_is_read(moment: datetime) -> None:
    assert times.from_rfc3339(moment.isoformat()) == moment


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        times.from_rfc3339(text)
    except MalformedError as error:
        assert error.code is Code.TIME_RFC3339


@given(st.integers() | st.floats() | st.text() | st.none() | st.booleans())
def test_any_value_is_read_or_refused(value: object) -> None:
    try:
        moment = times.from_numeric_date(value)
    except KridError as error:
        assert error.code is Code.TIME_NUMERIC_DATE
    else:
        assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1985-04-12T23:20:50.52Z", datetime(1985, 4, 12, 23, 20, 50, 520_000, UTC)),
        ("1996-12-19T16:39:57-08:00", datetime(1996, 12, 20, 0, 39, 57, tzinfo=UTC)),
        ("2026-06-01t00:00:00.123456789z", datetime(2026, 6, 1, 0, 0, 0, 123_456, UTC)),
        ("2026-06-01T00:00:00-00:00", datetime(2026, 6, 1, tzinfo=UTC)),
    ],
)
def test_examples_of_rfc_3339(text: str, expected: datetime) -> None:
    assert times.from_rfc3339(text) == expected


def test_fractions_of_seconds_are_read_and_rounded_down() -> None:
    assert times.from_numeric_date(0.5) == datetime(1970, 1, 1, 0, 0, 0, 500_000, UTC)
    assert times.to_numeric_date(datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC)) == -1


def test_seconds_are_exact_where_floats_are_not() -> None:
    late = datetime(9998, 12, 31, 23, 59, 59, 999_999, UTC)
    assert times.from_numeric_date(times.to_numeric_date(late)) == late.replace(microsecond=0)


def test_the_ends_of_time_are_read() -> None:
    assert times.from_numeric_date(-62_135_596_800) == datetime(1, 1, 1, tzinfo=UTC)
    assert times.from_numeric_date(253_402_300_799).year == 9999


def test_early_years_have_four_digits() -> None:
    assert times.to_rfc3339(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00Z"


@pytest.mark.parametrize("write", [times.to_rfc3339, times.to_numeric_date, times.aware])
def test_a_moment_without_zone_is_misuse(write: object) -> None:
    assert callable(write)
    with pytest.raises(MisuseError) as error:
        write(datetime(2026, 6, 1))  # noqa: DTZ001  the missing zone is the point
    assert error.value.code is Code.MISUSE_NAIVE_TIME


def test_a_moment_before_the_year_one_in_utc_is_misuse() -> None:
    with pytest.raises(MisuseError) as error:
        times.to_rfc3339(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))))
    assert error.value.code is Code.MISUSE_TIME_RANGE
