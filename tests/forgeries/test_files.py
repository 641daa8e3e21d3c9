"""Each forgery as a file: `krid verify` refuses it with its code, and `--lint` names the rule."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from krid._core import base64url, cbor
from krid.cli.app import run
from krid.keys import jwk

FILES = Path(__file__).parent / "files"
SCRIPT = Path(__file__).parents[2] / "scripts" / "forge.py"
PATHS = sorted(FILES.glob("*/*.json"))


def load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {path.stem: module}):  # dataclasses look themselves up
        spec.loader.exec_module(module)
    return module


bombs = load(Path(__file__).with_name("bombs.py"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


FORGERIES = {str(path.relative_to(FILES)): read(path) for path in PATHS}
GENUINE = [name for name, each in FORGERIES.items() if each["expected"] is None]
BROKEN = [name for name in FORGERIES if name not in GENUINE]


TEXTS = {"dc+sd-jwt", "type-metadata"}


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return str(path)


def written(forgery: dict[str, Any], folder: Path) -> list[str]:
    """Write the content to a file, and return the words that name it."""
    text = forgery["content"]
    is_text = forgery["format"] in TEXTS
    path = folder / "content"
    path.write_bytes(text.encode() if is_text else base64url.decode(text))
    return [str(path), "--format", forgery["format"], "--now", forgery["verify"]["now"]]


def credential(forgery: dict[str, Any], folder: Path) -> list[str]:
    """Return the words for what is verified: for type metadata, a credential of that type."""
    words = written(forgery, folder)
    terms = forgery["verify"]
    for number, text in enumerate(terms.get("types", ())):
        words += ["--type-metadata", put(folder, f"type{number}", text)]
    if "credential" in terms:
        content, _, _, *rest = words
        words = [put(folder, "credential", terms["credential"]), "--type-metadata", content, *rest]
    return words


def verified(forgery: dict[str, Any], folder: Path, *options: str) -> int:
    terms = forgery["verify"]
    trust = put(folder, "trust", terms["trust"])
    words = ["verify", *credential(forgery, folder), "--trust", trust, "--no-status", *options]
    for option in ("nonce", "audience", "transcript", "max_age"):
        if option in terms:
            words += [f"--{option.replace('_', '-')}", terms[option]]
    return run(words if {"nonce", "transcript"} & terms.keys() else [*words, "--bearer"])


def linted(forgery: dict[str, Any], folder: Path, capsys: Any) -> tuple[int, set[str]]:
    capsys.readouterr()
    status = run(["inspect", *written(forgery, folder), "--lint", "--json"])
    findings = json.loads(capsys.readouterr().out)["findings"]
    return status, {each["code"] for each in findings if each["severity"] == "error"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_forgery_is_refused_with_its_code(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forgery = FORGERIES[name]
    assert verified(forgery, tmp_path) == 1
    told = capsys.readouterr()
    assert told.err.partition(": ")[0] == forgery["expected"]
    assert told.out.startswith(f"refused: {forgery['expected']}\n")


# Who makes a request, and whether a type's own document can be read, are no checks of a credential.
NO_CREDENTIALS = {"mdoc-request", "type-metadata"}


@pytest.mark.parametrize("name", BROKEN)
def test_the_report_names_the_check_that_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verified(FORGERIES[name], tmp_path, "--json")
    told = json.loads(capsys.readouterr().out)
    refused = [each for each in told["checks"] if each["state"] == "refused"]
    assert [each["code"] for each in refused] == [FORGERIES[name]["expected"]]
    if FORGERIES[name]["format"] not in NO_CREDENTIALS:
        assert refused[0]["check"] is not None
    proved = [each for each in told["checks"] if each["state"] in ("proved", "opted out")]
    assert [(each["check"], each["detail"]) for each in proved] == [
        (each["check"], each["detail"]) for each in told["evidence"]
    ]
    assert refused[0]["check"] not in {each["check"] for each in proved} - {"type", "holder"}


@pytest.mark.parametrize("name", [name for name in BROKEN if FORGERIES[name]["lint"]])
def test_the_linter_names_the_broken_rule(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, codes = linted(FORGERIES[name], tmp_path, capsys)
    assert FORGERIES[name]["expected"] in codes
    assert status == 1


@pytest.mark.parametrize("name", GENUINE)
def test_what_is_genuine_verifies_and_lints_clean(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(FORGERIES[name], tmp_path) == 0
    assert linted(FORGERIES[name], tmp_path, capsys) == (0, set())


LET_PASS = {
    "sd-jwt 0.10.4": 7,
    "pymdoccbor 1.4.0": 4,
    "isomdoc 0.0.5": 2,
    "pyeudiw 2.2 (read)": 1,
    "acapy-vc-plugin (read)": 3,
}


@pytest.mark.parametrize("package", LET_PASS)
def test_what_other_packages_let_pass_is_here(package: str) -> None:
    found = [name for name, each in FORGERIES.items() if package in each["peers_accept"]]
    assert len(found) == LET_PASS[package]
    assert set(found) <= set(BROKEN)


def test_what_other_packages_refuse_is_here() -> None:
    found = [name for name, each in FORGERIES.items() if each["peers_refuse"]]
    assert len(found) == 2
    assert set(found) <= set(GENUINE)


BOMBS = {name: bomb for name, bomb in bombs.BOMBS.items() if name[0] != bombs.STATUS}


@pytest.mark.parametrize("name", BOMBS, ids=": ".join)
def test_a_bomb_is_refused_with_its_code(
    name: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is too large to store is made anew: see `bombs.py`."""
    bomb = BOMBS[name]
    content = tmp_path / "content"
    content.write_bytes(bomb.make())
    trust = put(tmp_path, "trust", json.dumps(jwk.encode_public(bombs.KEY.public_key)))
    words = ["verify", str(content), "--trust", trust, "--format", bomb.format, "--no-status"]
    if bomb.format == bombs.TYPE:
        shown = bombs.signed(b'{"vct":"urn:example:card"}').decode()
        words[1:2] = [put(tmp_path, "shown", shown), "--type-metadata", str(content)]
        words[words.index(bombs.TYPE)] = bombs.SDJWT
    transcript = cbor.encode([None, None, ["test", b"session"]]).hex()
    needs_session = bomb.format == bombs.REQUEST or b"documents" in content.read_bytes()
    assert run([*words, *(["--transcript", transcript] if needs_session else ["--bearer"])]) == 1
    assert capsys.readouterr().err.partition(": ")[0] == str(bomb.code)


def test_a_file_is_small_and_names_a_clause() -> None:
    assert all(path.stat().st_size < 16 * 1024 for path in PATHS)
    assert all(FORGERIES[name]["clause"] for name in BROKEN)


def test_the_script_writes_these_files_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change of the catalogue, `python scripts/forge.py` writes them anew."""
    monkeypatch.syspath_prepend(SCRIPT.parent)
    made = {FILES / each.path: each.text() for each in load(SCRIPT).forgeries()}
    assert made == {path: path.read_text(encoding="utf-8") for path in PATHS}
