"""bbs-2023 on the command line, from issuing to verifying."""

import json
from pathlib import Path
from typing import Any

import pytest

from krid.cli.app import run

CARD = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "type": ["VerifiableCredential"],
    "name": "A card",
    "validUntil": "2099-01-01T00:00:00Z",
    "credentialSubject": {"name": "Hong Gildong", "city": "Seoul", "age": 34},
}

SELECTED = ("--select", "/credentialSubject/city")


class Folder:
    """Runs commands in a folder and keeps their outputs as files."""

    def __init__(self, path: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.capture = capture

    def file(self, name: str) -> str:
        return str(self.path / name)

    def make(self, name: str, *words: str) -> Any:
        self.capture.readouterr()
        assert run(words) == 0
        out = self.capture.readouterr().out
        (self.path / name).write_text(out)
        return out

    def refused(self, *words: str) -> str:
        self.capture.readouterr()
        assert run(words) == 1
        return self.capture.readouterr().err.partition(":")[0]


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    made = Folder(tmp_path, capsys)
    (tmp_path / "card.json").write_text(json.dumps(CARD))
    assert run(["key", "new", "--alg", "BBS", "--out", made.file("key.json")]) == 0
    return made


def _issue(folder: Folder, *words: str) -> Any:
    common = ("--key", folder.file("key.json"), "--credential", folder.file("card.json"))
    out = folder.make("issued.json", "bbs", "issue", *common, *words)
    return json.loads(out)


def test_a_part_is_shown_and_verified(folder: Folder) -> None:
    issued = _issue(folder, "--mandatory", "/name")
    assert folder.refused("bbs", "derive", folder.file("issued.json"), "--nonce", "n") == (
        "w3c.subject"
    )
    assert issued["issuer"].startswith("did:key:zUC")
    seen = json.loads(folder.make("seen", "inspect", folder.file("issued.json"), "--json"))
    assert "/name" in json.dumps(seen)
    words = (*SELECTED, "--nonce", "n-1")
    shown = folder.make("shown.json", "bbs", "derive", folder.file("issued.json"), *words)
    assert "Gildong" not in shown
    verify = ("bbs", "verify", folder.file("shown.json"), "--nonce", "n-1")
    told = json.loads(folder.make("told", *verify, "--trust", folder.file("key.json"), "--json"))
    assert told["claims"]["credentialSubject"] == {"city": "Seoul"}
    assert folder.make("told", *verify, "--trust", issued["issuer"]).startswith("verified: did:key")
    assert folder.refused(
        *verify, "--trust", issued["issuer"], "--now", "2100-01-01T00:00:00Z"
    ) == ("w3c.expired")
    other = ("bbs", "verify", folder.file("shown.json"), "--nonce", "n-2")
    assert folder.refused(*other, "--trust", issued["issuer"]) == "di.presentation_header"
    any_nonce = ("bbs", "verify", folder.file("shown.json"), "--trust", issued["issuer"])
    assert folder.make("told", *any_nonce)


def test_a_card_is_bound_to_its_holder(folder: Folder) -> None:
    commitment = folder.make("c", "bbs", "commit", "--out", folder.file("secrets.json")).strip()
    assert (folder.path / "secrets.json").stat().st_mode & 0o777 == 0o600
    _issue(folder, "--commitment", commitment)
    derive = ("bbs", "derive", folder.file("issued.json"), "--nonce", "n", *SELECTED)
    assert run(derive) == 2
    shown = folder.make("shown.json", *derive, "--secrets", folder.file("secrets.json"))
    assert json.loads(shown)["proof"]["cryptosuite"] == "bbs-2023"
    verify = ("bbs", "verify", folder.file("shown.json"), "--trust", folder.file("key.json"))
    assert "anonymous_holder_binding" in folder.make("told", *verify)


def test_another_issuer_than_a_did_key_is_named(folder: Folder) -> None:
    (folder.path / "card.json").write_text(json.dumps({**CARD, "issuer": "did:web:a.example"}))
    issued = _issue(folder)
    assert issued["proof"]["verificationMethod"] == "did:web:a.example#key-1"
    derive = ("bbs", "derive", folder.file("issued.json"), "--nonce", "n", *SELECTED)
    assert run(derive) == 2
    folder.make("shown.json", *derive, "--trust", folder.file("key.json"))
    verify = ("bbs", "verify", folder.file("shown.json"), "--trust", folder.file("key.json"))
    assert folder.refused(*verify) == "di.method"
    assert folder.make("told", *verify, "--issuer", "did:web:a.example")


def test_the_command_for_all_suites_takes_bbs_2023_too(folder: Folder) -> None:
    claims = {"@context": CARD["@context"], "city": "Seoul", "given": "Gildong"}
    (folder.path / "claims.json").write_text(json.dumps(claims))
    words = ("issue", "vcdi", "--suite", "bbs-2023", "--type", "ExampleCard")
    files = ("--key", folder.file("key.json"), "--claims", folder.file("claims.json"))
    issued = json.loads(folder.make("issued.json", *words, *files))
    assert issued["proof"]["cryptosuite"] == "bbs-2023"
    seen = folder.make("seen", "inspect", folder.file("issued.json"), "--json")
    assert '"feature": "baseline"' in seen
    derive = ("bbs", "derive", folder.file("issued.json"), "--nonce", "n", *SELECTED)
    folder.make("shown.json", *derive)
    verify = ("bbs", "verify", folder.file("shown.json"), "--trust", folder.file("key.json"))
    told = json.loads(folder.make("told", *verify, "--json"))
    assert told["claims"]["credentialSubject"] == {"city": "Seoul"}
    assert "validUntil" in told["claims"]
    assert run([*words, *files, "--holder", folder.file("key.json")]) == 2
    assert run([*words, "--key", "-", "--claims", "-"]) == 2


def test_the_commands_for_all_suites_derive_and_verify(folder: Folder) -> None:
    issued = _issue(folder, "--mandatory", "/name")
    key = folder.file("key.json")
    derive = ("derive", folder.file("issued.json"), "--show", "/credentialSubject/city")
    folder.make("any.json", *derive)
    shown = json.loads(folder.make("shown.json", *derive, "--nonce", "n-1", "--trust", key))
    assert shown["credentialSubject"] == {"city": "Seoul"}
    verify = ("verify", folder.file("shown.json"), "--trust", key)
    assert folder.make("told", *verify, "--bearer").startswith("verified: did:key")
    told = json.loads(folder.make("told", *verify, "--nonce", "n-1", "--json"))
    assert told["issuer"] == issued["issuer"]
    assert folder.refused(*verify, "--nonce", "n-2") == "di.presentation_header"
    whole = ("verify", folder.file("issued.json"), "--trust", key, "--bearer")
    assert folder.refused(*whole) == "di.proof_header"
    late = ("--bearer", "--now", "2100-01-01T00:00:00Z")
    assert folder.refused(*verify, *late) == "w3c.expired"
    for words in (("--bearer", "--nonce", "n-1"), (), ("--nonce", "n-1", "--audience", "a")):
        assert run([*verify, *words]) == 2
    assert run([*verify, "--trust", key, "--bearer"]) == 2


def test_a_status_that_is_not_looked_up_is_opted_out_of(folder: Folder) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://a.example/1",
    }
    (folder.path / "card.json").write_text(json.dumps({**CARD, "credentialStatus": entry}))
    _issue(folder)
    derive = ("derive", folder.file("issued.json"), "--show", "/credentialSubject/city")
    folder.make("shown.json", *derive)
    key = folder.file("key.json")
    verify = ("verify", folder.file("shown.json"), "--trust", key, "--bearer")
    assert run(verify) == 2
    assert folder.make("told", *verify, "--no-status")


def test_what_is_for_bbs_alone_and_what_only_looks_like_it(folder: Folder) -> None:
    claims = {"@context": CARD["@context"], "name": "bbs-2023", "city": "Seoul"}
    (folder.path / "claims.json").write_text(json.dumps(claims))
    folder.make("p256.jwk", "key", "new", "--alg", "ES256")
    files = ("--key", folder.file("p256.jwk"), "--claims", folder.file("claims.json"))
    suite = ("issue", "vcdi", "--type", "ExampleCard", "--suite", "ecdsa-sd-2023")
    folder.make("base.json", *suite, *files)
    derive = ("derive", folder.file("base.json"), "--show", "/credentialSubject/name")
    assert run([*derive, "--nonce", "n"]) == 2
    folder.make("shown.json", *derive)
    trust = ("--trust", folder.file("p256.jwk"), "--bearer")
    assert folder.make("told", "verify", folder.file("shown.json"), *trust)
    (folder.path / "broken.json").write_text(
        '{"@context": [], "proof": {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023"},'
        ' "type": "VerifiableCredential"}'
    )
    assert run(["verify", folder.file("broken.json"), *trust]) == 1
