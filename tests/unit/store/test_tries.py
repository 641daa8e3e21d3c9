from datetime import UTC, datetime, timedelta

from krid.store.tries import Tries

NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())


def test_reads_what_it_wrote() -> None:
    assert Tries.parse(Tries(7, AT).encode()) == Tries(7, AT)
    assert Tries.parse(Tries(7, -AT).encode()) == Tries(7, -AT)


def test_counts_up_and_never_over() -> None:
    assert Tries.none().one_more(NOW) == Tries(1, AT)
    assert Tries(2**32 - 1, 0).one_more(NOW) == Tries(2**32 - 1, AT)


def test_a_delay_runs_off_with_the_clock() -> None:
    tries = Tries(6, AT)
    left = [tries.seconds_left(NOW + timedelta(seconds=passed)) for passed in (0, 1, 59, 60, 999)]
    assert left == [60, 59, 1, 0, 0]


def test_a_clock_turned_back_starts_the_delay_anew() -> None:
    tries = Tries(5, AT)
    earlier = NOW - timedelta(days=400)
    assert tries.seconds_left(earlier) == 30
    kept = tries.kept(earlier)
    assert kept == Tries(5, int(earlier.timestamp()))
    assert kept.seconds_left(earlier + timedelta(seconds=29)) == 1
    assert kept.seconds_left(earlier + timedelta(seconds=30)) == 0


def test_a_clock_that_runs_leaves_the_counter_alone() -> None:
    assert Tries(5, AT).kept(NOW + timedelta(seconds=3)) == Tries(5, AT)
