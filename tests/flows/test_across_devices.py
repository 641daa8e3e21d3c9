"""A request on a screen that others see: what strangers send is shown, and ends nothing."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

import presentation as p
from browsers import Visitor

from krid import query
from krid._core.entropy import system_entropy
from krid.exchange import ResponseMode
from krid.net import run
from krid.openid import vp
from krid.openid.oauth import Call
from krid.openid.oauth.http import FORM
from krid.openid.vp import wallet
from krid.openid.vp.server import Result
from krid.wallet import Wallet
from krid.web import CookieKey, CookieRule, Platform
from krid.web.asking import Asking
from krid.web.platform import Page, Route, make_app
from krid.web.platform.texts import Text
from krid.web.platform.visit import form_token
from krid.web.verifier import Counter, verifier_app
from krid.web.verifier.records import VisitRecord, VisitRecords

ASKED = query.of(p.card())
TEXTS = {
    "bank.brand": Text("은행", "Bank"),
    "bank.title": Text("확인", "Identify"),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wallet]:
    with p.make_wallet(tmp_path_factory.mktemp("wallet")) as made:
        yield made


class Screen:
    """A bank's page that shows a code, and what came of it, step by step."""

    def __init__(self, bank: p.Bank, app: Any, start: str, told: list[Result]) -> None:
        self.bank, self.told, self.visitor = bank, told, Visitor(app)
        self.start, self.platform = start, platform(bank)

    def begin(self) -> Any:
        self.visitor.get(self.start)
        session = self.visitor.client.cookies["krid-form"]
        self.visitor.token = form_token(self.platform, session)
        page = self.visitor.post(f"{self.start.rstrip('/')}/begin", journey="phone")
        link = page.text.split('data-copy="')[1].split('"')[0].replace("&amp;", "&")
        return run(wallet.read_request(p.phone(policy=p.plain()), link), p.Wire(self.bank))

    def state(self) -> tuple[str, str, str]:
        shown = self.visitor.get(f"{self.start.rstrip('/')}/visit/state")
        return shown.headers["X-Krid-State"], shown.headers["X-Krid-Done"], shown.text

    def send(self, form: dict[str, str]) -> int:
        body = urlencode(form).encode("ascii")
        call = Call("POST", "/vp/response", headers=(("Content-Type", FORM),), body=body)
        return self.bank.verifier.answer(call).status


def platform(bank: p.Bank) -> Platform:
    return Platform(
        name="bank",
        key=CookieKey(bytes(32)),
        cookies=CookieRule.PLAIN_LOOPBACK,
        clock=bank.clock,
        entropy=system_entropy,
        timer=time.perf_counter,
        log=lambda line: None,
    )


def counter(bank: p.Bank) -> Screen:
    told: list[Result] = []

    def decide(_secret: str, record: VisitRecord, result: Result) -> VisitRecord:
        told.append(result)
        return record

    made = Counter(
        verifier=bank.verifier,
        query=ASKED,
        purpose="Open an account",
        records=VisitRecords(bank.store, bank.clock, asker="bank"),
        decide=decide,
    )
    return Screen(bank, verifier_app(made, platform(bank)), "/", told)


def asking(bank: p.Bank) -> Screen:
    told: list[Result] = []
    made = Asking(
        verifier=bank.verifier,
        query=ASKED,
        purpose="Log in",
        records=VisitRecords(bank.store, bank.clock, asker="bank"),
        name="who",
        title="bank.title",
        after="/in",
        told=told.append,
    )

    app = make_app(
        platform(bank),
        pages=(
            *made.group.routes,
            Route(path="/", view=lambda _visit: FORM_PAGE, name="start", summary="Begin."),
        ),
        texts=(TEXTS, made.group.texts),
        templates=(made.group.package,),
    )
    return Screen(bank, app, "/", told)


FORM_PAGE = Page("error.html", {"key": "bank.title"})


@pytest.fixture(params=[counter, asking])
def screen(request: pytest.FixtureRequest) -> Screen:
    bank = p.Bank(policy=p.plain(), mode=ResponseMode.DIRECT_POST)
    made: Screen = request.param(bank)
    return made


def test_a_stranger_can_not_end_what_a_person_is_about_to_answer(
    screen: Screen, kept: Wallet
) -> None:
    asked = screen.begin()
    state = asked.request.state
    assert screen.state()[:2] == ("waiting", "")
    assert screen.send({"error": "access_denied", "state": state}) == 200
    shown, done, text = screen.state()
    assert (shown, done) == ("declined", "")
    assert "never mind" in text
    assert screen.state()[0] == "declined"
    other = run(
        wallet.read_request(p.phone(policy=p.plain()), screen.bank.begin().link),
        p.Wire(screen.bank),
    )
    garbage = vp.encode_response(p.agree(kept, other), asked.request)
    assert screen.send(garbage | {"state": state}) == 400
    assert screen.state()[0] == "refused"
    assert screen.send(vp.encode_response(p.agree(kept, asked), asked.request)) == 200
    assert screen.state()[:2] == ("verified", "yes")
    assert len(screen.told) == 3


def test_what_nobody_answers_is_over_when_the_request_is(screen: Screen) -> None:
    asked = screen.begin()
    screen.send({"error": "access_denied", "state": asked.request.state})
    assert screen.state()[:2] == ("declined", "")
    screen.bank.clock.moment += timedelta(minutes=6)
    assert screen.state()[:2] == ("declined", "yes")
    assert len(screen.told) == 1
