import struct
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, KridError, MisuseError
from krid.profiles import kr
from krid.registrar import Register, check_eligible, sample_register

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def refusals(register: Register, day: date) -> dict[str, Code]:
    """Tell who may not have the card, and why."""
    found = {}
    for resident in register.residents:
        card, phone = register.card(resident.id), register.active_phone(resident.id)
        try:
            check_eligible(resident, card, day=day, active_phone=phone)
        except KridError as error:
            found[resident.id] = error.code
    return found


@given(day=DAYS)
def test_the_samples_show_each_rule_on_every_day(day: date) -> None:
    assert refusals(sample_register(day=day), day) == {
        "sample-kim-cheolsu": Code.REGISTER_NO_CARD,
        "sample-lee-younghee": Code.REGISTER_ACTIVE_PHONE,
        "sample-seong-chunhyang": Code.REGISTER_TOO_YOUNG,
    }


@given(day=DAYS)
def test_the_samples_have_the_ages_they_promise(day: date) -> None:
    register = sample_register(day=day)

    def age(slug: str) -> int:
        return kr.age_on(register.resident(slug).birth_date, day)

    sim = register.resident("sample-sim-cheong").birth_date
    assert age("sample-seong-chunhyang") == 16
    assert age("sample-yi-mongryong") == 17
    assert age("sample-park-cheomji") >= 65
    assert age("sample-sim-cheong") == (19 if (day.month, day.day) == (12, 31) else 18)
    assert kr.is_adult_by_calendar_year(sim, day)


@given(day=DAYS)
def test_nobody_can_be_one_of_the_samples(day: date) -> None:
    for resident in sample_register(day=day).residents:
        assert resident.invented
        assert resident.id.startswith("sample-")
        assert resident.number.is_impossible
        assert resident.number.encode()[2:4] == "13"
        assert resident.number.sex is resident.sex
        assert resident.number.century == resident.birth_date.year // 100 * 100
        assert "견본" in resident.address


@given(day=DAYS)
def test_plastic_cards_were_issued_before_the_day(day: date) -> None:
    register = sample_register(day=day)
    cards = [card for who in register.residents if (card := register.card(who.id))]
    assert len(cards) == len(register.residents) - 1
    assert all(card.issued_on <= day for card in cards)


def test_the_samples_make_a_card() -> None:
    day = date(2026, 6, 1)
    resident = sample_register(day=day).resident("sample-hong-gildong")
    card = kr.ResidentCard(
        name=resident.name,
        name_hanja=resident.name_hanja,
        name_latin=resident.name_latin,
        birth_date=resident.birth_date,
        sex=kr.Sex(resident.sex),
        resident_number=resident.number.encode(),
        address=resident.address,
        portrait=resident.portrait,
        issued_on=day,
        issuing_authority="서울특별시 견본구청장",
    )
    assert kr.mdoc_claims(card)[kr.NAMESPACE]["age_over_19"] is True


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1), date.min, date.max])
def test_no_samples_where_their_numbers_could_not_be_written(day: date) -> None:
    with pytest.raises(MisuseError) as error:
        sample_register(day=day)
    assert error.value.code is Code.MISUSE_OPTION


def segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk through the marker segments of a JPEG up to the image data."""
    position = 2
    while jpeg[position + 1] != 0xDA:
        marker, size = struct.unpack_from(">HH", jpeg, position)
        yield marker, jpeg[position + 4 : position + 2 + size]
        position += 2 + size


def test_the_portraits_are_small_pictures_of_one_size_each_its_own() -> None:
    portraits = {who.portrait for who in sample_register(day=date(2026, 6, 1)).residents}
    assert len(portraits) == 7
    for portrait in portraits:
        assert portrait.startswith(b"\xff\xd8\xff")
        assert portrait.endswith(b"\xff\xd9")
        assert len(portrait) <= 8 * 1024
        frame = dict(segments(portrait))[0xFFC0]
        assert struct.unpack_from(">HH", frame, 1) == (320, 240)
