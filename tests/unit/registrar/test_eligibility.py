from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import ContentError
from krid.profiles import kr
from krid.registrar import MINIMUM_AGE, check_eligible, sample_register

DAY = date(2026, 6, 1)
REGISTER = sample_register(day=DAY)
HONG = REGISTER.resident("sample-hong-gildong")
CARD = REGISTER.card("sample-hong-gildong")


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        (date(2009, 6, 1), DAY),
        (date(2008, 2, 29), date(2025, 3, 1)),
        (date(1940, 1, 1), DAY),
    ],
)
def test_who_is_seventeen_with_a_card_and_without_a_phone_may_have_it(
    birth: date, day: date
) -> None:
    check_eligible(replace(HONG, birth_date=birth), CARD, day=day, active_phone=None)


@given(
    birth=st.dates(date(1950, 1, 1), date(2050, 1, 1)),
    offset=st.integers(-400, 400),
)
def test_the_age_rule_is_the_one_of_the_profile(birth: date, offset: int) -> None:
    day = date(birth.year + MINIMUM_AGE, birth.month, 1) + timedelta(days=offset)
    try:
        check_eligible(replace(HONG, birth_date=birth), CARD, day=day, active_phone=None)
        accepted = True
    except ContentError:
        accepted = False
    assert accepted is (kr.age_on(birth, day) >= MINIMUM_AGE)
