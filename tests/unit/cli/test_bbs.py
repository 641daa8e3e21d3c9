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
        return self.capture.readouterr().err.splitlines()[-1].partition(":")[0]


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


NONCE = ("--nonce", "n-1", "--audience", "x509_san_dns:bank.example")


def _issue_vcdi(folder: Folder, *words: str, **claims: object) -> Any:
    given = {"@context": CARD["@context"], "city": "Seoul", "given": "Gildong", **claims}
    (folder.path / "claims.json").write_text(json.dumps(given))
    files = ("--key", folder.file("key.json"), "--claims", folder.file("claims.json"))
    common = ("issue", "vcdi", "--suite", "bbs-2023", "--type", "ExampleCard")
    return json.loads(folder.make("issued.json", *common, *files, *words))


def test_the_commands_for_all_suites(folder: Folder) -> None:
    issued = _issue_vcdi(folder)
    assert issued["proof"]["cryptosuite"] == "bbs-2023"
    seen = folder.make("seen", "inspect", folder.file("issued.json"), "--json")
    assert '"feature": "baseline"' in seen
    derive = ("derive", folder.file("issued.json"), "--show", "/credentialSubject/city")
    shown = json.loads(folder.make("any.json", *derive))
    assert shown["credentialSubject"] == {"city": "Seoul"}
    trust = ("--trust", folder.file("key.json"))
    told = json.loads(
        folder.make("told", "verify", folder.file("any.json"), *trust, "--bearer", "--json")
    )
    assert told["issuer"] == issued["issuer"]
    assert "validUntil" in told["claims"]
    folder.make("shown.json", *derive, *NONCE)
    verify = ("verify", folder.file("shown.json"), *trust)
    assert folder.make("told", *verify, "--bearer", *NONCE)
    other = ("--nonce", "n-2", *NONCE[2:])
    assert folder.refused(*verify, "--bearer", *other) == "di.presentation_header"
    assert folder.refused(*verify, "--bearer") == "kb.unexpected"
    assert folder.refused(*verify, *NONCE) == "kb.missing"
    assert folder.refused(*verify, "--bearer", *NONCE, "--type", "Other") == "policy.type"
    assert folder.make("told", *verify, "--bearer", *NONCE, "--type", "ExampleCard")
    late = ("--bearer", *NONCE, "--now", "2100-01-01T00:00:00Z")
    assert folder.refused(*verify, *late) == "w3c.expired"
    whole = ("verify", folder.file("issued.json"), *trust, "--bearer")
    assert folder.refused(*whole) == "di.proof_header"
    for words in ((), ("--nonce", "n-1"), ("--bearer", "--transcript", "00")):
        assert run([*verify, *words]) == 2
    assert run([*derive, "--nonce", "n-1"]) == 2
    path = folder.make("path", "trust", "explain", folder.file("shown.json"), *trust)
    assert f"trusted as {issued['issuer']}" in path


def test_inspecting_shows_no_private_key(folder: Folder) -> None:
    folder.make("ed.jwk", "key", "new", "--alg", "EdDSA")
    for name, secret in (("key.json", "secretKeyMultibase"), ("ed.jwk", "d")):
        key = json.loads((folder.path / name).read_text())
        (folder.path / "set.json").write_text(json.dumps({"keys": [key], "d": "a day"}))
        shown = folder.make("seen", "inspect", folder.file(name), "--json")
        among = folder.make("seen", "inspect", folder.file("set.json"), "--json")
        for each in (shown, among):
            assert key[secret] not in each
            assert all(key[member] in each for member in key if member != secret)
        assert "a day" in among
    folder.make("commitment", "bbs", "commit", "--out", folder.file("secrets.json"))
    shown = folder.make("seen", "inspect", folder.file("secrets.json"), "--json")
    secrets = json.loads((folder.path / "secrets.json").read_text())
    assert set(json.loads(shown)["content"]) == set(secrets)
    assert not any(each in shown for each in secrets.values())


def test_trust_in_a_did_or_a_multikey(folder: Folder) -> None:
    issued = _issue_vcdi(folder)
    folder.make("shown.json", "derive", folder.file("issued.json"), "--show", "/credentialSubject")
    folder.make("multikey.txt", "key", "convert", folder.file("key.json"), "--to", "multikey")
    made = folder.make("dids.txt", "did", "create", "key", "--key", folder.file("key.json"))
    assert made.strip() == issued["issuer"]
    for name in ("multikey.txt", "dids.txt"):
        trust = ("--trust", folder.file(name), "--bearer")
        assert folder.make("told", "verify", folder.file("shown.json"), *trust)
        path = folder.make("path", "trust", "show", folder.file(name))
        assert "zUC" in path
    folder.make("p256.jwk", "key", "new", "--alg", "ES256")
    other = ("--trust", folder.file("p256.jwk"), "--bearer")
    assert folder.refused("verify", folder.file("shown.json"), *other) == "trust.unknown_issuer"


def test_an_issuer_of_another_did(folder: Folder) -> None:
    issued = _issue_vcdi(folder, "--issuer", "did:web:a.example")
    assert issued["proof"]["verificationMethod"] == "did:web:a.example#key-1"


def test_contexts_at_hand(folder: Folder) -> None:
    url = "https://mois.example/contexts/card/v1"
    terms = {"@context": {"ExampleCard": f"{url}#ExampleCard", "city": f"{url}#city"}}
    (folder.path / "context.json").write_text(json.dumps(terms))
    context = ("--context", f"{url}={folder.file('context.json')}")
    claims = {"@context": [url], "city": "Seoul"}
    (folder.path / "claims.json").write_text(json.dumps(claims))
    files = ("--key", folder.file("key.json"), "--claims", folder.file("claims.json"))
    folder.make("issued.json", "issue", "vcdi", "--type", "ExampleCard", *files, *context)
    show = ("--show", "/credentialSubject/city")
    folder.make("shown.json", "derive", folder.file("issued.json"), *show, *context)
    verify = ("verify", folder.file("shown.json"), "--trust", folder.file("key.json"), "--bearer")
    assert folder.make("told", *verify, *context)
    assert folder.refused(*verify) == "ld.context_unknown"


def test_a_status_is_looked_up_or_opted_out_of(folder: Folder) -> None:
    entry = ("--status-uri", "https://127.0.0.1/1", "--status-index", "5")
    issued = _issue_vcdi(folder, *entry)
    derive = ("derive", folder.file("issued.json"), "--show", "/credentialSubject/city")
    shown = json.loads(folder.make("shown.json", *derive))
    assert shown["credentialStatus"] == issued["credentialStatus"]
    verify = ("verify", folder.file("shown.json"), "--trust", folder.file("key.json"), "--bearer")
    assert run(verify) == 3
    assert "status.unavailable" in folder.capture.readouterr().err
    assert folder.make("told", *verify, "--no-status")


def test_what_is_for_bbs_alone(folder: Folder) -> None:
    claims = {"@context": CARD["@context"], "name": "bbs-2023", "city": "Seoul"}
    (folder.path / "claims.json").write_text(json.dumps(claims))
    folder.make("p256.jwk", "key", "new", "--alg", "ES256")
    claims_file = ("--claims", folder.file("claims.json"))
    suite = ("issue", "vcdi", "--type", "ExampleCard", "--suite")
    jwk = ("--key", folder.file("p256.jwk"))
    of_bbs = ("--key", folder.file("key.json"))
    for words in (("bbs-2023", *jwk), ("ecdsa-sd-2023", *of_bbs)):
        assert run([*suite, *words, *claims_file]) == 2
        assert folder.capture.readouterr().err.startswith("alg.key")
    assert run([*suite, "bbs-2023", "--key", "-", "--claims", "-"]) == 2
    folder.make("base.json", *suite, "ecdsa-sd-2023", *jwk, *claims_file)
    derive = ("derive", folder.file("base.json"), "--show", "/credentialSubject/name")
    assert run([*derive, *NONCE]) == 2
    folder.make("whole.json", *suite, "ecdsa-rdfc-2019", *jwk, *claims_file)
    folder.make("part.json", *derive)
    for name in ("whole.json", "part.json"):
        assert run(["derive", folder.file(name), "--show", "/credentialSubject/name"]) == 2
        assert folder.capture.readouterr().out == ""


def test_a_card_for_a_holder_goes_through_the_wallet(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KRID_PIN", "482915")
    wallet = folder.file("wallet.db")
    assert run(["wallet", "create", wallet]) == 0
    folder.make("phone.jwk", "wallet", "key", wallet)
    issued = _issue_vcdi(folder, "--holder", folder.file("phone.jwk"))
    assert issued["credentialSubject"]["id"].startswith("did:key:zDn")
    trust = ("--trust", folder.file("key.json"))
    assert folder.make("id", "wallet", "add", wallet, folder.file("issued.json"), *trust)
    assert "ExampleCard" in folder.make("list", "wallet", "list", wallet, *trust)
