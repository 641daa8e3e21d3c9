from datetime import UTC, datetime, timedelta

from krid._core.clock import Clock, FixedClock, SystemClock


def test_the_fixed_clock_stands_still() -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    clock: Clock = FixedClock(moment)
    assert clock.now() is clock.now() is moment


def test_the_system_clock_tells_the_time_in_utc() -> None:
    clock: Clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.utcoffset() == timedelta(0)
    assert first <= second
    assert abs(datetime.now(UTC) - second) < timedelta(minutes=1)
