"""An issuer's log-in pages and the wallet's way through them, in memory."""

import html
import re
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

import issuance as i
from browsers import Visitor

from krid import query
from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.errors import BindingError, Code, ContentError, StoreError, TransportError
from krid.net import HttpsUrl, Request, Response
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci import CodeOffer, CredentialOffer
from krid.openid.vci.server import (
    Client,
    CredentialIssuer,
    Denied,
    IssuerTransport,
    Later,
    Lifetimes,
)
from krid.openid.vp.server import Journey, PresentationVerifier
from krid.store import Pin, PinCost, Vault
from krid.trust import NOBODY
from krid.wallet import Guard, Wallet
from krid.web import CookieKey, CookieRule, OneWallet, Platform, World, issuance_app, wallet_app
from krid.web.asking import Asking
from krid.web.login import (
    ANYBODY,
    AtLogin,
    CardLogin,
    ForBrowsers,
    Granting,
    LoggedIn,
    Login,
    LoginByHeader,
    LoginDesk,
    login_pages,
)
from krid.web.platform import Rate, Rates, Visit
from krid.web.platform.page import Cookie
from krid.web.platform.texts import Text
from krid.web.verifier.records import State, VisitRecord, VisitRecords
from krid.web.wallet import WalletClient

PIN = "246813"
CHEAP = PinCost(memory_kib=7 * 1024, iterations=1, lanes=1)
FREE = Rate(1_000_000, 1_000_000)
CLIENT = Client(id="krid-wallet", redirect_uris=("http://wallet.localhost/authorized",))
LEAVES = re.compile(r'id="leave" href="([^"]+)"')
QUESTION = re.compile(r'name="question" value="([^"]+)"')
BY_PROXY = LoginByHeader(header="X-Person", name=lambda handle: f"Holder of {handle}")
OFFER = CredentialOffer(
    issuer=i.ISSUER, configurations=("card",), authorization_code=CodeOffer()
).to_uri()


class ByCookie:
    """A log-in that a cookie remembers."""

    template, groups, may_switch = "login_elsewhere.html", (), True

    def values(self, visit: Visit) -> dict[str, object]:
        return {}

    def who(self, visit: Visit) -> LoggedIn | None:
        handle = visit.cookie("known")
        return None if handle is None else LoggedIn(handle, handle)

    def forget(self, visit: Visit) -> tuple[Cookie, ...]:
        return (Cookie("known", "", 0),)


class Nobody:
    """Grants nothing, at the first look or only at the last."""

    def __init__(self, *, late: bool) -> None:
        self.late = late

    def check(self, person: LoggedIn, configurations: Any) -> None:
        if not self.late:
            raise ContentError(Code.REGISTER_TOO_YOUNG)

    def subject(self, person: LoggedIn, configurations: Any) -> str:
        raise ContentError(Code.REGISTER_TOO_YOUNG)


class Full:
    """Has no room for one more."""

    is_full = True

    def check(self, person: LoggedIn, configurations: Any) -> None:
        """Let everybody agree."""

    def subject(self, person: LoggedIn, configurations: Any) -> str:
        if self.is_full:
            raise StoreError(Code.OAUTH_BUSY)
        return person.id


class Wire:
    """The way to the issuer, which may be broken."""

    def __init__(self, issuer: CredentialIssuer) -> None:
        self.inner: Any = IssuerTransport(i.HOST, issuer)
        self.asked: list[str] = []
        self.is_cut = False

    def send(self, request: Request) -> Response:
        if self.is_cut:
            raise TransportError(Code.NET_UNREACHABLE)
        self.asked.append(HttpsUrl.parse(request.url).target)
        found: Response = self.inner.send(request)
        return found


@dataclass
class Place:
    town: i.Town
    person: Visitor
    phone: Visitor
    wallet: OneWallet
    wire: Wire
    path: Path
    lines: list[Any]

    def begin_anew(self) -> None:
        """Forget all that an earlier test left in wallet, register and browser."""
        self.person = self.browser()
        self.town.register.__init__()  # type: ignore[misc]
        self.wire.is_cut = False
        self.wire.asked.clear()
        if "/unlock" in self.phone.get("/").text:
            self.phone.post("/unlock", pin=PIN, next="/")
        opened = self.wallet._wallet
        assert opened is not None
        for card in opened.cards():
            opened.remove(card)
        for name in opened.notes.names():
            opened.notes.forget(name)

    def browser(self) -> Visitor:
        """Open another browser at the issuer."""
        return Visitor(self.person.client.app)

    def offered(self, link: str = OFFER) -> Any:
        self.phone.get("/add")
        return self.phone.post("/add", link=link)

    def away(self, link: str = OFFER) -> str:
        """Take an offer in the wallet, and return where it sends the browser."""
        page = self.offered(link)
        return left(self.phone.post(str(page.url.path)))

    def at_issuer(
        self, address: str, who: str = "account-1", browser: Visitor | None = None
    ) -> Any:
        """Follow the wallet to the issuer's page, past a proxy that has let somebody in."""
        visitor = browser or self.person
        visitor.client.headers["X-Person"] = who
        return visitor.follow(visitor.client.get(target(address)))

    def decide(self, page: Any, decision: str, browser: Visitor | None = None) -> Any:
        (question,) = QUESTION.findall(page.text)
        visitor = browser or self.person
        return visitor.post("/login/decide", decision=decision, question=question)

    def back(self, address: str) -> Any:
        """Follow the issuer back to the wallet."""
        return self.phone.follow(self.phone.client.get(target(address)))

    def agreed(self) -> str:
        """Go there and agree, and return the way back."""
        return left(self.decide(self.at_issuer(self.away()), "agree"))

    @property
    def code(self) -> Any:
        return self.lines[-1].get("code")


def left(page: Any) -> str:
    found = LEAVES.search(page.text)
    assert found is not None, page.text
    assert f'content="0;url={found[1]}"' in page.text
    return html.unescape(found[1])


def target(address: str) -> str:
    found = urlsplit(address)
    return f"{found.path}?{found.query}"


def query_of(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


def changed(address: str, **members: str) -> str:
    return f"{address.partition('?')[0]}?{urlencode(query_of(address) | members)}"


def platform(name: str, clock: Any, lines: list[Any]) -> Platform:
    return Platform(
        name=name,
        key=CookieKey(bytes(32)),
        cookies=CookieRule.PLAIN_LOOPBACK,
        clock=clock,
        entropy=system_entropy,
        timer=time.perf_counter,
        log=lines.append,
        rates=Rates(reads=FREE, protocol=FREE, forms=FREE),
        proxy_headers=frozenset({"X-Person"}),
    )


@cache
def _empty_wallet() -> bytes:
    """Make one wallet's file, for all of them to begin with: its PIN is dear to hash."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "wallet.db"
        Vault.create(path, pin=Pin(PIN), clock=FixedClock(i.NOW), cost=CHEAP).close()
        return path.read_bytes()


def made(
    folder: Path,
    *,
    granting: Granting = ANYBODY,
    guard: Any = Guard.FREE,
    client: Client | None = CLIENT,
    login: Login = BY_PROXY,
    **changes: Any,
) -> Place:
    lines: list[Any] = []
    town = i.Town(clients=(CLIENT,), **changes)
    asking = AtLogin(platform("issuer", town.clock, lines), town.store)
    town.remade(people=asking)
    desk = LoginDesk(
        issuer=town.issuer,
        people=asking,
        login=login,
        granting=granting,
        clients={CLIENT.id: Text("견본 지갑", "Sample wallet")},
        offered=("card",),
        brand=Text("견본 발급기관", "Sample issuer"),
    )
    app = issuance_app(
        town.issuer,
        asking.platform,
        answering=ForBrowsers(town.issuer),
        groups=login_pages(desk),
    )
    path = folder / "wallet.db"
    path.write_bytes(_empty_wallet())
    wire = Wire(town.issuer)
    phone, wallet = opened(town, path, wire, lines, guard=guard, client=client)
    return Place(town, Visitor(app), phone, wallet, wire, path, lines)


def opened(
    town: i.Town, path: Path, wire: Wire, lines: list[Any], *, guard: Any, client: Client | None
) -> tuple[Visitor, OneWallet]:
    """Start the wallet's process, and open it."""
    words: dict[str, Any] = {"clock": town.clock, "entropy": system_entropy}
    world = World(
        transport=wire,
        verifiers=NOBODY,
        for_browser=str,
        guards={i.VCT: guard},
        client=client and WalletClient(id=client.id, redirect_uri=client.redirect_uris[0]),
        **words,
    )
    wallet = OneWallet(path, trust=i.CARDS, **words)
    app = wallet_app(wallet, world, platform("wallet", town.clock, lines))
    phone = Visitor(app, host="wallet.localhost")
    phone.get("/")
    phone.post("/unlock", pin=PIN, next="/")
    return phone, wallet


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return made(tmp_path_factory.mktemp("login"))


@pytest.fixture
def place(one: Place) -> Place:
    one.begin_anew()
    return one


def test_a_person_agrees_at_the_issuer_and_gets_the_card(place: Place) -> None:
    page = place.offered()
    assert "Continue at" in page.text
    away = left(place.phone.post(str(page.url.path)))
    assert query_of(away).keys() == {"client_id", "request_uri"}
    page = place.at_issuer(away)
    for words in ("Sample wallet", "wallet.localhost", "Resident card", "Holder of account-1"):
        assert words in page.text
    back = left(place.decide(page, "agree"))
    assert query_of(back).keys() == {"code", "state", "iss"}
    assert query_of(back)["iss"] == i.ISSUER
    home = place.back(back)
    assert "The card is in your wallet" in home.text
    assert home.text.count('class="idcard ') == 1
    assert place.town.register.orders[-1].subject == "account-1"


def test_an_offer_for_one_person_goes_to_this_person(place: Place) -> None:
    made_for = place.town.issuer.offer_authorization(subject="account-1", configurations=("card",))
    page = place.at_issuer(place.away(made_for.to_uri()), who="account-2")
    back = left(place.decide(page, "agree"))
    assert query_of(back)["error"] == "access_denied"
    page = place.at_issuer(place.away(made_for.to_uri()))
    assert "in your wallet" in place.back(left(place.decide(page, "agree"))).text


def test_the_cookie_is_for_this_browser_and_this_site_alone(place: Place) -> None:
    answer = place.person.client.get(target(place.away()))
    said = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/login"
    assert re.fullmatch(
        r"krid-question=[\w-]{43}; Max-Age=600; Path=/; HttpOnly; SameSite=lax", said
    )


def test_nobody_is_asked_without_a_proof_of_who_it_is(place: Place) -> None:
    page = place.at_issuer(place.away(), who="")
    assert "You are not logged in" in page.text
    assert 'value="agree"' not in page.text
    again = place.decide(page, "agree")
    assert again.url.path == "/login"
    place.person.client.headers["X-Person"] = "account-1"
    assert "Holder of account-1" in place.person.get("/login").text
    assert place.person.post("/login/again").url.path == "/login"


def test_what_was_proved_for_another_question_counts_for_nothing(tmp_path: Path) -> None:
    place = made(tmp_path, login=ByCookie())
    cookies = place.person.client.cookies
    cookies.set("krid-known", "account-1", domain="app.localhost")
    assert "You are not logged in" in place.at_issuer(place.away()).text
    cookies.set("krid-known", "account-1", domain="app.localhost")
    page = place.person.get("/login")
    assert "account-1" in page.text
    assert "Log in as somebody else" in page.text
    assert "You are not logged in" in place.at_issuer(place.away()).text


def test_declined_is_said_in_words_and_nothing_comes(place: Place) -> None:
    back = left(place.decide(place.at_issuer(place.away()), "decline"))
    assert query_of(back)["error"] == "access_denied"
    assert query_of(back)["iss"] == i.ISSUER
    page = place.back(back)
    assert (page.status_code, place.code) == (400, "oauth.denied")
    assert "It was declined" in page.text
    assert place.town.register.orders == []


def test_what_a_card_proved_is_gone_with_the_answer(tmp_path: Path) -> None:
    """Also for whoever kept a copy of the cookie."""
    records = VisitRecords(MemoryIssuanceStore(), FixedClock(i.NOW), asker="office")
    asking = Asking(
        verifier=cast("PresentationVerifier", None),  # nobody asks: it is there already
        query=query.of(query.sdjwt("id", vct=i.VCT, claims=["name"])),
        purpose="log in",
        records=records,
        name="applicant",
        title="login.title",
        after="/login",
        path="/login/card",
    )
    login = CardLogin(asking, lambda _record: LoggedIn("account-1", "Hong"))
    place = made(tmp_path, login=login)

    def proved() -> Any:
        ends = i.NOW + timedelta(hours=1)
        record = VisitRecord("x:", Journey.CROSS_DEVICE, ends, State.VERIFIED, is_open=False)
        asking.own.put("secret", record)
        place.person.client.cookies.set("krid-applicant", "secret", domain="app.localhost")
        page = place.person.get("/login")
        assert "Hong" in page.text
        return page

    ends: Any = (
        lambda _page: place.person.post("/login/again"),
        lambda page: place.decide(page, "decline"),
        lambda page: place.decide(page, "agree"),
        lambda _page: place.at_issuer(place.away()),
    )
    for end in ends:
        place.at_issuer(place.away())
        end(proved())
        with pytest.raises(BindingError):
            asking.own.find("secret")


def test_where_nothing_can_be_written_down_the_question_stands(tmp_path: Path) -> None:
    granting = Full()
    place = made(tmp_path, granting=granting)
    page = place.at_issuer(place.away())
    busy = place.decide(page, "agree")
    assert (busy.status_code, place.code) == (503, "oauth.busy")
    granting.is_full = False
    assert query_of(left(place.decide(page, "agree"))).keys() == {"code", "state", "iss"}


def test_an_answer_that_comes_too_late_for_the_wallet_says_so(place: Place) -> None:
    page = place.at_issuer(place.away())
    place.town.issuer.decline(place.person.client.cookies["krid-question"])
    late = place.decide(page, "agree")
    assert (late.status_code, place.code) == (400, "oauth.grant")
    assert "has expired or was used before" in late.text


@pytest.mark.parametrize("late", [False, True])
def test_who_may_have_nothing_gets_nothing(tmp_path: Path, late: bool) -> None:
    place = made(tmp_path, granting=Nobody(late=late))
    page = place.at_issuer(place.away())
    assert ("is not 17 yet" in page.text) is not late
    answer = place.decide(page, "agree")
    if not late:
        assert answer.url.path == "/login"
        answer = place.decide(page, "decline")
    assert query_of(left(answer))["error"] == "access_denied"


def test_another_browser_has_no_question_and_cannot_answer(place: Place) -> None:
    page, other = place.at_issuer(place.away()), place.browser()
    for answer in (other.get("/login"), place.decide(page, "agree", other)):
        assert answer.status_code in {400, 403}
    # With a question of its own, it answers that one and no other.
    own = place.at_issuer(place.away(), browser=other)
    assert place.decide(page, "agree", other).url.path == "/login"
    assert "Issue this" in own.text
    assert left(place.decide(page, "agree"))


def test_a_question_of_another_issuer_on_the_same_store_is_none(place: Place) -> None:
    place.at_issuer(place.away())
    secret = place.person.client.cookies["krid-question"]
    visit: Any = SimpleNamespace(cookie=lambda _name: secret)
    mine, other = (
        AtLogin(platform(name, place.town.clock, []), place.town.store)
        for name in ("issuer", "licence")
    )
    assert mine.question(visit).client_id == CLIENT.id
    with pytest.raises(BindingError):
        other.question(visit)


def test_a_form_of_an_older_question_decides_nothing(place: Place) -> None:
    older = place.at_issuer(place.away())
    newer = place.at_issuer(place.away())
    assert place.decide(older, "agree").url.path == "/login"
    assert left(place.decide(newer, "agree"))


def test_a_form_of_another_site_decides_nothing(place: Place) -> None:
    page = place.at_issuer(place.away())
    place.person.token = "none"
    assert place.decide(page, "agree").status_code == 403


def test_a_question_is_answered_once_and_in_time(place: Place) -> None:
    page = place.at_issuer(place.away())
    cookie = dict(place.person.client.cookies)
    left(place.decide(page, "agree"))
    place.person.client.cookies.update(cookie)
    assert place.decide(page, "agree").status_code == 400
    page = place.at_issuer(place.away())
    place.town.clock.moment += timedelta(minutes=11)
    late = place.decide(page, "agree")
    assert (late.status_code, place.code) == (400, "session.unknown")
    assert "has ended" in late.text


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({"client_id": "other"}, "oauth.client", "invalid_client"),
        ({"redirect_uri": "http://wallet.localhost/other"}, "oauth.redirect", "invalid_request"),
        (
            {"redirect_uri": "http://wallet.localhost/authorized/"},
            "oauth.redirect",
            "invalid_request",
        ),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "oauth.grant", "invalid_request"),
    ],
)
def test_what_cannot_go_back_is_shown_and_sent_nowhere(
    place: Place, changes: dict[str, str], code: str, word: str
) -> None:
    asked = {
        "client_id": CLIENT.id,
        "redirect_uri": CLIENT.redirect_uris[0],
        "response_type": "code",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
        "scope": "card",
    }
    address = f"/authorize?{urlencode(asked | changes)}"
    plain = place.person.client.get(address)
    assert (plain.status_code, plain.json()["error"]) == (
        {"invalid_client": 401}.get(word, 400),
        word,
    )
    page = place.person.get(address, Accept="text/html")
    assert page.headers["location"] == f"/login/refused?code={code}"
    shown = place.person.follow(page)
    assert shown.status_code == 400
    assert code in shown.text
    assert "location" not in shown.headers


def test_a_pushed_request_is_used_once_and_by_its_own_wallet(place: Place) -> None:
    away = place.away()
    foreign = place.person.client.get(target(changed(away, client_id="other")))
    assert foreign.json()["error"] == "invalid_request"
    assert place.person.client.get(target(away)).json()["error"] == "invalid_request"


def test_the_wallet_takes_no_answer_to_another_request(place: Place) -> None:
    back = place.agreed()
    page = place.back(changed(back, state="x" * 43))
    assert (page.status_code, place.code) == (400, "oauth.state")
    assert "waits for no such answer" in page.text
    assert not [each for each in place.wire.asked if each == "/token"]
    assert "in your wallet" in place.back(back).text
    page = place.back(back)
    assert (page.status_code, place.code) == (400, "oauth.state")


def test_the_wallet_takes_no_answer_of_another_issuer(place: Place) -> None:
    back = place.agreed()
    page = place.back(changed(back, iss="https://evil.example"))
    assert (page.status_code, place.code) == (400, "oauth.iss")
    assert "another issuer" in page.text
    assert "/token" not in place.wire.asked
    # What was mixed up is over, even for the right answer.
    assert place.back(back).status_code == 400


def test_a_code_is_good_once_and_for_a_minute(place: Place) -> None:
    first = place.agreed()
    assert "in your wallet" in place.back(first).text
    second = place.agreed()
    replayed = place.back(changed(second, code=query_of(first)["code"]))
    assert (replayed.status_code, place.code) == (400, "oauth.refused")
    assert "The issuer refused" in replayed.text
    third = place.agreed()
    place.town.clock.moment += timedelta(seconds=61)
    assert "Perhaps it took too long" in place.back(third).text
    assert len(place.town.register.orders) == 1


def test_a_browser_without_the_wallet_gets_its_door(place: Place) -> None:
    back, stranger = place.agreed(), Visitor(place.phone.client.app, host="wallet.localhost")
    page = stranger.follow(stranger.client.get(target(back)))
    assert "Open your wallet" in page.text
    assert "/token" not in place.wire.asked
    assert "in your wallet" in place.back(back).text


def test_a_key_that_asks_for_the_pin_is_not_used_without(tmp_path: Path) -> None:
    place = made(tmp_path, guard=Guard.PIN)
    assert "in your wallet" in place.back(place.agreed()).text
    page = place.back(place.agreed())
    assert page.url.path.startswith("/granted/")
    wrong = place.phone.post(str(page.url.path), pin="111111")
    assert (wrong.status_code, place.code) == (400, "store.pin")
    taken = place.phone.post(str(page.url.path), pin=PIN)
    assert "in your wallet" in taken.text


def test_a_wallet_without_a_name_takes_no_such_offer(tmp_path: Path) -> None:
    page = made(tmp_path, client=None).offered()
    assert page.status_code == 400
    assert "an offer of this kind" in page.text


def test_a_wallet_that_comes_back_elsewhere_is_refused_before_the_browser_leaves(
    tmp_path: Path,
) -> None:
    place = made(tmp_path, client=Client(id=CLIENT.id, redirect_uris=("http://x.localhost/y",)))
    page = place.offered()
    refused = place.phone.post(str(page.url.path))
    assert (refused.status_code, place.code) == (400, "oauth.refused")
    assert LEAVES.search(refused.text) is None
    assert "/par" in place.wire.asked


def test_an_issuer_that_cannot_be_asked_is_said(place: Place) -> None:
    page = place.offered()
    place.wire.is_cut = True
    cut = place.phone.post(str(page.url.path))
    assert cut.status_code == 400
    assert "be reached" in cut.text
    place.wire.is_cut = False
    back = place.agreed()
    place.wire.is_cut = True
    assert place.back(back).status_code == 400


def test_anybody_may_begin_at_the_issuer_s_page(place: Place) -> None:
    page = place.person.get("/online")
    assert "openid-credential-offer://" in page.text


def later(place: Place, times: int) -> Any:
    """Let the issuer answer later so many times, and take an offer."""
    place.town.register.waiting = times
    return place.back(place.agreed())


def test_a_card_that_comes_later_is_waited_for(place: Place) -> None:
    home = later(place, 2)
    assert "The issuer looks at it" in home.text
    assert "is-awaited" in home.text
    assert "Resident card" in home.text
    asked = len(place.town.register.orders)
    assert "not asked again before" in place.phone.post("/awaited").text
    assert len(place.town.register.orders) == asked
    place.town.clock.moment += timedelta(minutes=61)
    place.phone.get("/")
    place.phone.post("/unlock", pin=PIN, next="/")  # which asks, and is told to wait
    assert "Not before" in place.phone.get("/").text
    place.town.clock.moment += timedelta(minutes=61)
    place.phone.get("/")
    home = place.phone.post("/unlock", pin=PIN, next="/")
    assert "is-awaited" not in home.text
    assert home.text.count('class="idcard ') == 1
    assert len({each.transaction_id for each in place.town.register.orders[1:]}) == 1


def test_the_wait_outlasts_the_process_and_the_button_ends_it(place: Place) -> None:
    later(place, 1)
    place.wallet.close()
    place.phone, place.wallet = opened(
        place.town, place.path, place.wire, place.lines, guard=Guard.FREE, client=CLIENT
    )
    assert "is-awaited" in place.phone.get("/").text
    place.town.clock.moment += timedelta(minutes=9)
    place.phone.get("/")  # keeps the wallet open
    place.town.register.waiting = 0
    for _ in range(6):
        place.town.clock.moment += timedelta(minutes=9)
        place.phone.get("/")
    came = place.phone.post("/awaited")
    assert "in your wallet" in came.text
    assert "is-awaited" not in came.text
    # The access token had expired, so a refresh token brought another, and is kept for renewals.
    assert place.wire.asked.count("/token") == 2
    place.phone.get("/")
    assert "replaced by a new one" in place.phone.post("/renew").text


def test_that_a_new_card_can_t_be_written_down_is_not_that_there_is_none(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_words: object) -> None:
        raise StoreError(Code.STORE_IO)

    place.back(place.agreed())
    place.phone.get("/")
    with monkeypatch.context() as patched:
        patched.setattr(Wallet, "add", full)
        assert "no new card" not in place.phone.post("/renew").text
    assert place.code == "store.io"


def wait_and_look(place: Place) -> Any:
    for _ in range(7):
        place.town.clock.moment += timedelta(minutes=9)
        place.phone.get("/")
    return place.phone.post("/awaited")


def test_a_refusal_is_said_and_nobody_is_asked_again(place: Place) -> None:
    later(place, 1)
    place.town.register.decision = Denied()
    home = wait_and_look(place)
    assert "decided not to issue" in home.text
    assert "not ready yet" not in home.text
    asked = len(place.wire.asked)
    wait_and_look(place)
    assert len(place.wire.asked) == asked
    (name,) = re.findall(r"/awaited/([\w-]+)/forget", home.text)
    assert "is-awaited" in place.phone.post(f"/awaited/{name}/forget").text
    assert "is-awaited" not in place.phone.post(f"/awaited/{name}/forget", sure="yes").text
    assert place.phone.post(f"/awaited/{name}/forget", sure="yes").status_code == 400


def test_that_one_card_is_refused_keeps_no_other_from_coming(tmp_path: Path) -> None:
    place, said = made(tmp_path), dict[str, Any]()
    decide = place.town.register.decide
    place.town.register.decide = (  # type: ignore[method-assign]
        lambda order: said.get(order.configuration) or decide(order)
    )
    said |= dict.fromkeys(("licence", "card"), Later(timedelta(hours=1)))
    both = CredentialOffer(
        issuer=i.ISSUER, configurations=("licence", "card"), authorization_code=CodeOffer()
    ).to_uri()
    page = place.at_issuer(place.away(both))
    assert "is-awaited" in place.back(left(place.decide(page, "agree"))).text
    said["licence"] = Denied()
    assert "not ready yet" in wait_and_look(place).text
    del said["card"]
    home = wait_and_look(place)
    assert "in your wallet" in home.text
    assert "decided not to issue" in home.text
    assert home.text.count('class="idcard ') == 2  # the card, and what did not come


def test_an_issuer_that_is_away_is_asked_the_next_time(place: Place) -> None:
    later(place, 1)
    place.wire.is_cut = True
    assert "not ready yet" in wait_and_look(place).text
    place.wire.is_cut = False
    assert "in your wallet" in wait_and_look(place).text


def test_a_wait_ends_where_the_issuer_gave_no_refresh_token(tmp_path: Path) -> None:
    place = made(tmp_path, lifetimes=Lifetimes(refresh=timedelta(0)))
    later(place, 1)
    assert "has ended, or is too old" in wait_and_look(place).text


def test_the_key_of_a_waiting_card_is_the_phone_s(place: Place) -> None:
    later(place, 1)
    place.back(place.agreed())
    assert len({each.keys for each in place.town.register.orders}) == 1
