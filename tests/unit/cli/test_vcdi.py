"""W3C credentials with embedded proofs on the command line: issue, inspect, derive, verify."""

import json
from pathlib import Path

import pytest

from krid.cli.app import run
from krid.cli.exits import Exit

CLAIMS = {
    "@context": "https://w3id.org/citizenship/v4rc1",
    "type": ["PermanentResident", "Person"],
    "givenName": "Gildong",
    "familyName": "Hong",
    "birthCountry": "Arcadia",
}
TYPE = "PermanentResidentCardCredential"


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run(["key", "new", "--alg", "ES256", "--out", "issuer.jwk"]) == Exit.DONE
    (tmp_path / "claims.json").write_text(json.dumps(CLAIMS))
    capsys.readouterr()
    return tmp_path


def issue(*words: str, claims: str = "claims.json") -> int:
    common = ["--key", "issuer.jwk", "--claims", claims, "--type", TYPE]
    return run(["issue", "vcdi", *common, *words])


def test_issue_derive_verify(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--suite", "ecdsa-sd-2023", "--mandatory", "/credentialSubject/birthCountry")
    assert issue(*words) == Exit.DONE
    base = capsys.readouterr().out
    (folder / "base.json").write_text(base)
    (folder / "trust.txt").write_text(json.loads(base)["issuer"])
    assert run(["inspect", "base.json", "--json"]) == Exit.DONE
    seen = json.loads(capsys.readouterr().out)
    assert (seen["format"], seen["type"]) == ("ldp_vc", TYPE)
    assert seen["content"]["proofs"][0]["kind"] == "base"
    pointers = ("/credentialSubject/givenName", "/credentialSubject/type/0")
    shown = [word for pointer in pointers for word in ("--show", pointer)]
    assert run(["derive", "base.json", *shown]) == Exit.DONE
    (folder / "card.json").write_text(capsys.readouterr().out)
    verify = ["verify", "--bearer", "--trust", "trust.txt", "--no-status", "--json"]
    assert run([*verify, "card.json"]) == Exit.DONE
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert set(claims["credentialSubject"]) == {"type", "givenName", "birthCountry"}
    assert run([*verify, "base.json"]) == Exit.REJECTED
    assert json.loads(capsys.readouterr().out)["code"] == "di.proof_header"


def test_other_suites(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subject = {name: value for name, value in CLAIMS.items() if name != "@context"}
    whole = {"@context": CLAIMS["@context"], "credentialSubject": subject, "name": "A card"}
    (folder / "whole.json").write_text(json.dumps(whole))
    assert issue(claims="whole.json") == Exit.DONE
    card = json.loads(capsys.readouterr().out)
    assert card["proof"]["cryptosuite"] == "ecdsa-rdfc-2019"
    assert card["name"] == "A card"
    (folder / "card.json").write_text(json.dumps(card))
    assert run(["derive", "card.json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out) == card


def test_what_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "undefined.json").write_text(json.dumps({"shoe_size": 42}))
    assert issue(claims="undefined.json") == Exit.WORDS
    assert "ld.undefined" in capsys.readouterr().err
    assert issue("--suite", "ecdsa-jcs-2019") == Exit.DONE
    (folder / "card.json").write_text(capsys.readouterr().out)
    assert run(["derive", "card.json", "--show", "/nothing"]) == Exit.REJECTED
    assert "w3c.no_claim" in capsys.readouterr().err


def test_contexts_at_hand(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "https://contexts.example/v1"
    context = {"@context": {"shoeSize": "urn:example:shoe-size"}}
    (folder / "context.json").write_text(json.dumps(context))
    (folder / "own.json").write_text(
        json.dumps({"@context": [CLAIMS["@context"], url], "shoeSize": 42})
    )
    (folder / "schema.json").write_text(
        json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:s"})
    )
    words = ["--context", f"{url}=context.json"]
    assert issue("--suite", "ecdsa-sd-2023", claims="own.json") == Exit.WORDS
    assert issue("--suite", "ecdsa-sd-2023", *words, claims="own.json") == Exit.DONE
    (folder / "base.json").write_text(capsys.readouterr().out)
    shown = ["--show", "/credentialSubject/shoeSize"]
    assert run(["derive", "base.json", *shown]) == Exit.REJECTED
    assert run(["derive", "base.json", *shown, *words]) == Exit.DONE
    card = capsys.readouterr().out
    (folder / "card.json").write_text(card)
    (folder / "trust.txt").write_text(json.loads(card)["issuer"])
    verify = ["verify", "card.json", "--bearer", "--trust", "trust.txt", "--no-status"]
    assert run(verify) == Exit.REJECTED
    assert run([*verify, *words, "--schema", "schema.json"]) == Exit.DONE
    assert run([*verify, "--context", "context.json"]) == Exit.WORDS
    other = run(["verify", "base.json", "--format", "vc+jwt", *verify[2:], *words])
    assert other == Exit.WORDS


@pytest.mark.parametrize("words", [("derive",), ("issue", "vcdi")])
def test_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "--help"]) == Exit.DONE
    out = capsys.readouterr().out
    assert "Example" in out
    assert "krid " + " ".join(words) in out
