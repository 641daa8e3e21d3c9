"""Each forgery as a file: `krid verify` refuses it with its code, and `--lint` names the rule."""

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from krid._core import base64url
from krid.cli.app import run

FILES = Path(__file__).parent / "files"
SCRIPT = Path(__file__).parents[2] / "scripts" / "forge.py"
PATHS = sorted(FILES.glob("*/*.json"))


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


FORGERIES = {str(path.relative_to(FILES)): read(path) for path in PATHS}
GENUINE = [name for name, each in FORGERIES.items() if each["expected"] is None]
BROKEN = [name for name in FORGERIES if name not in GENUINE]


def written(forgery: dict[str, Any], folder: Path) -> list[str]:
    """Write the content to a file, and return the words that name it."""
    text = forgery["content"]
    is_text = forgery["format"] == "dc+sd-jwt"
    path = folder / "content"
    path.write_bytes(text.encode() if is_text else base64url.decode(text))
    return [str(path), "--format", forgery["format"], "--now", forgery["verify"]["now"]]


def verified(forgery: dict[str, Any], folder: Path, *options: str) -> int:
    terms = forgery["verify"]
    trust = folder / "trust"
    trust.write_text(terms["trust"], encoding="utf-8")
    words = ["verify", *written(forgery, folder), "--trust", str(trust), "--no-status", *options]
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


@pytest.mark.parametrize("name", BROKEN)
def test_the_report_names_the_check_that_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verified(FORGERIES[name], tmp_path, "--json")
    told = json.loads(capsys.readouterr().out)
    refused = [each for each in told["checks"] if each["state"] == "refused"]
    assert [each["code"] for each in refused] == [FORGERIES[name]["expected"]]
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


@pytest.mark.parametrize("package", ["sd-jwt 0.10.4", "pymdoccbor 1.4.0", "isomdoc 0.0.5"])
def test_what_other_packages_let_pass_is_here(package: str) -> None:
    assert sum(package in each["peers_accept"] for each in FORGERIES.values()) >= 2


def test_a_file_is_small_and_names_a_clause() -> None:
    assert all(path.stat().st_size < 16 * 1024 for path in PATHS)
    assert all(FORGERIES[name]["clause"] for name in BROKEN)


def test_the_script_writes_these_files_again() -> None:
    """After a change of the catalogue, `python scripts/forge.py` writes them anew."""
    spec = importlib.util.spec_from_file_location("forge", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    forge = importlib.util.module_from_spec(spec)
    with mock.patch.dict(sys.modules, {"forge": forge}):
        spec.loader.exec_module(forge)
        made = {FILES / each.path: each.text() for each in forge.forgeries()}
    assert made == {path: path.read_text(encoding="utf-8") for path in PATHS}
