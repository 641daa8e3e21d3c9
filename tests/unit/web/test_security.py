"""Ways into the browser's wallet, what its cards ask for, and the words when something is wrong."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")
pytest.importorskip("fido2", reason="needs krid[fido]")

from wallet_pages import PIN, WRONG, WalletPages, wallet_pages

from krid.wallet import PIN_AND_USER, Guard

NEW = "975310"


@pytest.fixture
def here(tmp_path: Path) -> WalletPages:
    made = wallet_pages(tmp_path)
    made.unlock()
    return made


def lock(here: WalletPages) -> Any:
    here.phone.get("/")
    return here.phone.post("/lock")


def test_a_passkey_opens_the_wallet_until_it_is_removed(here: WalletPages) -> None:
    assert "The device was added." in here.add_device().text
    door = lock(here)
    answer = here.touch(door)
    assert "Im Kkeokjeong" in here.phone.post("/unlock/passkey", answer=answer, next="/").text
    page = here.phone.get("/security")
    (method,) = re.findall(r'name="method" value="([0-9a-f]+)"', page.text)
    wrong = here.phone.post("/security/remove", method=method, pin=WRONG)
    assert "That is not the PIN. After 4 more wrong ones you must wait." in wrong.text
    assert "It was removed." in here.phone.post("/security/remove", method=method, pin=PIN).text
    assert "data-passkey" not in lock(here).text


def test_a_recovery_code_is_shown_once_and_opens_once(here: WalletPages) -> None:
    here.phone.get("/security")
    page = here.phone.post("/security/codes", pin=PIN)
    (code,) = re.findall(r'id="recovery-code">([^<]+)<', page.text)
    assert here.phone.get(page.url.path).status_code == 400
    assert code not in here.phone.get("/security").text
    assert "/recover" in lock(here).text
    here.phone.get("/recover")
    words = {"code": code.lower(), "new": NEW, "again": NEW}
    short = here.phone.post("/recover", **{**words, "new": "1"})
    assert "A PIN has 6 characters or more." in short.text
    assert "slip" in here.phone.post("/recover", **{**words, "code": code[:-1] + "!"}).text
    assert "used up" in here.phone.post("/recover", **words).text
    assert "/recover" not in lock(here).text
    here.phone.get("/recover")
    assert "used already" in here.phone.post("/recover", **words).text
    assert here.code == "store.method_used"
    assert "Im Kkeokjeong" in here.unlock(NEW).text


def test_the_door_counts_down_waits_and_locks(here: WalletPages) -> None:
    here.add_device()
    lock(here)
    said = [here.unlock(WRONG).text for _ in range(5)]
    assert "After 4 more wrong ones you must wait." in said[0]
    assert "The PIN was wrong 5 times. Try again after 21:00:30 (Korean time)." in said[4]
    assert "Try again after 21:00:30" in here.unlock(PIN).text
    assert here.code == "store.pin_delay"
    for _ in range(5):
        here.clock.moment += timedelta(hours=1)
        said.append(here.unlock(WRONG).text)
    assert "4 more wrong ones lock the PIN." not in said[5]  # it must wait first
    assert "The PIN is locked. Open with a passkey or a recovery code." in said[9]
    here.clock.moment += timedelta(hours=9)
    assert "The PIN is locked." in here.unlock(PIN).text
    door = here.phone.get("/")
    here.phone.post("/unlock/passkey", answer=here.touch(door), next="/")
    page = here.phone.get("/security")
    changed = here.phone.post("/security/pin", answer=here.touch(page), new=NEW, again=NEW)
    assert "The PIN was changed." in changed.text
    lock(here)
    assert "Im Kkeokjeong" in here.unlock(NEW).text


def test_a_pin_that_is_the_only_way_is_never_locked(here: WalletPages) -> None:
    lock(here)
    for _ in range(11):
        here.clock.moment += timedelta(hours=2)
        here.unlock(WRONG)
    here.clock.moment += timedelta(hours=2)
    assert "Each wrong one doubles the wait." in here.phone.get("/").text
    assert "Im Kkeokjeong" in here.unlock().text


def test_the_pin_is_changed_by_who_knows_it(here: WalletPages) -> None:
    here.phone.get("/security")
    words = {"new": NEW, "again": NEW}
    assert "differ" in here.phone.post("/security/pin", pin=PIN, new=NEW, again=PIN).text
    assert "not the PIN" in here.phone.post("/security/pin", pin=WRONG, **words).text
    assert "The PIN was changed." in here.phone.post("/security/pin", pin=PIN, **words).text


def test_the_pin_may_be_asked_for_at_each_consent(tmp_path: Path) -> None:
    here = wallet_pages(tmp_path, guard=Guard.PIN)
    here.unlock()
    page = here.asked()
    assert 'name="pin"' in page.text
    assert 'name="answer"' not in page.text
    assert "What leaves" in here.agree(page, pin=WRONG).text
    assert not here.has_answer
    assert "received what you agreed to" in here.agree(page, pin=PIN).text
    again = here.asked()
    assert 'name="pin"' in again.text
    assert "received nothing" in here.phone.post(again.url.path, decision="decline").text


def test_a_card_that_needs_both_gets_both(tmp_path: Path) -> None:
    here = wallet_pages(tmp_path, guard=PIN_AND_USER)
    here.unlock()
    here.add_device()
    page = here.asked()
    assert 'name="pin"' in page.text
    assert "received" in here.agree(page, pin=PIN, answer=here.touch(page)).text
    history = here.phone.get("/history").text
    assert "Confirmed with: The PIN, The device (fingerprint, face)" in history


def test_a_guard_is_strengthened_at_once_and_weakened_after_a_proof(here: WalletPages) -> None:
    here.add_device()
    assert "protection was changed" in here.guard("both").text
    page = here.guard("pin")
    assert "prove it once more" in page.text
    wrong = here.phone.post(page.url.path, pin=WRONG, answer=here.touch(page))
    assert "not the PIN" in wrong.text
    proof = {"pin": PIN, "answer": here.touch(wrong)}
    assert "protection was changed" in here.phone.post(page.url.path, **proof).text
    assert 'value="pin" checked' in here.phone.get(here.guard("nothing").url.path).text


def test_a_card_can_ask_for_a_device_only_where_there_is_one(here: WalletPages) -> None:
    page = here.guard("user")
    assert page.status_code == 400
    assert here.code == "fido.credential"
    (card,) = set(re.findall(r"/cards/([0-9a-f]+)", here.phone.get("/").text))
    page = here.phone.get(f"/cards/{card}")
    assert re.search(r'value="user"\s+disabled', page.text)
    assert "add it first" in page.text


def test_a_card_whose_device_was_removed_can_only_be_declined(tmp_path: Path) -> None:
    here = wallet_pages(tmp_path, guard=Guard.USER_VERIFIED)
    here.unlock()
    page = here.asked()
    assert "none is registered" in page.text
    assert 'value="agree"' not in page.text
    assert here.agree(page).status_code == 400
    assert "received nothing" in here.phone.post(page.url.path, decision="decline").text


def test_without_a_party_there_are_no_passkeys(tmp_path: Path) -> None:
    here = wallet_pages(tmp_path, "ko", party=None)
    here.unlock()
    page = here.phone.get("/security")
    assert "data-passkey" not in page.text
    assert here.phone.post("/security/passkeys", answer="{}").status_code == 400
    lock(here)
    assert "PIN이 맞지 않습니다. 앞으로 4번 더 틀리면" in here.unlock(WRONG).text
    assert here.phone.post("/unlock/passkey", answer="{}").status_code == 400
    assert here.code == "guard.needed"


def test_before_there_is_a_wallet_the_door_makes_one(here: WalletPages) -> None:
    here.wallet.close()
    here.path.unlink()
    for path in ("/recover", "/"):
        assert "Make your wallet" in here.phone.follow(here.phone.get(path)).text
    for path in ("/unlock", "/unlock/passkey", "/recover"):
        assert "Make your wallet" in here.phone.post(path, pin=PIN, code="x").text


@pytest.mark.parametrize("path", ["passkeys", "codes", "remove", "pin"])
def test_forms_that_are_only_sent_lead_back(here: WalletPages, path: str) -> None:
    page = here.phone.follow(here.phone.get(f"/security/{path}"))
    assert "What opens the wallet" in page.text
