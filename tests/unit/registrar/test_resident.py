from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import KridError
from krid.registrar import CardState, PhysicalCard, Register, ResidentNumber, Sex, sample_register

NUMBERS = st.from_regex(r"\A[0-9]{6}-[0-9]{7}\Z")


@given(text=NUMBERS)
def test_every_number_of_the_form_is_read_and_written_back(text: str) -> None:
    number = ResidentNumber.parse(text)
    assert number.encode() == text
    assert ResidentNumber.parse(number.encode()) == number


@given(text=st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = ResidentNumber.parse(text)
    except KridError:
        return
    assert number.encode() == text


@given(text=NUMBERS)
def test_the_last_digit_decides_nothing(text: str) -> None:
    for digit in "0123456789":
        number = ResidentNumber.parse(text[:-1] + digit)
        assert number.birth_date == ResidentNumber.parse(text).birth_date


@pytest.mark.parametrize(
    ("mark", "century", "sex", "is_foreign"),
    [
        ("9", 1800, Sex.MALE, False),
        ("0", 1800, Sex.FEMALE, False),
        ("1", 1900, Sex.MALE, False),
        ("2", 1900, Sex.FEMALE, False),
        ("3", 2000, Sex.MALE, False),
        ("4", 2000, Sex.FEMALE, False),
        ("5", 1900, Sex.MALE, True),
        ("6", 1900, Sex.FEMALE, True),
        ("7", 2000, Sex.MALE, True),
        ("8", 2000, Sex.FEMALE, True),
    ],
)
def test_the_mark_gives_century_and_sex(
    mark: str, century: int, sex: Sex, *, is_foreign: bool
) -> None:
    number = ResidentNumber.parse(f"991301-{mark}000000")
    assert (number.century, number.sex, number.is_foreign) == (century, sex, is_foreign)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("000229-3", date(2000, 2, 29)),
        ("000229-1", None),  # 1900 had no 29 February
        ("991301-1", None),
        ("990001-1", None),
        ("990230-1", None),
        ("991231-9", date(1899, 12, 31)),
    ],
)
def test_the_day_of_birth_exists_or_the_number_is_impossible(digits: str, day: date | None) -> None:
    number = ResidentNumber.parse(digits + "000000")
    assert number.birth_date == day
    assert number.is_impossible is (day is None)


def test_nothing_personal_shows() -> None:
    register = sample_register(day=date(2026, 6, 1))
    resident = register.resident("sample-hong-gildong")
    card = PhysicalCard(
        issued_on=date(2020, 1, 2), issuing_office="견본구청장", state=CardState.IN_FORCE
    )
    assert repr(resident.number) == str(resident.number) == "ResidentNumber(***)"
    assert repr(resident) == "Resident(id='sample-hong-gildong', invented=True)"
    assert repr(card) == "PhysicalCard(state=<CardState.IN_FORCE: 'in force'>)"
    assert repr(register) == "Register(7 residents)"
    assert resident.number.encode() not in f"{resident}{resident.number}{Register([])}"
