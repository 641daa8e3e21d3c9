"""From a bank that asks too much, over the wallet's page, to the authority's log and its clerks."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

import parties
import presentation as p
import registers
from browsers import Visitor
from registers import Authority
from roles import MovableClock

from krid._core.entropy import system_entropy
from krid.errors import Code, TransportError
from krid.net import Request, Response
from krid.openid.oauth.loopback import EndpointTransport
from krid.registrar import PartyStep, Registrar
from krid.wallet import ShowBeyond
from krid.web import CookieKey, CookieRule, OneWallet, Platform, World, wallet_app
from krid.web.issuer import LOOPBACK_ONLY, ClerksByHeader
from krid.web.journal import journal_pages
from krid.web.parties import PATH, PartyDesk, ReportsEndpoint, party_pages
from krid.web.platform import Endpoints, Rate, Rates, make_app
from krid.web.platform.texts import Text
from krid.web.platform.visit import form_token

AUTHORITY = "mois.example"
PIN = "246813"
FREE = Rate(1_000_000, 1_000_000)
BRAND = {"issuer.brand": Text("창구", "Desk"), "wallet.brand": Text("지갑", "Wallet")}


@dataclass
class Ways:
    """To the bank, to the authority, or to nobody."""

    bank: p.Wire
    authority: EndpointTransport
    is_down: bool = False

    def send(self, request: Request) -> Response:
        if AUTHORITY not in request.url:
            return self.bank.send(request)
        if self.is_down:
            raise TransportError(Code.NET_SCHEME)
        return self.authority.send(request)


@dataclass
class Place:
    """A bank, a wallet in a browser, and the authority with its desk."""

    registrar: Registrar
    bank: p.Bank
    phone: Visitor
    clerk: Visitor
    ways: Ways
    party: str
    published: list[str]

    def asked(self, *names: str) -> Any:
        begun = self.bank.begin(p.card(*names))
        self.phone.get("/add")
        return self.phone.post("/add", link=begun.link)

    def report(self, page: Any) -> Any:
        return self.phone.post(f"{page.url.path}/report")


def platform(name: str, **changes: Any) -> Platform:
    words: dict[str, Any] = {
        "name": name,
        "key": CookieKey(bytes(32)),
        "cookies": CookieRule.PLAIN_LOOPBACK,
        "clock": MovableClock(p.NOW),
        "entropy": system_entropy,
        "timer": time.perf_counter,
        "log": lambda line: None,
        "rates": Rates(reads=FREE, protocol=FREE, forms=FREE),
    }
    return Platform(**(words | changes))


@pytest.fixture(scope="module")
def wallet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wallet")
    p.make_wallet(folder).close()
    return folder / "wallet.db"


@pytest.fixture(scope="module")
def signers() -> Authority:
    return Authority.make()


@pytest.fixture
def place(tmp_path: Path, wallet_file: Path, signers: Authority) -> Iterator[Place]:
    registers.begin(tmp_path / "register.db")
    with registers.opened(tmp_path / "register.db", signers) as registrar:
        book = registrar.parties
        party = book.enter(parties.BANK, **parties.NOTE)
        bank, published = p.Bank(), list[str]()
        endpoint = ReportsEndpoint(book, parties.terms)
        ways = Ways(p.Wire(bank), EndpointTransport(AUTHORITY, endpoint))
        desk = PartyDesk(
            parties=book,
            access=LOOPBACK_ONLY,
            clerk="official-3",
            clock=MovableClock(p.NOW),
            publish=lambda: published.append("lists"),
        )
        groups = (
            party_pages(desk),
            journal_pages(registrar.log, LOOPBACK_ONLY, parties=book),
        )
        office = make_app(
            platform("issuer"),
            pages=[route for each in groups for route in each.routes],
            texts=(BRAND, *(each.texts for each in groups)),
            templates=[each.package for each in groups],
        )
        phone = Visitor(_wallet(wallet_file, ways, book))
        phone.get("/")
        phone.post("/unlock", pin=PIN, next="/")
        yield Place(registrar, bank, phone, Visitor(office), ways, party, published)


def _wallet(file: Path, ways: Ways, book: Any) -> Any:
    clock = MovableClock(p.NOW)
    wallet = OneWallet(
        file, trust=p.CARDS, clock=clock, entropy=system_entropy, registrations=ShowBeyond(book)
    )
    world = World(
        transport=ways,
        verifiers=p.VERIFIERS,
        for_browser=str,
        clock=clock,
        entropy=system_entropy,
        transaction_types=(),
    )
    return wallet_app(wallet, world, platform("wallet"), reports=f"https://{AUTHORITY}{PATH}")


def test_from_the_refusal_to_the_log(place: Place) -> None:
    page = place.asked("name", "address")
    assert "Report" in page.text
    assert "agree" not in page.text
    assert not place.registrar.parties.confirmed(place.party), "nothing is sent without a press"
    said = place.report(page)
    assert "Reported" in said.text
    assert "been reported before" in place.report(page).text
    (line,) = [each for each in place.registrar.log.newest() if each.action == "overask"]
    assert (line.subject, line.reason) == (place.party, "open_account")
    assert line.refusal == "registration.beyond"
    journal = place.clerk.get("/journal").text
    told = place.registrar.parties.at_lines([line.seq])[line.seq]
    for words in ("Asked beyond its registration", "<code>address</code>", told.digest.hex()):
        assert words in journal
    assert p.NAME not in journal
    assert "Confirmed reports: 1" in place.clerk.get("/verifiers").text
    declined = place.phone.post(page.url.path, decision="decline")
    assert "Declined" in declined.text


def test_a_request_within_the_registration_can_not_be_reported(place: Place) -> None:
    page = place.asked("name")
    assert "agree" in page.text
    assert 'id="report"' not in page.text
    assert "agree" in place.report(page).text
    assert place.registrar.parties.confirmed(place.party) == 0


def test_a_report_that_does_not_arrive(place: Place) -> None:
    page = place.asked("address")
    place.ways.is_down = True
    assert "could not be sent" in place.report(page).text
    place.ways.is_down = False
    place.registrar.parties.set_names(place.party, "open_account", frozenset(), **parties.NOTE)
    assert "did not take" in place.report(page).text


def test_an_official_suspends_and_wallets_do_not_answer(place: Place) -> None:
    """Reports have done nothing by themselves; the act has, and stands in the log."""
    for _ in range(3):
        place.report(place.asked("address"))
    book = place.registrar.parties
    assert book.confirmed(place.party) == 3
    assert "agree" in place.asked("name").text
    place.clerk.get("/verifiers")
    assert "suspended" in place.clerk.post("/verifiers", party=place.party, step="suspend").text
    assert place.published == ["lists"]
    line = place.registrar.log.newest(limit=1)[0]
    assert (line.action, line.actor) == ("party_suspend", "official-3")
    page = place.asked("name")
    assert "is suspended" in page.text
    assert "agree" not in page.text
    sent = place.phone.post(page.url.path, decision="agree")
    assert "Declined" in sent.text
    place.clerk.post("/verifiers", party=place.party, step="withdraw")
    assert "was withdrawn" in place.asked("name").text
    assert 'value="withdraw"' not in place.clerk.get("/verifiers").text
    place.clerk.post("/verifiers", party=place.party, step="jump")
    assert book.party(place.party).state.value == "withdrawn"
    place.registrar.audit(expected=None)


def test_the_page_of_parties_is_for_clerks(place: Place) -> None:
    nobody = ClerksByHeader(header="x-clerk", clerks=frozenset())
    desk = PartyDesk(
        parties=place.registrar.parties,
        access=nobody,
        clerk="x",
        clock=MovableClock(p.NOW),
        publish=lambda: None,
    )
    group = party_pages(desk)
    behind = platform("issuer", proxy_headers=frozenset({"x-clerk"}))
    app = make_app(
        behind, pages=group.routes, texts=(BRAND, group.texts), templates=(group.package,)
    )
    stranger = Visitor(app)
    assert stranger.get("/verifiers").status_code == 403
    stranger.token = form_token(behind, stranger.client.cookies["krid-form"])
    step = PartyStep.SUSPEND.value
    assert stranger.post("/verifiers", party=place.party, step=step).status_code == 403
    assert place.registrar.parties.party(place.party).state.value == "in_force"


def test_reports_have_a_rate(place: Place) -> None:
    from krid.web.parties import operations

    endpoint = ReportsEndpoint(place.registrar.parties, parties.terms)
    mine = Endpoints(
        answering=endpoint, name="reports", operations=operations(), rate=Rate(2, 0.001)
    )
    client = Visitor(make_app(platform("issuer"), endpoints=(mine,))).client
    statuses = [client.post(PATH, content=b"x").status_code for _ in range(3)]
    assert statuses == [400, 400, 429]


def test_a_wallet_names_whom_a_certificate_names(place: Place) -> None:
    """Not registered, known by the hash of a certificate: its name is shown, not the hash."""
    place.registrar.parties.set_names(place.party, "open_account", frozenset(), **parties.NOTE)
    page = place.asked("name").text
    assert "<strong>Leaf</strong>" in page
    assert "bank.example" in page
    assert "x509_hash" not in page
