"""What a driving licence allows, in words."""

import pytest

from krid.profiles import kr
from krid.web.platform.driving import driving_words
from krid.web.platform.texts import Language
from krid.web.platform.words import claim_rows, labels, rows, unasked

KOREAN, ENGLISH = Language.KOREAN, Language.ENGLISH
ALLOWED = ("driving_privileges",)


@pytest.mark.parametrize(
    ("privilege", "words"),
    [
        (
            {"vehicle_category_code": "B", "issue_date": "2020-01-01", "expiry_date": "2030-01-01"},
            "B (cars and light vans), 2020-01-01 to 2030-01-01",
        ),
        ({"vehicle_category_code": "A", "issue_date": "2020-01-01"}, "A (motorcycles), from 2020-01-01"),
        ({"vehicle_category_code": "D", "expiry_date": "2030-01-01"}, "D (buses), until 2030-01-01"),
        ({"vehicle_category_code": "XX"}, "XX"),
        (
            {"vehicle_category_code": "T", "codes": [{"code": "01"}, {"code": "S01", "sign": "<=", "value": "750"}]},
            "T, with glasses or lenses, S01 <= 750",
        ),
        ({"vehicle_category_code": "T", "codes": ["strange"]}, "T, strange"),
        ({"vehicle_category_code": "T", "codes": "strange"}, "T"),
        ("strange", "strange"),
    ],
)  # fmt: skip
def test_a_privilege_is_said_in_a_line(privilege: object, words: str) -> None:
    assert driving_words(ALLOWED, [privilege], ENGLISH) == words
    assert driving_words(ALLOWED, (privilege, privilege), ENGLISH) == f"{words}\n{words}"


@pytest.mark.parametrize(
    ("path", "value", "korean", "english"),
    [
        (("licence_class",), "1종대형", "1종대형", "1종대형 (Class 1, large vehicles)"),
        ((kr.LICENCE_DOMESTIC, "asort"), "9종", "9종", "9종"),
        (("conditions",), "A, D", "A, D: 자동변속기, 보청기", "A, D: automatic transmission, hearing aid"),
        (("conditions",), "Pay within a month", "Pay within a month", "Pay within a month"),
        ((kr.LICENCE_DOMESTIC, "inorgdonnyn"), "Y", "예", "Yes"),
        (("organ_donor",), "perhaps", None, None),
        (("name",), "1종대형", None, None),
        (("driving_privileges",), "none", None, None),
    ],
)  # fmt: skip
def test_classes_conditions_and_what_is_neither(
    path: tuple[str, ...], value: str, korean: str | None, english: str | None
) -> None:
    assert driving_words(path, value, KOREAN) == korean
    assert driving_words(path, value, ENGLISH) == english


def test_both_forms_of_a_licence_stand_in_one_order() -> None:
    here = {claim.mdoc_path: "x" for claim in kr.LICENCE_CLAIMS}
    there = {claim.path: "x" for claim in kr.LICENCE_CLAIMS}
    named = [row.label for row in rows(here, ENGLISH)]
    assert named == [row.label for row in rows(there, ENGLISH)]
    ages = [each for each in named if each.endswith("or older")]
    assert ages == sorted(ages)
    assert [each.is_sensitive for each in rows(here, ENGLISH)].count(True) == 1


def test_what_was_not_asked_for_is_that_of_the_card_that_was_shown() -> None:
    licence = unasked({("vct",): kr.LICENCE_VCT, ("name",): "x"}, ENGLISH)
    mdoc = unasked({(kr.LICENCE_DOMESTIC, "name"): "x"}, ENGLISH)
    assert licence == mdoc
    assert "Driving privileges" in licence
    assert "Name" not in licence
    resident = unasked({("vct",): kr.VCT, ("name",): "x"}, ENGLISH)
    assert "Driving privileges" not in resident
    assert unasked({(kr.NAMESPACE, "name"): "x"}, ENGLISH) == resident


def test_what_two_cards_have_in_common_is_named_once() -> None:
    both = [("name",), (kr.LICENCE_DOMESTIC, "name"), ("birthdate",)]
    assert labels(both, ENGLISH) == ["Name", "Date of birth"]
    assert claim_rows({"conditions": "A"}, KOREAN)[0].value == "A: 자동변속기"
