"""Reports of verifications: what they tell, in which form, and what they never hold."""

import io
import json
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from rich.console import Console

from krid.cli import report_table
from krid.errors import BindingError, Code, KridError, TransportError
from krid.keys import Alg, LocalKey
from krid.model import Check, Evidence, IssuerKey, State, Trail, VerifiedCredential
from krid.verifier import Report

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script>\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}'
KEY = LocalKey.generate(Alg.ES256).public_key
VERIFIED = VerifiedCredential(
    format="dc+sd-jwt",
    type="urn:a",
    issuer=HOSTILE,
    claims={"family_name": "Kim"},
    holder=KEY,
    valid_until=None,
    status=(),
    signer=IssuerKey(key=KEY, issuer=HOSTILE, path=HOSTILE),
    evidence=(
        Evidence(Check.ISSUER, HOSTILE),
        Evidence(Check.STATUS, "the caller chose NO_STATUS", State.OPTED_OUT),
    ),
)


def refusal() -> KridError:
    trail = Trail()
    trail.prove(Check.ISSUER, HOSTILE)
    trail.prove(Check.ISSUER_SIGNATURE, "ES256")
    trail.check = Check.HOLDER
    with pytest.raises(KridError) as error, trail:
        raise BindingError(Code.KB_NONCE)
    return error.value


ACCEPTED = Report.of(VERIFIED)
REFUSED = Report.of(refusal(), at=NOW)


class Tags(HTMLParser):
    """Collects the tags and attributes of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_a_refusal_tells_each_check_in_order() -> None:
    steps = REFUSED.sections[0].steps
    assert [(each.check, each.state) for each in steps] == [
        (Check.ISSUER, State.PROVED),
        (Check.ISSUER_SIGNATURE, State.PROVED),
        (Check.HOLDER, State.REFUSED),
        (Check.INTEGRITY, State.NOT_REACHED),
        (Check.VALIDITY, State.NOT_REACHED),
        (Check.STATUS, State.NOT_REACHED),
    ]
    assert REFUSED.refusal is Code.KB_NONCE


def test_as_text() -> None:
    text = str(REFUSED)
    assert text.startswith("refused: kb.nonce at 2026-06-01T00:00:00Z\n")
    assert "  refused      holder            kb.nonce: " in text
    assert "\x1b" not in text + str(ACCEPTED)
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    assert str(ACCEPTED).startswith("verified\ndc+sd-jwt urn:a by ")
    assert "  opted out    status            the caller" in str(ACCEPTED)


def test_what_is_no_check_is_told_too() -> None:
    report = Report.of(TransportError(Code.NET_SCHEME))
    assert report.sections[0].steps[0].check is None
    assert "  refused      verification      net.scheme" in str(report)
    assert report.sections[0].steps[0].to_json()["check"] is None


def test_as_json() -> None:
    told = json.loads(json.dumps(REFUSED.to_json()))
    assert told["verified"] is False
    assert told["code"] == "kb.nonce"
    assert told["at"] == "2026-06-01T00:00:00Z"
    assert told["sections"][0]["checks"][2] == {
        "check": "holder",
        "state": "refused",
        "detail": Code.KB_NONCE.message,
        "code": "kb.nonce",
    }
    assert ACCEPTED.to_json()["verified"] is True
    assert (ACCEPTED.to_json()["code"], ACCEPTED.to_json()["at"]) == (None, None)


@pytest.mark.parametrize("report", [ACCEPTED, REFUSED])
def test_as_html(report: Report) -> None:
    """Nothing from outside becomes markup, and nothing is loaded."""
    html = report._repr_html_()
    tags = Tags()
    tags.feed(html)
    assert {tag for tag, _ in tags.seen} <= {
        "div",
        "p",
        "strong",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
    }
    assert {name for _, attributes in tags.seen for name in attributes} <= {
        "class",
        "style",
        "scope",
    }
    assert "&lt;script&gt;" in html
    assert "url(" not in html
    assert "\x1b" not in html


def test_in_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    report_table.show(REFUSED)
    assert capsys.readouterr().out == f"{REFUSED}\n"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    report_table.show(REFUSED)
    report_table.show(ACCEPTED)
    out = capsys.readouterr().out
    assert "kb.nonce" in out
    assert "✗ refused" in out
    assert "\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}" not in out


def test_markup_of_the_table_is_not_read() -> None:
    console = Console(width=200, record=True, file=io.StringIO())
    section = Report.of(BindingError(Code.KB_NONCE, "[bold]place[/bold]")).sections[0]
    console.print(report_table.table(section))
    assert "[bold]place[/bold]" in console.export_text()


def test_no_report_holds_claims() -> None:
    for report in (ACCEPTED, Report.of_answer({"card": (VERIFIED,)}, at=NOW)):
        told = str(report) + report._repr_html_() + json.dumps(report.to_json()) + repr(report)
        assert "Kim" not in told
    assert "card: dc+sd-jwt" in str(Report.of_answer({"card": (VERIFIED,)}, at=NOW))
