"""The registrar behind the desk: two phones, used tickets, lost phones, and what the log says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from towns import in_memory, person_id

from krid._core import limits
from krid.cli.town_chips import CHIP_PIN
from krid.errors import Code, ContentError, KridError, StoreError
from krid.exchange import IssuedCredential
from krid.keys import Alg, LocalKey
from krid.model import Asker
from krid.openid.vci import Event
from krid.openid.vci.server import CredentialOrder, Denied, Made, News
from krid.registrar import Role, Stage
from krid.registrar.cards import Cards
from krid.registrar.people import Movers
from krid.registrar.signing import Order
from krid.registrar.work import Core
from krid.store import Pin
from krid.web.branch import AccountPolicy, Decision, DecisionBook, Liveness, SampleLiveness
from krid.web.issuer.records import Progress
from krid.web.issuer.source import MDOC, SDJWT
from krid.web.office import OfficeTickets, RegistrarSource

HONG, LEE, PARK = "sample-hong-gildong", "sample-lee-younghee", "sample-park-cheomji"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    found, _ = in_memory(tmp_path)
    yield found
    found.state.office.registrar.close()


def key() -> Any:
    return LocalKey.generate(Alg.ES256).public_key


def order(ticket: str, configuration: str, phone: Any) -> CredentialOrder:
    return CredentialOrder(
        subject=ticket,
        configuration=configuration,
        dataset=configuration,
        claims=(),
        count=1,
        transaction_id=None,
        keys=(phone,),
    )


def source_of(town: Any) -> RegistrarSource:
    return RegistrarSource(town.state.office, town.state.records, town.state.reader)


def offered(town: Any, slug: str, *, replaces: bool = False) -> str:
    person = person_id(town, slug)
    ticket = OfficeTickets(town.state.office, "clerk-1").hand_out(person, replaces=replaces)
    town.state.records.begin(ticket, person)
    return ticket


def tapped(town: Any, slug: str, *, copy: bool = False) -> str:
    """Lay an IC card on the reader, and begin its offer."""
    person, kind = person_id(town, slug), "copy" if copy else "ic"
    (chip,) = (each.chip for each in town.state.chips if each.id == f"{kind}-{person}")
    ticket: str = town.state.reader.lay(chip.open(Pin(CHIP_PIN)))
    town.state.records.begin(ticket, person)
    return ticket


def told(source: RegistrarSource, ticket: str, event: Event, *configurations: str) -> None:
    for each in configurations:
        source.told(News(subject=ticket, configuration=each, notification_id="n", event=event))


def cards(town: Any, slug: str) -> list[Stage]:
    found = town.state.office.registrar.cards.of_person(person_id(town, slug))
    return [each.stage for each in found]


def refusals(town: Any) -> list[tuple[str, str | None]]:
    lines = town.state.office.registrar.log.newest(limit=50)
    return [(each.action, each.refusal) for each in lines if each.refusal]


def test_a_card_is_active_when_the_wallet_has_both_forms(town: Any) -> None:
    source, ticket, phone = source_of(town), offered(town, HONG), key()
    assert isinstance(source.decide(order(ticket, SDJWT, phone)), Made)
    told(source, ticket, Event.ACCEPTED, SDJWT)
    assert cards(town, HONG) == [Stage.ISSUED]
    assert isinstance(source.decide(order(ticket, MDOC, phone)), Made)
    told(source, ticket, Event.ACCEPTED, MDOC)
    assert cards(town, HONG) == [Stage.ACTIVE]


def test_the_second_form_goes_to_the_same_phone_alone(town: Any) -> None:
    source, ticket = source_of(town), offered(town, HONG)
    source.decide(order(ticket, SDJWT, key()))
    assert isinstance(source.decide(order(ticket, MDOC, key())), Denied)
    assert refusals(town)[0] == ("fetch", str(Code.REGISTER_OTHER_KEY))


def test_of_two_phones_at_once_one_gets_the_card(town: Any) -> None:
    source = source_of(town)
    older, newer = offered(town, HONG), offered(town, HONG)
    assert isinstance(source.decide(order(older, SDJWT, key())), Denied)
    assert isinstance(source.decide(order(newer, SDJWT, key())), Made)
    assert ("redeem", str(Code.REGISTER_TICKET)) in refusals(town)
    with pytest.raises(ContentError) as caught:
        offered(town, HONG)
    assert caught.value.code is Code.REGISTER_ACTIVE_PHONE
    assert cards(town, HONG).count(Stage.ISSUED) == 1


def test_an_office_qr_of_another_person_is_refused(town: Any) -> None:
    source, ticket = source_of(town), offered(town, HONG)
    town.state.records.begin(ticket, person_id(town, PARK))
    assert isinstance(source.decide(order(ticket, SDJWT, key())), Denied)
    assert refusals(town)[0] == ("enrol", str(Code.REGISTER_TICKET))
    assert Stage.ISSUED not in cards(town, PARK)


def test_a_new_phone_takes_the_place_of_the_old(town: Any) -> None:
    source, ticket = source_of(town), offered(town, LEE, replaces=True)
    assert isinstance(source.decide(order(ticket, SDJWT, key())), Made)
    assert cards(town, LEE) == [Stage.REVOKED, Stage.ISSUED]


def test_an_ic_card_needs_no_clerk(town: Any) -> None:
    source, secret = source_of(town), tapped(town, PARK)
    assert isinstance(source.decide(order(secret, SDJWT, key())), Made)


def test_a_new_phone_by_ic_card_ends_the_card_on_the_old(town: Any) -> None:
    source, secret = source_of(town), tapped(town, LEE)
    assert isinstance(source.decide(order(secret, SDJWT, key())), Made)
    assert cards(town, LEE) == [Stage.REVOKED, Stage.ISSUED]


def test_a_copy_of_an_ic_card_is_refused_and_in_the_log(town: Any) -> None:
    source, secret = source_of(town), tapped(town, LEE, copy=True)
    assert isinstance(source.decide(order(secret, SDJWT, key())), Denied)
    assert refusals(town)[0] == ("enrol", str(Code.REGISTER_IC_KEY))
    assert town.state.records.find(secret).code == "register.ic_key"
    assert Stage.ACTIVE in cards(town, LEE)


def test_an_ic_card_that_was_taken_away_is_refused_and_in_the_log(town: Any) -> None:
    source, person = source_of(town), person_id(town, PARK)
    for secret in ("ic-card:none", tapped(town, PARK)):
        if secret != "ic-card:none":
            town.state.reader.take(secret)
        town.state.records.begin(secret, person)
        assert isinstance(source.decide(order(secret, SDJWT, key())), Denied)
        assert refusals(town)[0] == ("answer", str(Code.REGISTER_IC_ABSENT))


def test_a_tap_is_for_whose_card_it_is(town: Any) -> None:
    source, secret = source_of(town), tapped(town, PARK)
    town.state.records.begin(secret, person_id(town, LEE))
    assert isinstance(source.decide(order(secret, SDJWT, key())), Denied)
    assert refusals(town)[0] == ("enrol", str(Code.REGISTER_IC_KEY))
    assert Stage.ACTIVE in cards(town, LEE)


def test_the_page_of_ic_cards(town: Any) -> None:
    person = Visitor(town.issuer)
    page = person.get("/chips")
    assert "No IC card: go to an office with your plastic card." in page.text
    lee, park = person_id(town, LEE), person_id(town, PARK)
    wrong = person.post("/chips/tap", chip=f"ic-{lee}", pin="000000")
    assert "That is not the PIN of the IC card. Tries left: 2." in wrong.text
    unknown = person.post("/chips/tap", chip="ic-nobody", pin=CHIP_PIN)
    assert "there is no plastic card in force" in unknown.text
    for _ in range(2):
        person.post("/chips/tap", chip=f"ic-{lee}")
    assert "blocked" in person.post("/chips/tap", chip=f"ic-{lee}", pin=CHIP_PIN).text
    tap = person.post("/chips/tap", chip=f"ic-{park}", pin=CHIP_PIN)
    assert "The card on the other phone" not in tap.text
    (state,) = re.findall(r'data-live="([^"]+)"', tap.text)
    assert person.get(state).headers["x-krid-state"] == "offered"
    ticket = state.rpartition("/")[2]
    source_of(town).decide(order(ticket, SDJWT, key()))
    assert "The chip answered" in person.get(state).text
    copied = person.post("/chips/tap", chip=f"copy-{park}", pin=CHIP_PIN)
    assert "The card on the other phone" in copied.text
    (state,) = re.findall(r'data-live="([^"]+)"', copied.text)
    source_of(town).decide(order(state.rpartition("/")[2], SDJWT, key()))
    told = person.get(state)
    assert told.headers["x-krid-done"] == "yes"
    assert "register.ic_key" in told.text
    assert "it may be a copy" in told.text
    assert person.get("/chips/tap").status_code == 303
    assert "it may be a copy" in person.get("/journal").text


def moved(town: Any, slug: str) -> None:
    office = town.state.office
    office.registrar.residents.move(
        person_id(town, slug),
        "견본시 새집로 1",
        movers=Movers.ALONE,
        since=office.registrar.country.day(office.clock.now()),
        **office.note("clerk-1", "moved"),
    )


def kept(town: Any, slug: str, phone: Any) -> tuple[RegistrarSource, str]:
    source, ticket = source_of(town), offered(town, slug)
    for each in (SDJWT, MDOC):
        source.decide(order(ticket, each, phone))
    told(source, ticket, Event.ACCEPTED, SDJWT, MDOC)
    return source, ticket


def test_who_moved_gets_the_new_card_by_the_ticket_of_the_old(town: Any) -> None:
    phone = key()
    source, ticket = kept(town, HONG, phone)
    assert isinstance(source.decide(order(ticket, SDJWT, phone)), Denied)
    moved(town, HONG)
    assert isinstance(source.decide(order(ticket, SDJWT, key())), Denied)
    assert cards(town, HONG) == [Stage.ACTIVE, Stage.ENROLLED]
    for each in (SDJWT, MDOC):
        assert isinstance(source.decide(order(ticket, each, phone)), Made)
    assert cards(town, HONG) == [Stage.REVOKED, Stage.ISSUED]
    told(source, ticket, Event.ACCEPTED, SDJWT, MDOC)
    assert cards(town, HONG) == [Stage.REVOKED, Stage.ACTIVE]


def test_who_deleted_one_form_still_gets_the_new_card(town: Any) -> None:
    phone = key()
    source, ticket = kept(town, HONG, phone)
    told(source, ticket, Event.DELETED, MDOC)
    moved(town, HONG)
    assert isinstance(source.decide(order(ticket, SDJWT, phone)), Made)


def test_a_renewed_card_that_was_not_kept_waits(town: Any) -> None:
    phone = key()
    source, ticket = kept(town, HONG, phone)
    moved(town, HONG)
    source.decide(order(ticket, SDJWT, phone))
    told(source, ticket, Event.FAILURE, SDJWT)
    assert cards(town, HONG) == [Stage.REVOKED, Stage.ISSUED]
    assert isinstance(source.decide(order(ticket, SDJWT, phone)), Made)
    assert cards(town, HONG) == [Stage.REVOKED, Stage.ISSUED]


def test_of_two_changes_the_later_is_on_the_new_card(town: Any) -> None:
    phone, office = key(), town.state.office
    source, ticket = kept(town, HONG, phone)
    moved(town, HONG)
    waiting = office.waiting_card(person_id(town, HONG))
    begun = replace(source.records.find(ticket), card=waiting.id, progress=Progress.OFFERED)
    source.records.put(ticket, begun)
    facts = {"name_latin": "HONG GILDONG II"}
    note = office.note("clerk-1", "amended")
    office.registrar.residents.amend(person_id(town, HONG), facts=facts, portrait=None, **note)
    assert cards(town, HONG) == [Stage.ACTIVE, Stage.WITHDRAWN, Stage.ENROLLED]
    assert isinstance(source.decide(order(ticket, SDJWT, phone)), Made)
    assert cards(town, HONG) == [Stage.REVOKED, Stage.WITHDRAWN, Stage.ISSUED]


def test_a_ticket_lasts_for_as_long_as_its_card_is_renewed(town: Any) -> None:
    phone = key()
    source, ticket = kept(town, HONG, phone)
    before = source.records.find(ticket).expires
    assert before - town.state.office.clock.now() > timedelta(days=30)
    told(source, ticket, Event.DELETED, SDJWT)
    assert isinstance(source.decide(order(ticket, SDJWT, phone)), Denied)


def test_who_moves_while_the_card_is_signed_gets_it_with_the_new_address(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, ticket, sign = source_of(town), offered(town, HONG), Cards._sign
    moves = [lambda: moved(town, HONG)]

    def moving(own: Cards, order: Order) -> IssuedCredential:
        while moves:
            moves.pop()()
        return sign(own, order)

    monkeypatch.setattr(Cards, "_sign", moving)
    assert isinstance(source.decide(order(ticket, SDJWT, key())), Made)
    assert ("issue", str(Code.REGISTER_CHANGED)) in refusals(town)
    assert cards(town, HONG) == [Stage.ISSUED]


def test_a_card_that_is_not_kept_is_revoked(town: Any) -> None:
    source, ticket = source_of(town), offered(town, HONG)
    source.decide(order(ticket, SDJWT, key()))
    told(source, ticket, Event.FAILURE, SDJWT)
    assert cards(town, HONG) == [Stage.REVOKED]
    told(source, "unknown", Event.ACCEPTED, SDJWT)
    assert isinstance(source.decide(order("unknown", SDJWT, key())), Denied)


def test_news_of_a_card_that_was_suspended_or_has_ended_changes_nothing(town: Any) -> None:
    phone, office = key(), town.state.office
    source, ticket = source_of(town), offered(town, HONG)
    for each in (SDJWT, MDOC):
        source.decide(order(ticket, each, phone))
    note = office.note("call-centre", "phone_lost")
    office.registrar.cards.lose_phone(person_id(town, HONG), role=Role.POLICE, **note)
    told(source, ticket, Event.ACCEPTED, SDJWT, MDOC)
    assert cards(town, HONG) == [Stage.SUSPENDED]
    assert refusals(town)[0] == ("activate", str(Code.REGISTER_STAGE))
    ticket = offered(town, LEE, replaces=True)
    source.decide(order(ticket, SDJWT, key()))
    source.decide(order(offered(town, LEE, replaces=True), SDJWT, key()))
    told(source, ticket, Event.FAILURE, SDJWT)
    assert cards(town, LEE)[-2:] == [Stage.REVOKED, Stage.ISSUED]
    assert refusals(town)[0] == ("revoke", str(Code.REGISTER_STAGE))


def test_a_used_offer_stands_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    town, lines = in_memory(tmp_path)
    ticket, person = offered(town, HONG), person_id(town, HONG)
    town.state.records.tie("the-code", ticket)
    form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code"
    clerk = Visitor(town.issuer)

    def redeem(code: str) -> Any:
        return clerk.client.post(
            "/token",
            content=f"{form}&pre-authorized_code={code}",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    refused = redeem("the-code")
    redeem("another")
    line = town.state.office.registrar.log.newest(limit=1)[0]
    assert (line.action, line.subject, line.reason) == ("redeem", person, "wrong_code")
    assert person in clerk.get("/journal").text
    # Where it can't be written down, the wallet is refused all the same, and the operator told.
    down = Mock(side_effect=StoreError(Code.REGISTER_DATABASE))
    monkeypatch.setattr(Core, "work", down)
    again = redeem("the-code")
    assert (again.status_code, again.json()) == (refused.status_code, refused.json())
    assert lines[-1]["code"] == str(Code.REGISTER_DATABASE)
    town.state.office.registrar.close()


def lines_of(town: Any) -> int:
    return int(town.state.office.registrar.log.newest(limit=1)[0].seq)


def test_whoever_saw_an_offer_can_not_fill_the_log(town: Any) -> None:
    """A log is never shortened: of one offer it tells so many refusals, and no more."""
    town.state.records.tie("the-code", offered(town, HONG))
    form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code"
    before = lines_of(town)
    stranger = Visitor(town.issuer)
    for _ in range(limits.MAX_OFFER_REFUSALS + 5):
        stranger.client.post(
            "/token",
            content=f"{form}&pre-authorized_code=the-code",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
    assert lines_of(town) == before + limits.MAX_OFFER_REFUSALS


def test_what_is_too_long_for_a_form_is_not_read_for_the_log(town: Any) -> None:
    """Reading two megabytes of parameters takes a second, and refusing them nothing."""
    town.state.records.tie("a-code", offered(town, HONG))
    before = lines_of(town)
    answer = Visitor(town.issuer).client.post(
        "/token",
        content="pre-authorized_code=a-code" + "&x=y" * limits.MAX_OAUTH_BYTES,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 400
    assert lines_of(town) == before


def test_whoever_has_a_card_can_not_fill_the_log(
    town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_OFFER_REQUESTS", 2)
    source, ticket, phone = source_of(town), offered(town, HONG), key()
    for each in (SDJWT, MDOC):
        source.decide(order(ticket, each, phone))
    before = lines_of(town)
    for _ in range(3):
        with pytest.raises(KridError) as error:
            source.decide(order(ticket, SDJWT, key()))
        assert error.value.code is Code.OAUTH_BUSY
    assert lines_of(town) == before


def test_the_police_suspend_and_restore(town: Any) -> None:
    source, ticket, phone = source_of(town), offered(town, HONG), key()
    for each in (SDJWT, MDOC):
        source.decide(order(ticket, each, phone))
    told(source, ticket, Event.ACCEPTED, SDJWT, MDOC)
    officer, person = Visitor(town.police), person_id(town, HONG)
    officer.get("/")
    assert "Suspended" in officer.post("/lose", person=person).text
    assert cards(town, HONG) == [Stage.SUSPENDED]
    assert "Restored" in officer.post("/restore", person=person).text
    assert cards(town, HONG) == [Stage.ACTIVE]
    assert "Nobody" in officer.post("/lose", person="p-nobody").text


def test_pages_that_need_a_log_in_lead_to_it(town: Any) -> None:
    person, customer = Visitor(town.residents), Visitor(town.bank)
    assert person.get("/me").headers["location"] == "/"
    person.get("/")
    for path in ("/move", "/certificate", "/take"):
        page = person.post(path, kind="resident-copy")
        assert "Log in with your resident card" in page.text
    assert customer.get("/customer").headers["location"] == "/login/"
    assert "ended or is unknown" in customer.get("/card").text


def test_a_till_takes_no_text_that_is_no_code(town: Any) -> None:
    till = Visitor(town.shop)
    till.get("/")
    assert "not a wallet" in till.post("/read", code="hello").text
    stranger = "krid-live:elsewhere.example/AAAAAAAAAAAAAAAAAAAAAA"
    assert "not a wallet" in till.post("/read", code=stranger).text


def test_decisions_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    book = DecisionBook(tmp_path / "book.jsonl")
    assert book.every() == ()
    words = dict.fromkeys(("at", "outcome", "code", "policy", "liveness", "customer"), "x")
    first = Decision(id="1", report={"verified": True}, **words)
    second = Decision(id="2", report={}, **words)
    book.keep(first)
    book.keep(second)
    assert book.every() == (second, first)
    assert book.find("1") == first
    assert book.find("3") is None
    assert SampleLiveness().check("secret") == Liveness(
        passed=True, by="a sample that looks at nobody"
    )
    assert "19" in AccountPolicy(SampleLiveness()).name


def test_a_town_that_begins_again_knows_its_parties_by_their_new_names(tmp_path: Path) -> None:
    """Their keys are new, and so are their names; their registrations are those of before."""
    first, _ = in_memory(tmp_path)
    before = first.state.office.registrar.parties.every()
    first.state.office.registrar.close()
    second, _ = in_memory(tmp_path)
    book = second.state.office.registrar.parties
    after = book.every()
    assert [each.id for each in after] == [each.id for each in before]
    assert len(after) == 4
    for old, new in zip(before, after, strict=True):
        assert [use.id for use in old.uses] == [use.id for use in new.uses]
        assert not {name for use in old.uses for name in use.names} & {
            name for use in new.uses for name in use.names
        }
    name = second.verifier.client_id
    asker = Asker(client_id=name, names=frozenset({name}))
    found = book.find(asker, now=second.state.office.clock.now())
    assert found.purposes["en"] == "Open an account"
    second.state.office.registrar.close()
