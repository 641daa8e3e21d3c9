"""What cards say, of the types that come with krid, in both formats."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.cardtypes import (
    BUNDLED,
    Holder,
    Kind,
    Sex,
    age_on,
    bundled,
    bundled_text,
    claims_in,
    completed_years,
    end_of_day,
    fill_all,
    last_day,
    local_day,
    mdoc_claims,
    parse_card_type,
    sdjwt_claims,
)
from krid.errors import Code, MisuseError
from krid.sdjwt import Sd

LICENCE = Holder(
    birth_date=date(1990, 5, 5),
    sex=Sex.FEMALE,
    number="901301-2000001",
    address="견본로 13",
    portrait=b"\xff\xd8\xff",
    facts={"name": "견본누람", "family_name_latin": "Gyeon", "given_name_latin": "Nuram"},
    document={
        "office": "서울특별시경찰청장",
        "dlno": "00-90-000001-00",
        "asort": "2종보통",
        "conditions": "",
        "inspctbegend": "2026-01-01 ~ 2036-01-01",
        "passwordsn": "000001",
        "inorgdonnyn": "N",
        "driving_privileges": [
            {"vehicle_category_code": "B", "issue_date": "2020-01-01", "sign": "no-day-text"}
        ],
    },
    issued_on=date(2026, 6, 1),
    expires_on=date(2029, 6, 1),
)
PERSON = replace(
    LICENCE,
    number="UT00000001",
    sex=None,
    portrait=b"",
    facts={"family_name": "Sampleton", "given_name": "Alpha", "locality": "Mockford", "street_address": "A 1"},
    document={"office": "Office", "document_number": "T1", "place_of_birth": {"country": "UT"}},
)  # fmt: skip


def test_a_licence_has_its_domestic_namespace_and_days_inside_privileges() -> None:
    claims = mdoc_claims(bundled("kr-licence"), LICENCE)
    assert set(claims) == {"org.iso.18013.5.1", "org.iso.18013.5.1.KR"}
    iso, domestic = claims["org.iso.18013.5.1"], claims["org.iso.18013.5.1.KR"]
    assert iso["driving_privileges"] == [
        {"vehicle_category_code": "B", "issue_date": date(2020, 1, 1), "sign": "no-day-text"}
    ]
    assert (iso["un_distinguishing_sign"], domestic["asort"]) == ("ROK", "2종보통")
    assert "conditions" not in domestic


def test_the_elements_that_an_mdl_must_have_are_there() -> None:
    iso = mdoc_claims(bundled("kr-licence"), LICENCE)["org.iso.18013.5.1"]
    mandatory = {
        "family_name", "given_name", "birth_date", "issue_date", "expiry_date", "issuing_country",
        "issuing_authority", "document_number", "portrait", "driving_privileges",
        "un_distinguishing_sign",
    }  # fmt: skip
    assert mandatory <= iso.keys()


def test_a_group_of_several_claims_is_withheld_one_by_one() -> None:
    claims = sdjwt_claims(bundled("eu-pid"), PERSON)
    address = claims["address"]
    assert isinstance(address, Sd)
    assert isinstance(address.value, dict)
    assert all(isinstance(value, Sd) for value in address.value.values())
    assert claims["issuing_country"] == "UT"
    nationalities = claims["nationalities"]
    assert isinstance(nationalities, Sd)
    assert nationalities.value == ["UT"]
    assert "picture" not in claims
    assert "sex" not in claims


def test_a_group_that_is_always_shown_is_plain() -> None:
    text = bundled_text("eu-pid").replace(
        'path = ["issuing_authority"]', 'path = ["issuer", "name"]'
    )
    text = text.replace('path = ["issuing_country"]', 'path = ["issuer", "country"]')
    claims = sdjwt_claims(parse_card_type(text.encode()), PERSON)
    assert claims["issuer"] == {"name": "Office", "country": "UT"}
    mixed = text.replace('release = "always"', "", 1)
    group = sdjwt_claims(parse_card_type(mixed.encode()), PERSON)["issuer"]
    assert isinstance(group, Sd)


@pytest.mark.parametrize(
    "changes", [{"facts": {}}, {"document": {}}, {"address": ""}, {"birth_date": date(2027, 1, 1)}]
)
@pytest.mark.parametrize("format_name", ["dc+sd-jwt", "mso_mdoc"])
def test_what_a_card_can_not_do_without(changes: dict[str, object], format_name: str) -> None:
    holder = replace(PERSON, **changes)  # type: ignore[arg-type]
    card_type = bundled("eu-pid")
    if "birth_date" in changes:
        holder, card_type = replace(LICENCE, birth_date=date(2027, 1, 1)), bundled("kr-licence")
    with pytest.raises(MisuseError) as error:
        claims_in(card_type, format_name, holder)
    assert error.value.code is Code.MISUSE_CLAIMS


def test_a_fact_that_is_to_be_a_day() -> None:
    text = bundled_text("eu-pid").replace(
        'from = "fact.locality"', 'from = "fact.locality"\nkind = "date"'
    )
    card_type = parse_card_type(text.encode())
    good = replace(PERSON, facts={**PERSON.facts, "locality": "2020-01-31"})
    claims = mdoc_claims(card_type, good)["eu.europa.ec.eudi.pid.1"]
    assert claims["resident_city"] == date(2020, 1, 31)
    with pytest.raises(MisuseError):
        mdoc_claims(card_type, PERSON)


def test_a_card_in_one_format_only() -> None:
    text = (
        bundled_text("eu-pid")
        .replace('[formats."dc+sd-jwt"]', "")
        .replace('vct = "urn:eudi:pid:ut:1"', "")
    )
    card_type = parse_card_type(text.encode())
    assert card_type.formats == ("mso_mdoc",)
    with pytest.raises(MisuseError) as error:
        card_type.type_in("dc+sd-jwt")
    assert error.value.code is Code.MISUSE_FORMAT


@pytest.mark.parametrize("name", BUNDLED)
def test_every_label_is_there_in_every_language(name: str) -> None:
    card_type = bundled(name)
    for claim in card_type.claims:
        assert set(claim.labels) == set(card_type.languages)
        assert "{" not in "".join(claim.labels.values())
    assert {claim.kind for claim in card_type.claims} >= {Kind.TEXT, Kind.DATE, Kind.BOOLEAN} - (
        {Kind.BOOLEAN} if name == "eu-pid" else set()
    )


def test_the_life_of_each_format() -> None:
    card_type = bundled("kr-resident")
    now = datetime(2026, 6, 1, 3, 0, 0, 5, tzinfo=UTC)
    zone = timezone(timedelta(hours=9))
    validity = card_type.validity
    first = date(2026, 6, 1)
    whole = validity.lifetime("dc+sd-jwt", first, card_type.zone, now)
    assert now.replace(microsecond=0) + whole == datetime(2029, 6, 1, 23, 59, 59, tzinfo=zone)
    own = validity.lifetime("mso_mdoc", first, card_type.zone, now)
    assert now.replace(microsecond=0) + own == datetime(2027, 6, 1, 23, 59, 59, tzinfo=zone)
    late = now + timedelta(days=1000)
    rest = validity.lifetime("mso_mdoc", first, card_type.zone, late)
    assert late.replace(microsecond=0) + rest == datetime(2029, 6, 1, 23, 59, 59, tzinfo=zone)


@given(st.dates(date(1, 1, 1), date(9000, 12, 31)), st.integers(1, 20))
def test_a_last_day_is_the_same_day_or_the_end_of_february(first: date, years: int) -> None:
    last = last_day(first, years)
    assert last.year == first.year + years
    assert (last.month, last.day) == (first.month, first.day) or (
        (first.month, first.day) == (2, 29) and (last.month, last.day) == (2, 28)
    )
    assert completed_years(first, last) in {years, years - 1}


def test_days_at_the_end_of_the_calendar() -> None:
    with pytest.raises(MisuseError):
        last_day(date(9999, 1, 1), 1)
    with pytest.raises(MisuseError):
        local_day(datetime(9999, 12, 31, 23, tzinfo=UTC), timezone(timedelta(hours=9)))
    with pytest.raises(MisuseError):
        age_on(date(2027, 1, 1), date(2026, 1, 1))
    assert end_of_day(date(2026, 6, 1), UTC) == datetime(2026, 6, 1, 23, 59, 59, tzinfo=UTC)


def test_zones_by_offset_and_by_name() -> None:
    text = bundled_text("eu-pid")
    winter = datetime(2026, 1, 1, 22, 30, tzinfo=UTC)
    for zone, day in (("-03:30", date(2026, 1, 1)), ("+05:00", date(2026, 1, 2))):
        found = parse_card_type(text.replace('"+01:00"', f'"{zone}"').encode())
        assert found.day(winter) == day
    berlin = parse_card_type(text.replace('"+01:00"', '"Europe/Berlin"').encode())
    assert berlin.day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


def test_a_card_type_that_is_unknown() -> None:
    with pytest.raises(KeyError):
        bundled_text("nowhere")


def test_patterns_are_filled_inside_structures() -> None:
    filled = fill_all({"a": ["{x}", 1, {"b": "{serial:3}"}]}, {"x": "y", "serial": "12345"})
    assert filled == {"a": ["y", 1, {"b": "345"}]}
