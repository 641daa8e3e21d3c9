"""Sessions of a till with phones close by: none of them keeps another waiting, none is lost."""

import threading
from collections import deque
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")

from roles import NOW, MovableClock

from krid import system_entropy
from krid._core import limits
from krid.openid.oauth import MemoryIssuanceStore
from krid.proximity import Declined
from krid.web.platform.page import Redirect
from krid.web.shop import near
from krid.web.shop.near import NearPages, NearTerminal
from krid.web.verifier.records import State, VisitRecords

LONG = 30.0


class Phone:
    """A link to a phone that answers when a test lets it."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.answers = threading.Event()
        self.is_closed = False

    def send(self, message: bytes) -> None:
        """Take the request."""

    def receive(self, *, wait: timedelta) -> bytes | None:
        self.asked.set()
        assert self.answers.wait(LONG)
        return b"no"

    def close(self) -> None:
        self.is_closed = True


class Silent(Phone):
    def receive(self, *, wait: timedelta) -> bytes | None:
        return None


class Tills:
    """Pages of one terminal, and a browser for each phone that it reads."""

    def __init__(self, phones: list[Phone], monkeypatch: pytest.MonkeyPatch) -> None:
        waiting = deque(phones)
        session = SimpleNamespace(
            methods=(),
            ask=lambda *_asked, **_words: b"",
            receive=lambda _message: Declined.DECLINED,
            close=lambda: None,
        )
        link = SimpleNamespace(connect=lambda _service: waiting.popleft())
        monkeypatch.setattr(near, "ReaderSession", SimpleNamespace(by_qr=lambda *_a, **_w: session))
        monkeypatch.setattr(near, "LoopbackLink", link)
        monkeypatch.setattr(near, "service_of", lambda _methods: None)
        clock = MovableClock(NOW)
        nothing: Any = None
        self.terminal = NearTerminal(nothing, nothing, query=nothing, purpose="Age")
        self.records = VisitRecords(MemoryIssuanceStore(), clock, asker="shop")
        self.pages = NearPages(terminal=self.terminal, records=self.records, name="till")
        self.platform = SimpleNamespace(clock=clock, entropy=system_entropy)

    def read(self) -> str:
        visit: Any = SimpleNamespace(platform=self.platform)
        turn = self.pages.begun("mdoc:x", visit)
        assert isinstance(turn, Redirect)
        return turn.cookies[0].value

    def look(self, secret: str) -> State:
        visit: Any = SimpleNamespace(cookie=lambda _name: secret)
        return self.pages._settled(visit).state


def test_a_slow_phone_keeps_no_other_till_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, quick = Phone(), Phone()
    quick.answers.set()
    tills = Tills([slow, quick], monkeypatch)
    first, second = tills.read(), tills.read()
    seen: list[State] = []
    looking = threading.Thread(target=lambda: seen.append(tills.look(first)))
    looking.start()
    assert slow.asked.wait(LONG)
    # The other till goes on, and a second look at the first one comes back at once.
    assert tills.look(second) is State.DECLINED
    assert tills.look(first) is State.WAITING
    slow.answers.set()
    looking.join(LONG)
    assert seen == [State.DECLINED]
    assert tills.look(first) is State.DECLINED
    assert slow.is_closed
    assert quick.is_closed


def test_two_looks_at_one_answer_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes between an answer and what is written down of it does not overwrite it."""
    phone = Phone()
    phone.answers.set()
    tills = Tills([phone], monkeypatch)
    secret = tills.read()
    put, between = VisitRecords.put, []

    def slowly(records: VisitRecords, name: str, record: Any) -> None:
        if record.state is State.DECLINED:
            between.append(tills.look(secret))
        put(records, name, record)

    monkeypatch.setattr(VisitRecords, "put", slowly)
    assert tills.look(secret) is State.DECLINED
    assert between == [State.WAITING]
    assert tills.look(secret) is State.DECLINED


def test_the_oldest_of_too_many_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_WEB_PENDING", 1)
    tills = Tills([Silent(), Silent()], monkeypatch)
    first, second = tills.read(), tills.read()
    assert tills.look(second) is State.WAITING
    assert tills.look(first) is State.REFUSED
