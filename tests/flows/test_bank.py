"""The bank of the examples: accounts, its own card, log-in, and all that it must refuse."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="needs krid[registrar]")
pytest.importorskip("alembic", reason="needs krid[registrar]")

import bank.__main__ as story
from bank import audit
from bank.accounts import NotOpened, Opened
from bank.app import BankApp, NotReadyError, NotShown, NotTaken, Shown
from bank.audit import EMPTY, AuditTrail, TrailError, check_trail
from bank.liveness import SampleLiveness
from bank.login import LoggedIn, NotLoggedIn
from bank.policy import AccountPolicy
from bank.service import Bank
from bank.state import LICENCE, RESIDENT_CARD, invented
from bank.town import PIN, Town

import krid
from krid import query
from krid.openid.vci import server
from krid.openid.vp.server import Journey, Waiting
from krid.profiles import kr
from krid.wallet import RefuseBeyond

ADULT, YOUNG = date(1990, 5, 5), date(2007, 6, 2)
SDJWT, MDOC = "dc+sd-jwt", "mso_mdoc"
NAME = "견본누람"
HOST = "bank.example"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as made:
        yield made


class Customer:
    """A person with a phone, who agrees to everything unless said otherwise."""

    def __init__(
        self,
        town: Town,
        born: date = ADULT,
        *,
        card: str = RESIDENT_CARD,
        format_name: str = SDJWT,
        agrees: bool = True,
        refuses_beyond: bool = False,
    ) -> None:
        self.texts: list[str] = []
        self.agrees = agrees
        rule = {"rule": RefuseBeyond} if refuses_beyond else {}
        self.app: BankApp = town.phone("person", self.read, **rule)
        self.person = town.state.enter(invented(NAME, born, serial=1))
        town.state.issue(self.person, card, self.app.wallet, {format_name})

    def read(self, text: str) -> bool:
        self.texts.append(text)
        return self.agrees

    def apply(self, bank: Bank) -> Opened | NotOpened | Waiting:
        begun = bank.accounts.begin()
        shown = self.app.show(begun.link)
        code = shown.response_code if isinstance(shown, Shown) else None
        return bank.accounts.finish(begun.secret, response_code=code, capture=b"a film")

    def log_in(self, bank: Bank) -> LoggedIn | NotLoggedIn | Waiting:
        begun = bank.log_in.begin()
        shown = self.app.show(begun.link)
        code = shown.response_code if isinstance(shown, Shown) else None
        return bank.log_in.finish(begun.secret, response_code=code)

    def join(self, bank: Bank) -> str:
        """Open an account, take the card, and return the customer's handle."""
        opened = self.apply(bank)
        assert isinstance(opened, Opened)
        link, code = bank.offer_card(opened.customer)
        self.app.take(link, typed=code)
        return opened.customer.id


def entries(bank: Bank) -> list[dict[str, object]]:
    return [json.loads(line) for line in bank.trail.lines]


def test_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert story.main() == ["in", "status.suspended", "in"]
    told = capsys.readouterr().out
    assert "Beware: it is not registered to ask for Address" in told
    assert "NotShown(reason='declined')" in told


@pytest.mark.parametrize(
    ("card", "format_name"), [(RESIDENT_CARD, SDJWT), (RESIDENT_CARD, MDOC), (LICENCE, MDOC)]
)
def test_an_account_by_each_card(town: Town, card: str, format_name: str) -> None:
    bank = town.found_bank(HOST)
    opened = Customer(town, card=card, format_name=format_name).apply(bank)
    assert isinstance(opened, Opened)
    assert (opened.customer.name, opened.customer.birth_date) == (NAME, ADULT)
    (entry,) = entries(bank)
    assert entry["decision"] == "opened"
    assert entry["file"] == opened.customer.digest()


def test_the_trail_has_evidence_and_no_person(town: Town) -> None:
    bank = town.found_bank(HOST)
    Customer(town).apply(bank)
    (entry,) = entries(bank)
    report = entry["report"]
    assert isinstance(report, dict)
    assert report["verified"] is True
    (section,) = report["sections"]
    assert {"issuer", "holder", "status"} <= {step["check"] for step in section["checks"]}
    assert entry["liveness"] == {"method": "sample, proves nothing", "passed": True}
    assert "assurance high" in entry["rules"]  # type: ignore[operator]
    assert NAME not in bank.trail.lines[0]
    assert "1990" not in bank.trail.lines[0]
    assert check_trail(bank.trail.lines, head=bank.trail.head) == 1


@pytest.mark.parametrize(("born", "opens"), [(date(2007, 6, 1), True), (YOUNG, False)])
def test_nineteen_on_the_day(town: Town, born: date, opens: bool) -> None:
    bank = town.found_bank(HOST)
    result = Customer(town, born).apply(bank)
    assert isinstance(result, Opened) is opens
    if not opens:
        assert result == NotOpened("age")
        (entry,) = entries(bank)
        assert (entry["decision"], entry["reason"], entry["customer"]) == ("refused", "age", None)


def test_another_bank_takes_younger_people(town: Town) -> None:
    bank = town.found_bank(HOST, policy=AccountPolicy(minimum_age=17))
    assert isinstance(Customer(town, YOUNG).apply(bank), Opened)


def test_nobody_lives_before_the_camera(town: Town) -> None:
    bank = town.found_bank(HOST, liveness=SampleLiveness(passes=False))
    assert Customer(town).apply(bank) == NotOpened("liveness")
    assert entries(bank)[0]["reason"] == "liveness"


@pytest.mark.parametrize("format_name", [SDJWT, MDOC])
def test_a_suspended_id_card(town: Town, format_name: str) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town, format_name=format_name)
    town.state.lose_phone(person.person)
    assert person.apply(bank) == NotOpened("status.suspended")
    (entry,) = entries(bank)
    assert entry["reason"] == "status.suspended"
    assert entry["report"]["code"] == "status.suspended"  # type: ignore[index]


def test_a_person_who_declines_is_no_decision(town: Town) -> None:
    bank = town.found_bank(HOST)
    assert Customer(town, agrees=False).apply(bank) == NotOpened("access_denied")
    assert bank.trail.lines == ()


def test_whoever_says_no_to_a_code_on_a_screen_ends_nothing(town: Town) -> None:
    bank = town.found_bank(HOST)
    begun = bank.accounts.begin(Journey.CROSS_DEVICE)
    person = Customer(town, agrees=False)
    assert isinstance(person.app.show(begun.link), NotShown)
    waiting = bank.accounts.finish(begun.secret, response_code=None, capture=b"a film")
    assert isinstance(waiting, Waiting)
    person.agrees = True
    person.app.show(begun.link)
    opened = bank.accounts.finish(begun.secret, response_code=None, capture=b"a film")
    assert isinstance(opened, Opened)


def test_a_phone_without_a_fitting_card(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    assert person.app.show(bank.log_in.begin().link) == NotShown("no card")


def test_log_in_and_suspension(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    customer_id = person.join(bank)
    logged_in = person.log_in(bank)
    assert isinstance(logged_in, LoggedIn)
    assert logged_in.customer.id == customer_id
    bank.cards.suspend(customer_id)
    town.clock.wait(timedelta(minutes=2))
    assert person.app.show(bank.log_in.begin().link) == NotTaken()
    assert person.log_in(bank) == NotLoggedIn("status.suspended")
    bank.cards.restore(customer_id)
    town.clock.wait(timedelta(minutes=2))
    assert isinstance(person.log_in(bank), LoggedIn)


def test_log_in_shows_the_handle_alone(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    customer_id = person.join(bank)
    person.log_in(bank)
    assert customer_id in person.texts[-1]
    assert NAME not in person.texts[-1]


def test_the_card_of_another_bank(town: Town) -> None:
    bank, other = town.found_bank(HOST), town.found_bank("other.example")
    person = Customer(town)
    person.join(other)
    assert person.log_in(bank) == NotLoggedIn("trust.unknown_issuer")


def test_a_wrong_code_takes_no_card(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    opened = person.apply(bank)
    assert isinstance(opened, Opened)
    link, code = bank.offer_card(opened.customer)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with pytest.raises(krid.RejectedError):
        person.app.take(link, typed=wrong)
    assert len(person.app.wallet.cards()) == 1


def test_an_offer_is_redeemed_once(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    opened = person.apply(bank)
    assert isinstance(opened, Opened)
    link, code = bank.offer_card(opened.customer)
    person.app.take(link, typed=code)
    with pytest.raises(krid.RejectedError):
        person.app.take(link, typed=code)


def test_a_customer_who_left(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    opened = person.apply(bank)
    assert isinstance(opened, Opened)
    link, code = bank.offer_card(opened.customer)
    person.app.take(link, typed=code)
    late, typed = bank.offer_card(opened.customer)
    bank.customers.close(opened.customer.id)
    assert person.log_in(bank) == NotLoggedIn("no customer any more")
    with pytest.raises(krid.RejectedError):
        person.app.take(late, typed=typed)


def test_a_card_that_is_not_ready(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    opened = person.apply(bank)
    assert isinstance(opened, Opened)
    later = server.Later(timedelta(seconds=5))
    monkeypatch.setattr(bank.cards, "decide", lambda order: later)
    link, code = bank.offer_card(opened.customer)
    with pytest.raises(NotReadyError):
        person.app.take(link, typed=code)


def test_a_place_of_a_card_that_was_not_issued_is_given_back(town: Town) -> None:
    bank = town.found_bank(HOST)
    order = server.CredentialOrder(
        subject="customer-1",
        configuration="customer-card",
        dataset="customer-card",
        claims=(),
        count=1,
        transaction_id=None,
    )
    place = bank.cards.allot(order)
    bank.cards.give_back(place)
    bank.cards.suspend("customer-1")  # a revoked place would refuse to be suspended


def test_a_replayed_answer(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    begun = bank.accounts.begin()
    shown = person.app.show(begun.link)
    assert isinstance(shown, Shown)
    answer = town.streets.sent[-1]
    assert answer.url == f"https://{HOST}/identify/response"
    assert town.streets.send(answer).status == 400  # the request is burnt
    other = bank.accounts.begin()
    assert isinstance(
        bank.accounts.finish(other.secret, response_code=shown.response_code, capture=b""), Waiting
    )
    code = shown.response_code
    assert isinstance(bank.accounts.finish(begun.secret, response_code=code, capture=b""), Opened)
    with pytest.raises(krid.BindingError) as caught:
        bank.accounts.finish(begun.secret, response_code=code, capture=b"")
    assert caught.value.code is krid.Code.SESSION_UNKNOWN


def test_an_answer_for_one_page_does_not_fit_the_other(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    person.join(bank)
    person.app.show(bank.log_in.begin().link)
    stray = replace(town.streets.sent[-1], url=f"https://{HOST}/identify/response")
    assert town.streets.send(stray).status == 400


def test_a_link_that_was_passed_on_opens_no_account(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    begun = bank.accounts.begin()
    assert isinstance(person.app.show(begun.link), Shown)
    passed_on = bank.accounts.finish(begun.secret, response_code=None, capture=b"")
    assert isinstance(passed_on, Waiting)
    with pytest.raises(krid.BindingError) as caught:
        bank.accounts.finish(begun.secret, response_code="guessed", capture=b"")
    assert caught.value.code is krid.Code.RESPONSE_CODE


def beyond(bank: Bank) -> str:
    asked = query.sdjwt("ad", vct=kr.VCT, claims=["name", ("resident_registration_number",)])
    return bank.identity.begin(asked, purpose="Post", journey=Journey.SAME_DEVICE).link


def test_what_goes_beyond_the_registration_is_shown(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    person.app.show(beyond(bank))
    assert "Beware: it is not registered to ask for Resident registration number" in person.texts[0]
    assert "Beware: it is not registered to ask for Name" not in person.texts[0]


def test_what_goes_beyond_the_registration_is_refused(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town, refuses_beyond=True)
    assert person.app.show(beyond(bank)) == NotShown("registration.beyond")
    assert person.texts == []
    assert isinstance(person.apply(bank), Opened)  # within it, all is well


def test_a_bank_that_is_registered_nowhere(town: Town) -> None:
    person = Customer(town)
    stranger = town.found_bank("stranger.example")
    person.app.show(stranger.accounts.begin().link)
    assert "registered nowhere" in person.texts[0]


def test_the_app_opens_again(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    person.join(bank)
    person.app.wallet.close()
    place = town.folder / "person.wallet"
    with BankApp.start(place, PIN, person.app.around, person.read) as app:
        assert isinstance(app.show(bank.log_in.begin().link), Shown)
    with pytest.raises(krid.StoreError):
        BankApp.start(place, krid.Pin("000000"), person.app.around, person.read)


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[str, ...], str]:
    """Three decisions and the head that somebody wrote down."""
    with Town(tmp_path_factory.mktemp("trail")) as town:
        bank = town.found_bank(HOST)
        person = Customer(town)
        for _ in range(3):
            person.apply(bank)
        return bank.trail.lines, bank.trail.head


def changed(lines: tuple[str, ...], number: int, before: str, after: str) -> list[str]:
    line = lines[number - 1]
    assert before in line
    return [*lines[: number - 1], line.replace(before, after), *lines[number:]]


def test_an_untouched_trail(trail: tuple[tuple[str, ...], str]) -> None:
    lines, head = trail
    assert check_trail(lines, head=head) == 3
    assert check_trail([], head=EMPTY) == 0


@pytest.mark.parametrize(
    ("how", "line"),
    [("value", 2), ("spacing", 2), ("taken", 2), ("swapped", 1), ("twice", 3), ("cut", 3),
     ("all", 1), ("torn", 3), ("number", 1)],
)  # fmt: skip
def test_a_tampered_trail(trail: tuple[tuple[str, ...], str], how: str, line: int) -> None:
    lines, head = trail
    tampered = {
        "value": changed(lines, 2, '"decision":"opened"', '"decision":"refused"'),
        "spacing": changed(lines, 2, '"decision":', '"decision": '),
        "taken": [lines[0], lines[2]],
        "swapped": [lines[1], lines[0], lines[2]],
        "twice": [*lines[:2], lines[1], lines[2]],
        "cut": lines[:2],
        "all": [],
        "torn": [*lines[:2], lines[2][:-9]],
        "number": ["1", *lines[1:]],
    }[how]
    with pytest.raises(TrailError) as caught:
        check_trail(tampered, head=head)
    assert caught.value.line == line


def test_a_trail_goes_on_after_a_restart(town: Town) -> None:
    bank = town.found_bank(HOST)
    person = Customer(town)
    person.apply(bank)
    again = town.found_bank(HOST)
    assert again.trail.head == bank.trail.head
    assert isinstance(person.apply(again), Opened)
    assert check_trail(again.trail.lines, head=again.trail.head) == 2
    place = town.folder / f"{HOST}.trail"
    place.write_text(place.read_text().replace('"opened"', '"refused"', 1))
    with pytest.raises(TrailError):
        AuditTrail(place)


def test_a_trail_written_anew_misses_the_head(trail: tuple[tuple[str, ...], str]) -> None:
    lines, head = trail
    forged, before = [], EMPTY
    for line in lines:
        body = json.loads(line) | {"before": before, "decision": "refused"}
        del body["digest"]
        before = audit._digest(body)
        forged.append(audit._write(body | {"digest": before}))
    assert check_trail(forged, head=before) == 3  # it fits in itself
    with pytest.raises(TrailError):
        check_trail(forged, head=head)
