"""Passkey, guarded consent, waiting, recovery and an IC card, with Chromium's authenticator."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from built_in import AUTHENTICATOR
from looks import await_count, check_looks
from towns import Served, person_id, served

from krid.cli.town_chips import CHIP_PIN
from krid.profiles import kr

pytest.importorskip("fido2", reason="needs krid[fido]")

PIN, NEW, WRONG = "246813", "975310", "111111"
LEE = "sample-lee-younghee"


class Phone:
    """A person's browser with a virtual authenticator, and pictures of what it shows."""

    def __init__(
        self, town: Served, page: Any, shot: Callable[[Any, str], None], language: str, size: str
    ) -> None:
        self.town, self.page, self._shot = town, page, shot
        self.language, self.size, self._place = language, size, 0
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("WebAuthn.enable")
        made = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self._device = {"authenticatorId": made["authenticatorId"]}

    def refuse_fingers(self) -> None:
        """Let the authenticator know nobody from now on; Chromium's never takes one again."""
        words = {**self._device, "isUserVerified": False}
        self._cdp.send("WebAuthn.setUserVerified", words)

    def lie(self, *, lies: bool) -> None:
        """Let the authenticator answer without having verified anybody, or not any more."""
        self._cdp.send("WebAuthn.setResponseOverrideBits", {**self._device, "isBadUV": lies})

    def look(self, name: str, page: Any = None) -> None:
        self._place += 1
        check_looks(page or self.page, self.language)
        place = f"{self._place:02d}-{name}"
        self._shot(page or self.page, f"guards-{self.language}-{self.size}-{place}")

    def goto(self, path: str) -> None:
        self.page.goto(f"{self.town.wallet}{path}")

    def unlock(self, pin: str) -> None:
        self.page.fill("#pin", pin)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def lock(self) -> None:
        self.page.click("form[action='/lock'] button")
        self.page.wait_for_selector("#pin")

    def open(self, link: str, path: str) -> None:
        """Open an offer or a request in the wallet."""
        self.goto(f"/{path}?{link.partition('?')[2]}")


@pytest.mark.parametrize(("language", "size"), [("ko", "phone"), ("en", "desktop")])
def test_who_holds_the_phone(
    language: str,
    size: str,
    tmp_path: Path,
    visit: Callable[[str, str], Any],
    shot: Callable[[Any, str], None],
) -> None:
    with served(tmp_path, guard=kr.KEY_GUARD) as town:
        phone = Phone(town, visit(language, size), shot, language, size)
        phone.goto("/")
        phone.page.fill("#pin", PIN)
        phone.page.fill("#again", PIN)
        phone.page.keyboard.press("Enter")
        phone.page.wait_for_selector(".empty")
        _tap_an_ic_card(phone, visit(language, size))
        _add_a_passkey(phone)
        _open_by_passkey(phone)
        _guard_the_card(phone)
        _agree(phone, visit(language, size))
        _fall_back_to_the_pin(phone)
        if language == "en":
            code = _make_a_code(phone)
            _lock_out_and_recover(phone, code)
        assert not [line for line in town.lines if line["status"] >= 500]


def _tap_an_ic_card(phone: Phone, other: Any) -> None:
    """Take the card of somebody whose other phone has it: first with a copied chip."""
    person = person_id(phone.town.town, LEE)
    other.goto(f"{phone.town.issuer}/chips")
    phone.look("chips", other)
    for kind, state in (("copy", "bad"), ("ic", "good")):
        other.goto(f"{phone.town.issuer}/chips")
        other.fill(f"#pin-{person}", CHIP_PIN)
        other.click(f"button[value={kind}-{person}]")
        other.wait_for_selector(".qr-code svg")
        if kind == "ic":
            phone.look("chips-tap", other)
        phone.open(other.get_attribute("[data-copy]", "data-copy"), "offer")
        phone.page.wait_for_url("**/offers/*")
        phone.page.click("main button.main")
        phone.page.wait_for_selector(".cards, [role=alert]")
        other.wait_for_selector(f".state.{state}")
        phone.look(f"chips-{state}", other)
        assert ("register.ic_key" in other.inner_text("main")) == (kind == "copy")
    await_count(phone.page, ".idcard", 2)
    other.goto(f"{phone.town.issuer}/journal")
    assert "register.ic_key" in other.inner_text(".journal")


def _add_a_passkey(phone: Phone) -> None:
    phone.goto("/security")
    phone.look("security")
    phone.page.click("#add-passkey")
    phone.page.wait_for_url("**/security/passkeys/*")
    phone.look("passkey")
    phone.page.fill("#pin", PIN)
    phone.page.click("main button.main")
    phone.page.wait_for_selector(".flash")
    phone.look("security-passkey")


def _open_by_passkey(phone: Phone) -> None:
    phone.lock()
    phone.page.click("#passkey")
    phone.page.wait_for_selector(".cards")


def _fall_back_to_the_pin(phone: Phone) -> None:
    phone.lock()
    phone.refuse_fingers()
    phone.page.click("#passkey")
    phone.page.wait_for_selector("[data-failed]:not([hidden])")
    phone.look("door-refused")
    phone.page.fill("#pin", PIN)
    phone.page.keyboard.press("Enter")
    phone.page.wait_for_selector(".cards")


def _guard_the_card(phone: Phone) -> None:
    phone.page.click(".cards a")
    phone.page.wait_for_selector("#guard-pin:checked")
    phone.page.check("#guard-both")
    phone.page.click("form[action$='/guard'] button")
    phone.page.wait_for_selector(".flash")
    phone.look("card-both")
    phone.page.check("#guard-user")
    phone.page.click("form[action$='/guard'] button")
    phone.page.wait_for_url("**/guards/*")
    phone.look("weaker")
    phone.page.fill("#guard-pin", PIN)
    phone.page.click("main button.main")
    phone.page.wait_for_selector("#guard-user:checked")
    phone.page.check("#guard-both")
    phone.page.click("form[action$='/guard'] button")
    phone.page.wait_for_selector("#guard-both:checked")


def _agree(phone: Phone, customer: Any) -> None:
    """Agree with PIN and finger: not with a wrong PIN, and not with a finger that is refused."""
    customer.goto(phone.town.bank)
    customer.click("button[value=phone]")
    customer.wait_for_selector(".qr-code svg")
    phone.open(customer.get_attribute("[data-copy]", "data-copy"), "present")
    phone.page.wait_for_selector(".purpose")
    phone.look("consent")
    phone.page.fill("#guard-pin", WRONG)
    phone.page.click("button[value=agree]")
    phone.page.wait_for_selector("#wrong")
    phone.look("consent-wrong")
    phone.page.fill("#guard-pin", PIN)
    phone.lie(lies=True)
    phone.page.click("button[value=agree]")
    phone.page.wait_for_selector("#wrong:has-text('기기'), #wrong:has-text('device')")
    phone.lie(lies=False)
    phone.page.fill("#guard-pin", PIN)
    phone.page.click("button[value=agree]")
    phone.page.wait_for_url("**/sent/*")
    customer.wait_for_selector(".state.good")


def _make_a_code(phone: Phone) -> str:
    phone.goto("/security")
    phone.page.fill("#code-pin", PIN)
    phone.page.click("#make-code")
    phone.page.wait_for_selector("#recovery-code")
    phone.look("code")
    return str(phone.page.inner_text("#recovery-code"))


def _lock_out_and_recover(phone: Phone, code: str) -> None:
    phone.lock()
    for _ in range(5):
        phone.unlock(WRONG)
    phone.page.wait_for_selector("#wrong")
    assert "5 times" in phone.page.inner_text("#wrong")
    phone.look("door-wait")
    phone.page.click("a[href='/recover']")
    phone.page.fill("#code", code)
    phone.page.fill("#new-pin", NEW)
    phone.page.fill("#new-again", NEW)
    phone.look("recover")
    phone.page.click("main button.main")
    phone.page.wait_for_selector(".flash")
    phone.lock()
    phone.unlock(NEW)
    phone.page.wait_for_selector(".cards")
