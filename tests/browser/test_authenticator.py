"""Chromium's virtual platform authenticator registers, opens a wallet and meets a guard."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from built_in import AUTHENTICATOR
from guarded import Scene, code_of, scene

from krid.errors import Code
from krid.fido import Ceremonies, RelyingParty, Synced
from krid.wallet import Guard, authenticators_of

pytest.importorskip("fido2", reason="needs krid[fido]")

CREATE = """async (options) => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return JSON.stringify((await navigator.credentials.create({publicKey})).toJSON());
}"""
GET = """async (options) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return JSON.stringify((await navigator.credentials.get({publicKey})).toJSON());
}"""


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Wallet</title>")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with closing(server.socket):
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@dataclass
class ChromiumAuthenticator:
    """The page, and the authenticator that Chromium pretends to have."""

    page: Any
    session: Any
    id: str

    def create(self, options: Mapping[str, Any]) -> bytes:
        answer: str = self.page.evaluate(CREATE, dict(options))
        return answer.encode()

    def get(self, options: Mapping[str, Any]) -> bytes:
        answer: str = self.page.evaluate(GET, dict(options))
        return answer.encode()

    def forge(self, **bits: bool) -> None:
        """Let the authenticator lie in its answers."""
        self.session.send("WebAuthn.setResponseOverrideBits", {"authenticatorId": self.id, **bits})


@pytest.fixture
def device(chromium: Any, origin: str) -> Iterator[ChromiumAuthenticator]:
    with chromium.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(origin)
        session = context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield ChromiumAuthenticator(page, session, made["authenticatorId"])


@pytest.fixture
def here(tmp_path: Path, origin: str, device: ChromiumAuthenticator) -> Scene:
    made = scene(tmp_path / "wallet.db")
    party = RelyingParty("localhost", name="A wallet", origins=(origin,), synced=Synced.REFUSED)
    made.ceremonies = Ceremonies(party, clock=made.cast.clock)
    made.device = made.person.device = device  # type: ignore[assignment]  # answers the same way
    return made


def test_it_opens_the_wallet_and_guards_a_key(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
        card = here.card(wallet, Guard.USER_VERIFIED)
    user = here.touch(*authenticators_of(here.path))
    with here.open(user, here.checks(here.person)) as wallet:
        assert wallet.cards() == (card,)
        here.present(wallet)
    assert [how for how, _ in here.person.asked] == ["authenticator"]


@pytest.mark.parametrize(
    ("bit", "code"),
    [
        ("isBogusSignature", Code.FIDO_SIGNATURE),
        ("isBadUV", Code.FIDO_VERIFICATION),
        ("isBadUP", Code.FIDO_PRESENCE),
    ],
)
def test_an_authenticator_that_lies(
    here: Scene, device: ChromiumAuthenticator, bit: str, code: Code
) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
        device.forge(**{bit: True})
        answer = device.get(wallet.guardian.begin())
        assert code_of(lambda: wallet.guardian.confirm_user(answer)) is code


def test_an_answer_says_what_was_asked(here: Scene, device: ChromiumAuthenticator) -> None:
    answer = json.loads(device.create(here.ceremonies.register(user_name="me", known=())))
    assert answer["authenticatorAttachment"] == "platform"
    assert answer["clientExtensionResults"]["prf"]["enabled"] is True
