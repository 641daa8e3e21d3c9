"""`krid serve demo`, `verifier` and `wallet` as a person starts them."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from browsers import Visitor
from click.testing import CliRunner
from presentation import BANK_KEY, IACA, LEAF, ROOT
from programs import running

from krid.errors import MisuseError
from krid.keys import Alg, LocalKey, jwk

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("sqlalchemy", reason="needs krid[sql]")

from krid.cli import serve_demo, serve_issuer
from krid.cli.listening import address_of, listening
from krid.cli.serve_command import command as krid
from krid.cli.serve_demo import bound


def pem(der: bytes) -> str:
    import base64
    import textwrap

    text = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    asked = {
        "credentials": [
            {
                "id": "id",
                "format": "dc+sd-jwt",
                "meta": {"vct_values": ["urn:example:card"]},
                "claims": [{"path": ["name"]}],
            }
        ]
    }
    written = {
        "key": json.dumps(jwk.encode_private(BANK_KEY)),
        "certificate": pem(LEAF.der),
        "state": pem(IACA.der),
        "verifiers": pem(ROOT.der),
        "ask": json.dumps(asked),
        "cookies": "c" * 32,
        "short": "c",
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in written} | {"folder": str(tmp_path)}


APPLICATIONS = ["issuer", "bank", "wallet", "police", "residents", "shop"]


def test_the_demo_binds_says_where_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    words = [
        sys.executable,
        "-m",
        "krid",
        "serve",
        "demo",
        "--port",
        "0",
        "--log",
        "--db",
        str(tmp_path / "krid.db"),
    ]
    paths = os.pathsep.join(sys.path)
    with running(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    ) as demo:
        assert demo.stdout is not None
        lines = [demo.stdout.readline().split() for _ in APPLICATIONS]
        assert [name for name, _ in lines] == APPLICATIONS
        for _, address in lines:
            port = address.rstrip("/").rpartition(":")[2]
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/health/ready")
            with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310
                assert answer.status == 200
        demo.send_signal(signal.SIGINT)
        _, errors = demo.communicate(timeout=120)
    assert demo.returncode == 0
    logged = [json.loads(line) for line in errors.splitlines()]
    assert {line["app"] for line in logged} == set(APPLICATIONS)


def test_a_taken_port_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = CliRunner().invoke(krid, ["demo", "--port", str(min(port, 65_530))])
    assert answer.exit_code != 0
    assert "is taken" in answer.output


def test_every_server_says_where_it_is_only_when_it_is_there(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A taken port is told in one line; a port that is free is told as what it is."""
    monkeypatch.chdir(files["folder"])
    monkeypatch.setattr("uvicorn.Server.run", lambda _server, sockets: sockets[0].getsockname())
    served: dict[str, list[str]] = {
        "issuer": ["--certificate", files["state"]],
        "resolver": [],
        "vc-api": [],
        "verifier": verifier(files)[1:],
        "wallet": ["--cards", files["state"], "--verifiers", files["verifiers"]],
    }
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for name, words in served.items():
            answer = CliRunner().invoke(krid, [name, *words, "--port", port])
            assert (answer.exit_code, answer.output) == (
                1, f"Error: port {port} is taken: try --port 0\n"
            )  # fmt: skip
    for name, words in served.items():
        answer = CliRunner().invoke(krid, [name, *words, "--port", "0"])
        assert answer.exit_code == 0, answer.output
        told = answer.output.split()[0].removeprefix("http://").partition("/")[0]
        assert int(told.rpartition(":")[2]) > 0
    answer = CliRunner().invoke(krid, ["resolver", "--host", "192.0.2.1", "--port", "0"])
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: can't listen at 192.0.2.1, port 0: ")


def test_an_address_of_version_6() -> None:
    with listening("127.0.0.1", 0) as listener:
        assert address_of("::1", listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_seven_ports_are_seven() -> None:
    with bound(0) as listeners:
        assert len({each.getsockname()[1] for each in listeners.values()}) == 7


def verifier(files: dict[str, str], *more: str) -> Any:
    return [
        "verifier", "--url", "https://bank.example/", "--key", files["key"],
        "--certificate", files["certificate"], "--trust", files["state"], "--ask", files["ask"],
        "--purpose", "Open an account", "--db", files["folder"] + "/bank.db", "--port", "0", *more,
    ]  # fmt: skip


def test_a_verifier_by_options(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[Any] = []
    monkeypatch.setattr("krid.cli.serve_verifier.run", lambda app, _, **_how: run.append(app))
    answer = CliRunner().invoke(krid, verifier(files, "--cookie-key", files["cookies"]))
    assert answer.exit_code == 0, answer.output
    person = Visitor(run[0])
    assert "Name" in person.get("/").text
    assert person.client.get("/health/ready").status_code == 200
    assert 'app="verifier"' in person.client.get("/metrics").text


@pytest.mark.parametrize(
    ("names", "korean", "english"),
    [
        (("ko=한빛은행", "en=Hanbit {Bank}"), "한빛은행", "Hanbit {Bank}"),
        (("Hanbit & Co = we",), "Hanbit &amp; Co = we", "Hanbit &amp; Co = we"),
        (("ko=한빛은행",), "한빛은행", "한빛은행"),
        ((), "bank.example", "bank.example"),
    ],
)
def test_pages_say_whose_they_are(
    names: tuple[str, ...],
    korean: str,
    english: str,
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run: list[Any] = []
    monkeypatch.setattr("krid.cli.serve_verifier.run", lambda app, _, **_how: run.append(app))
    words = [part for name in names for part in ("--name", name)]
    answer = CliRunner().invoke(krid, verifier(files, *words))
    assert answer.exit_code == 0, answer.output
    for language, name in (("ko", korean), ("en", english)):
        person = Visitor(run[0], language)
        for path in ("/", "/nowhere"):
            text = person.get(path).text
            assert text.count(name) == 4  # title, heading, navigation, foot
            assert not re.search("Sample|견본|시연|[Dd]emonstration|계좌|resident card", text)
        assert "<h1>Open an account</h1>" in person.get("/").text


@pytest.mark.parametrize(
    "names", [("a", "b"), ("ko=a", "ko=b"), ("ko=a", "b"), ("",), ("en= ",)], ids=" ".join
)
def test_names_that_are_not_one_in_each_language(
    names: tuple[str, ...], files: dict[str, str]
) -> None:
    words = [part for name in names for part in ("--name", name)]
    answer = CliRunner().invoke(krid, verifier(files, *words))
    assert answer.exit_code == 2
    assert "--name is one text, or ko=TEXT and en=TEXT" in answer.output


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--db", "mysql://bank.example/krid"), "neither a file nor postgresql+psycopg://"),
        (("--url", "http://bank.example"), "url: no https address"),
        (("--key", "other.jwk"), "signer: the first certificate is of another key"),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_options_that_do_not_fit(
    files: dict[str, str], option: tuple[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files["folder"])
    other = LocalKey.generate(Alg.ES256)
    Path("other.jwk").write_text(json.dumps(jwk.encode_private(other)), encoding="utf-8")
    answer = CliRunner().invoke(krid, verifier(files, *option))
    assert isinstance(answer.exception, MisuseError)
    assert words in answer.exception.detail


def test_a_short_key_of_cookies_is_refused(files: dict[str, str]) -> None:
    answer = CliRunner().invoke(krid, verifier(files, "--cookie-key", files["short"]))
    assert answer.exit_code == 2


def test_a_verifier_without_a_shared_key(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("krid.cli.serve_verifier.run", lambda *_, **_how: None)
    assert CliRunner().invoke(krid, verifier(files)).exit_code == 0


def test_a_wallet_by_options(files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[Any] = []
    monkeypatch.setattr("krid.cli.serve_wallet.run", lambda app, _, **_how: run.append(app))
    words = ["wallet", "--file", files["folder"] + "/w.db", "--cards", files["state"]]
    words += ["--verifiers", files["verifiers"], "--port", "0"]
    answer = CliRunner().invoke(krid, words)
    assert answer.exit_code == 0, answer.output
    assert "Make your wallet" in Visitor(run[0]).get("/").text


@pytest.mark.parametrize(("is_proxied", "client"), [(False, "127.0.0.1"), (True, "192.0.2.7")])
def test_nobody_says_by_a_header_who_he_is(
    is_proxied: bool, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rates go by the address of a client: one that names another each time had none."""
    configured: list[Any] = []
    monkeypatch.setattr(serve_issuer, "serve_at", lambda _, config: configured.append(config))
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    nobody: Any = None
    serve_issuer.run(app, nobody, is_proxied=is_proxied)  # type: ignore[arg-type]  # an app of ASGI
    demo = serve_demo.server_of(app).config  # type: ignore[arg-type]
    asked = {
        "type": "http",
        "client": ("127.0.0.1", 1),
        "headers": [(b"x-forwarded-for", b"192.0.2.7")],
    }
    for config in (configured[0], demo):
        config.load()
        asyncio.run(config.loaded_app(dict(asked), nobody, nobody))
    assert seen == [client, "127.0.0.1"]
