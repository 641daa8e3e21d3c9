"""Forged ways into the browser's wallet and around its cards' guards: nothing leaves."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")
pytest.importorskip("fido2", reason="needs krid[fido]")

import presentation as p
from browsers import Visitor
from soft_authenticator import FLAG, SoftAuthenticator
from wallet_pages import HOST, PIN, WRONG, WalletPages, options_of, wallet_pages

import krid
from krid._core import limits
from krid.wallet import PIN_AND_USER, Guard


@pytest.fixture
def here(tmp_path: Path) -> WalletPages:
    made = wallet_pages(tmp_path, guard=Guard.USER_VERIFIED)
    made.unlock()
    made.add_device()
    return made


def refused(here: WalletPages, answer: str, pin: str = "") -> str:
    """Try to agree with a forged answer; return the code, and see that nothing left."""
    page = here.asked()
    return _refused(here, page, answer, pin)


def _refused(here: WalletPages, page: object, answer: str, pin: str = "") -> str:
    here.agree(page, answer=answer, pin=pin)
    code = str(here.code)
    assert not here.has_answer
    assert "Nothing has left this wallet yet" in here.phone.get("/history").text
    return code


def test_no_answer_or_none_of_its_form(here: WalletPages) -> None:
    assert refused(here, "") == "fido.syntax"
    assert refused(here, "{}") == "fido.syntax"
    assert refused(here, "", pin=PIN) == "fido.syntax"


def test_an_answer_to_another_request(here: WalletPages) -> None:
    first, second = here.asked(), here.asked()
    assert _refused(here, second, here.touch(first)) == "fido.about"


def test_an_answer_to_the_door(here: WalletPages) -> None:
    page = here.phone.get("/security")
    assert refused(here, here.touch(page)) == "fido.about"


def test_strangers_at_the_door_take_no_challenge_away(here: WalletPages) -> None:
    """Any web page can let the browser ask for the door, as often as it likes."""
    page = here.asked()
    stranger = Visitor(here.phone.client.app, host=HOST)
    for _ in range(limits.MAX_FIDO_CEREMONIES):
        assert "data-passkey" in stranger.get("/").text
    sent = here.agree(page, answer=here.touch(page))
    assert "received what you agreed to" in sent.text


def test_an_answer_that_was_used(here: WalletPages) -> None:
    page = here.asked()
    answer = here.touch(page)
    here.device.flags = FLAG.UP
    unverified = here.touch(page)
    assert _refused(here, page, unverified) == "fido.verification"
    assert _refused(here, page, answer) == "fido.challenge"


def test_an_answer_of_a_foreign_authenticator(here: WalletPages) -> None:
    page = here.asked()
    foreign = SoftAuthenticator(origin=f"http://{HOST}")
    options = options_of(page)
    foreign.held = {options["allowCredentials"][0]["id"]: _new(foreign)}
    assert _refused(here, page, foreign.get(options).decode()) == "fido.credential"


def test_an_answer_with_the_key_of_another(here: WalletPages) -> None:
    page = here.asked()
    (held,) = here.device.held.values()
    user = held.user
    here.device.held = {name: _new(here.device) for name in here.device.held}
    for each in here.device.held.values():
        each.user, each.counter = user, 9
    assert _refused(here, page, here.touch(page)) == "fido.signature"


def _new(device: SoftAuthenticator) -> Any:
    made = SoftAuthenticator(origin=device.origin)
    made.create({"user": {"id": "AAAA"}, "rp": {"id": HOST}, "challenge": "AAAA"})
    return next(iter(made.held.values()))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda device: setattr(device, "origin", "http://bank.localhost"), "fido.origin"),
        (lambda device: setattr(device, "rp_id", "localhost"), "fido.rp_id"),
        (lambda device: setattr(device, "counts", False), "fido.counter"),
        (lambda device: setattr(device, "type", "webauthn.create"), "fido.type"),
    ],
)
def test_an_answer_that_breaks_one_rule(
    here: WalletPages, change: Callable[[SoftAuthenticator], None], code: str
) -> None:
    change(here.device)
    page = here.asked()
    assert _refused(here, page, here.touch(page)) == code


def test_an_answer_that_came_too_late(here: WalletPages) -> None:
    page = here.asked()
    answer = here.touch(page)
    here.clock.moment += timedelta(minutes=5)
    assert _refused(here, page, answer) == "fido.expired"


def test_one_of_two_is_not_enough(tmp_path: Path) -> None:
    here = wallet_pages(tmp_path, guard=PIN_AND_USER)
    here.unlock()
    here.add_device()
    page = here.asked()
    assert _refused(here, page, here.touch(page)) == "misuse.pin"
    assert _refused(here, page, here.touch(page), WRONG) == "store.pin"
    assert _refused(here, page, "", PIN) == "fido.syntax"


def test_an_answer_whose_signature_was_changed(here: WalletPages) -> None:
    page = here.asked()
    answer = json.loads(here.touch(page))
    answer["response"]["signature"] = answer["response"]["authenticatorData"]
    assert _refused(here, page, json.dumps(answer)) == "fido.signature"


def test_a_passkey_without_its_key(here: WalletPages) -> None:
    here.phone.get("/")
    door = here.phone.post("/lock")
    here.device.prf = False
    here.phone.post("/unlock/passkey", answer=here.touch(door), next="/")
    assert here.code == "fido.prf"
    assert "Open your wallet" in here.phone.get("/").text
    answer = here.touch(here.phone.get("/"))
    for code in ("fido.prf", "fido.challenge"):
        here.phone.post("/unlock/passkey", answer=answer, next="/")
        assert here.code == code


def test_a_new_device_without_the_pin(tmp_path: Path) -> None:
    here = wallet_pages(tmp_path)
    here.unlock()
    page = here.phone.get("/security")
    page = here.phone.post("/security/passkeys", answer=here.touch(page, "create"))
    here.phone.post(page.url.path, answer=here.touch(page), pin=WRONG)
    assert here.code == "store.pin"
    here.phone.post(page.url.path, answer="{}", pin=PIN)
    assert here.code == "fido.syntax"
    here.phone.get("/security")
    here.phone.post("/security/passkeys", answer="{}")
    assert here.code == "fido.syntax"
    assert "data-passkey" not in here.phone.post("/lock").text


def test_a_renewal_that_can_not_be_read_keeps_nobody_out(tmp_path: Path) -> None:
    """Else whoever opens the wallet would never come to the page that can mend it."""
    here = wallet_pages(tmp_path)
    with krid.Wallet.open(
        here.path, unlock=krid.Pin(PIN), trust=p.CARDS, clock=here.clock
    ) as wallet:
        wallet.notes.put("renewal x", b"{}")
    assert here.unlock().status_code == 200
    assert "What opens the wallet" in here.phone.get("/security").text
