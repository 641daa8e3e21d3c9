"""`krid did`, DID URLs in `krid resolve`, and the words of `krid serve resolver`."""

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid._core.clock import FixedClock
from krid.cli import did_command, resolvers
from krid.cli.app import run
from krid.did import DidKey, Resolver, webvh
from krid.keys import Alg, LocalKey, jwk
from krid.net import Response, ScriptedTransport

Words = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("update", "next", "other"):
        key = LocalKey.generate(Alg.EDDSA)
        (tmp_path / f"{name}.jwk").write_text(json.dumps(jwk.encode_private(key)))
    return tmp_path


class Ticking:
    """A clock that moves on by a minute each time it is read, in place of the machine's."""

    moment = datetime.now(UTC) - timedelta(days=1)

    def now(self) -> datetime:
        type(self).moment += timedelta(minutes=1)
        return self.moment


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(did_command, "SystemClock", Ticking)


def did_of(path: Path, name: str) -> str:
    key = jwk.parse_private(json.loads((path / f"{name}.jwk").read_text())).public_key
    return str(DidKey.create(key))


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.strip()


def log(path: Path) -> webvh.History:
    return webvh.read((path / "did.jsonl").read_bytes(), now=datetime.now(UTC))


@pytest.mark.parametrize("method", ["key", "jwk", "peer"])
def test_dids_that_are_keys(method: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["did", "create", method, "--key", "update.jwk"]) == 0
    did = printed(capsys)
    assert did.startswith(f"did:{method}:")
    assert run(["resolve", did, "--json"]) == 0
    assert json.loads(printed(capsys))["didDocument"]["id"] == did


def test_a_did_peer_with_all_it_may_have(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "s.json").write_text('{"type": "A", "serviceEndpoint": "https://a.example"}')
    assert run(["key", "new", "--alg", "X25519", "--out", "x.jwk"]) == 0
    words = ["--key", "update.jwk", "--agreement-key", "x.jwk", "--service", "s.json"]
    assert run(["did", "create", "peer", *words]) == 0
    document = Resolver.standard().resolve(printed(capsys)).document
    assert document.services[0].types == ("A",)
    assert document.key_agreement_key("#key-3").curve.name == "X25519"


def test_a_did_web(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--host", "a.example:8443", "--path", "x", "--key", "update.jwk"]
    assert run(["did", "create", "web", *words]) == 0
    document = json.loads(printed(capsys))
    assert document["id"] == "did:web:a.example%3A8443:x"
    assert document["assertionMethod"] == [f"{document['id']}#key-1"]
    assert run(["did", "create", "web", "--host", "127.0.0.1", "--key", "update.jwk"]) == 1


@pytest.mark.usefixtures("clock")
def test_a_life_of_a_did_webvh(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    create = ["did", "create", "webvh", "--host", "a.example", "--path", "cards", "--portable"]
    create += ["--key", "update.jwk", "--next-key", "next.jwk", "--out", "did.jsonl"]
    create += ["--witness", did_of(folder, "other"), "--json"]
    assert run(create) == 0
    made = json.loads(printed(capsys))
    assert made["did"] == str(log(folder).latest.did)
    assert run(create) == 1  # the log exists already
    assert "store.exists" in capsys.readouterr().err

    assert run(["did", "update", "did.jsonl", "--key", "update.jwk"]) == 1
    assert "webvh.pre_rotation" in capsys.readouterr().err
    assert run(["did", "deactivate", "did.jsonl", "--key", "update.jwk"]) == 2

    words = ["--key", "next.jwk", "--update-key", "next.jwk", "--end-pre-rotation"]
    assert run(["did", "update", "did.jsonl", *words]) == 0
    assert printed(capsys) == made["did"]

    document: Any = log(folder).latest.members()
    document["service"] = [{"id": "#s", "type": "A", "serviceEndpoint": "https://a.example"}]
    (folder / "did.json").write_text(json.dumps(document))
    words = ["--key", "next.jwk", "--document", "did.json", "--json"]
    assert run(["did", "update", "did.jsonl", *words]) == 0
    assert json.loads(printed(capsys))["versionId"].startswith("3-")

    assert run(["did", "deactivate", "did.jsonl", "--key", "next.jwk"]) == 0
    assert log(folder).latest.parameters.deactivated
    assert run(["did", "update", "did.jsonl", "--key", "next.jwk"]) == 1
    assert "webvh.deactivated" in capsys.readouterr().err
    assert not (folder / "did.jsonl.new").exists()


@pytest.mark.usefixtures("clock")
def test_a_document_of_one_s_own(folder: Path) -> None:
    document = {"id": webvh.draft("a.example"), "alsoKnownAs": ["https://a.example"]}
    (folder / "draft.json").write_text(json.dumps(document))
    words = ["--host", "a.example", "--key", "update.jwk", "--document", "draft.json"]
    assert run(["did", "create", "webvh", *words, "--out", "did.jsonl"]) == 0
    assert log(folder).latest.members()["alsoKnownAs"] == ["https://a.example"]


@pytest.mark.usefixtures("clock")
def test_logs_that_can_t_be_written_or_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["did", "create", "webvh", "--host", "a.example", "--key", "update.jwk", "--out"]
    assert run([*words, "absent/did.jsonl"]) == 3
    assert run([*words, "-"]) == 2
    assert run([*words, "did.jsonl"]) == 0
    with (folder / "did.jsonl").open("ab") as file:
        file.write(b"{}\n")
    capsys.readouterr()
    assert run(["did", "update", "did.jsonl", "--key", "update.jwk"]) == 1
    assert "webvh.syntax" in capsys.readouterr().err
    assert run(["did", "update", "absent", "--key", "update.jwk"]) == 3


def test_a_did_url_is_dereferenced(capsys: pytest.CaptureFixture[str]) -> None:
    did = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
    fragment = did.removeprefix("did:key:")
    assert run(["resolve", f"{did}#{fragment}"]) == 0
    assert json.loads(printed(capsys))["content"]["publicKeyMultibase"] == fragment
    assert run(["resolve", f"{did}#absent", did]) == 1


def test_other_resolvers_by_their_addresses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = json.dumps({"didDocument": {"id": "did:example:1"}}).encode()
    transport = ScriptedTransport(
        {
            "https://r.example/1.0/identifiers/did:example:1": Response(200, body=answer),
            "https://o.example/api/v1/did-doc?did=did%3Aomn%3Atas": Response(404),
        }
    )
    monkeypatch.setattr(resolvers, "HttpsTransport", lambda: transport)
    words = ["--remote", "example=https://r.example/1.0/identifiers/"]
    assert run(["resolve", "did:example:1", *words]) == 0
    assert json.loads(printed(capsys))["didDocument"] == {"id": "did:example:1"}
    omn = ["--omn", "https://o.example/api/v1/did-doc"]
    assert run(["resolve", "did:omn:tas", *omn]) == 3
    for wrong in ("example", "example=http://r.example/", "=https://r.example/"):
        assert run(["resolve", "did:example:1", "--remote", wrong]) == 2


def test_serving(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("uvicorn", reason="the extra `web` is not installed")
    served: list[Any] = []
    monkeypatch.setattr(
        "krid.cli.serve_resolver.serve_at", lambda at, _: served.append(at.getsockname())
    )
    assert run(["serve", "resolver", "--port", "0"]) == 0
    host, port = served[0]
    assert f"http://{host}:{port}/1.0/identifiers/" in capsys.readouterr().err
    assert run(["serve", "--help"]) == 0
    assert "resolver" in capsys.readouterr().out
    assert run(["serve", "nothing"]) == 2
    monkeypatch.setattr("krid.cli.extras.find_spec", lambda _: None)
    assert run(["serve", "resolver"]) == 3
    assert "krid[web]" in capsys.readouterr().err


def test_the_help_of_every_new_command(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["did"], ["did", "create"], ["did", "create", "webvh"], ["did", "update"]):
        assert run([*words, "--help"]) == 0
    assert "Announce a key" in capsys.readouterr().out


def test_the_standard_methods_are_named_once() -> None:
    clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
    names = [method.name for method in Resolver.standard_methods(clock=clock)]
    assert names == ["key", "jwk", "peer", "web", "webvh"]


def test_a_key_from_standard_input(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = (folder / "update.jwk").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    assert run(["did", "create", "key", "--key", "-"]) == 0
    assert printed(capsys) == did_of(folder, "update")
