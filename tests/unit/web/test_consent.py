"""The wallet's page of a request: what is authorised, and which card answers."""

import html
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import presentation as p
import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from roles import MovableClock

import krid
from krid import query
from krid._core.entropy import system_entropy
from krid.model import NO_STATUS, CredentialQuery, IssuerKeys, TransactionData
from krid.openid.vp import TransactionType, encode_transaction, server
from krid.sdjwt import sd
from krid.trust import NOBODY
from krid.web import CookieKey, CookieRule, OneWallet, Platform, World, wallet_app
from krid.web.platform import Rate, Rates
from krid.web.wallet import PAYMENT

PIN = "246813"
ORDER = TransactionType(
    name="urn:example:order",
    required={"items": list, "gift": bool, "to": dict, "none": list},
)
FREE = Rate(1_000_000, 1_000_000)
BUTTON = re.compile(r'value="(use:\d+)">([^<]+)<')


@dataclass
class Place:
    """A bank, and a wallet in a browser that asks it."""

    bank: p.Bank
    phone: Visitor

    def asked(self, *queries: CredentialQuery, transactions: Sequence[TransactionData] = ()) -> Any:
        begun = self.bank.begin(*queries, transactions=transactions)
        return self.paste(begun.link)

    def paste(self, link: str) -> Any:
        self.phone.get("/add")
        return self.phone.post("/add", link=link)

    def decide(self, page: Any, decision: str) -> Any:
        return self.phone.post(str(page.url.path), decision=decision)


def place(
    folder: Path,
    language: str = "en",
    bank: p.Bank | None = None,
    trust: IssuerKeys = p.CARDS,
) -> Place:
    bank = bank or p.Bank(transaction_types=(PAYMENT, ORDER, p.PAY))
    clock = MovableClock(p.NOW)
    p.make_wallet(folder).close()
    add_card(folder, "Im Kkeokjeong")
    wallet = OneWallet(folder / "wallet.db", trust=trust, clock=clock, entropy=system_entropy)
    world = World(
        transport=p.Wire(bank),
        verifiers=p.VERIFIERS,
        for_browser=str,
        clock=clock,
        entropy=system_entropy,
        transaction_types=(PAYMENT, ORDER),
    )
    platform = Platform(
        name="wallet",
        key=CookieKey(bytes(32)),
        cookies=CookieRule.PLAIN_LOOPBACK,
        clock=clock,
        entropy=system_entropy,
        timer=time.perf_counter,
        log=lambda line: None,
        rates=Rates(reads=FREE, protocol=FREE, forms=FREE),
    )
    phone = Visitor(wallet_app(wallet, world, platform), language)
    phone.get("/")
    phone.post("/unlock", pin=PIN, next="/")
    return Place(bank, phone)


def add_card(folder: Path, name: str) -> None:
    with krid.Wallet.open(
        folder / "wallet.db", unlock=krid.Pin(PIN), trust=p.CARDS, clock=MovableClock(p.NOW)
    ) as kept:
        claims = {"name": sd(name), "address": sd("Yangju")}
        kept.add(
            p.issuer().issue_sdjwt(
                vct=p.VCT, claims=claims, holder=kept.new_key(), lifetime=p.DAY, status=NO_STATUS
            )
        )


def payment(**changes: str) -> TransactionData:
    details: dict[str, Any] = {"amount": "15000", "currency": "KRW", "payee": "Book <b>Shop</b>"}
    return encode_transaction(PAYMENT, {**details, **changes}, credential_ids=["card"])


def buttons(page: Any) -> dict[str, str]:
    return {html.unescape(words): value for value, words in BUTTON.findall(page.text)}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["What you authorise: A payment", "Amount", "Payee", "Reference"]),
        ("ko", ["승인할 내용: 결제", "금액", "받는 곳", "메모"]),
    ],
)
def test_a_payment_is_shown_before_it_is_authorised(
    tmp_path: Path, language: str, words: list[str]
) -> None:
    here = place(tmp_path, language)
    page = here.asked(transactions=[payment(reference="left \u202eright")])
    for each in (*words, "15000", "KRW", "Book &lt;b&gt;Shop&lt;/b&gt;", "left \ufffdright"):
        assert each in page.text
    assert "<b>Shop" not in page.text
    sent = here.decide(page, "agree")
    assert "15000" in sent.text


def test_what_was_declined_is_not_told_as_authorised(tmp_path: Path) -> None:
    here = place(tmp_path)
    page = here.asked(transactions=[payment()])
    assert "15000" not in here.decide(page, "decline").text


def test_every_member_of_a_transaction_is_shown(tmp_path: Path) -> None:
    here = place(tmp_path)
    details: dict[str, Any] = {
        "items": ["tea", {"kind": "cup", "count": 2}],
        "gift": True,
        "to": {"city": "Seoul", "floor": None, "lift": False},
        "none": [],
    }
    order = encode_transaction(ORDER, details, credential_ids=["card"])
    page = here.asked(transactions=[order])
    assert "urn:example:order" in page.text
    shown = re.findall(r"<dt>([^<]+)</dt>\s*<dd>([^<]+)</dd>", page.text)
    assert shown[:8] == [
        ("items · 1", "tea"),
        ("items · 2 · kind", "cup"),
        ("items · 2 · count", "2"),
        ("gift", "Yes"),
        ("to · city", "Seoul"),
        ("to · floor", "-"),
        ("to · lift", "No"),
        ("none", "-"),
    ]


def test_a_type_that_the_wallet_does_not_know_is_refused(tmp_path: Path) -> None:
    here = place(tmp_path)
    unknown = encode_transaction(p.PAY, {"amount": "1"}, credential_ids=["card"])
    page = here.asked(transactions=[unknown])
    assert page.status_code == 400
    assert "transaction.type" in page.text


def test_another_card_is_chosen(tmp_path: Path) -> None:
    here = place(tmp_path)
    page = here.asked(transactions=[payment()])
    (words,) = buttons(page)
    assert "Use instead" in words
    mine, other = "Hong Gildong", "Im Kkeokjeong"
    if mine in words:  # either may come first: both were added in the same moment
        mine, other = other, mine
    assert other in words
    changed = here.decide(page, buttons(page)[words])
    assert [mine in each for each in buttons(changed)] == [True]
    assert "15000" in changed.text
    assert here.decide(page, "agree").status_code == 400  # the page before is over
    sent = here.decide(changed, "agree")
    assert other in sent.text
    assert mine not in sent.text


@pytest.mark.parametrize("named", ["use:7", "use:", "use:-1"])
def test_a_choice_that_was_not_offered_is_refused(tmp_path: Path, named: str) -> None:
    here = place(tmp_path)
    page = here.asked()
    assert here.decide(page, named).status_code == 400
    assert here.decide(page, "agree").status_code == 200


def test_without_a_card_nothing_can_be_chosen(tmp_path: Path) -> None:
    here = place(tmp_path)
    page = here.asked(query.sdjwt("card", vct="urn:example:other", claims=["name"]))
    assert not buttons(page)
    assert here.decide(page, "use:0").status_code == 400


def begin_sets(here: Place, asked: Any, transactions: Sequence[TransactionData] = ()) -> Any:
    begun = here.bank.verifier.begin_query(
        asked,
        purpose="Open an account",
        journey=server.Journey.CROSS_DEVICE,
        transactions=transactions,
    )
    return here.paste(begun.link)


def test_another_option_of_a_set_is_chosen(tmp_path: Path) -> None:
    here = place(tmp_path)
    page = begin_sets(here, query.of(query.any_of(p.card(), p.licence())))
    option = next(each for each in buttons(page) if "ISO mdoc" in each)
    changed = here.decide(page, buttons(page)[option])
    assert f'<p class="small">{p.DOCTYPE}</p>' in changed.text
    assert [each for each in buttons(changed) if "SD-JWT VC" in each]
    assert "received what you agreed to" in here.decide(changed, "agree").text


def test_what_may_be_left_out_is_added_and_left_out_again(tmp_path: Path) -> None:
    here = place(tmp_path)
    page = begin_sets(here, query.of(p.card(), query.optional(p.licence())))
    also = next(each for each in buttons(page) if "Share as well" in each)
    more = here.decide(page, buttons(page)[also])
    assert more.text.count("What leaves") == 2
    without = next(each for each in buttons(more) if "Leave out" in each)
    assert "ISO mdoc" in without
    less = here.decide(more, buttons(more)[without])
    assert less.text.count("What leaves") == 1
    assert "received what you agreed to" in here.decide(less, "agree").text


def test_no_option_is_offered_that_authorises_nothing(tmp_path: Path) -> None:
    here = place(tmp_path)
    asked = query.of(query.any_of(p.card(), p.licence()))
    page = begin_sets(here, asked, [payment()])
    assert not [each for each in buttons(page) if "ISO mdoc" in each]


def test_cards_of_whom_nobody_trusts_any_more_are_shown_apart_and_can_be_deleted(
    tmp_path: Path,
) -> None:
    here = place(tmp_path, trust=NOBODY)
    home = here.phone.get("/").text
    assert "Cards that can&#39;t be used" in home
    assert "nobody trusted issued this" in home
    assert "Im Kkeokjeong" not in home
    assert "idcard" not in home
    (path, *_) = re.findall(r'action="(/cards/[^"]+/delete)"', home)
    here.phone.post(path)
    assert path in here.phone.get("/").text
    here.phone.post(path, sure="yes")
    while path_left := re.findall(r'action="(/cards/[^"]+/delete)"', here.phone.get("/").text):
        here.phone.post(path_left[0], sure="yes")
    assert "There is no card yet" in here.phone.get("/").text


def test_an_answer_that_the_bank_can_not_take_now_may_be_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = place(tmp_path)
    begun = here.bank.begin(journey=server.Journey.CROSS_DEVICE)
    page = here.paste(begun.link)
    with monkeypatch.context() as flooded:
        flooded.setattr(here.bank.store, "claim", lambda *_words, **_moments: False)
        again = here.decide(page, "agree")
    assert "Agree again in a moment" in again.text
    assert "received what you agreed to" in here.decide(again, "agree").text
    assert isinstance(here.bank.outcome(begun), server.Completed)
