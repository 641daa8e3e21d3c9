"""`krid ledger`: words in, files out; and what a monitor says of a database that was changed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from ledgers import ORIGIN

from krid.cli.app import app, run
from krid.cli.exits import exit_for
from krid.errors import KridError
from krid.keys import Alg, LocalKey, jwk
from krid.ledger import Checkpoint, LedgerKey
from krid.ledger.checkpoint import prepare

KEY = LocalKey.generate(Alg.EDDSA)
ISSUER_KEY = LocalKey.generate(Alg.ES256).public_key
ADDED = {
    "kind": "issuer_added",
    "issuer": "https://mois.example",
    "roles": ["issuer"],
    "types": ["https://mois.example/card"],
    "keys": [jwk.encode_public(ISSUER_KEY)],
    "from": "2026-01-01T00:00:00Z",
    "until": "2030-01-01T00:00:00Z",
}
BY_DID = {
    "kind": "issuer_added",
    "issuer": "https://b.example",
    "roles": ["status"],
    "types": [],
    "did": "did:web:b.example",
}
AT = ("--now", "2026-06-01T00:00:00Z")


class Shell:
    """Runs commands in a folder."""

    def __init__(self) -> None:
        self.raw = b""
        self.err = ""

    def __call__(self, *words: str) -> int:
        result = CliRunner().invoke(app, words, standalone_mode=False)
        self.raw, self.err = result.stdout_bytes, result.stderr
        error = result.exception
        if isinstance(error, KridError):
            self.err = f"{error.code}: {error}"
            return exit_for(error)
        if error is not None:
            self.err = f"{error}"
            return 2
        return result.return_value if isinstance(result.return_value, int) else 0

    def json(self, *words: str) -> dict[str, object]:
        assert self(*words, "--json") == 0, self.err
        value = json.loads(self.raw)
        assert isinstance(value, dict)
        return value


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A folder with a ledger, its key, and files to anchor."""
    monkeypatch.chdir(tmp_path)
    Path("ledger.jwk").write_text(json.dumps(jwk.encode_private(KEY)))
    Path("issuer.json").write_text(json.dumps(ADDED))
    Path("document").write_bytes(b"{}")
    made = Shell()
    words = ("ledger", "init", "ledger.db", "--origin", ORIGIN, "--key", "ledger.jwk", *AT)
    assert made(*words) == 0, made.err
    Path("ledger.vkey").write_bytes(made.raw)
    return made


ANCHOR = ("ledger", "anchor", "ledger.db", "--key", "ledger.jwk", *AT)
PROVE = ("ledger", "prove", "ledger.db")
VERIFY = ("ledger", "verify", "receipt", "--log", "ledger.vkey", *AT)
MONITOR = ("ledger", "monitor", "ledger.db", "--log", "ledger.vkey")


def proved(shell: Shell, *words: str) -> dict[str, object]:
    assert shell(*PROVE, *words) == 0, shell.err
    Path("receipt").write_bytes(shell.raw)
    return shell.json(*VERIFY)


def test_an_issuer_is_added_proved_and_removed(shell: Shell) -> None:
    assert shell.json(*ANCHOR, "issuer.json")["indexes"] == [1]
    found = proved(shell, "--issuer", "https://mois.example")
    assert found["statement"] == ADDED
    assert found["index"] == 1
    assert found["about"] == {"kind": "issuer", "name": "https://mois.example"}
    assert shell(*ANCHOR, "--remove", "https://mois.example", "--reason", "compromised") == 0
    Path("newest").write_bytes(shell.raw)
    assert shell(*VERIFY, "--known", "newest") == 1
    assert shell.err.startswith("ledger.rolled_back: ")
    removed = proved(shell, "--issuer", "https://mois.example")["statement"]
    assert removed == {
        "kind": "issuer_removed",
        "issuer": "https://mois.example",
        "reason": "compromised",
    }
    assert shell(*VERIFY, "--known", "newest") == 0
    assert b"shows: what holds" in shell.raw
    assert b'"reason":"compromised"' in shell.raw


def test_every_kind_of_statement(shell: Shell) -> None:
    digest = "RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o"
    several = {
        "statements": [
            BY_DID,
            {"kind": "issuer_removed", "issuer": "https://c.example", "reason": "ended"},
            {"kind": "schema", "uri": "https://a.example/1", "digest": digest},
            {"kind": "type_metadata", "vct": "urn:a:1", "digest": digest},
            {"kind": "status_list", "uri": "https://a.example/2", "digest": digest},
            {"kind": "checkpoint", "origin": "other.example", "size": 3, "root": digest},
        ]
    }
    Path("several").write_text(json.dumps(several))
    files = ("--schema", "https://a.example/3", "document", "--type", "urn:a:2", "document",
             "--status-list", "https://a.example/4", "document")  # fmt: skip
    found = shell.json(*ANCHOR, "several", *files)
    assert found["indexes"] == list(range(1, 10))
    statements = several["statements"]
    assert proved(shell, "--issuer", "https://b.example")["statement"] == statements[0]
    assert proved(shell, "--schema", "https://a.example/1")["statement"] == statements[2]
    assert proved(shell, "--type", "urn:a:1")["statement"] == statements[3]
    assert proved(shell, "--status-list", "https://a.example/2")["statement"] == statements[4]
    assert proved(shell, "--other-log", "other.example")["statement"] == statements[5]
    for words in (("--schema", "https://a.example/3"), ("--type", "urn:a:2")):
        shown = proved(shell, *words)["statement"]
        assert isinstance(shown, dict)
        assert shown["digest"] == digest
    assert proved(shell, "--issuer", "https://never.example")["statement"] is None
    assert proved(shell, "--index", "3")["statement"] == statements[2]
    sealed = proved(shell, "--index", "0")["statement"]
    assert isinstance(sealed, dict)
    assert sealed["at"] == "2026-06-01T00:00:00Z"
    assert shell(*VERIFY) == 0
    assert b"shows: that it was said" in shell.raw


def test_the_verifier_key_may_be_given_itself(shell: Shell) -> None:
    proved(shell, "--index", "0")
    key = Path("ledger.vkey").read_text().strip()
    assert shell("ledger", "verify", "receipt", "--log", key, *AT) == 0
    other = LedgerKey(ORIGIN, LocalKey.generate(Alg.EDDSA).public_key).encode()
    assert shell("ledger", "verify", "receipt", "--log", other, *AT) == 1
    assert shell.err.startswith("ledger.signer: ")
    late = ("ledger", "verify", "receipt", "--log", key, "--now", "2026-06-02T00:00:01Z")
    assert shell(*late) == 1
    assert shell.err.startswith("ledger.stale: ")
    assert shell(*late, "--max-age", "90000") == 0
    # Without --now it is the machine's clock that judges.
    assert shell("ledger", "verify", "receipt", "--log", key) == 1


def test_a_monitor_follows_a_ledger(shell: Shell) -> None:
    assert shell(*MONITOR, "--seen", "seen") == 0
    first = Path("seen").read_bytes()
    shell(*ANCHOR, "issuer.json")
    assert shell.json(*MONITOR, "--seen", "seen", "--quick")["consistent"] is True
    assert Checkpoint.parse(Path("seen").read_bytes()).size == 3
    assert shell(*MONITOR, "--quick") == 0
    Path("first").write_bytes(first)
    assert shell(*MONITOR, "--other", "first") == 0
    assert shell.raw.decode() == f"{ORIGIN}: 3 entries hold together\n"
    forged = prepare(LedgerKey(ORIGIN, KEY.public_key), size=3, root=bytes(32)).sign_with(KEY)
    Path("forged").write_bytes(forged.raw)
    assert shell(*MONITOR, "--other", "forged") == 1
    assert shell.err.startswith("ledger.split_view: ")
    assert shell(*MONITOR, "--seen", "no/folder") == 3


def test_a_monitor_finds_a_rewritten_database(shell: Shell) -> None:
    shell(*ANCHOR, "issuer.json")
    with closing(sqlite3.connect("ledger.db")) as connection:
        connection.execute("DROP TRIGGER krid_ledger_entry_no_UPDATE")
        connection.execute(
            "UPDATE krid_ledger_entry SET statement = CAST(replace(CAST(statement AS TEXT),"
            " 'mois', 'evil') AS BLOB) WHERE position = 1"
        )
        connection.commit()
    assert shell(*MONITOR) == 1
    assert shell.err.startswith("ledger.rewritten: ")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"kind": "issuer_added", "more": 1},
        {"kind": "issuer_added", "issuer": "https://a.example", "roles": ["king"], "types": []},
        {"kind": "issuer_removed", "issuer": "https://a.example", "reason": "mood"},
        {"kind": "schema", "uri": 1, "digest": "AA"},
        {"statements": [], "more": 1},
        {"statements": 1},
    ],
)
def test_statements_that_are_none(shell: Shell, change: dict[str, object]) -> None:
    Path("wrong").write_text(json.dumps(change))
    assert shell(*ANCHOR, "wrong") == 1
    assert shell.err.startswith("ledger.statement: ")


def test_words_that_are_wrong(shell: Shell) -> None:
    assert shell(*PROVE) == 2
    assert shell(*PROVE, "--index", "0", "--issuer", "https://a.example") == 2
    assert shell("ledger", "prove", "absent.db", "--index", "0") == 3
    assert shell("ledger", "init", "ledger.db", "--origin", "x", "--key", "ledger.jwk") == 1
    assert shell.err.startswith("store.exists: ")


def test_a_ledger_without_sqlalchemy(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("krid.cli.extras.find_spec", lambda _: None)
    assert run([*PROVE, "--index", "0"]) == 3
    assert "krid[sql]" in capsys.readouterr().err
