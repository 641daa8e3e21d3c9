"""From an offer at the desk to a verified account at the bank, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from looks import await_count, check_looks
from towns import Served, person_id

PIN = "246813"
HONG = "sample-hong-gildong"
WORDS = {
    "ko": {
        "issued": "발급되었습니다",
        "verified": "본인 확인이 끝났습니다",
        "agree": "동의하고 제공",
    },
    "en": {"issued": "Issued", "verified": "Verified", "agree": "Agree and share"},
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_offer_to_account(  # noqa: PLR0915  one story
    language: str,
    size: str,
    town: Served,
    visit: Callable[[str, str], Any],
    shot: Callable[[Any, str], None],
) -> None:
    said = WORDS[language]
    place = 0

    def look(page: Any, name: str) -> None:
        nonlocal place
        place += 1
        check_looks(page, language)
        shot(page, f"{language}-{size}-{place:02d}-{name}")

    # The person makes a wallet.
    phone = visit(language, size)
    phone.goto(town.wallet)
    look(phone, "wallet-new")
    phone.fill("#pin", PIN)
    phone.fill("#again", PIN)
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".empty")
    look(phone, "wallet-empty")

    # The clerk picks the person and shows a code and a QR code.
    clerk = visit(language, size)
    clerk.goto(town.issuer)
    clerk.wait_for_selector(".people")
    look(clerk, "desk")
    clerk.click(f"button[value={person_id(town.town, HONG)}]")
    clerk.wait_for_selector("#tx-code")
    look(clerk, "desk-offer")
    code = clerk.inner_text("#tx-code")
    link = clerk.get_attribute("[data-copy]", "data-copy")

    # The phone takes the card; a wrong code first.
    phone.click("a[href='/add'].button")
    phone.wait_for_selector("#link")
    look(phone, "wallet-add")
    phone.fill("#link", link)
    phone.click("main button.main")
    phone.wait_for_selector("#code")
    look(phone, "wallet-offer")
    phone.fill("#code", "000000" if code != "000000" else "111111")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".alert")
    phone.fill("#code", code)
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".idcard")
    await_count(phone, ".idcard", 2)
    look(phone, "wallet-cards")

    # The clerk sees it without doing anything.
    clerk.wait_for_selector(".state.good")
    assert said["issued"] in clerk.inner_text("[data-live]")
    look(clerk, "desk-issued")
    phone.click(".cards a")
    phone.wait_for_selector(".facts")
    look(phone, "wallet-card")

    # The bank asks with a QR code; the phone agrees; the bank's page shows it by itself.
    customer = visit(language, size)
    customer.goto(town.bank)
    look(customer, "bank")
    customer.click("button[value=phone]")
    customer.wait_for_selector(".qr-code svg")
    look(customer, "bank-qr")
    asked = customer.get_attribute("[data-copy]", "data-copy")
    phone.goto(f"{town.wallet}/add")
    phone.fill("#link", asked)
    phone.click("main button.main")
    phone.wait_for_selector(".purpose")
    look(phone, "wallet-consent")
    assert "홍길동" in phone.inner_text(".facts")
    phone.click(f"text={said['agree']}")
    phone.wait_for_selector("[role=status]")
    look(phone, "wallet-sent")
    customer.wait_for_selector(".state.good")
    assert said["verified"] in customer.inner_text("[data-live]")
    assert "홍길동" in customer.inner_text("[data-live]")
    look(customer, "bank-verified")
    customer.reload()
    customer.wait_for_selector(".state.good")

    phone.goto(f"{town.wallet}/history")
    look(phone, "wallet-history")
    assert not [line for line in town.lines if line["status"] >= 500]
    assert not any("홍길동" in str(line) or code in str(line) for line in town.lines)


def test_with_the_keyboard_alone(town: Served, visit: Callable[[str, str], Any]) -> None:
    """Make a wallet, take a card and agree, on one device, without a mouse."""
    phone = visit("en", "desktop")
    phone.goto(town.wallet)
    _focused(phone, "pin")
    phone.keyboard.type(PIN)
    _tab_to(phone, "again")
    phone.keyboard.type(PIN)
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".empty")

    clerk = visit("en", "desktop")
    clerk.goto(f"{town.issuer}/desk")
    clerk.keyboard.press("Tab")
    assert clerk.evaluate("document.activeElement.className") == "skip"
    clerk.keyboard.press("Enter")
    _focused(clerk, "main")
    clerk.keyboard.press("Tab")
    assert _has_ring(clerk)
    clerk.keyboard.press("Enter")
    clerk.wait_for_selector("#tx-code")
    code, link = clerk.inner_text("#tx-code"), clerk.get_attribute("[data-copy]", "data-copy")

    phone.goto(f"{town.wallet}/add")
    _focused(phone, "link")
    phone.keyboard.insert_text(link)
    _tab_to(phone, "main")
    phone.keyboard.press("Enter")
    _focused(phone, "code")
    phone.keyboard.type(code)
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".idcard")

    phone.goto(town.bank)
    _tab_to(phone, "second")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/visit")
    _tab_to(phone, "button")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".purpose")
    _tab_to(phone, "main")
    assert _has_ring(phone)
    phone.keyboard.press("Enter")
    phone.wait_for_selector("a.button[autofocus]")
    _tab_to(phone, "button")
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".state.good")
    assert "Verified" in phone.inner_text("[data-live]")


def _focused(page: Any, name: str) -> None:
    """Wait until a page has given the focus to a field, as it does by itself."""
    page.wait_for_selector(f"#{name}:focus")


def _tab_to(page: Any, name: str) -> None:
    """Press Tab until the focus is at an id or a class; a trap ends in failure."""
    look = "[document.activeElement.id, ...document.activeElement.classList]"
    for _ in range(40):
        if (
            name in page.evaluate(look)
            and page.evaluate("document.activeElement.tagName") != "MAIN"
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def _has_ring(page: Any) -> bool:
    """Tell whether what has the focus shows it."""
    return bool(
        page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2")
    )


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_pages_off_the_way(
    size: str, town: Served, visit: Callable[[str, str], Any], shot: Callable[[Any, str], None]
) -> None:
    """A request that no card answers, a link that is none, a page that is not there."""
    phone = visit("ko", size)
    phone.goto(town.wallet)
    phone.fill("#pin", PIN)
    phone.fill("#again", "123456")
    phone.keyboard.press("Enter")
    phone.wait_for_selector("[role=alert]")
    _look(phone, shot, f"off-{size}-pins-differ")
    phone.fill("#pin", PIN)
    phone.fill("#again", PIN)
    phone.keyboard.press("Enter")
    phone.wait_for_selector(".empty")
    phone.goto(f"{town.wallet}/add")
    phone.fill("#link", "hello")
    phone.click("main button.main")
    phone.wait_for_selector("[role=alert]")
    _look(phone, shot, f"off-{size}-no-link")
    customer = visit("ko", size)
    customer.goto(town.bank)
    customer.click("button[value=here]")
    customer.wait_for_selector("[data-live]")
    _look(customer, shot, f"off-{size}-bank-here")
    phone.goto(customer.get_attribute("main a.button", "href"))
    phone.wait_for_selector(".purpose")
    _look(phone, shot, f"off-{size}-no-card")
    phone.click("button[value=decline]")
    phone.wait_for_selector("[role=status]")
    _look(phone, shot, f"off-{size}-declined")
    customer.wait_for_selector("text=거절하셨습니다")
    _look(customer, shot, f"off-{size}-bank-declined")
    phone.click("text=잠그기")
    phone.wait_for_selector("#pin")
    _look(phone, shot, f"off-{size}-locked")
    customer.goto(f"{town.bank}/nowhere")
    _look(customer, shot, f"off-{size}-missing")
    # The switch changes the language and keeps the page.
    customer.goto(town.bank)
    customer.click(".switch")
    customer.wait_for_selector("html[lang=en]")


def _look(page: Any, shot: Callable[[Any, str], None], name: str) -> None:
    check_looks(page, "ko")
    shot(page, name)
