"""Collecting findings: each once, capped, errors first, with the clause of its code."""

from types import MappingProxyType

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.model import Finding, Findings, LintingFormat, Rule, Severity
from krid.sdjwt import SdJwtVcFormat

RULES = MappingProxyType(
    {
        Code.SDJWT_SALT: Rule("RFC 9901, 9.3", Severity.WARNING),
        Code.SDJWT_VCT: Rule("SD-JWT VC, 2.2.2.1"),
    }
)


def refuse() -> None:
    raise MalformedError(Code.SDJWT_VCT, "vct")


def test_a_refusal_becomes_a_finding() -> None:
    into = Findings(RULES)
    assert into.check("$.vct", refuse) is None
    (finding,) = into.ordered()
    words = "vct is missing or not a string (vct)"
    assert finding == Finding(Code.SDJWT_VCT, Severity.ERROR, "SD-JWT VC, 2.2.2.1", "$.vct", words)


def test_what_passes_comes_back() -> None:
    into = Findings(RULES)
    assert into.check("", lambda: 7) == 7
    assert into.ordered() == ()


def test_the_heaviest_comes_first_and_each_once() -> None:
    into = Findings(RULES)
    for _ in range(2):
        into.add(Code.SDJWT_SALT, "a")
        into.add(Code.SDJWT_VCT, "b")
    assert [each.code for each in into.ordered()] == [Code.SDJWT_VCT, Code.SDJWT_SALT]


def test_a_code_outside_the_table_has_the_clause_of_its_area() -> None:
    into = Findings(RULES)
    assert into.rule(Code.JSON_SYNTAX).clause.startswith("RFC 8259")
    assert into.rule(Code.STORE_PIN).clause == "krid"


def test_findings_are_capped_and_the_last_says_so() -> None:
    into = Findings(RULES)
    for number in range(limits.MAX_FINDINGS + 10):
        into.add(Code.SDJWT_SALT, str(number))
    assert len(into.found) == limits.MAX_FINDINGS + 1
    assert any(each.code is Code.LINT_LIMIT for each in into.ordered())


def test_a_format_that_lints_is_told_apart() -> None:
    assert isinstance(SdJwtVcFormat(), LintingFormat)
    assert not isinstance(object(), LintingFormat)
