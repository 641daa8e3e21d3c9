"""W3C credentials on the command line: issue, inspect, lint, verify."""

import json
from pathlib import Path
from typing import Any

import pytest
from w3c_cards import HOLDER, KEY, TYPE, document, present, raw

from krid.cli.app import run
from krid.cli.content import W3C_KINDS, Kind, recognise
from krid.cli.exits import Exit
from krid.formats import named, standard_formats
from krid.keys import jwk
from krid.model.w3c import DataUrl, Enveloped, EnvelopedKind

FORMS = ("vc+jwt", "vc+cose", "vc+sd-jwt", "jwt_vc_json")


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Desk:
    """A folder with keys, claims and what was issued."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("key", jwk.encode_private(KEY))
        self.write("holder", jwk.encode_public(HOLDER.public_key))
        self.write("trust", jwk.encode_public(KEY.public_key))
        self.write("claims", {"id": "did:example:me", "family_name": "Kim"})

    def write(self, name: str, value: object) -> None:
        self.path(name).write_bytes(raw(value))

    def path(self, name: str) -> Path:
        return self.folder / name

    def issue(self, capfdbinary: pytest.CaptureFixture[bytes], form: str, *words: str) -> bytes:
        capfdbinary.readouterr()
        keys = ["--key", str(self.path("key")), "--claims", str(self.path("claims"))]
        given = ["issue", "vcjose", *keys, "--type", TYPE, "--form", form, *words]
        assert run(given) == Exit.DONE
        card = capfdbinary.readouterr().out
        self.path("card").write_bytes(card)
        return card if form == "vc+cose" else card.strip()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_issue_inspect_verify(
    desk: Desk, form: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    status = ["--status-uri", "https://mois.example/s", "--status-index", "3"]
    card = desk.issue(capfdbinary, form, "--issuer", "https://mois.example", *status)
    assert recognise(card).kind.value == form
    assert run(["inspect", str(desk.path("card")), "--json"]) == Exit.DONE
    shown = json.loads(capfdbinary.readouterr().out)
    assert (shown["format"], shown["type"]) == (form, TYPE)
    assert run(["inspect", str(desk.path("card")), "--lint"]) == Exit.DONE
    capfdbinary.readouterr()
    words = ["--trust", str(desk.path("trust")), "--bearer", "--no-status", "--json"]
    assert run(["verify", str(desk.path("card")), *words]) == Exit.DONE
    verified = json.loads(capfdbinary.readouterr().out)
    assert verified["claims"]["credentialSubject"]["family_name"] == "Kim"
    assert verified["claims"]["credentialStatus"]["statusListIndex"] == "3"


def test_a_presentation_is_verified(
    desk: Desk, form: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    card = desk.issue(capfdbinary, form, "--holder", str(desk.path("holder")))
    from krid._core.clock import SystemClock

    answer = present(named(standard_formats(), form), card, now=SystemClock().now())
    desk.path("answer").write_bytes(answer)
    words = ["--trust", str(desk.path("trust")), "--no-status", "--nonce", "n-0S6_WzA2Mj"]
    words += ["--audience", "https://bank.example"]
    assert run(["verify", str(desk.path("answer")), *words]) == Exit.DONE
    assert run(["verify", str(desk.path("answer")), *words[:-1], "other"]) == Exit.REJECTED
    assert b"kb.audience" in capfdbinary.readouterr().err


def test_whole_credentials_as_claims(
    desk: Desk, form: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for subject in ({"level": 3}, [{"level": 3}, {"level": 4}]):
        desk.write("claims", {"name": "Card", "credentialSubject": subject})
        desk.issue(capfdbinary, form, "--open", "level")
        assert run(["inspect", str(desk.path("card")), "--json"]) == Exit.DONE
        shown = json.loads(capfdbinary.readouterr().out)
        assert shown["content"]["credential"]["name"] == "Card"


def test_schemas(desk: Desk, form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    address = "https://mois.example/schemas/card.json"
    named_schema = {"credentialSchema": {"id": address, "type": "JsonSchema"}}
    desk.write("claims", {"credentialSubject": {"level": 3}, **named_schema})
    desk.issue(capfdbinary, form, "--open", "level")

    def check(**members: Any) -> int:
        dialect = "https://json-schema.org/draft/2020-12/schema"
        desk.write("schema", {"$schema": dialect, "$id": address, **members})
        words = ["--trust", str(desk.path("trust")), "--bearer", "--no-status"]
        schema = ["--schema", str(desk.path("schema"))]
        return run(["verify", str(desk.path("card")), *words, *schema])

    assert check(required=["credentialSubject"]) == Exit.DONE
    assert check(required=["evidence"]) == Exit.REJECTED
    assert b"w3c.schema_mismatch" in capfdbinary.readouterr().err


def test_schemas_are_for_w3c_credentials(desk: Desk) -> None:
    words = ["--trust", str(desk.path("trust")), "--bearer", "--no-status"]
    schema = ["--schema", str(desk.path("claims"))]
    desk.path("card").write_bytes(b"e30.e30.AA~")
    assert run(["verify", str(desk.path("card")), *words, *schema]) == Exit.WORDS


def test_what_is_enveloped_is_told_apart(
    desk: Desk, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    card = desk.issue(capfdbinary, "vc+jwt")
    url = DataUrl("application/vc+jwt", card)
    enveloped = raw(Enveloped(EnvelopedKind.CREDENTIAL, url).to_json())
    assert recognise(enveloped).kind is Kind.VC_JWT
    assert recognise(raw(document())).kind is Kind.JSON
    assert {kind.value for kind in W3C_KINDS} >= set(FORMS)
