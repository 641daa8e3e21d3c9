import pytest

from krid.profiles import kr
from krid.profiles.kr import Language, Release

RRN = "resident_registration_number"


def test_no_two_claims_share_a_place() -> None:
    assert len({claim.path for claim in kr.CLAIMS}) == len(kr.CLAIMS)
    assert len({claim.element for claim in kr.CLAIMS}) == len(kr.CLAIMS)


def test_every_claim_but_the_country_may_be_withheld() -> None:
    always = [claim.path for claim in kr.CLAIMS if not claim.is_withholdable]
    assert always == [("issuing_country",)]


def test_the_resident_number_alone_needs_an_explicit_request() -> None:
    licence = (kr.LICENCE_DOMESTIC, "ihidnum")
    assert {(RRN,), (kr.NAMESPACE, RRN), licence} == kr.EXPLICIT_ONLY
    explicit = [claim.path for claim in kr.CLAIMS if claim.release is Release.EXPLICIT]
    assert explicit == [(RRN,)]


def test_the_table_asks_for_each_age_in_both_formats() -> None:
    ages = {
        claim.path[1]: claim.element for claim in kr.CLAIMS if claim.path[0] == "age_equal_or_over"
    }
    assert ages == {str(age): f"age_over_{age}" for age in kr.AGES}
    assert {12, 14, 15, 17, 18, 19, 20} <= set(kr.AGES)
    assert list(kr.AGES) == sorted(set(kr.AGES))


@pytest.mark.parametrize("claim", kr.CLAIMS, ids=lambda claim: claim.element)
def test_every_claim_has_a_label_in_both_languages_at_both_paths(claim: kr.Claim) -> None:
    for path in (claim.path, claim.mdoc_path):
        korean = kr.label(path, Language.KOREAN)
        english = kr.label(path, Language.ENGLISH)
        assert any("가" <= letter <= "힣" for letter in korean)
        assert english.isascii()
        assert english[0].isupper() or english[0].isdigit()


def test_no_two_claims_share_a_label() -> None:
    for language in Language:
        assert len({kr.label(claim.path, language) for claim in kr.CLAIMS}) == len(kr.CLAIMS)


@pytest.mark.parametrize(
    ("path", "korean", "english"),
    [
        (("age_equal_or_over", "19"), "만 19세 이상", "19 or older"),
        ((kr.NAMESPACE, "age_over_19"), "만 19세 이상", "19 or older"),
        (("address",), "주소", "Address"),
        (("age_equal_or_over",), "나이 확인", "Age checks"),
    ],
)
def test_labels(path: tuple[str, ...], korean: str, english: str) -> None:
    assert kr.label(path, Language.KOREAN) == korean
    assert kr.label(path, Language.ENGLISH) == english


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("shoe_size",), "shoe_size"),
        (("degrees", None, "title"), "degrees.*.title"),
        (("phones", 0), "phones.0"),
        (("org.example", "age_over_19"), "org.example.age_over_19"),
        (("age_equal_or_over", "22"), "age_equal_or_over.22"),
        ((kr.NAMESPACE, ""), f"{kr.NAMESPACE}."),
    ],
)
def test_an_unknown_path_is_shown_as_it_is(path: tuple[str | int | None, ...], shown: str) -> None:
    assert kr.label(path, Language.KOREAN) == shown
    assert kr.label(path, Language.ENGLISH) == shown


def test_the_identifiers_say_that_they_are_of_krid() -> None:
    assert kr.VCT == "urn:krid:kr:resident-card:1"
    assert kr.DOCTYPE.startswith("org.krid.")
    assert kr.NAMESPACE.startswith("org.krid.")
    assert "krid's own" in (kr.__doc__ or "")
