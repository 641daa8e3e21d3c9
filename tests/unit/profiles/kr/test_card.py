import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, MisuseError
from krid.model import ClaimPath
from krid.profiles import kr
from krid.sdjwt import Sd

JPEG = b"\xff\xd8\xff\xe0 an invented portrait"

CARD = kr.ResidentCard(
    name="홍길동",
    name_hanja="洪吉童",
    name_latin="Hong Gildong",
    birth_date=date(2007, 7, 1),
    sex=kr.Sex.MALE,
    resident_number="071301-3000000",
    address="서울특별시 견본구 견본로 13",
    portrait=JPEG,
    issued_on=date(2026, 6, 1),
    issuing_authority="서울특별시 견본구청장",
)


def places(value: object, path: ClaimPath = ()) -> dict[ClaimPath, object]:
    """List every value of marked claims with the path it stands at."""
    plain = value.value if isinstance(value, Sd) else value
    if not isinstance(plain, Mapping):
        return {path: plain}
    return {
        place: leaf
        for name, member in plain.items()
        for place, leaf in places(member, (*path, name)).items()
    }


def test_the_claims_stand_where_the_table_says() -> None:
    assert set(places(kr.sdjwt_claims(CARD))) == {claim.path for claim in kr.CLAIMS}
    assert set(kr.mdoc_claims(CARD)) == {kr.NAMESPACE}
    assert set(kr.mdoc_claims(CARD)[kr.NAMESPACE]) == {claim.element for claim in kr.CLAIMS}


def test_the_table_says_what_is_marked() -> None:
    claims = kr.sdjwt_claims(CARD)
    marked = {name for name, value in claims.items() if isinstance(value, Sd)}
    assert marked == {claim.path[0] for claim in kr.CLAIMS if claim.is_withholdable}


def test_each_age_is_withheld_on_its_own() -> None:
    group = kr.sdjwt_claims(CARD)["age_equal_or_over"]
    assert isinstance(group, Sd)
    assert isinstance(group.value, dict)
    assert len(group.value) == len(kr.AGES)
    assert all(isinstance(value, Sd) for value in group.value.values())


def test_the_claims_of_the_sdjwt() -> None:
    found = places(kr.sdjwt_claims(CARD))
    ages = {path: value for path, value in found.items() if path[0] == "age_equal_or_over"}
    assert ages == {("age_equal_or_over", str(age)): age <= 18 for age in kr.AGES}
    assert {path[0]: value for path, value in found.items() if path not in ages} == {
        "issuing_country": "KR",
        "name": "홍길동",
        "name_hanja": "洪吉童",
        "name_latin": "Hong Gildong",
        "birthdate": "2007-07-01",
        "sex": 1,
        "resident_registration_number": "071301-3000000",
        "address": "서울특별시 견본구 견본로 13",
        "picture": "data:image/jpeg;base64," + base64.b64encode(JPEG).decode(),
        "date_of_issuance": "2026-06-01",
        "date_of_expiry": "2029-06-01",
        "issuing_authority": "서울특별시 견본구청장",
        "age_in_years": 18,
        "age_birth_year": 2007,
        "adult_by_calendar_year": True,
    }


def test_the_elements_of_the_mdoc() -> None:
    assert kr.mdoc_claims(CARD)[kr.NAMESPACE] == {
        "name": "홍길동",
        "name_hanja": "洪吉童",
        "name_latin": "Hong Gildong",
        "birth_date": date(2007, 7, 1),
        "sex": 1,
        "resident_registration_number": "071301-3000000",
        "resident_address": "서울특별시 견본구 견본로 13",
        "portrait": JPEG,
        "issuance_date": date(2026, 6, 1),
        "expiry_date": date(2029, 6, 1),
        "issuing_authority": "서울특별시 견본구청장",
        "issuing_country": "KR",
        **{f"age_over_{age}": age <= 18 for age in kr.AGES},
        "age_in_years": 18,
        "age_birth_year": 2007,
        "adult_by_calendar_year": True,
    }


def test_values_are_plain_types_that_encoders_know() -> None:
    leaves = [*places(kr.sdjwt_claims(CARD)).values(), *kr.mdoc_claims(CARD)[kr.NAMESPACE].values()]
    assert {type(leaf) for leaf in leaves} == {str, int, bool, bytes, date}


@given(
    birth=st.dates(date(1920, 1, 1), date(2009, 1, 1)),
    issued=st.dates(date(2009, 1, 1), date(2090, 1, 1)),
)
def test_both_formats_say_the_same_of_every_age(birth: date, issued: date) -> None:
    card = replace(CARD, birth_date=birth, issued_on=issued)
    texts, elements = places(kr.sdjwt_claims(card)), kr.mdoc_claims(card)[kr.NAMESPACE]
    age = kr.age_on(birth, issued)
    for claim in kr.CLAIMS:
        if claim.kind is kr.Kind.BOOLEAN or claim.kind is kr.Kind.NUMBER:
            assert texts[claim.path] == elements[claim.element]
    assert elements["age_in_years"] == age
    assert all(elements[f"age_over_{line}"] is (age >= line) for line in kr.AGES)


def test_spellings_that_a_person_lacks_are_left_out() -> None:
    card = replace(CARD, name_hanja=None, name_latin=None)
    lacking = {"name_hanja", "name_latin"}
    assert lacking.isdisjoint(kr.sdjwt_claims(card))
    assert lacking.isdisjoint(kr.mdoc_claims(card)[kr.NAMESPACE])


def test_the_card_shows_nothing_of_the_person() -> None:
    assert repr(CARD) == str(CARD) == "ResidentCard(***)"


def test_the_card_may_hold_the_largest_portrait() -> None:
    largest = JPEG.ljust(limits.MAX_PORTRAIT_BYTES, b"\0")
    assert replace(CARD, portrait=largest).portrait == largest


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"name": ""}, "name"),
        ({"name_hanja": ""}, "name_hanja"),
        ({"name_latin": ""}, "name_latin"),
        ({"address": ""}, "address"),
        ({"issuing_authority": ""}, "issuing_authority"),
        ({"birth_date": date(2026, 6, 2)}, "birth_date"),
        ({"birth_date": datetime(2007, 7, 1)}, "birth_date"),  # noqa: DTZ001 - no day at all
        ({"issued_on": datetime(2026, 6, 1)}, "issued_on"),  # noqa: DTZ001 - no day at all
        ({"resident_number": "0713013000000"}, "resident_number"),
        ({"resident_number": "071301-300000"}, "resident_number"),
        ({"resident_number": "071301-3000000\n"}, "resident_number"),
        ({"resident_number": "\u066071301-3000000"}, "resident_number"),
        ({"portrait": b"\x89PNG\r\n\x1a\n"}, "portrait"),
        ({"portrait": b""}, "portrait"),
        ({"portrait": JPEG.ljust(limits.MAX_PORTRAIT_BYTES + 1, b"\0")}, "portrait"),
    ],
)
def test_what_no_card_may_say(change: Mapping[str, object], place: str) -> None:
    with pytest.raises(MisuseError) as error:
        replace(CARD, **change)  # type: ignore[arg-type]  # one wrong field at a time
    assert error.value.code is Code.MISUSE_CLAIMS
    assert error.value.detail == place


def test_no_card_outlives_the_calendar() -> None:
    with pytest.raises(MisuseError) as error:
        replace(CARD, issued_on=date(9997, 1, 1))
    assert error.value.code is Code.MISUSE_LIFETIME
