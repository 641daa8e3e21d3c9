"""One forgery for each rule of the register: what is broken, and the code that says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError, MalformedError, MisuseError
from krid.registrar import (
    QR_PREFIX,
    TICKET_LIFETIME,
    CardState,
    Entry,
    Office,
    Register,
    ResidentNumber,
    check_eligible,
    sample_register,
)

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
NAIVE = datetime(2026, 6, 1, 9, 0)  # noqa: DTZ001 - the missing zone is the forgery
REGISTER = sample_register(day=DAY)
HONG = REGISTER.resident("sample-hong-gildong")
CARD = REGISTER.card("sample-hong-gildong")


@pytest.fixture
def office() -> Office:
    return Office(entropy=system_entropy)


@pytest.mark.parametrize(
    ("birth", "day"),
    [
        (date(2009, 6, 2), DAY),
        (date(2010, 1, 1), DAY),
        (date(2008, 2, 29), date(2025, 2, 28)),
        (date(2027, 1, 1), DAY),
    ],
)
def test_one_day_too_young(birth: date, day: date) -> None:
    with pytest.raises(ContentError) as error:
        check_eligible(replace(HONG, birth_date=birth), CARD, day=day, active_phone=None)
    assert error.value.code is Code.REGISTER_TOO_YOUNG


def test_no_plastic_card() -> None:
    with pytest.raises(ContentError) as error:
        check_eligible(HONG, None, day=DAY, active_phone=None)
    assert error.value.code is Code.REGISTER_NO_CARD


@pytest.mark.parametrize("state", [state for state in CardState if state is not CardState.IN_FORCE])
def test_a_plastic_card_out_of_force(state: CardState) -> None:
    assert CARD is not None
    with pytest.raises(ContentError) as error:
        check_eligible(HONG, replace(CARD, state=state), day=DAY, active_phone=None)
    assert error.value.code is Code.REGISTER_NO_CARD


@pytest.mark.parametrize("phone", ["phone-1", ""])
def test_a_second_phone(phone: str) -> None:
    with pytest.raises(ContentError) as error:
        check_eligible(HONG, CARD, day=DAY, active_phone=phone)
    assert error.value.code is Code.REGISTER_ACTIVE_PHONE


def test_a_second_phone_at_the_register() -> None:
    register = sample_register(day=DAY)
    with pytest.raises(ContentError) as error:
        register.activate_phone("sample-lee-younghee", "sample-phone-2")
    assert error.value.code is Code.REGISTER_ACTIVE_PHONE
    assert register.active_phone("sample-lee-younghee") == "sample-phone-1"


def test_nobody_of_that_name() -> None:
    register = sample_register(day=DAY)
    for ask in (
        lambda: register.resident("nobody"),
        lambda: register.card("nobody"),
        lambda: register.active_phone("nobody"),
        lambda: register.activate_phone("nobody", "phone-1"),
        lambda: register.release_phone("nobody"),
    ):
        with pytest.raises(ContentError) as error:
            ask()
        assert error.value.code is Code.REGISTER_UNKNOWN


def test_one_person_twice() -> None:
    with pytest.raises(MisuseError) as error:
        Register([Entry(HONG, CARD), Entry(replace(HONG, name="다른 사람"), CARD)])
    assert error.value.code is Code.REGISTER_REPEATED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9013011000000",
        "901301 1000000",
        "901301-100000",
        "901301-10000000",
        " 901301-1000000",
        "901301-1000000\n",
        "90130a-1000000",
        "\uff1901301-1000000",
        "901301\u22121000000",
        "901301-******",
    ],
)
def test_not_a_resident_number(text: str) -> None:
    with pytest.raises(MalformedError) as error:
        ResidentNumber.parse(text)
    assert error.value.code is Code.REGISTER_NUMBER
    assert error.value.detail == ""


def test_a_ticket_used_twice(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    office.redeem(ticket.qr_text, now=NOW)
    with pytest.raises(ContentError) as error:
        office.redeem(ticket.qr_text, now=NOW)
    assert error.value.code is Code.REGISTER_TICKET


def test_a_ticket_that_has_expired(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    with pytest.raises(ContentError) as error:
        office.redeem(ticket.qr_text, now=NOW + TICKET_LIFETIME)
    assert error.value.code is Code.REGISTER_TICKET


def test_an_expired_ticket_with_the_clock_turned_back(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    for moment in (NOW + TICKET_LIFETIME, NOW + timedelta(minutes=1)):
        with pytest.raises(ContentError) as error:
            office.redeem(ticket.qr_text, now=moment)
        assert error.value.code is Code.REGISTER_TICKET


def test_a_ticket_that_was_replaced(office: Office) -> None:
    older = office.issue(HONG, now=NOW)
    newer = office.issue(HONG, now=NOW)
    with pytest.raises(ContentError) as error:
        office.redeem(older.qr_text, now=NOW)
    assert error.value.code is Code.REGISTER_TICKET
    assert office.redeem(newer.qr_text, now=NOW) == HONG.id


def test_a_ticket_of_another_office(office: Office) -> None:
    ticket = Office(entropy=system_entropy).issue(HONG, now=NOW)
    with pytest.raises(ContentError) as error:
        office.redeem(ticket.qr_text, now=NOW)
    assert error.value.code is Code.REGISTER_TICKET


def test_a_ticket_in_another_spelling(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    for text in (
        ticket.value,
        ticket.qr_text + "=",
        ticket.qr_text + "\n",
        " " + ticket.qr_text,
        QR_PREFIX.upper() + ticket.value,
        QR_PREFIX + ticket.value[:-1],
        QR_PREFIX + "가" * 43,
        QR_PREFIX + "\ud800" * 43,
        QR_PREFIX + ticket.value * 100_000,
    ):
        with pytest.raises(ContentError) as error:
            office.redeem(text, now=NOW)
        assert error.value.code is Code.REGISTER_TICKET
    assert office.redeem(ticket.qr_text, now=NOW) == HONG.id


def test_a_refusal_does_not_repeat_the_ticket(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    with pytest.raises(ContentError) as error:
        office.redeem(ticket.qr_text, now=NOW + TICKET_LIFETIME)
    assert ticket.value not in f"{error.value!s}{error.value!r}"


def test_a_clock_without_a_time_zone(office: Office) -> None:
    ticket = office.issue(HONG, now=NOW)
    with pytest.raises(MisuseError) as error:
        office.issue(HONG, now=NAIVE)
    assert error.value.code is Code.MISUSE_NAIVE_TIME
    with pytest.raises(MisuseError) as error:
        office.redeem(ticket.qr_text, now=NAIVE)
    assert error.value.code is Code.MISUSE_NAIVE_TIME
    assert office.redeem(ticket.qr_text, now=NOW) == HONG.id
