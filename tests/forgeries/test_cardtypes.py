"""One forgery for each rule of a card type's file and of a CSV file of residents."""

from collections.abc import Callable
from datetime import date

import pytest

from krid._core import limits
from krid.cardtypes import bundled, bundled_text, new_country_text, parse_card_type
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.registrar.country import Country
from krid.registrar.csv_load import check_people, read_people

FILE = new_country_text()
KR = bundled_text("kr-resident")
DAY = date(2026, 6, 1)


def changed(before: str, after: str, text: str = FILE) -> bytes:
    assert before in text
    return text.replace(before, after, 1).encode()


CLAIM = """
[[claims]]
path = ["extra"]
element = "extra"
from = "fact.family_name"
labels = { en = "Extra" }
"""


def with_claim(before: str, after: str) -> bytes:
    return (FILE + CLAIM.replace(before, after, 1)).encode()


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        (b"x" * (limits.MAX_CARDTYPE_BYTES + 1), Code.CARDTYPE_SIZE, ""),
        (b"\xff", Code.CARDTYPE_TOML, "byte 0 is not UTF-8"),
        (b"id = ", Code.CARDTYPE_TOML, "end of document"),
        (b"id = 1\nid = = 2\n", Code.CARDTYPE_TOML, "line 2, column 6"),
        (b"a = " + b"[" * 5000, Code.CARDTYPE_TOML, ""),
        (b"a = " + b"1" * 5000, Code.CARDTYPE_TOML, ""),
        (changed("format = 1 ", "format = 2 "), Code.CARDTYPE_VALUE, "format: from 1 to 1"),
        (changed('id = "xs-card"', ""), Code.CARDTYPE_KEY, "id: is missing"),
        (changed('id = "xs-card"', "id = 7"), Code.CARDTYPE_VALUE, "id: a text is expected"),
        (changed('id = "xs-card"', 'id = "XS"'), Code.CARDTYPE_VALUE, "id: a word of small"),
        (changed('id = "xs-card"', 'id = "xs"\nidd = 1'), Code.CARDTYPE_KEY, "idd: is not a key"),
        (changed('"XS" ', '"xs" '), Code.CARDTYPE_VALUE, "country: two capital"),
        (changed('"+00:00"', '"+99:00"'), Code.CARDTYPE_VALUE, "time_zone: no such zone"),
        (changed('"+00:00"', '"Nowhere/Town"'), Code.CARDTYPE_VALUE, "time_zone: no such zone"),
        (changed('"+00:00"', '"../../etc"'), Code.CARDTYPE_VALUE, "time_zone"),
        (changed('["en"] ', '["en", "fr"] '), Code.CARDTYPE_LABEL, "fr: is missing"),
        (changed('["en"] ', "[] "), Code.CARDTYPE_VALUE, "languages: one or more"),
        (changed('["en"] ', '["en", "en"] '), Code.CARDTYPE_VALUE, "languages: one or more"),
        (changed('["en"] ', '["E N"] '), Code.CARDTYPE_VALUE, "languages: language tags"),
        (changed('["en"] ', '"en" '), Code.CARDTYPE_VALUE, "languages: a list is expected"),
        (
            changed('["en"] ', f"{['a' * 3] * 65} ".replace("'", '"')),
            Code.CARDTYPE_VALUE,
            "languages: more than",
        ),
        (changed("[formats.mso_mdoc]", "[formats.jwt]"), Code.CARDTYPE_FORMAT, "formats.jwt"),
        (changed("doctype =", "doctipe ="), Code.CARDTYPE_FORMAT, "doctype: goes with"),
        (changed('[formats."dc+sd-jwt"]', "[unused]"), Code.CARDTYPE_FORMAT, "vct: goes with"),
        (
            changed('[formats."dc+sd-jwt"]', "[formats]\n[unused]").replace(b"[formats.mso_mdoc]", b"[more]"),
            Code.CARDTYPE_FORMAT,
            "formats: a card comes",
        ),
        (changed("years = 5 ", "years = 0 "), Code.CARDTYPE_VALUE, "validity.years: from 1 to 20"),
        (changed("years = 5 ", "years = true "), Code.CARDTYPE_VALUE, "validity.years"),
        (changed("minimum_age = 14", "minimum_age = -1"), Code.CARDTYPE_VALUE, "eligibility.minimum"),
        (changed("minimum_age = 14", "maximum_age = 14"), Code.CARDTYPE_KEY, "eligibility.maximum"),
        (changed('"identity-card"', '"Identity Card"'), Code.CARDTYPE_VALUE, "eligibility.document"),
        (changed('"#2b4f60"', '"blue"'), Code.CARDTYPE_VALUE, "display.background"),
        (changed("police_may_suspend = false", "police_may_suspend = 0"), Code.CARDTYPE_VALUE, "life."),
        (changed('"XS[0-9]{8}"', '"(a+)+"'), Code.CARDTYPE_VALUE, "register.number_pattern"),
        (changed('"XS[0-9]{8}"', '"[z-a]{8}"'), Code.CARDTYPE_VALUE, "register.number_pattern"),
        (changed('"XS{serial:8}"', '"XS"'), Code.CARDTYPE_VALUE, "register.number_invented"),
        (changed('"{street.en} {house}"', '"{city.en}"'), Code.CARDTYPE_SOURCE, "register.address: {city.en}"),
        (changed('"{street.en} {house}"', '"{street.en"'), Code.CARDTYPE_VALUE, "a brace without"),
        (changed('"D{serial:8}"', '[{ a = "{nothing}" }]'), Code.CARDTYPE_SOURCE, "register.document.number"),
        (changed('"D{serial:8}"', "1.5"), Code.CARDTYPE_VALUE, "register.document.number"),
        (changed('"D{serial:8}"', '{a={a={a={a={a="b"}}}}}'), Code.CARDTYPE_VALUE, "register.document.number"),
        (changed('family_name = "{', 'Family = "{'), Code.CARDTYPE_VALUE, "register.facts.Family"),
        (changed('number = "D', 'Number = "D'), Code.CARDTYPE_VALUE, "register.document.Number"),
        (changed("number_pattern =", 'number = "xx"\nnumber_pattern ='), Code.CARDTYPE_VALUE, "register.number: kr"),
        (changed('["Specimen Lane", "Trial Road"]', "[]"), Code.CARDTYPE_VALUE, "words.street"),
        (
            changed('en = ["Specimen Lane", "Trial Road"]', 'en = ["A"]\nfr = ["A", "B"]'),
            Code.CARDTYPE_VALUE,
            "words.street: lists of one length",
        ),
        (changed("[words.street]\nen = [", "[words]\nstreet = ["), Code.CARDTYPE_VALUE, "words.street: a table"),
        (with_claim('["extra"]', '["family_name"]'), Code.CARDTYPE_TWICE, "claims[10]: as claims[0]"),
        (with_claim('["extra"]', '["address"]'), Code.CARDTYPE_TWICE, "claims[10]: as group"),
        (with_claim('["extra"]', '["family_name", "x"]'), Code.CARDTYPE_TWICE, "claims[10]: as claims[0]"),
        (with_claim('element = "extra"', 'element = "portrait"'), Code.CARDTYPE_TWICE, "claims[10]: as claims[5]"),
        (with_claim('["extra"]', '["_sd"]'), Code.CARDTYPE_VALUE, "claims[10].path: a name that"),
        (with_claim('["extra"]', '["cnf"]'), Code.CARDTYPE_VALUE, "claims[10].path: a name that"),
        (with_claim('["extra"]', '["a", "..."]'), Code.CARDTYPE_VALUE, "claims[10].path: a name that"),
        (with_claim('["extra"]', "[]"), Code.CARDTYPE_VALUE, "claims[10].path: one or two"),
        (with_claim('["extra"]', '["a", "b", "c"]'), Code.CARDTYPE_VALUE, "claims[10].path: more than 2"),
        (with_claim('["extra"]', '["a b"]'), Code.CARDTYPE_VALUE, "claims[10].path: one or two"),
        (with_claim("fact.family_name", "fact.religion"), Code.CARDTYPE_SOURCE, "claims[10].from: fact.religion"),
        (with_claim("fact.family_name", "document.colour"), Code.CARDTYPE_SOURCE, "claims[10].from"),
        (with_claim("fact.family_name", "person.religion"), Code.CARDTYPE_SOURCE, "claims[10].from"),
        (with_claim('from = "fact.family_name"', ""), Code.CARDTYPE_KEY, "claims[10].from: is missing"),
        (with_claim('"fact.family_name"', '"age.over"'), Code.CARDTYPE_KEY, "claims[10].ages: is missing"),
        (with_claim('"fact.family_name"', '"age.over"\nages = [18]'), Code.CARDTYPE_VALUE, "claims[10].path: has no {age}"),
        (with_claim('"fact.family_name"', '"age.over"\nages = [18, 18]'), Code.CARDTYPE_VALUE, "claims[10].ages"),
        (with_claim('"fact.family_name"', '"age.over"\nages = [true]'), Code.CARDTYPE_VALUE, "claims[10].ages"),
        (with_claim('"fact.family_name"', '"age.of_year"\nage = 0'), Code.CARDTYPE_VALUE, "claims[10].age:"),
        (with_claim('from = "fact.family_name"', "constant = 1.5"), Code.CARDTYPE_VALUE, "claims[10].constant"),
        (with_claim('from = "fact.family_name"', "constant = [1]"), Code.CARDTYPE_VALUE, "claims[10].constant"),
        (with_claim("labels", 'kind = "sound"\nlabels'), Code.CARDTYPE_VALUE, "claims[10].kind"),
        (with_claim("labels", 'release = "never"\nlabels'), Code.CARDTYPE_VALUE, "claims[10].release"),
        (with_claim("labels", "optional = 1\nlabels"), Code.CARDTYPE_VALUE, "claims[10].optional"),
        (with_claim("labels", "secret = true\nlabels"), Code.CARDTYPE_KEY, "claims[10].secret"),
        (with_claim('labels = { en = "Extra" }', 'labels = "Extra"'), Code.CARDTYPE_VALUE, "claims[10].labels"),
        (with_claim('en = "Extra"', 'en = ""'), Code.CARDTYPE_VALUE, "claims[10].labels.en"),
        (with_claim('path = ["extra"]\nelement = "extra"\n', ""), Code.CARDTYPE_KEY, "claims[10].path: is missing"),
        (with_claim('en = "Extra"', 'en = "Extra", fr = "Extra"'), Code.CARDTYPE_KEY, "claims[10].labels.fr"),
        (FILE.split("[[claims]]")[0].encode(), Code.CARDTYPE_KEY, "claims: is missing"),
        (FILE.replace("[[groups]]\npath", "[[groups]]\n#").encode(), Code.CARDTYPE_KEY, "groups[0].path"),
        (changed("[[groups]]", "[groups]"), Code.CARDTYPE_VALUE, "groups: a list is expected"),
        (
            (FILE + "".join(CLAIM.replace("extra", f"e{n}") for n in range(500))).encode(),
            Code.CARDTYPE_VALUE,
            "claims: more than",
        ),
        (
            changed("ages = [14, 18, 21]", f"ages = {list(range(1, 151))}")
            + "".join(CLAIM.replace("extra", f"e{n}") for n in range(400)).encode(),
            Code.CARDTYPE_VALUE,
            "claims: more than",
        ),
    ],
)  # fmt: skip
def test_a_card_type_that_breaks_a_rule(raw: bytes, code: Code, place: str) -> None:
    with pytest.raises(MalformedError) as error:
        parse_card_type(raw)
    assert error.value.code is code
    assert place in error.value.detail


COUNTRY = Country.of([bundled("kr-resident")])
HEADER = "number,birth_date,sex,address,since,invented,fact.name,document.resident-card.issued_on,document.resident-card.office"
GOOD = "901301-2000001,1990-05-05,2,견본로 13,2020-01-01,yes,견본누람,2010-05-05,견본구청장"


def test_a_good_file_is_read() -> None:
    lines = ["\ufeff" + HEADER + "\r\n", GOOD + "\n"]
    raw = [line.encode() for line in lines]
    ((number, person),) = read_people(raw, COUNTRY, day=DAY)
    assert (number, person.facts, len(person.documents)) == (2, {"name": "견본누람"}, 1)
    assert check_people(raw, COUNTRY, day=DAY).errors == ()


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        ([], Code.REGISTER_CSV, "line 1: the column number is missing"),
        ([""], Code.REGISTER_CSV, "line 1: the column number is missing"),
        ([HEADER.replace("sex,", "")], Code.REGISTER_CSV, "line 1: the column sex is missing"),
        ([HEADER.replace(",fact.name", "")], Code.REGISTER_CSV, "line 1: the column fact.name"),
        ([HEADER + ",colour"], Code.REGISTER_CSV, "line 1: column 10 has no known name"),
        ([HEADER + ",sex"], Code.REGISTER_CSV, "line 1: the column sex is there twice"),
        ([HEADER, GOOD + ",more"], Code.REGISTER_CSV, "line 2: 10 fields, not 9"),
        ([HEADER, GOOD, ""], Code.REGISTER_CSV, "line 3: 0 fields"),
        ([HEADER, GOOD, '"' + GOOD], Code.REGISTER_CSV, "line 3: a field is one line"),
        ([HEADER, GOOD, '"a"b"",' + GOOD], Code.REGISTER_CSV, "line 3: quotes"),
        ([HEADER, GOOD, "x," * 300], Code.REGISTER_CSV, "line 3: too many fields"),
        ([HEADER, GOOD, "x" * 70_000], Code.REGISTER_CSV, "line 3: too long"),
        ([HEADER, GOOD.replace("1990-05-05", "5.5.1990")], Code.REGISTER_CSV, "line 2, column birth_date"),
        ([HEADER, GOOD.replace("1990-05-05", "1990-02-30")], Code.REGISTER_CSV, "line 2, column birth_date"),
        ([HEADER, GOOD.replace(",2,", ",3,")], Code.REGISTER_CSV, "line 2, column sex"),
        ([HEADER, GOOD.replace(",yes,", ",maybe,")], Code.REGISTER_CSV, "line 2, column invented"),
        ([HEADER, GOOD.replace("2010-05-05,", ",")], Code.REGISTER_CSV, "line 2, column document.resident-card.issued_on"),
        ([HEADER, GOOD.replace("견본구청장", "[1")], Code.REGISTER_CSV, "line 2, column document.resident-card.office"),
        ([HEADER + ",relation", GOOD + ",aunt"], Code.REGISTER_CSV, "line 2, column relation"),
        ([HEADER, GOOD, GOOD.replace("901301", "90130")], Code.REGISTER_NUMBER, "line 3"),
        ([HEADER, GOOD.replace(",2,", ",1,")], Code.REGISTER_BIRTH_DATE, "line 2"),
        ([HEADER, GOOD.replace("견본누람", "")], Code.REGISTER_PERSON, "line 2, name"),
        ([HEADER, GOOD.replace("견본로 13", "")], Code.REGISTER_PERSON, "line 2, address"),
    ],
)  # fmt: skip
def test_a_csv_file_that_breaks_a_rule(lines: list[str], code: Code, place: str) -> None:
    raw = [line.encode() for line in lines]
    (found,) = check_people(raw, COUNTRY, day=DAY).errors
    assert found.code is code
    assert place in found.detail
    if raw:
        refused(code, lambda: list(read_people(raw, COUNTRY, day=DAY)))
    assert "901301" not in str(found)


def test_a_csv_file_that_is_not_utf8() -> None:
    for raw in ([b"\xff"], [HEADER.encode(), b"\xff"]):
        (found,) = check_people(raw, COUNTRY, day=DAY).errors
        assert found.code is Code.REGISTER_CSV
    refused(Code.REGISTER_CSV, lambda: list(read_people([], COUNTRY, day=DAY)))


def test_every_error_of_a_csv_file_is_listed_up_to_a_limit() -> None:
    bad = [b"x"] * 150
    found = check_people([HEADER.encode(), *bad], COUNTRY, day=DAY).errors
    assert len(found) == limits.MAX_CSV_ERRORS
    assert found[-1].detail.startswith("line 101:")


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def test_types_that_do_not_belong_together() -> None:
    one = bundled("kr-resident")
    for types in ([], [one, one], [one, bundled("eu-pid")]):
        with pytest.raises(MisuseError) as error:
            Country.of(types)
        assert error.value.code is Code.MISUSE_OPTION
