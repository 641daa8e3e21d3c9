from datetime import timedelta

from krid._core import limits
from krid.keys import Alg
from krid.profiles import HAIP, kr


def test_haip_takes_es256_and_both_formats() -> None:
    assert Alg.ES256 in HAIP.algs
    assert HAIP.algs.isdisjoint({Alg.EDDSA, Alg.ES256K})
    assert HAIP.formats == {"dc+sd-jwt", "mso_mdoc"}


def test_haip_gives_clocks_less_room_than_the_cap_of_the_library() -> None:
    assert timedelta() < HAIP.skew <= timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS)
    assert HAIP.skew < HAIP.max_age <= timedelta(minutes=10)


def test_the_korean_profile_is_haip_with_a_status_and_a_shorter_life() -> None:
    assert kr.PROFILE.name == "kr"
    assert kr.PROFILE.status_required
    assert kr.PROFILE.max_lifetime < HAIP.max_lifetime
    assert (kr.PROFILE.algs, kr.PROFILE.formats) == (HAIP.algs, HAIP.formats)
    assert (kr.PROFILE.max_age, kr.PROFILE.skew) == (HAIP.max_age, HAIP.skew)
