"""The desk, the bank and the wallet over HTTP on loopback, without a browser."""

import html
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import postgres
import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("sqlalchemy", reason="needs krid[sql]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from towns import Served, person_id, served, serving

import krid
from krid.cli.demo.cast import card_trust
from krid.cli.serve_demo import bound
from krid.errors import Code, StoreError
from krid.model import StatusReference
from krid.net import FetchPolicy, NoNetwork, PlainLoopback, run
from krid.openid.vci.server import CredentialOrder
from krid.openid.vci.server.ports import Decision
from krid.openid.vp import wallet as presentation
from krid.profiles import HAIP_PRESENTATION, kr
from krid.registrar import Stage
from krid.registrar.people import Movers
from krid.sdjwt import sd
from krid.wallet import Matched
from krid.web.issuer.source import MDOC
from krid.web.office import RegistrarSource

PIN = "246813"
COPIED = re.compile(r'data-copy="([^"]+)"')
CODE = re.compile(r'id="tx-code">(\d{6})<')
OPEN = re.compile(r'href="(http://[^"]+)"')


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


def link_of(page: Any) -> str:
    found = COPIED.search(page.text)
    assert found is not None
    return html.unescape(found[1])


def code_of(page: Any) -> str:
    found = CODE.search(page.text)
    assert found is not None
    return found[1]


class People:
    """A clerk, a customer and a phone."""

    def __init__(self, town: Served) -> None:
        self.town = town
        self.clerk = Visitor.over_http(town.issuer)
        self.customer = Visitor.over_http(town.bank)
        self.phone = Visitor.over_http(town.wallet)

    def make_wallet(self) -> None:
        self.phone.get("/")
        assert "no card yet" in self.phone.post("/create", pin=PIN, again=PIN).text

    def offer(self, who: str = "sample-hong-gildong") -> Any:
        self.clerk.get("/desk")
        return self.clerk.post("/desk/offer", resident=person_id(self.town.town, who))

    def paste(self, link: str) -> Any:
        self.phone.get("/add")
        return self.phone.post("/add", link=link)

    def take_card(self, who: str = "sample-hong-gildong") -> Any:
        offer = self.offer(who)
        page = self.paste(link_of(offer))
        return self.phone.post(path_of(page), code=code_of(offer))

    def begin(self, journey: str) -> Any:
        self.customer.get("/")
        return self.customer.post("/begin", journey=journey)

    def state(self) -> tuple[str, str]:
        answer = self.customer.client.get("/visit/state")
        return answer.headers["x-krid-state"], answer.text


def path_of(page: Any) -> str:
    return str(page.url.path)


@pytest.fixture
def people(town: Served) -> People:
    found = People(town)
    found.make_wallet()
    return found


def test_a_card_is_offered_taken_and_told(people: People) -> None:
    offer = people.offer()
    ticket = re.search(r'data-live="([^"]+)"', offer.text)
    assert ticket is not None
    watched = people.clerk.client.get(ticket[1])
    assert watched.headers["x-krid-state"] == "offered"
    page = people.paste(link_of(offer))
    assert "Sample City Community Centre" in page.text
    assert "Type the code" in people.phone.post(path_of(page), code="").text
    assert "The issuer refused" in people.phone.post(path_of(page), code="12").text
    taken = people.phone.post(path_of(page), code=code_of(offer))
    assert taken.text.count('class="idcard ') == 2
    watched = people.clerk.client.get(ticket[1])
    assert watched.headers["x-krid-state"] == "kept"
    assert watched.headers["x-krid-done"] == "yes"
    assert (
        "another phone holds the card"
        in people.clerk.post(
            "/desk/offer", resident=person_id(people.town.town, "sample-hong-gildong")
        ).text
    )


def by_the_button(people: People) -> str:
    return str(people.phone.post("/renew").text)


def by_the_door(people: People) -> str:
    people.phone.post("/lock")
    people.phone.get("/")
    return str(people.phone.post("/unlock", pin=PIN).text)


@pytest.mark.parametrize("look", [by_the_button, by_the_door])
def test_a_wallet_gets_the_card_of_who_moved_by_itself(
    people: People, look: Callable[[People], str]
) -> None:
    people.take_card()
    assert "There is no new card" in people.phone.post("/renew").text
    move(people.town, "견본시 새집로 1")
    assert look(people).count('class="idcard ') == 2
    office, hong = people.town.town.state.office, person_id(people.town.town, "sample-hong-gildong")
    cards = office.registrar.cards.of_person(hong)
    assert [each.stage for each in cards] == [Stage.REVOKED, Stage.ACTIVE]
    assert "There is no new card" in by_the_button(people)


def move(town: Served, address: str) -> None:
    office = town.town.state.office
    office.registrar.residents.move(
        person_id(town.town, "sample-hong-gildong"),
        address,
        movers=Movers.ALONE,
        since=office.registrar.country.day(office.clock.now()),
        **office.note("clerk-1", "moved"),
    )


def test_a_deleted_card_is_not_renewed(people: People) -> None:
    home = people.take_card()
    for card in re.findall(r'href="(/cards/[^"]+)"', home.text):
        people.phone.get(card)
        people.phone.post(f"{card}/delete", sure="yes")
    move(people.town, "견본시 새집로 1")
    for _ in range(2):
        assert "There is no new card" in people.phone.post("/renew").text


def test_an_issuer_that_is_busy_is_asked_the_next_time(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.take_card()
    move(people.town, "견본시 새집로 1")
    with monkeypatch.context() as patch:
        patch.setattr(type(people.town.town.state.records.store), "claim", _busy)
        assert "There is no new card" in by_the_button(people)
    assert "There is no new card" not in by_the_button(people)
    office, hong = people.town.town.state.office, person_id(people.town.town, "sample-hong-gildong")
    cards = office.registrar.cards.of_person(hong)
    assert [each.stage for each in cards] == [Stage.REVOKED, Stage.ACTIVE]


def test_a_renewal_that_was_cut_off_leaves_each_form_once(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.take_card()
    move(people.town, "견본시 새집로 1")
    decide = RegistrarSource.decide

    def cut_off(source: RegistrarSource, order: CredentialOrder) -> Decision:
        if order.configuration == MDOC:
            raise StoreError(Code.OAUTH_BUSY)
        return decide(source, order)

    with monkeypatch.context() as patch:
        patch.setattr(RegistrarSource, "decide", cut_off)
        by_the_button(people)
    assert by_the_button(people).count('class="idcard ') == 2


def _busy(*_words: object, **_members: object) -> bool:
    raise StoreError(Code.OAUTH_BUSY)


async def _nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    """Answer nobody."""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_no_server_is_left_when_one_can_not_begin_or_a_test_fails() -> None:
    before = set(threading.enumerate())
    two = dict.fromkeys(("issuer", "bank"), _nothing)

    def failing() -> None:
        with serving(two, listeners):
            assert len(set(threading.enumerate()) - before) >= len(two)
            raise ZeroDivisionError

    with bound(0) as listeners:
        with pytest.raises(ZeroDivisionError):
            failing()
        listeners["bank"].close()
        with pytest.raises(AssertionError), serving(two, listeners):
            pass
    assert set(threading.enumerate()) <= before


def test_the_same_over_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with served(tmp_path, postgres.fresh(postgres_url)) as town:
        people = People(town)
        people.make_wallet()
        assert people.take_card().text.count('class="idcard ') == 2
        page = people.paste(link_of(people.begin("phone")))
        people.phone.post(path_of(page), decision="agree")
        assert people.state()[0] == "verified"


def card_page(phone: Visitor, home: Any) -> str:
    (card, *_) = re.findall(r'href="(/cards/[^"]+)"', home.text)
    return str(phone.get(card).text)


def test_resident_cards_of_the_demonstration_ask_for_the_pin(tmp_path: Path) -> None:
    with served(tmp_path, guard=kr.KEY_GUARD) as town:
        people = People(town)
        people.make_wallet()
        assert people.take_card().text.count('class="idcard ') == 2
        page = people.paste(link_of(people.begin("phone")))
        people.phone.post(path_of(page), decision="agree")
        assert people.state()[0] == "waiting"
        people.phone.post(path_of(page), decision="agree", pin=PIN)
        assert people.state()[0] == "verified"
        move(town, "견본시 새집로 1")
        ask = people.phone.post("/renew")
        assert "it takes what these ask for" in ask.text
        assert "That is not the PIN" in people.phone.post("/renew", pin="1").text
        people.phone.post("/lock")
        assert "견본시 새집로 1" in card_page(people.phone, people.phone.post("/unlock", pin=PIN))
        assert "There is no new card" in people.phone.post("/renew", pin=PIN).text
        people.clerk.get("/desk")
        hong = person_id(town.town, "sample-hong-gildong")
        again = people.clerk.post("/desk/offer", resident=hong, replaces="yes")
        page = people.paste(link_of(again))
        assert 'name="pin"' in page.text
        words = {"code": code_of(again)}
        assert "That is not the PIN" in people.phone.post(path_of(page), **words, pin="1").text
        taken = people.phone.post(path_of(page), **words, pin=PIN)
        assert taken.text.count('class="idcard ') == 2


def test_five_wrong_codes_end_an_offer(people: People) -> None:
    offer = people.offer()
    page = people.paste(link_of(offer))
    wrong = "000000" if code_of(offer) != "000000" else "111111"
    for _ in range(5):
        assert people.phone.post(path_of(page), code=wrong).status_code == 400
    assert people.phone.post(path_of(page), code=code_of(offer)).status_code == 400


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("sample-kim-cheolsu", "no plastic card"),
        ("sample-seong-chunhyang", "not 17"),
        ("nobody", "Nobody"),
    ],
)
def test_who_may_not_have_the_card_gets_no_offer(people: People, who: str, why: str) -> None:
    page = people.offer(who)
    assert page.status_code == 400
    assert why in page.text


def test_links_that_are_none(people: People) -> None:
    for link in (
        "hello",
        "openid-credential-offer://?credential_offer=1",
        "openid4vp://?client_id=a&request_uri=b",
    ):
        assert people.paste(link).status_code == 400
    nowhere = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Fx"
    assert people.paste(nowhere).status_code == 400


def test_a_phone_answers_a_qr_code(people: People) -> None:
    people.take_card()
    asked = people.begin("phone")
    assert people.state()[0] == "waiting"
    page = people.paste(link_of(asked))
    assert "견본은행 Sample Bank" in page.text
    assert "bank.localhost" in page.text
    assert "Resident registration number" in page.text
    sent = people.phone.post(path_of(page), decision="agree")
    assert "received what you agreed to" in sent.text
    state, words = people.state()
    assert state == "verified"
    assert "홍길동" in words
    assert "921301" not in words
    assert "견본은행" in people.phone.get("/history").text
    # A decision is made once.
    assert people.phone.post(path_of(page), decision="agree").status_code == 400


def test_the_same_device_comes_back_into_its_own_session(people: People) -> None:
    people.take_card()
    asked = people.begin("here")
    found = OPEN.search(asked.text)
    assert found is not None
    address = html.unescape(found[1])
    page = people.phone.follow(
        people.phone.client.get("/present" + address.partition("/present")[2])
    )
    sent = people.phone.post(path_of(page), decision="agree")
    way = next(each for each in OPEN.findall(sent.text) if "response_code" in each)
    assert way.startswith("http://bank.localhost")
    assert people.state()[0] == "waiting"
    back = "/done?" + html.unescape(way).partition("?")[2]
    stranger = Visitor.over_http(people.town.bank)
    assert stranger.follow(stranger.client.get(back)).status_code == 400
    assert "Verified" in people.customer.follow(people.customer.client.get(back)).text


def test_declining_tells_the_bank_and_nothing_else(people: People) -> None:
    people.take_card()
    page = people.paste(link_of(people.begin("phone")))
    assert "received nothing" in people.phone.post(path_of(page), decision="decline").text
    state, words = people.state()
    assert state == "declined"
    assert "홍길동" not in words
    assert "Nothing has left" in people.phone.get("/history").text


def test_without_a_card_there_is_nothing_to_agree_to(people: People) -> None:
    page = people.paste(link_of(people.begin("phone")))
    assert "No card in this wallet" in page.text
    assert people.phone.post(path_of(page), decision="agree").status_code == 400


def test_a_revoked_card_is_refused(people: People) -> None:
    people.take_card()
    registry = people.town.town.registry
    now = krid.SystemClock().now()
    cards = people.town.town
    with krid.Wallet.open(
        people.town.folder / "wallet.db", unlock=krid.Pin(PIN), trust=card_trust(cards.cards)
    ) as wallet:
        (status,) = next(
            each.credential.status
            for each in wallet.cards()
            if each.credential.format == "dc+sd-jwt"
        )
    assert isinstance(status, StatusReference)
    registry.revoke(status, by="clerk", reason="lost", now=now)
    cards.publisher.run(now=now)
    page = people.paste(link_of(people.begin("phone")))
    assert people.phone.post(path_of(page), decision="agree").status_code == 400
    state, words = people.state()
    assert (state, "status.revoked" in words) == ("refused", True)


def test_a_locked_wallet_shows_nothing_and_opens_to_what_was_wanted(people: People) -> None:
    people.take_card()
    asked = link_of(people.begin("phone"))
    card = re.search(r'href="(/cards/[0-9a-f]+)"', people.phone.get("/").text)
    assert card is not None
    people.phone.get("/")
    people.phone.post("/lock")
    assert "Open your wallet" in people.phone.get(card[1]).text
    assert "Open your wallet" in people.phone.post(card[1] + "/delete", sure="yes").text
    door = people.phone.get("/present?" + asked.partition("?")[2])
    wanted = re.search(r'name="next" value="([^"]+)"', door.text)
    assert wanted is not None
    assert (
        "not the PIN"
        in people.phone.post("/unlock", pin="999999", next=html.unescape(wanted[1])).text
    )
    assert people.phone.post("/unlock", pin="", next="/").status_code == 400
    page = people.phone.post("/unlock", pin=PIN, next=html.unescape(wanted[1]))
    assert "What leaves" in page.text
    people.phone.post("/lock")
    assert path_of(people.phone.post("/unlock", pin=PIN, next="//evil.example/")) == "/"


def test_a_second_browser_closes_the_first(people: People) -> None:
    other = Visitor.over_http(people.town.wallet)
    assert "Open your wallet" in other.get("/").text
    assert "no card yet" in other.post("/unlock", pin=PIN).text
    assert "Open your wallet" in people.phone.get("/").text
    people.phone.post("/lock")
    assert "no card yet" in other.get("/").text


def test_pins_have_a_least_length_and_must_agree(town: Served) -> None:
    phone = Visitor.over_http(town.wallet)
    phone.get("/")
    assert phone.post("/create", pin="1234", again="1234").status_code == 400
    assert phone.post("/create", pin=PIN, again="123456").status_code == 400
    assert phone.post("/create", pin=PIN, again=PIN).status_code == 200
    assert phone.post("/create", pin=PIN, again=PIN).url.path == "/"


def test_a_card_is_deleted_when_the_person_is_sure(people: People) -> None:
    people.take_card()
    card = re.search(r'href="(/cards/[0-9a-f]+)"', people.phone.get("/").text)
    assert card is not None
    assert "921301-1000000" in people.phone.get(card[1]).text
    assert people.phone.post(card[1] + "/delete", sure="no").text.count('class="idcard ') == 1
    assert people.phone.post(card[1] + "/delete", sure="yes").text.count('class="idcard ') == 1
    assert people.phone.get(card[1]).status_code == 400


def test_nobody_else_is_at_the_desk(town: Served) -> None:
    desk = Visitor(town.town.issuer)
    desk.client._transport.client = ("192.0.2.1", 1)
    assert desk.get("/desk").status_code == 403
    assert desk.get("/desk/offers/x").status_code == 403


def test_two_hundred_presentations_at_once_lose_none_and_mix_none(
    town: Served, tmp_path: Path
) -> None:
    count, crowd = 200, 20
    names = [f"Person {number}" for number in range(crowd)]
    host = town.bank.removeprefix("http://")
    here = PlainLoopback(
        [host, town.issuer.removeprefix("http://")],
        beyond=NoNetwork(),
        policy=FetchPolicy(timeout_seconds=60),
    )
    wallets = [_holder(town, tmp_path, name) for name in names]
    setup = presentation.WalletSetup(
        policy=HAIP_PRESENTATION,
        trust=town.town.verifiers.trust(),
        clients=None,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
    )

    def begin(_number: int) -> tuple[Visitor, str]:
        customer = Visitor.over_http(town.bank)
        customer.get("/")
        return customer, link_of(customer.post("/begin", journey="phone"))

    def answer(number: int) -> Any:
        request = run(presentation.read_request(setup, begun[number][1]), here)
        wallet = wallets[number % crowd]
        found = wallet.match(request)
        assert isinstance(found, Matched)
        return request, wallet.present(found.consent(to=found.minimum))

    def send(number: int) -> Any:
        return run(presentation.send(*answers[number]), here)

    def outcome(number: int) -> str:
        return str(begun[number][0].client.get("/visit/state").text)

    with ThreadPoolExecutor(50) as pool:
        begun = list(pool.map(begin, range(count)))
        answers = [answer(number) for number in range(count)]
        list(pool.map(send, range(count)))
        shown = list(pool.map(outcome, range(count)))
    for wallet in wallets:
        wallet.close()
    for number, words in enumerate(shown):
        assert f">{names[number % crowd]}<" in words
        assert words.count("Person ") == 1


def _holder(town: Served, folder: Path, name: str) -> krid.Wallet:
    wallet = krid.Wallet.create(
        folder / f"{name}.db", unlock=krid.Pin(PIN), trust=card_trust(town.town.cards)
    )
    issuer = town.town.credential_issuer._setup.offerings["resident-card"].issuer
    status = town.town.registry.allocate()
    town.town.publisher.run(now=krid.SystemClock().now())
    claims = {
        "name": sd(name),
        "birthdate": sd("2000-01-01"),
        "age_equal_or_over": sd({"19": sd(True)}),
        "issuing_country": "KR",
    }
    issued = issuer.issue_sdjwt(
        vct=kr.VCT,
        claims=claims,
        holder=wallet.new_key(),
        lifetime=timedelta(days=1),
        status=status,
    )
    wallet.add(issued)
    return wallet
