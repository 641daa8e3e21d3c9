"""`krid inspect --lint`: lines for people, JSON for programs, and the exit status."""

import json
from pathlib import Path

import pytest

from krid._core import cbor
from krid.cli.app import run
from krid.cli.content import Content, Kind
from krid.cli.exits import Exit
from krid.cli.lint_report import lint
from krid.errors import Code, UnsupportedError
from krid.formats import standard_formats
from krid.mdoc.lint_rules import REQUEST_ALONE
from krid.mdoc.lint_rules import RULES as MDOC_RULES
from krid.model import LintingFormat
from krid.sdjwt.lint_rules import RULES as SDJWT_RULES
from krid.sdjwt.type_metadata.lint import RULES as TYPE_RULES
from krid.vcdi.lint import OWN_RULES as VCDI_RULES
from krid.vcjose.lint import RULES as VCJOSE_RULES

ROOT = Path(__file__).parents[3]
FILES = ROOT / "tests" / "forgeries" / "files"
NOW = "2026-06-01T12:00:00Z"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    forgery = json.loads((FILES / "dc+sd-jwt" / "unused_disclosure.json").read_text("utf-8"))
    path = tmp_path / "card"
    path.write_text(forgery["content"], encoding="utf-8")
    return path


def test_lines_grouped_by_weight_and_the_count_last(
    card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["inspect", str(card), "--lint", "--now", NOW]) == Exit.REJECTED
    lines = capsys.readouterr().out.splitlines()
    unused = "disclosure 0: a disclosure belongs to no digest [RFC 9901, 7.1 step 5]"
    salt = "disclosure 0: a salt is shorter than the 128 bits recommended [RFC 9901, 9.3]"
    assert lines == [
        "error",
        f"  sdjwt.disclosure_unused  {unused}",
        "warning",
        f"  sdjwt.salt  {salt}",
        "dc+sd-jwt: 1 error, 1 warning, 0 notes",
    ]


def test_json(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(card), "--lint", "--json", "--now", NOW]) == Exit.REJECTED
    shown = json.loads(capsys.readouterr().out)
    assert shown["format"] == "dc+sd-jwt"
    assert shown["findings"][0] == {
        "code": "sdjwt.disclosure_unused",
        "severity": "error",
        "clause": "RFC 9901, 7.1 step 5",
        "place": "disclosure 0",
        "words": "a disclosure belongs to no digest",
    }


def test_without_an_error_the_status_is_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forgery = json.loads((FILES / "mso_mdoc" / "genuine.json").read_text("utf-8"))
    path = tmp_path / "card"
    path.write_text(forgery["content"], encoding="utf-8")
    assert run(["inspect", str(path), "--lint", "--now", NOW]) == Exit.DONE
    assert capsys.readouterr().out.endswith("mso_mdoc: 0 errors, 0 warnings, 2 notes\n")


def test_broken_cbor_is_linted_as_an_mdoc(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "card"
    path.write_bytes(bytes.fromhex("a26161016161019f"))
    assert run(["inspect", str(path), "--lint"]) == Exit.REJECTED
    assert "cbor.duplicate_key" in capsys.readouterr().out


def test_names_do_not_reach_the_terminal_raw(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "card"
    path.write_bytes(cbor.encode({"issuerAuth": 0, "nameSpaces": {"\x1b[31mred": 1}}))
    run(["inspect", str(path), "--lint"])
    shown = capsys.readouterr().out
    assert "[31mred" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("mdoc-request/reader__attached_payload", "mdoc-request"),
        ("type-metadata/type__a_claim_is_text", "type-metadata"),
    ],
)
def test_what_is_no_credential_is_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, kind: str
) -> None:
    forgery = json.loads((FILES / f"{file}.json").read_text("utf-8"))
    path = tmp_path / "file"
    path.write_text(forgery["content"], encoding="utf-8")
    assert run(["inspect", str(path), "--lint", "--json", "--now", NOW]) == Exit.REJECTED
    shown = json.loads(capsys.readouterr().out)
    assert shown["format"] == kind
    assert forgery["expected"] in {each["code"] for each in shown["findings"]}


@pytest.mark.parametrize(
    ("content", "words", "status"),
    [
        (b"{}", [], Exit.REJECTED),
        (b"", [], Exit.REJECTED),
        (b"~", ["--now", "noon", "--format", "dc+sd-jwt"], Exit.WORDS),
    ],
)
def test_what_can_not_be_linted(
    tmp_path: Path, content: bytes, words: list[str], status: Exit
) -> None:
    path = tmp_path / "card"
    path.write_bytes(content)
    assert run(["inspect", str(path), "--lint", *words]) == status


def test_a_kind_without_a_linter_is_refused() -> None:
    with pytest.raises(UnsupportedError) as error:
        lint(Content(Kind.PEM, b""), now=NOW)
    assert error.value.code is Code.MISUSE_FORMAT


def test_every_standard_format_lints() -> None:
    assert all(isinstance(each, LintingFormat) for each in standard_formats())


RULES = (SDJWT_RULES, MDOC_RULES, REQUEST_ALONE, TYPE_RULES, VCJOSE_RULES, VCDI_RULES)


def test_the_page_lists_every_rule() -> None:
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{code}` | {rule.severity.value} | {rule.clause} | {code.message} |"
        for rules in RULES
        for code, rule in rules.items()
    ]
