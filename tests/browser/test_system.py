"""The whole system in a browser: desk, phone, bank, shop, police, move, certificate, log."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from looks import await_count, check_looks
from towns import Served, person_id

PIN = "246813"
HONG = "sample-hong-gildong"
CERTIFICATE = {"ko": "주민등록표 초본", "en": "Resident register extract"}
LICENCE = {"ko": "모바일 운전면허증", "en": "Mobile Driving Licence"}
ADDRESS = "서울특별시 예시구 보기로 7"


class Stage:
    """The people of the story, each with a browser, and pictures of what they see."""

    def __init__(
        self,
        town: Served,
        visit: Callable[[str, str], Any],
        shot: Callable[[Any, str], None],
        language: str,
        size: str,
    ) -> None:
        self.town, self.language, self.size = town, language, size
        self._visit, self._shot, self._place = visit, shot, 0
        self.phone = self.browser()
        self.hong = person_id(town.town, HONG)

    def browser(self) -> Any:
        return self._visit(self.language, self.size)

    def look(self, page: Any, name: str) -> None:
        self._place += 1
        check_looks(page, self.language)
        self._shot(page, f"system-{self.language}-{self.size}-{self._place:02d}-{name}")

    def make_wallet(self) -> None:
        self.phone.goto(self.town.wallet)
        self.phone.fill("#pin", PIN)
        self.phone.fill("#again", PIN)
        self.phone.keyboard.press("Enter")
        self.phone.wait_for_selector(".empty")

    def paste(self, link: str) -> None:
        self.phone.goto(f"{self.town.wallet}/add")
        self.phone.fill("#link", link)
        self.phone.click("main button.main")

    def take(self, link: str, cards: int) -> None:
        """Take what a page offers without a code."""
        self.paste(link)
        self.phone.wait_for_url("**/offers/*")
        self.phone.click("main button.main")
        self.phone.wait_for_selector(".cards")
        await_count(self.phone, ".idcard", cards)

    def agree(self) -> None:
        self.phone.wait_for_selector(".purpose")
        self.phone.click("button[value=agree]")
        self.phone.wait_for_selector("[role=status], [role=alert]")

    def issue(self) -> str:
        """Let the desk issue the card, and try its link again; return that link."""
        link, code = self.given(self.town.issuer, "desk")
        self.paste(link)
        self.phone.wait_for_selector("#code")
        self.phone.fill("#code", code)
        self.phone.keyboard.press("Enter")
        self.phone.wait_for_selector(".alert")
        self.look(self.phone, "used-twice")
        return str(link)

    def given(self, address: str, name: str) -> tuple[str, str]:
        """Take what a desk issues; return the link and the code that were used."""
        clerk = self.browser()
        clerk.goto(f"{address}/desk")
        self.look(clerk, name)
        clerk.click(f"button[value={self.hong}]")
        clerk.wait_for_selector("#tx-code")
        link, code = clerk.get_attribute("[data-copy]", "data-copy"), clerk.inner_text("#tx-code")
        self.paste(link)
        self.phone.wait_for_selector("#code")
        self.phone.fill("#code", code)
        self.phone.keyboard.press("Enter")
        self.phone.wait_for_selector(".cards")
        clerk.wait_for_selector(".state.good")
        return str(link), str(code)

    def ask(self, page: Any, address: str, button: str = "button[value=phone]") -> None:
        """Begin a request on a page, and open it on the phone."""
        page.goto(address)
        page.click(button)
        page.wait_for_selector(".qr-code svg")
        self.paste(page.get_attribute("[data-copy]", "data-copy"))


@pytest.mark.parametrize(("language", "size"), [("ko", "phone"), ("en", "desktop")])
def test_the_whole_system(
    language: str,
    size: str,
    town: Served,
    visit: Callable[[str, str], Any],
    shot: Callable[[Any, str], None],
) -> None:
    stage = Stage(town, visit, shot, language, size)
    stage.make_wallet()
    stage.issue()
    _bank_before_and_after_a_loss(stage)
    _reported(stage)
    _shop(stage)
    _residents(stage)
    _licence(stage)
    clerk = stage.browser()
    clerk.goto(f"{town.issuer}/journal")
    stage.look(clerk, "journal")
    said = clerk.inner_text(".journal")
    assert "register.ticket" in said
    assert stage.hong in said
    assert "홍길동" not in said
    assert not [line for line in town.lines if line["status"] >= 500]
    assert town.town.state.office.registrar.audit(expected=None).lines > 20


def _bank_before_and_after_a_loss(stage: Stage) -> None:
    town, customer, officer = stage.town, stage.browser(), stage.browser()
    stage.ask(customer, town.bank)
    stage.agree()
    customer.wait_for_selector(".state.good")
    _customer_card(stage, customer)
    officer.goto(town.police)
    stage.look(officer, "police")
    officer.click(f"form[action='/lose'] button[value={stage.hong}]")
    officer.wait_for_selector(".flash")
    stage.look(officer, "police-lost")
    stage.ask(customer, town.bank)
    stage.agree()
    stage.look(stage.phone, "wallet-refused")
    customer.wait_for_selector(".state.bad")
    assert "status.suspended" in customer.inner_text("[data-live]")
    stage.look(customer, "bank-suspended")
    officer.click(f"form[action='/restore'] button[value={stage.hong}]")
    officer.wait_for_selector(f"form[action='/lose'] button[value={stage.hong}]")
    stage.ask(customer, town.bank)
    stage.agree()
    customer.wait_for_selector(".state.good")


def _customer_card(stage: Stage, customer: Any) -> None:
    """Take the bank's own card, log in with it, and let the bank ask too much."""
    town = stage.town
    stage.look(customer, "bank-opened")
    customer.click("a[href='/card']")
    customer.wait_for_selector(".qr-code svg")
    stage.look(customer, "bank-card")
    stage.take(customer.get_attribute("[data-copy]", "data-copy"), 3)
    stage.look(stage.phone, "wallet-customer")
    stage.ask(customer, f"{town.bank}/login/")
    stage.agree()
    customer.wait_for_url("**/customer")
    stage.look(customer, "bank-customer")
    customer.goto(town.bank)
    stage.look(customer, "bank")
    customer.click("summary")
    customer.click("button[value=beyond]")
    customer.wait_for_selector(".qr-code svg")
    stage.paste(customer.get_attribute("[data-copy]", "data-copy"))
    stage.phone.wait_for_selector(".purpose")
    stage.look(stage.phone, "beyond")
    stage.phone.wait_for_selector("#report")
    assert stage.phone.locator("button[value=agree]").count() == 0
    stage.phone.click("#report")
    stage.phone.wait_for_selector("#reported")
    await_count(stage.phone, "#report", 0)
    stage.look(stage.phone, "reported")
    stage.phone.click("button[value=decline]")
    customer.wait_for_selector("[data-live] .state:not(:has(.wait))")
    auditor = stage.browser()
    auditor.goto(f"{town.bank}/audit")
    stage.look(auditor, "audit")
    auditor.click(".entry:last-child a")
    auditor.wait_for_selector(".facts")
    stage.look(auditor, "decision")
    assert "홍길동" not in auditor.inner_text("main")


def _reported(stage: Stage) -> None:
    """See at the desk that the bank was reported, once, and that nothing else came of it."""
    clerk = stage.browser()
    clerk.goto(f"{stage.town.issuer}/journal")
    line = clerk.locator(".entry", has_text="registration.beyond")
    assert line.count() == 1
    assert "resident_registration_number" in line.inner_text()
    assert len(line.locator(".digest").inner_text()) == 64
    clerk.goto(f"{stage.town.issuer}/verifiers")
    stage.look(clerk, "verifiers")
    bank = clerk.locator(".entry", has_text="KR-SAMPLE-BANK")
    assert bank.locator("button[value=suspend]").count() == 1
    assert "1" in bank.locator(".small").first.inner_text()


def _shop(stage: Stage) -> None:
    town, till = stage.town, stage.browser()
    till.goto(town.shop)
    stage.look(till, "shop")
    stage.ask(till, town.shop)
    stage.phone.wait_for_selector(".purpose")
    stage.look(stage.phone, "shop-consent")
    assert "홍길동" not in stage.phone.inner_text("main")
    stage.agree()
    till.wait_for_url("**/verdict")
    stage.look(till, "shop-yes")
    till.click("main button.main")
    stage.phone.goto(f"{town.wallet}/show")
    stage.look(stage.phone, "wallet-show")
    code = stage.phone.get_attribute("[data-copy]", "data-copy")
    till.fill("#code", code)
    till.click("form[action='/read'] button")
    till.wait_for_url("**/visit")
    stage.agree()
    till.wait_for_url("**/verdict")
    till.click("main button.main")
    till.fill("#code", code)
    till.click("form[action='/read'] button")
    till.wait_for_selector(".alert")
    stage.look(till, "shop-stale")
    _shop_nearby(stage, till)


def _shop_nearby(stage: Stage, till: Any) -> None:
    stage.phone.goto(f"{stage.town.wallet}/near")
    stage.look(stage.phone, "wallet-near")
    till.fill("#code", stage.phone.get_attribute("[data-copy]", "data-copy"))
    till.click("form[action='/read'] button")
    till.wait_for_url("**/near")
    stage.look(till, "shop-near")
    stage.phone.wait_for_url("**/requests/*")
    stage.phone.wait_for_selector(".purpose")
    stage.look(stage.phone, "near-consent")
    assert "홍길동" not in stage.phone.inner_text("main")
    stage.agree()
    till.wait_for_url("**/verdict")
    till.wait_for_selector(".verdict.good")
    stage.look(till, "near-yes")


def _residents(stage: Stage) -> None:
    town, person = stage.town, stage.browser()
    person.goto(town.residents)
    stage.look(person, "residents")
    stage.ask(person, town.residents)
    stage.phone.wait_for_selector(".purpose")
    stage.look(stage.phone, "residents-consent")
    stage.agree()
    person.wait_for_url("**/me")
    stage.look(person, "entry")
    person.fill("#address", ADDRESS)
    person.check("#movers")
    person.click("form[action='/move'] button")
    person.wait_for_selector(".qr-code svg")
    stage.look(person, "moved")
    stage.phone.goto(town.wallet)
    stage.phone.click("form[action='/renew'] button")
    stage.phone.wait_for_selector(".flash")
    await_count(stage.phone, ".idcard", 3)
    stage.look(stage.phone, "wallet-renewed")
    person.goto(f"{town.residents}/me")
    assert ADDRESS in person.inner_text(".facts")
    stage.look(person, "entry-moved")
    assert person.locator("button[value=family-detailed]").count() == 1
    person.check("#resident-extract-history")
    person.click("button[value=resident-extract]")
    person.wait_for_selector(".qr-code svg")
    stage.look(person, "certificate")
    stage.take(person.get_attribute("[data-copy]", "data-copy"), 4)
    stage.look(stage.phone, "wallet-certificate")
    stage.phone.click(f".cards li:has-text('{CERTIFICATE[stage.language]}') a")
    stage.phone.wait_for_selector(".facts")
    stage.look(stage.phone, "certificate-says")
    said = stage.phone.inner_text("main")
    assert ADDRESS in said
    assert "1301-" not in said
    customer = stage.browser()
    stage.ask(customer, town.bank)
    stage.agree()
    customer.wait_for_selector(".state.good")


def _licence_from_home(stage: Stage) -> None:
    """Log in at the licence office with the resident card, agree, and wait for a clerk."""
    town, phone, clerk = stage.town, stage.phone, stage.browser()
    phone.goto(f"{town.licence}/online")
    stage.look(phone, "online")
    phone.click("a.button")
    phone.wait_for_url("**/offers/*")
    stage.look(phone, "online-offer")
    phone.click("main button.main")
    phone.wait_for_url("**/login")
    stage.look(phone, "login")
    phone.click("button[value=here]")
    phone.wait_for_url("**/login/card/visit")
    phone.click("main a.button:not(.second)")
    phone.wait_for_selector(".purpose")
    phone.click("button[value=agree]")
    phone.wait_for_selector("[role=status]")
    phone.click("main a.button:not(.second)")
    phone.wait_for_selector("button[value=agree]")
    stage.look(phone, "login-agree")
    phone.click("button[value=agree]")
    phone.wait_for_selector(".is-awaited")
    stage.look(phone, "wallet-awaited")
    clerk.goto(f"{town.licence}/desk")
    stage.look(clerk, "licence-desk")
    clerk.click("a[href='/applications']")
    clerk.wait_for_selector("button[value=approved]")
    stage.look(clerk, "applications")
    clerk.click("button[value=approved]")
    clerk.wait_for_selector(".flash")
    town.clock.ahead += timedelta(seconds=3)
    phone.click("form[action='/awaited'] button")
    await_count(phone, ".is-awaited", 0)
    phone.wait_for_selector(".kind-licence")


def _licence(stage: Stage) -> None:
    """Take a licence, show it in the place of the resident card, and lose the right to drive."""
    town, officer, customer = stage.town, stage.browser(), stage.browser()
    _licence_from_home(stage)
    stage.look(stage.phone, "wallet-licence")
    stage.phone.click(".cards li:has(.kind-licence) a")
    stage.phone.wait_for_selector(".facts")
    stage.look(stage.phone, "licence-says")
    assert "vehicle_category_code" not in stage.phone.inner_text("main")
    officer.goto(f"{town.police}/driving")
    officer.click(f"form[action='/driving/suspend'] button[value={stage.hong}]")
    officer.wait_for_selector(".flash")
    stage.look(officer, "police-driving")
    stage.ask(customer, town.bank)
    stage.phone.click(f"button.second:has-text('{LICENCE[stage.language]} · SD-JWT')")
    stage.phone.wait_for_selector(f".split:has-text('{LICENCE[stage.language]}')")
    stage.look(stage.phone, "licence-consent")
    stage.agree()
    customer.wait_for_selector(".state.bad")
    assert "status.suspended" in customer.inner_text("[data-live]")
