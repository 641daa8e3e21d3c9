"""Live codes: moving with the clock, good once, and read strictly."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, KridError
from krid.openid.oauth import Call
from krid.web.wallet.live import PERIOD, LiveCodes, read_live

HOST = "wallet.localhost:8703"
LINK = "openid4vp://?client_id=x&request_uri=https%3A%2F%2Fshop.example%2Fr"
START = datetime(2026, 6, 1, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def pass_(self, time: timedelta) -> None:
        self.at += time


def codes(clock: Clock) -> LiveCodes:
    numbers = count()
    return LiveCodes(HOST, clock, lambda size: next(numbers).to_bytes(size, "big"))


def knock(found: LiveCodes, code: str, link: str = LINK, method: str = "POST") -> int:
    body = json.dumps({"code": read_live(code)[1], "link": link}).encode()
    return found.answer(Call(method, "/knock", body=body)).status


def test_a_code_brings_a_link_once() -> None:
    found = codes(Clock())
    code = found.shown()
    assert read_live(code)[0] == HOST
    assert knock(found, code) == 204
    assert found.arrived() == LINK
    assert found.arrived() is None
    assert knock(found, code) == 403


def test_a_code_moves_and_a_picture_of_it_is_soon_worth_nothing() -> None:
    clock = Clock()
    found = codes(clock)
    first = found.shown()
    assert found.shown() == first
    clock.pass_(PERIOD)
    second = found.shown()
    assert second != first
    clock.pass_(PERIOD)
    assert knock(found, first) == 403
    assert knock(found, second) == 204


def test_the_code_before_is_good_while_the_next_is_shown() -> None:
    clock = Clock()
    found = codes(clock)
    first = found.shown()
    clock.pass_(PERIOD)
    found.shown()
    assert knock(found, first) == 204


def test_a_screen_that_is_left_shows_no_code() -> None:
    found = codes(Clock())
    code = found.shown()
    found.forget()
    assert knock(found, code) == 403


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("POST", b"{"),
        ("POST", b"{}"),
        ("POST", b'{"code": "x", "link": 1}'),
        ("POST", b'{"code": "x", "link": "openid4vp://?nothing"}'),
        ("POST", json.dumps({"code": "x", "link": LINK + "x" * 9000}).encode()),
        ("GET", json.dumps({"code": "x", "link": LINK}).encode()),
    ],
)
def test_what_is_no_knock(method: str, body: bytes) -> None:
    assert codes(Clock()).answer(Call(method, "/knock", body=body)).status == 400


@pytest.mark.parametrize(
    "text",
    [
        "",
        "krid-live:",
        "krid-live:wallet.example/short",
        "krid-live:Wallet.example/AAAAAAAAAAAAAAAAAAAAAA",
        "krid-live:wallet.example:123456/AAAAAAAAAAAAAAAAAAAAAA",
        "krid-live:wallet.example/../AAAAAAAAAAAAAAAAAAAAAA",
        "krid-live:wallet.example/AAAAAAAAAAAAAAAAAAAAAA?x=1",
    ],
)
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(KridError) as caught:
        read_live(text)
    assert caught.value.code is Code.LIVE_SYNTAX


@given(st.text())
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        host, value = read_live(f"krid-live:{text}")
    except KridError as error:
        assert error.code is Code.LIVE_SYNTAX
    else:
        assert f"{host}/{value}" == text.strip()
