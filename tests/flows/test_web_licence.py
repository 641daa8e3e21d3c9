"""The driving licence in the town: its office, the police, and the bank and the till that take it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("httpx2", reason="httpx2 is not installed")

from browsers import Visitor
from errands import Errands
from towns import Served, in_memory, person_id, served

from krid.errors import Code, ContentError
from krid.keys import Alg, LocalKey
from krid.openid.vci.server import CredentialOrder, Made
from krid.profiles import kr
from krid.registrar import Hold, Role, Stage
from krid.registrar.people import Movers
from krid.web.office import OfficeTickets, RegistrarSource

HONG, KIM, LEE = "sample-hong-gildong", "sample-kim-cheolsu", "sample-lee-younghee"
SIM, YI, SEONG = "sample-sim-cheong", "sample-yi-mongryong", "sample-seong-chunhyang"
RESIDENT, LICENCE = "Mobile Resident Card · SD-JWT VC", "Mobile Driving Licence"
SDJWT, MDOC = f"{LICENCE} · SD-JWT VC", f"{LICENCE} · ISO mdoc"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Any]:
    found, _ = in_memory(tmp_path)
    yield found
    found.state.office.registrar.close()


@pytest.fixture
def streets(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as found:
        yield found


def licensed(town: Any, slug: str) -> str:
    """Take somebody to the licence office, and return the handle of the active licence."""
    office, person = town.licences.office, person_id(town, slug)
    ticket = OfficeTickets(office, "licence-clerk-1").hand_out(person, replaces=False)
    town.licences.records.begin(ticket, person)
    source = RegistrarSource(office, town.licences.records, town.state.reader)
    phone = LocalKey.generate(Alg.ES256).public_key
    for each in office.formats:
        order = CredentialOrder(
            subject=ticket,
            configuration=each,
            dataset=each,
            claims=(),
            count=1,
            transaction_id=None,
            keys=(phone,),
        )
        assert isinstance(source.decide(order), Made)
    (card,) = office.held(person)[-1:]
    office.registrar.cards.activate(card.id, **office.note("wallet", "received"))
    return str(card.id)


def stages(town: Any, slug: str) -> dict[str, Stage]:
    return {each.type: each.stage for each in town.state.office.held(person_id(town, slug))}


def test_who_has_no_licence_to_show_gets_none(town: Any) -> None:
    desk = Visitor(town.licence)
    page = desk.get("/desk").text
    assert page.count("no plastic driving licence in force") == 2
    assert "Whose licence is it?" in page
    for slug in (SIM, SEONG):
        refused = desk.post("/desk/offer", resident=person_id(town, slug))
        assert refused.status_code == 400
        assert "no plastic driving licence in force" in refused.text
    last = town.state.office.registrar.log.newest(limit=1)[0]
    assert (last.actor, last.refusal) == ("licence-clerk-1", "register.no_card")


def test_a_licence_needs_no_resident_card_and_is_another_one(town: Any) -> None:
    licensed(town, KIM)
    assert stages(town, KIM) == {"kr-licence": Stage.ACTIVE}
    page = Visitor(town.licence).get("/desk").text
    assert "another phone holds the card" in page
    assert "no plastic card" in Visitor(town.issuer).get("/desk").text


def test_the_police_suspend_the_licence_and_nothing_else(town: Any) -> None:
    card, officer, person = licensed(town, LEE), Visitor(town.police), person_id(town, LEE)
    assert officer.get("/driving").text.count("No mobile licence") == 6
    page = officer.post("/driving/suspend", person=person, reason="drunk_driving").text
    assert "The licence is suspended" in page
    assert stages(town, LEE) == {"kr-resident": Stage.ACTIVE, "kr-licence": Stage.SUSPENDED}
    line = next(each for each in town.state.office.registrar.log.newest(limit=9) if each.reason)
    assert (line.action, line.actor, line.reason) == ("suspend", "police", "drunk_driving")
    assert "Suspended by the police" in officer.get("/").text
    # The found phone restores what was lost with it, and not this.
    officer.post("/lose", person=person)
    officer.post("/restore", person=person)
    assert stages(town, LEE) == {"kr-resident": Stage.ACTIVE, "kr-licence": Stage.SUSPENDED}
    desk = Visitor(town.licence)
    assert "the police have suspended the licence" in desk.get("/desk").text
    moved = desk.post("/desk/offer", resident=person, replaces="yes")
    assert (moved.status_code, "the police have suspended" in moved.text) == (400, True)
    cards = town.licences.office.registrar.cards
    for role in (Role.OFFICE, Role.HOLDER):
        with pytest.raises(ContentError) as caught:
            cards.restore(card, Hold.POLICE, role=role, **town.state.office.note("clerk-1", "x"))
        assert caught.value.code is Code.REGISTER_RIGHT
    officer.get("/driving")
    assert "suspension has ended" in officer.post("/driving/restore", person=person).text
    assert stages(town, LEE)["kr-licence"] is Stage.ACTIVE
    town.state.office.registrar.audit(expected=None)


def test_what_an_officer_may_not_do(town: Any) -> None:
    licensed(town, HONG)
    officer = Visitor(town.police)
    officer.get("/driving")
    officer.post("/driving/suspend", person=person_id(town, HONG), reason="because")
    assert stages(town, HONG) == {"kr-licence": Stage.ACTIVE}
    for path in ("/driving/suspend", "/driving/restore"):
        for person in (person_id(town, LEE), "p-nobody"):  # a resident card, and no one
            page = officer.post(path, person=person, reason="accident")
            assert page.status_code == 400
    assert officer.post("/driving/restore", person=person_id(town, HONG)).status_code == 400
    stranger = Visitor(town.police)
    stranger.get("/driving")
    stranger.client._transport.client = ("192.0.2.1", 1)
    for path in ("/driving/suspend", "/driving/restore"):
        page = stranger.post(path, person=person_id(town, HONG), reason="accident")
        assert page.status_code == 403
    assert stranger.get("/driving").status_code == 403
    assert stages(town, HONG) == {"kr-licence": Stage.ACTIVE}


def test_a_licence_is_shown_taken_suspended_and_moved(streets: Served) -> None:
    hong = Errands(streets, HONG)
    hong.take(streets.issuer)
    home = hong.take(streets.licence).text
    assert home.count('class="idcard ') == 4
    assert home.count("kind-licence") == 2
    _reads_well(hong, home)
    for card in (SDJWT, MDOC):
        said = hong.show(hong.bank, card=card)
        assert "홍길동" in said
        assert "Licence class" in said  # among what was not asked for
    assert hong.bank.follow(hong.bank.client.get("/card")).status_code == 200
    officer = hong.visitor(streets.police)
    officer.get("/driving")
    officer.post("/driving/suspend", person=hong.who, reason="penalty_points")
    for card in (SDJWT, MDOC):
        assert "status.suspended" in hong.show(hong.bank, card=card)
    assert "홍길동" in hong.show(hong.bank, card=RESIDENT)
    officer.post("/driving/restore", person=hong.who)
    assert "홍길동" in hong.show(hong.bank, card=MDOC)
    assert "Verified" in hong.show(hong.shop, card=MDOC)
    assert "19 or older" in hong.shop.get("/verdict").text
    _moves(hong)


def _reads_well(person: Errands, home: str) -> None:
    """Look at both forms of the licence, in two languages, as somebody does who opens the card."""
    links = re.findall(r'href="(/cards/[0-9a-f]+)"', home)
    pages = [person.phone.get(each).text for each in links]
    licences = [each for each in pages if "Driving privileges" in each]
    assert len(licences) == 2
    for page in licences:
        assert "1종보통 (Class 1, ordinary)" in page
        assert "A: automatic transmission" in page
        assert re.search(
            r"B \(cars and light vans\), \S+ to \S+, automatic transmission only\n", page
        )
        assert "C1 (medium lorries)" in page
        assert "vehicle_category_code" not in page
        assert page.count('src="data:image/jpeg') == 2
    person.phone.client.headers["Accept-Language"] = "ko"
    korean = [person.phone.get(each).text for each in links]
    assert sum("B (승용·소형 화물자동차), 20" in page for page in korean) == 2
    person.phone.client.headers["Accept-Language"] = "en"


def _moves(person: Errands) -> None:
    office = person.town.town.state.office
    office.registrar.residents.move(
        person.who,
        "견본시 새집로 1",
        movers=Movers.ALONE,
        since=office.registrar.country.day(office.clock.now()),
        **office.note("clerk-1", "moved"),
    )
    person.phone.get("/")
    home = person.phone.post("/renew").text
    assert home.count("kind-licence") == 2
    links = re.findall(r'href="(/cards/[0-9a-f]+)"', home)
    assert [("새집로" in person.phone.get(each).text) for each in links] == [True] * 4


def test_a_learner_of_seventeen_is_too_young_for_the_bank_and_the_till(streets: Served) -> None:
    yi = Errands(streets, YI)
    yi.take(streets.licence)
    assert "bank.too_young" in yi.show(yi.bank, card=SDJWT)
    assert "Verified" in yi.show(yi.shop, card=MDOC)
    assert "Under 19" in yi.shop.get("/verdict").text


def test_a_new_phone_takes_the_licence_over(streets: Served, tmp_path: Path) -> None:
    lee = Errands(streets, LEE)
    licensed(streets.town, LEE)
    assert lee.take(streets.licence, replaces="yes").text.count("kind-licence") == 2
    cards = streets.town.state.office.registrar.cards.of_person(lee.who)
    found = [each.stage for each in cards if each.type == "kr-licence"]
    assert sorted(each.value for each in found) == ["active", "revoked"]


def test_both_cards_of_the_country_share_names_but_not_types() -> None:
    assert {kr.VCT, kr.DOCTYPE}.isdisjoint({kr.LICENCE_VCT, kr.LICENCE_DOCTYPE})
    assert kr.label((kr.LICENCE_DOMESTIC, "asort"), kr.Language.ENGLISH) == "Licence class"
    assert kr.label((kr.LICENCE_NAMESPACE, "birth_date"), kr.Language.KOREAN) == "생년월일"
