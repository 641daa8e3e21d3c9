"""`krid inspect` and `krid verify` over OpenDID."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from omn_world import HOLDER, ISSUER, NONCE, World, encode, record

from krid.cli.app import run
from krid.keys import jwk

WORLD = World()
CARD = WORLD.credential()
NOW = "2026-06-01T00:00:30Z"


class Desk:
    """A folder with the files, and the command line over it."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder, self.captured = folder, captured

    def run(self, *words: str) -> tuple[str, str]:
        self.captured.readouterr()
        run([str(self.folder / word[1:]) if word.startswith("@") else word for word in words])
        said = self.captured.readouterr()
        return said.out, said.err

    def answer(self, *words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(*words)[0])
        return found


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    key = WORLD.issuer.keys["assert"].public_key
    wrapped = {"didDoc": "m" + b64encode(WORLD.holder.document()).decode()}
    files = {
        "card": encode(CARD),
        "shown": encode(WORLD.presentation()),
        "issuer.jwk": json.dumps(jwk.encode_public(key)).encode(),
        "dids": f"{ISSUER}\n".encode(),
        "holder": encode(wrapped),
        "issuer": WORLD.issuer.document(),
        "active": record(CARD),
        "revoked": encode({"vcMeta": record(CARD, "REVOKED").decode()}),
        "odd": encode({"didDoc": {"x": 1}}),
    }
    for name, raw in files.items():
        (tmp_path / name).write_bytes(raw)
    return Desk(tmp_path, capsys)


PRESENTED = ("--nonce", NONCE, "--audience", "x", "--now", NOW, "--json")


def test_inspect_knows_it_by_its_content(desk: Desk) -> None:
    for name, holds in (("@card", "credential"), ("@shown", "presentation")):
        seen = desk.answer("inspect", name, "--json")
        assert seen["format"] == "opendid_vc"
        assert list(seen["content"]) == [holds]


def test_a_presentation(desk: Desk) -> None:
    words = ("verify", "@shown", *PRESENTED, "--unlocking", "pin", "--opendid", "@holder")
    found = desk.answer(*words, "--trust", "@issuer.jwk", "--opendid", "@active")
    assert found["verified"]
    assert found["claims"]["name"] == "Hong Gildong"
    revoked = desk.answer(*words, "--trust", "@issuer.jwk", "--opendid", "@revoked")
    assert revoked["code"] == "status.revoked"
    unknown = desk.answer(*words, "--trust", "@issuer.jwk")
    assert unknown["code"] == "status.unavailable"
    listed = ("--trust", "@dids", "--opendid", "@issuer", "--no-status")
    assert desk.answer(*words, *listed)["verified"]
    assert HOLDER not in json.dumps(desk.answer(*words, *listed))


def test_a_credential(desk: Desk) -> None:
    words = ("verify", "@card", "--bearer", "--now", NOW, "--json", "--trust", "@issuer.jwk")
    assert desk.answer(*words, "--opendid", "@active")["verified"]


def test_what_must_be_said(desk: Desk) -> None:
    words = ("verify", "@shown", *PRESENTED, "--trust", "@issuer.jwk")
    assert "--unlocking" in desk.run(*words)[1]
    assert "not for OpenDID" in desk.run(*words, "--schema", "@card")[1]
    assert "input.unknown" in desk.run(*words, "--opendid", "@odd")[1]
