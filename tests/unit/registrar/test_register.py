from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from krid.errors import Code, ContentError
from krid.registrar import Entry, Register, sample_register

DAY = date(2026, 6, 1)
HONG = "sample-hong-gildong"
PHONES = tuple(f"phone-{number}" for number in range(8))


@pytest.fixture
def register() -> Register:
    return sample_register(day=DAY)


def test_people_come_in_the_order_given(register: Register) -> None:
    entries = [Entry(resident) for resident in reversed(register.residents)]
    assert Register(entries).residents == tuple(reversed(register.residents))


def test_a_phone_is_recorded_and_released(register: Register) -> None:
    assert register.active_phone(HONG) is None
    register.activate_phone(HONG, "phone-1")
    register.activate_phone(HONG, "phone-1")
    assert register.active_phone(HONG) == "phone-1"
    register.release_phone(HONG)
    assert register.active_phone(HONG) is None
    register.release_phone(HONG)
    register.activate_phone(HONG, "phone-2")
    assert register.active_phone(HONG) == "phone-2"


def test_an_entry_without_card_or_phone_has_neither(register: Register) -> None:
    alone = Register([Entry(register.resident(HONG))])
    assert alone.card(HONG) is None
    assert alone.active_phone(HONG) is None


def test_of_several_phones_at_once_one_gets_through(register: Register) -> None:
    def try_phone(phone: str) -> bool:
        try:
            register.activate_phone(HONG, phone)
        except ContentError as error:
            assert error.code is Code.REGISTER_ACTIVE_PHONE
            return False
        return True

    with ThreadPoolExecutor(len(PHONES)) as pool:
        assert sum(pool.map(try_phone, PHONES)) == 1
