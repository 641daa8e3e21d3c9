"""The shop's terminal close by: an engagement, a session, one answer; over HTTP, no browser."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from towns import Served, person_id, served

from krid import SystemClock, query, system_entropy
from krid.exchange import MemorySessions
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS
from krid.profiles import kr
from krid.proximity import (
    Asked,
    DeviceSession,
    LoopbackLink,
    LoopbackPhone,
    ReaderIdentity,
    ReaderSession,
    SessionData,
    SessionStatus,
    service_of,
)
from krid.trust import NOBODY
from krid.verifier import Verifier

PIN = "246813"
LONG = timedelta(seconds=5)
COPIED = re.compile(r'data-copy="([^"]+)"')
CODE = re.compile(r'id="tx-code">(\d{6})<')
WAY = re.compile(r'href="(/requests/[0-9a-f]+)"')


def copied(page: Any) -> str:
    found = COPIED.search(page.text)
    assert found is not None
    return html.unescape(found[1])


class Counter:
    """A customer's phone with the card in it, and the till."""

    def __init__(self, town: Served) -> None:
        self.town = town
        self.phone = Visitor.over_http(town.wallet)
        self.till = Visitor.over_http(town.shop)
        self.phone.get("/")
        self.phone.post("/create", pin=PIN, again=PIN)
        self.till.get("/")

    def take_card(self) -> None:
        clerk = Visitor.over_http(self.town.issuer)
        clerk.get("/desk")
        person = person_id(self.town.town, "sample-hong-gildong")
        offer = clerk.post("/desk/offer", resident=person)
        code = CODE.search(offer.text)
        assert code is not None
        self.phone.get("/add")
        page = self.phone.post("/add", link=copied(offer))
        taken = self.phone.post(str(page.url.path), code=code[1])
        assert taken.text.count('class="idcard ') == 2

    def shown(self) -> str:
        return copied(self.phone.get("/near"))

    def read(self, code: str) -> Any:
        self.till.get("/")
        return self.till.post("/read", code=code)

    def arrived(self) -> Any:
        """Let the phone look, and return the page of the request."""
        look = self.phone.client.get("/near/code")
        assert look.headers["x-krid-state"] == "arrived"
        way = WAY.search(look.text)
        assert way is not None
        return self.phone.get(way[1])

    def looks(self) -> tuple[str, str]:
        look = self.phone.client.get("/near/code")
        return look.headers["x-krid-state"], look.text

    def state(self) -> tuple[str, str]:
        answer = self.till.client.get("/near/state")
        return answer.headers["x-krid-state"], answer.text


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with served(tmp_path_factory.mktemp("town")) as town:
        found = Counter(town)
        yield found


def test_a_till_is_asked_before_there_is_a_card(counter: Counter) -> None:
    counter.read(counter.shown())
    page = counter.arrived()
    assert "No card in this wallet" in page.text
    counter.phone.post(str(page.url.path), decision="decline")
    assert counter.state()[0] == "declined"


def test_the_till_learns_yes_and_nothing_else(counter: Counter) -> None:
    counter.take_card()
    code = counter.shown()
    assert code.startswith("mdoc:")
    assert counter.looks()[0] == "waiting"
    assert "Connected" in counter.read(f"  {code}\n").text
    assert counter.state()[0] == "waiting"
    page = counter.arrived()
    assert "견본편의점 Sample Store" in page.text
    assert "19세 이상 확인" in page.text
    assert "Resident registration number" in page.text
    sent = counter.phone.post(str(page.url.path), decision="agree")
    assert "received what you agreed to" in sent.text
    assert counter.state()[0] == "verified"
    verdict = counter.till.get("/verdict")
    assert "<strong>19 or older</strong>" in verdict.text
    assert "홍길동" not in verdict.text
    assert "견본편의점" in counter.phone.get("/history").text
    # Neither the code nor the decision is good a second time.
    assert counter.read(code).status_code == 400
    assert counter.phone.post(str(page.url.path), decision="agree").status_code == 400
    assert counter.looks()[0] == "ended"
    counter.till.get("/verdict")
    kept = dict(counter.till.client.cookies)
    counter.till.post("/next")
    assert counter.till.get("/verdict").headers["location"] == "/"
    # Whoever kept a copy of the cookie has nothing of this customer any more, either.
    copied_cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
    again = Visitor.over_http(counter.town.shop).get("/verdict", Cookie=copied_cookies)
    assert again.headers["location"] == "/"


def test_declining_tells_the_till_and_nothing_else(counter: Counter) -> None:
    counter.read(counter.shown())
    page = counter.arrived()
    assert "received nothing" in counter.phone.post(str(page.url.path), decision="decline").text
    state, words = counter.state()
    assert (state, "홍길동" in words) == ("declined", False)
    assert counter.state()[0] == "declined"


def test_a_reader_that_nobody_vouches_for_gets_nothing(counter: Counter) -> None:
    town = counter.town.town
    key = LocalKey.generate(Alg.ES256)
    reader = ReaderSession.by_qr(
        counter.shown(),
        verifier=Verifier(
            "x509_san_dns:stranger.example",
            trust=NOBODY,
            status=NO_STATUS,
            profile=kr.PROFILE,
            sessions=MemorySessions(),
        ),
        identity=ReaderIdentity(key, (town.cards.certificate.der,)),
        clock=SystemClock(),
    )
    link = LoopbackLink.connect(service_of(reader.methods))
    asked = query.mdoc("id", doctype=kr.DOCTYPE, claims={kr.NAMESPACE: ["name"]})
    link.send(reader.ask(asked, purpose="Curiosity"))
    state, words = counter.looks()
    assert state == "failed"
    assert "Nothing was sent" in words

    answer = link.receive(wait=LONG)
    assert answer is not None
    assert SessionData.parse(answer).status is SessionStatus.TERMINATION
    link.close()


@pytest.mark.parametrize(
    ("answer", "code"), [(None, "proximity.ended"), (b"\xa0", "proximity.message")]
)
def test_a_phone_that_answers_otherwise(counter: Counter, answer: bytes | None, code: str) -> None:
    phone = LoopbackPhone.advertise(system_entropy)
    trust = counter.town.town.verifiers.trust()
    device = DeviceSession.by_qr(methods=[phone.method], readers=trust, clock=SystemClock())
    assert "Connected" in counter.read(device.engagement.to_uri()).text
    link = phone.accept(wait=LONG)
    assert link is not None
    asked = link.receive(wait=LONG)
    assert asked is not None
    assert isinstance(device.receive(asked), Asked)
    link.send(device.end() if answer is None else answer)
    state, words = counter.state()
    assert state == "refused"
    assert code in words
    if answer is not None:
        farewell = link.receive(wait=LONG)
        assert farewell is not None
        assert SessionData.parse(farewell).status is SessionStatus.CBOR_ERROR
    link.close()
    # A browser that asked nothing has nothing.
    assert Visitor.over_http(counter.town.shop).get("/near").status_code == 400


def test_a_till_that_goes_away(counter: Counter) -> None:
    counter.read(counter.shown())
    counter.phone.get("/near")
    state, words = counter.state()
    assert state == "refused"
    assert "proximity.link" in words


def test_codes_that_are_none(counter: Counter) -> None:
    counter.phone.get("/near")
    for code in ("mdoc:", "mdoc:owBjMS4w", "MDOC:x"):
        page = counter.read(code)
        assert page.status_code == 400
        assert "can't be reached" in html.unescape(page.text)


def test_no_page_failed(counter: Counter) -> None:
    assert not [line for line in counter.town.lines if line["status"] >= 500]
