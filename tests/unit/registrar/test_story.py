"""From the register to the phone and to the end, on both kinds of database."""

from datetime import date, timedelta

import pytest
import registers
from registers import CARD, DAY, LICENCE, NOW, Authority, note
from sqlalchemy import delete, update

from krid.errors import Code, ContentError, KridError, StoreError
from krid.registrar.book.schema import LINE, TOUCH
from krid.registrar.lifecycle import Hold, Role, Stage
from krid.registrar.mobile import Via
from krid.registrar.people import Movers, NewDocument, PersonState, Relation
from krid.registrar.registrar import Registrar


def code_of(error: pytest.ExceptionInfo[KridError]) -> Code:
    return error.value.code


def test_a_person_gets_a_card_at_the_office(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    key = registers.phone()
    card_id = registers.enrolled(registrar, person_id, key=key)
    made = registrar.cards.issue(card_id, **note())
    assert set(made) == {"dc+sd-jwt", "mso_mdoc"}
    assert registrar.cards.fetch(card_id, key.public_key, **note()) == made
    registrar.cards.activate(card_id, **note())
    card = registrar.cards.card(card_id)
    assert (card.stage, card.via, card.issued_on) == (Stage.ACTIVE, Via.OFFICE, DAY)
    assert card.expires_on == date(2029, 6, 1)
    assert registrar.cards.fetch(card_id, key.public_key, **note()) == {}
    statuses = [
        registrar.status.entry(each.status).status for each in registrar.cards.credentials(card_id)
    ]
    assert statuses == [0, 0]
    audited = registrar.audit(expected=None)
    assert audited.head == registrar.book.head()
    assert audited.rows >= 8


def test_a_person_gets_a_card_by_the_ic_card(registrar: Registrar, authority: Authority) -> None:
    chip = authority.chip()
    document = NewDocument(
        kind="resident-card", issued_on=DAY, facts=registers.OFFICE, chip_key=chip.chip_key
    )
    person_id = registrar.residents.enter(registers.person(documents=(document,)), **note())
    key = registers.phone().public_key
    card_id = registrar.cards.apply(person_id, CARD, key, replaces=False, **note())
    challenge = registrar.cards.challenge(card_id, **note())
    answer = chip.answer(challenge)
    registrar.cards.enrol_by_ic_card(card_id, challenge.value, answer, **note())
    registrar.cards.issue(card_id, **note())
    assert registrar.cards.card(card_id).via is Via.IC_CARD
    registrar.audit(expected=None)


def test_a_lost_phone_is_suspended_and_restored(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    card_id = registers.carded(registrar, person_id)
    lost = registrar.cards.lose_phone(person_id, role=Role.HOLDER, **note())
    assert lost == (card_id,)
    assert registrar.cards.lose_phone(person_id, role=Role.OFFICE, **note()) == ()
    assert statuses(registrar, card_id) == {2}
    with pytest.raises(ContentError) as error:
        registrar.cards.restore(card_id, Hold.PHONE_LOST, role=Role.HOLDER, **note())
    assert code_of(error) is Code.REGISTER_RIGHT
    registrar.cards.restore(card_id, Hold.PHONE_LOST, role=Role.OFFICE, **note())
    assert statuses(registrar, card_id) == {0}
    refused = [line.refusal for line in registrar.log.of(card_id) if line.refusal]
    assert refused == ["register.right"]
    registrar.audit(expected=None)


def test_a_licence_that_police_and_office_suspend(registrar: Registrar) -> None:
    licence = NewDocument(kind="driving-licence", issued_on=DAY, facts=registers.LICENCE_FACTS)
    person = registers.person()
    person_id = registrar.residents.enter(
        registers.person(documents=(*person.documents, licence)), **note()
    )
    card_id = registers.carded(registrar, person_id, type_id=LICENCE)
    registrar.cards.suspend(card_id, Hold.POLICE, role=Role.POLICE, **note())
    registrar.cards.suspend(card_id, Hold.PHONE_LOST, role=Role.OFFICE, **note())
    registrar.cards.restore(card_id, Hold.PHONE_LOST, role=Role.OFFICE, **note())
    assert registrar.cards.card(card_id).stage is Stage.SUSPENDED
    assert statuses(registrar, card_id) == {2}
    with pytest.raises(ContentError) as error:
        registrar.cards.restore(card_id, Hold.POLICE, role=Role.OFFICE, **note())
    assert code_of(error) is Code.REGISTER_RIGHT
    registrar.cards.restore(card_id, Hold.POLICE, role=Role.POLICE, **note())
    assert registrar.cards.card(card_id).stage is Stage.ACTIVE


def test_a_new_phone_replaces_the_old_one(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    old = registers.carded(registrar, person_id)
    new = registers.enrolled(registrar, person_id, replaces=True)
    assert registrar.cards.card(old).stage is Stage.ACTIVE
    registrar.cards.issue(new, **note())
    assert registrar.cards.card(old).stage is Stage.REVOKED
    assert (statuses(registrar, old), statuses(registrar, new)) == ({1}, {0})
    registrar.audit(expected=None)


def test_a_household_moves_and_its_cards_are_replaced(registrar: Registrar) -> None:
    head = registrar.residents.enter(registers.person(1), **note())
    home = registrar.residents.residences(head)[0].household_id
    spouse = registrar.residents.enter(registers.member(2, home, Relation.SPOUSE), **note())
    child = registrar.residents.enter(
        registers.member(3, home, Relation.CHILD, born=date(2020, 1, 2), documents=()), **note()
    )
    old = registers.carded(registrar, spouse)
    new = registrar.residents.move(
        head, "부산광역시 보기구 보기로 1", movers=Movers.HOUSEHOLD, since=DAY, **note()
    )
    assert len(new) == 1
    assert {
        each.person_id
        for each in registrar.residents.living_at("부산광역시 보기구 보기로 1", day=DAY)
    } == {head, spouse, child}
    assert registrar.residents.living_at(registers.ADDRESS, day=DAY) == ()
    before = registrar.residents.living_at(registers.ADDRESS, day=DAY - timedelta(days=1))
    assert len(before) == 3
    made = registrar.cards.issue(new[0], **note())
    assert statuses(registrar, old) == {1}
    from krid.mdoc import parse_issuer_signed

    said = parse_issuer_signed(made["mso_mdoc"].raw)
    elements = {item.identifier: item.value for items in said.namespaces.values() for item in items}
    assert elements["resident_address"] == "부산광역시 보기구 보기로 1"
    registrar.audit(expected=None)


def test_a_head_who_moves_alone_passes_the_household_on(registrar: Registrar) -> None:
    head = registrar.residents.enter(registers.person(1), **note())
    home = registrar.residents.residences(head)[0].household_id
    spouse = registrar.residents.enter(registers.member(2, home, Relation.SPOUSE), **note())
    registrar.residents.move(head, "어디", movers=Movers.ALONE, since=DAY, **note())
    (left,) = registrar.residents.household(home, day=DAY)
    assert (left.person_id, left.relation) == (spouse, Relation.HEAD)
    assert [
        each.person_id for each in registrar.residents.household(home, day=date(2021, 1, 1))
    ] == [head, spouse]
    registrar.audit(expected=None)


def test_death_ends_everything(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    card_id = registers.carded(registrar, person_id)
    registrar.residents.leave(person_id, PersonState.DEAD, on=DAY, **note())
    assert statuses(registrar, card_id) == {1}
    assert registrar.residents.person(person_id).state is PersonState.DEAD
    with pytest.raises(ContentError) as error:
        registers.carded(registrar, person_id)
    assert code_of(error) is Code.REGISTER_ENDED
    registrar.audit(expected=None)


def test_a_lost_document_suspends_and_a_found_one_restores(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    card_id = registers.carded(registrar, person_id)
    kind = "resident-card"
    registrar.residents.lose_document(person_id, kind, role=Role.HOLDER, **note())
    assert statuses(registrar, card_id) == {2}
    registrar.residents.find_document(person_id, kind, role=Role.OFFICE, **note())
    assert statuses(registrar, card_id) == {0}
    registrar.residents.end_document(person_id, kind, **note())
    assert statuses(registrar, card_id) == {1}
    document = NewDocument(kind=kind, issued_on=DAY, facts=registers.OFFICE)
    registrar.residents.issue_document(person_id, document, **note())
    assert [each.state.value for each in registrar.residents.documents(person_id)] == [
        "ended",
        "in force",
    ]
    again = registers.carded(registrar, person_id)
    registrar.residents.issue_document(person_id, document, **note())
    assert statuses(registrar, again) == {1}
    registrar.audit(expected=None)


def test_a_card_is_renewed_before_its_end(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    old = registers.carded(registrar, person_id)
    late = NOW + timedelta(days=3 * 365 - 80)
    with pytest.raises(ContentError) as error:
        registrar.cards.renew(old, **note(late - timedelta(days=30)))
    assert code_of(error) is Code.REGISTER_RENEWAL
    new = registrar.cards.renew(old, **note(late))
    registrar.cards.revoke(new, **note(late))
    assert registrar.cards.card(new).stage is Stage.WITHDRAWN
    over = NOW + timedelta(days=3 * 366)
    with pytest.raises(ContentError) as error:
        registrar.cards.renew(old, **note(over))
    assert code_of(error) is Code.REGISTER_EXPIRED


def statuses(registrar: Registrar, card_id: str) -> set[int]:
    return {
        registrar.status.entry(each.status).status
        for each in registrar.cards.credentials(card_id)
        if each.is_signed
    }


def test_a_new_name_and_portrait_bring_a_new_card(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    old = registers.carded(registrar, person_id)
    face = registers.JPEG + b" of later years"
    changes = {"name": "견본새솔", "name_hanja": ""}
    (new,) = registrar.residents.amend(person_id, facts=changes, portrait=face, **note())
    person = registrar.residents.person(person_id)
    assert (person.facts["name"], person.portrait) == ("견본새솔", face)
    assert "name_hanja" not in person.facts
    registrar.cards.issue(new, **note())
    assert statuses(registrar, old) == {1}
    for wrong in ({"name": ""}, {"religion": "none of yours"}, {"name": "a\nb"}):
        with pytest.raises(ContentError) as error:
            registrar.residents.amend(person_id, facts=wrong, portrait=None, **note())
        assert code_of(error) is Code.REGISTER_PERSON
    with pytest.raises(ContentError) as error:
        registrar.residents.amend(person_id, facts={}, portrait=b"GIF", **note())
    assert code_of(error) is Code.REGISTER_PORTRAIT
    assert registrar.residents.amend(person_id, facts={}, portrait=None, **note()) != ()
    registrar.audit(expected=None)


def test_the_database_itself_keeps_the_log(registrar: Registrar) -> None:
    for statement in (update(LINE).values(actor="nobody"), delete(TOUCH)):
        with pytest.raises(StoreError) as error, registrar.book.database.writing() as connection:
            connection.execute(statement)
        assert code_of(error) is Code.REGISTER_DATABASE
    registrar.audit(expected=None)


def test_a_look_at_who_may_have_a_ticket_writes_nothing(registrar: Registrar) -> None:
    person_id = registrar.residents.enter(registers.person(), **note())
    before = registrar.book.head()
    registrar.desk.check(person_id, CARD, now=NOW)
    for type_id, who, code in (
        (LICENCE, person_id, Code.REGISTER_NO_CARD),
        (CARD, "p-nobody", Code.REGISTER_UNKNOWN),
        ("none", person_id, Code.REGISTER_TYPE),
    ):
        with pytest.raises(ContentError) as error:
            registrar.desk.check(who, type_id, now=NOW)
        assert code_of(error) is code
    assert registrar.book.head() == before
    registers.carded(registrar, person_id)
    with pytest.raises(ContentError) as error:
        registrar.desk.check(person_id, CARD, now=NOW)
    assert code_of(error) is Code.REGISTER_ACTIVE_PHONE
    registrar.desk.check(person_id, CARD, now=NOW + timedelta(days=4 * 365))  # it has expired
