"""The page "A first verifier" does what it says: its commands and files, then a wallet."""

import re
import shlex
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
import pytest

import krid
from krid.cli import app as command_line
from krid.errors import MisuseError
from krid.net import Request, Response, run
from krid.openid.vp import wallet
from krid.profiles import HAIP_PRESENTATION
from krid.trust import load_trust

PAGE = (Path(__file__).parents[2] / "docs" / "first-verifier.md").read_text(encoding="utf-8")
FILES = {
    code.splitlines()[0].removeprefix("# "): code
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
}
PIN = "246813"


def steps() -> list[str]:
    """Return the lines of the block that makes a card and a wallet."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    block = next(each for each in blocks if "krid wallet create" in each)
    return [line for line in block.replace("\\\n", "").splitlines() if line]


def do(line: str) -> None:
    """Do as a shell does with one of the lines."""
    words = shlex.split(line, comments=True)
    into = words[words.index(">") + 1] if ">" in words else None
    words = words[: words.index(">")] if into else words
    if words[0] == "echo":
        printed = words[1]
    elif words[0] == "krid":
        from click.testing import CliRunner

        result = CliRunner().invoke(command_line.app, words[1:])
        assert result.exit_code == 0, (line, result.output, result.exception)
        printed = result.stdout
    else:
        assert line == f"export KRID_PIN={PIN}"
        return
    if into:
        Path(into).write_text(printed, encoding="utf-8")


def load(name: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(FILES[name], name, "exec"), names)  # noqa: S102  the project's own page
    return names


class Over:
    """A transport over a client of the bank."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, request: Request) -> Response:
        answer = self.client.request(
            request.method, request.url, headers=dict(request.headers), content=request.body
        )
        return Response(answer.status_code, MappingProxyType(dict(answer.headers)), answer.content)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KRID_PIN", PIN)
    return tmp_path


def test_from_an_empty_folder_to_a_name(folder: Path) -> None:
    pytest.importorskip("fastapi", reason="fastapi is not installed")
    pytest.importorskip("starlette.testclient", reason="needs a client for tests")
    from starlette.testclient import TestClient

    for line in steps():
        do(line)
    load("certify.py")
    bank = TestClient(load("bank.py")["app"], base_url="https://bank.localhost:8000")
    assert "Open an account" in bank.get("/").text
    found = re.search(r'href="http://localhost:8703/present\?([^"]+)"', bank.post("/account").text)
    assert found is not None
    link = f"openid4vp://?{found[1].replace('&amp;', '&')}"
    assert "Waiting" in bank.get("/account").text
    back = agree(link, Over(bank))
    assert bank.get(back).text == "Welcome, Hong Gildong"
    assert bank.get(back).text == "Please begin again"


def agree(link: str, wire: Over) -> str:
    """Open the wallet of the page, agree, and return where the browser is sent."""
    setup = wallet.WalletSetup(
        policy=HAIP_PRESENTATION,
        trust=load_trust(Path("verifiers.pem").read_bytes()),
        clients=None,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
    )
    cards = load_trust(Path("state.pem").read_bytes())
    with krid.Wallet.open("wallet.db", unlock=krid.Pin(PIN), trust=cards) as kept:
        asked = run(wallet.read_request(setup, link), wire)
        found = kept.match(asked)
        assert isinstance(found, krid.Matched)
        sent = run(wallet.send(asked, kept.present(found.consent(to=found.minimum))), wire)
    assert sent.open is not None
    return sent.open


def test_the_wallet_of_the_page_is_served_with_what_stands_there(folder: Path) -> None:
    pytest.importorskip("starlette", reason="needs krid[web]")
    from krid.cli.serve_wallet import command, make_app

    served = next(
        line
        for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
        for line in block.replace("\\\n", "").splitlines()
        if line.startswith("krid serve wallet")
    )
    with click.Context(command) as context:
        command.parse_args(context, shlex.split(served)[3:])
    assert context.params["applications"] == ("bank.localhost:8000",)
    load("certify.py")
    verifiers = ("verifiers.pem",)
    make_app(Path("w.db"), verifiers, verifiers, host="localhost:1", local=("bank.localhost:8000",))
    with pytest.raises(MisuseError):
        make_app(Path("w.db"), verifiers, verifiers, host="localhost:1", local=("bank.example:1",))
