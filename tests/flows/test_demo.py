"""The demo, as a newcomer runs it, and every file and command that it leaves behind."""

import io
import json
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from krid import query
from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.cli import demo_command
from krid.cli.app import run
from krid.cli.demo import attacks
from krid.cli.demo.cast import Party, Root
from krid.cli.demo.rich_screen import RichScreen
from krid.exchange import MemorySessions
from krid.net import NoNetwork
from krid.profiles import kr
from krid.status import StatusLists

REFUSED = {
    ("A changed claim", "dc+sd-jwt", "sdjwt.disclosure_unused"),
    ("A changed claim", "mso_mdoc", "mdoc.digest"),
    ("A presentation sent twice", "dc+sd-jwt", "session.unknown"),
    ("A presentation sent twice", "mso_mdoc", "session.unknown"),
    ("A presentation replayed in another session", "dc+sd-jwt", "kb.nonce"),
    ("A presentation replayed in another session", "mso_mdoc", "mdoc.device_signature"),
    ("Another phone's key", "dc+sd-jwt", "kb.signature"),
    ("Another phone's key", "mso_mdoc", "mdoc.device_signature"),
    ("An expired card", "dc+sd-jwt", "sdjwt.expired"),
    ("An expired card", "mso_mdoc", "mdoc.expired"),
    ("An issuer nobody trusts", "dc+sd-jwt", "x509.issuer"),
    ("An issuer nobody trusts", "mso_mdoc", "x509.issuer"),
    ("A 16-year-old applies", "register", "register.too_young"),
    ("A suspended card (the phone was reported lost)", "dc+sd-jwt", "status.suspended"),
    ("A suspended card (the phone was reported lost)", "mso_mdoc", "status.suspended"),
}

Told = tuple[int, dict[str, object]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert run(["demo", "--keep", str(folder)]) == 0
    return folder


@pytest.fixture
def krid(capsys: pytest.CaptureFixture[str]) -> Callable[[str], Told]:
    def call(command: str) -> Told:
        program, *words = shlex.split(command)
        assert program == "krid"
        status = run(words)
        return status, json.loads(capsys.readouterr().out)

    return call


def commands(kept: Path) -> list[str]:
    readme = (kept / "README.txt").read_text(encoding="utf-8")
    return [line.strip() for line in readme.splitlines() if "krid verify" in line]


def test_it_tells_the_story_in_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo"]) == 0
    told = capsys.readouterr().out
    for number in range(1, 7):
        assert f"\n{number}. " in told
    for _, _, code in REFUSED:
        assert f": {code}: " in told
    assert "\x1b[" not in told
    assert told.endswith("Done: 2 presentations verified, 15 attempts refused.\n")


@pytest.mark.parametrize("width", [60, 96, 200])
def test_it_fits_a_terminal(width: int, tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, record=True)
    clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
    demo_command.play(RichScreen(console), tmp_path, clock, system_entropy)
    text = console.export_text()
    assert "The phone asks its owner" in text
    assert "status.suspended" in text


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 12, 31, 14, 59, 59, tzinfo=UTC),
        datetime(2028, 2, 28, 15, 0, tzinfo=UTC),
        datetime(2028, 2, 29, 12, 0, 0, 999_999, tzinfo=UTC),
    ],
)
def test_it_runs_on_any_day(moment: datetime, tmp_path: Path) -> None:
    screen = RichScreen(Console(file=io.StringIO()))
    _, refused = demo_command.play(screen, tmp_path, FixedClock(moment), system_entropy)
    assert {(each.attempt, each.format, each.code) for _, each in refused} == REFUSED


def test_its_presentations_verify(kept: Path, krid: Callable[[str], Told]) -> None:
    assert len(commands(kept)) == 2
    for command in commands(kept):
        status, told = krid(command)
        assert status == 0
        assert told["verified"] is True


def test_with_one_byte_changed_they_do_not(
    kept: Path, krid: Callable[[str], Told], tmp_path: Path
) -> None:
    for command in commands(kept):
        words = shlex.split(command)
        raw = (kept / Path(words[2]).name).read_bytes()
        for position in range(0, len(raw), max(1, len(raw) // 40)):
            changed = raw[:position] + bytes((raw[position] ^ 1,)) + raw[position + 1 :]
            (tmp_path / "changed").write_bytes(changed)
            status, told = krid(shlex.join([*words[:2], str(tmp_path / "changed"), *words[3:]]))
            assert status == 1
            assert told["verified"] is False
            assert "." in str(told["code"])


@pytest.mark.parametrize(("option", "codes"), [
    ("--nonce", {"kb.nonce", "mdoc.device_signature"}),
    ("--audience", {"kb.audience", "mdoc.device_signature"}),
])  # fmt: skip
def test_for_another_session_they_do_not(
    kept: Path, krid: Callable[[str], Told], option: str, codes: set[str]
) -> None:
    seen = set()
    for command in commands(kept):
        words = shlex.split(command)
        words[words.index(option) + 1] = "another"
        status, told = krid(shlex.join(words))
        assert status == 1
        seen.add(told["code"])
    assert seen == codes


def test_what_was_refused_is_refused_again(kept: Path, krid: Callable[[str], Told]) -> None:
    rows = json.loads((kept / "refused" / "refused.json").read_text(encoding="utf-8"))["refused"]
    assert {(row["attempt"], row["format"], row["code"]) for row in rows} == REFUSED
    shown = [row for row in rows if "command" in row]
    assert len(shown) == 12
    for row in shown:
        status, told = krid(row["command"])
        assert (status, told["code"]) == (1, row["code"])


def test_everything_it_leaves_can_be_inspected(kept: Path) -> None:
    for path in sorted(kept.rglob("*")):
        if path.suffix in {".sdjwt", ".mdoc", ".jwt", ".json", ".pem"} and path.name != "trust.pem":
            assert run(["inspect", str(path)]) == 0, path.name


def test_the_wallet_it_leaves_opens(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KRID_PIN", "246813")
    trust = ["--trust", str(kept / "trust.pem"), "--trust", str(kept / "verifiers.pem")]
    assert run(["wallet", "list", str(kept / "wallet.db"), *trust, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["cards"]) == 2
    assert run(["wallet", "history", str(kept / "wallet.db")]) == 0
    assert "bank.example" in capsys.readouterr().out
    request = str(kept / "bank-request.jwt")
    assert run(["wallet", "present", str(kept / "wallet.db"), request, *trust, "--yes"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"vp_token", "state"}


def test_it_takes_an_empty_folder_alone(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(kept.rglob("*"))
    assert run(["demo", "--keep", str(kept)]) == 1
    assert capsys.readouterr().err.startswith("store.exists")
    assert run(["demo", "--keep", str(kept / "README.txt")]) == 3
    assert sorted(kept.rglob("*")) == before


def test_an_accepted_forgery_fails_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attacks, "_with_other_name", lambda raw: raw)
    assert run(["demo"]) == 1
    assert "a forgery was accepted: A changed claim" in capsys.readouterr().err


def test_a_party_keeps_the_sessions_that_it_is_given() -> None:
    """A store without a session yet counts as false, and is the one that was asked for."""
    now, sessions = datetime(2026, 6, 1, tzinfo=UTC), MemorySessions()
    root = Root.make("Sample", now=now, entropy=system_entropy)
    party = Party.make(
        "bank.example",
        root=root,
        trust=root.trust(),
        status=StatusLists(NoNetwork(), issuers=root.trust()),
        clock=FixedClock(now),
        entropy=system_entropy,
        sessions=sessions,
    )
    party.verifier.request(query.sdjwt("card", vct=kr.VCT, claims=["name"]), purpose="Name")
    assert len(sessions) == 1
