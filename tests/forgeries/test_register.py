"""One forgery for each rule of the register in a database: what is broken, and the code for it.

A refusal changes nothing and stands in the log; what was changed behind the log's back is found.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import registers
from registers import CARD, DAY, LICENCE, NOW, Authority, note

from krid._core import limits
from krid.cardtypes import Sex, bundled_text
from krid.errors import Code, ContentError, KridError, MisuseError
from krid.registrar import TICKET_LIFETIME
from krid.registrar.book.book import Book
from krid.registrar.book.chain import Head
from krid.registrar.bulk import issue_chunk
from krid.registrar.ic_card import CHALLENGE_LIFETIME, Answer, Challenge, IcCard
from krid.registrar.lifecycle import Hold, Role, Stage
from krid.registrar.people import Movers, NewDocument, PersonState, Relation
from krid.registrar.phones import InventedPhones
from krid.registrar.registrar import Registrar

PAPER = "resident-card"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "register.db"


@pytest.fixture
def registrar(file: Path, authority: Authority) -> Iterator[Registrar]:
    registers.begin(file)
    with registers.opened(file, authority) as opened:
        yield opened


@pytest.fixture
def person(registrar: Registrar) -> str:
    return registrar.residents.enter(registers.person(), **note())


def refused(
    registrar: Registrar, code: Code, action: Callable[[], object], subject: str = ""
) -> None:
    """Check that something is refused with a code, which stands in the log, and changed nothing."""
    before = registrar.book.head().seq
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code
    lines = registrar.log.after(before)
    assert str(code) in {line.refusal for line in lines}
    assert not subject or subject in {line.subject for line in lines if line.refusal}
    registrar.audit(expected=None)


def plainly_refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


# Who may be entered


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "9013011000000"}, Code.REGISTER_NUMBER),
        ({"birth_date": date(1991, 5, 5)}, Code.REGISTER_BIRTH_DATE),
        ({"birth_date": date(2026, 6, 2), "number": "261301-4000001"}, Code.REGISTER_BIRTH_DATE),
        ({"sex": Sex.MALE}, Code.REGISTER_BIRTH_DATE),
        ({"invented": False}, Code.REGISTER_BIRTH_DATE),
        ({"number": "900506-2000001", "invented": False}, Code.REGISTER_BIRTH_DATE),
        ({"facts": {"name_latin": "Gyeonbon Nuram"}}, Code.REGISTER_PERSON),
        ({"address": ""}, Code.REGISTER_PERSON),
        ({"address": "한 줄\n두 줄"}, Code.REGISTER_PERSON),
        ({"portrait": b"\x89PNG"}, Code.REGISTER_PORTRAIT),
        ({"relation": Relation.CHILD}, Code.REGISTER_HOUSEHOLD),
        ({"household": "h-nothing", "relation": Relation.CHILD}, Code.REGISTER_HOUSEHOLD),
        (
            {"documents": (NewDocument(kind="passport", issued_on=DAY, facts={}),)},
            Code.REGISTER_DOCUMENT,
        ),
        (
            {"documents": (NewDocument(kind=PAPER, issued_on=DAY, facts={}),)},
            Code.REGISTER_DOCUMENT,
        ),
    ],
)
def test_a_person_who_can_not_be(registrar: Registrar, change: dict[str, Any], code: Code) -> None:
    changes = dict(change)
    new = registers.person()
    for name, value in changes.items():
        new = replace(new, **{name: value})
    refused(registrar, code, lambda: registrar.residents.enter(new, **note()))
    assert registrar.residents.count() == 0


def test_a_fact_that_the_country_does_not_keep(registrar: Registrar) -> None:
    new = registers.person()
    forged = replace(new, facts={**new.facts, "religion": "none of yours"})
    refused(registrar, Code.REGISTER_PERSON, lambda: registrar.residents.enter(forged, **note()))


def test_one_person_twice(registrar: Registrar, person: str) -> None:
    again = registers.person()
    refused(registrar, Code.REGISTER_REPEATED, lambda: registrar.residents.enter(again, **note()))
    plainly_refused(
        Code.REGISTER_REPEATED,
        lambda: registrar.residents.enter_many([registers.person(2)] * 2, **note()),
    )
    plainly_refused(
        Code.REGISTER_REPEATED, lambda: registrar.residents.enter_many([again], **note())
    )
    assert registrar.residents.count() == 1


# Who may have a card


def test_one_day_too_young(registrar: Registrar) -> None:
    young = registers.person(born=date(2009, 6, 2))
    person = registrar.residents.enter(young, **note())
    refused(registrar, Code.REGISTER_TOO_YOUNG, lambda: apply(registrar, person), person)


def test_no_document_in_force(registrar: Registrar, person: str) -> None:
    registrar.residents.lose_document(person, PAPER, role=Role.HOLDER, **note())
    refused(registrar, Code.REGISTER_NO_CARD, lambda: apply(registrar, person), person)
    refused(
        registrar,
        Code.REGISTER_DOCUMENT,
        lambda: registrar.residents.lose_document(person, PAPER, role=Role.HOLDER, **note()),
    )
    refused(
        registrar,
        Code.REGISTER_RIGHT,
        lambda: registrar.residents.find_document(person, PAPER, role=Role.HOLDER, **note()),
    )


def test_a_text_that_one_card_alone_needs(registrar: Registrar) -> None:
    """Who never had a name in Latin letters entered may live here, and drives with paper."""
    paper = NewDocument(kind="driving-licence", issued_on=DAY, facts=registers.LICENCE_FACTS)
    whole = registers.person()
    new = replace(whole, facts={"name": "견본누람"}, documents=(*whole.documents, paper))
    person = registrar.residents.enter(new, **note())
    with pytest.raises(ContentError) as error:
        apply(registrar, person, LICENCE)
    assert (error.value.code, error.value.detail) == (Code.REGISTER_PERSON, "family_name_latin")
    apply(registrar, person)
    latin = {"family_name_latin": "Gyeonbon", "given_name_latin": "Nuram"}
    registrar.residents.amend(person, facts=latin, portrait=None, **note())
    registers.carded(registrar, person, type_id=LICENCE)
    gone = {"given_name_latin": ""}
    refused(
        registrar,
        Code.REGISTER_PERSON,
        lambda: registrar.residents.amend(person, facts=gone, portrait=None, **note()),
        person,
    )


def test_a_line_on_a_document_that_one_card_alone_needs(file: Path, authority: Authority) -> None:
    """Two cards stand beside one kind of paper: who wants the first need not show the second's."""
    second = bundled_text(LICENCE).replace('"driving-licence"', f'"{PAPER}"')
    files = [bundled_text(CARD).encode(), second.encode()]
    Registrar.begin(file, files, actor="installer", now=NOW)
    with registers.opened(file, authority) as registrar:
        bare = NewDocument(kind=PAPER, issued_on=DAY, facts={})
        with pytest.raises(ContentError) as error:
            registrar.residents.enter(replace(registers.person(), documents=(bare,)), **note())
        assert (error.value.code, error.value.detail) == (Code.REGISTER_DOCUMENT, "office")
        person = registrar.residents.enter(registers.person(), **note())
        apply(registrar, person)
        refused(
            registrar, Code.REGISTER_DOCUMENT, lambda: apply(registrar, person, LICENCE), person
        )
        paper = NewDocument(kind=PAPER, issued_on=DAY, facts=registers.LICENCE_FACTS)
        registrar.residents.issue_document(person, paper, **note())
        registers.carded(registrar, person, type_id=LICENCE)


def test_a_card_of_another_country(registrar: Registrar, person: str) -> None:
    refused(registrar, Code.REGISTER_TYPE, lambda: apply(registrar, person, "eu-pid"), person)


def test_nobody_of_that_handle(registrar: Registrar) -> None:
    refused(registrar, Code.REGISTER_UNKNOWN, lambda: apply(registrar, "HongGildong"), "unknown")
    gone = "p-" + "a" * 16
    refused(registrar, Code.REGISTER_UNKNOWN, lambda: apply(registrar, gone), gone)
    refused(
        registrar, Code.REGISTER_UNKNOWN_CARD, lambda: registrar.cards.issue("c-nothing", **note())
    )
    plainly_refused(Code.REGISTER_UNKNOWN_CARD, lambda: registrar.cards.card("c-nothing"))
    for ask in (
        lambda: registrar.residents.person("p-nobody"),
        lambda: registrar.residents.by_number("901301-1999999"),
    ):
        plainly_refused(Code.REGISTER_UNKNOWN, ask)


def apply(registrar: Registrar, person: str, type_id: str = CARD, *, replaces: bool = False) -> str:
    key = registers.phone().public_key
    return registrar.cards.apply(person, type_id, key, replaces=replaces, **note())


def ticket(registrar: Registrar, person: str, *, replaces: bool = False) -> str:
    made = registrar.desk.hand_out(person, CARD, replaces=replaces, **note())
    return made.qr_text


# Two phones at once


def test_a_second_phone(registrar: Registrar, person: str) -> None:
    registers.carded(registrar, person)
    refused(registrar, Code.REGISTER_ACTIVE_PHONE, lambda: apply(registrar, person), person)
    refused(registrar, Code.REGISTER_ACTIVE_PHONE, lambda: ticket(registrar, person), person)


def test_two_phones_that_both_applied(registrar: Registrar, person: str) -> None:
    """Whoever is proved last is the one that is issued; the other is withdrawn."""
    first = registers.enrolled(registrar, person)
    second = registers.enrolled(registrar, person)
    refused(registrar, Code.REGISTER_STAGE, lambda: registrar.cards.issue(first, **note()), first)
    registrar.cards.issue(second, **note())
    assert registrar.cards.card(first).stage is Stage.WITHDRAWN


def test_a_phone_that_enrolled_without_replacing_the_card_that_came_first(
    registrar: Registrar, person: str
) -> None:
    slow = apply(registrar, person)
    qr = ticket(registrar, person)
    registers.carded(registrar, person)
    refused(
        registrar,
        Code.REGISTER_TICKET,  # a newer ticket voids the older one
        lambda: registrar.cards.enrol_by_ticket(slow, qr, **note()),
        slow,
    )


def test_two_phones_that_race(
    file: Path, registrar: Registrar, authority: Authority, person: str
) -> None:
    """Threads with registers of their own issue two cards of one person at the same moment."""
    registers.carded(registrar, person)
    start, outcomes = Barrier(4), list[str]()
    cards = [registers.enrolled(registrar, person, replaces=True) for _ in range(2)]

    def work(card: str) -> None:
        with registers.opened(file, authority) as own:
            start.wait()
            try:
                own.cards.issue(card, **note())
                outcomes.append("issued")
            except KridError as error:
                outcomes.append(str(error.code))

    threads = [Thread(target=work, args=(card,)) for card in cards * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "issued" in outcomes
    held = [card for card in registrar.cards.of_person(person) if card.stage is Stage.ISSUED]
    assert [card.id for card in held] == [cards[1]]
    signed = [each for each in registrar.cards.credentials(cards[1]) if not each.is_ended]
    assert sorted(each.format for each in signed if each.is_signed) == ["dc+sd-jwt", "mso_mdoc"]
    registrar.audit(expected=None)


# The office QR


def test_an_office_qr_twice(registrar: Registrar, person: str) -> None:
    card, qr = apply(registrar, person), ticket(registrar, person)
    registrar.cards.enrol_by_ticket(card, qr, **note())
    other = apply(registrar, person)
    refused(
        registrar,
        Code.REGISTER_TICKET,
        lambda: registrar.cards.enrol_by_ticket(other, qr, **note()),
        other,
    )


def test_an_office_qr_by_another_person(registrar: Registrar, person: str) -> None:
    """It is used up by the attempt: the person must go back to the counter."""
    thief = registrar.residents.enter(registers.person(2), **note())
    theirs, mine = apply(registrar, thief), apply(registrar, person)
    qr = ticket(registrar, person)
    for card in (theirs, mine):
        refused(
            registrar,
            Code.REGISTER_TICKET,
            lambda card=card: registrar.cards.enrol_by_ticket(card, qr, **note()),  # type: ignore[misc]
            card,
        )
    assert registrar.cards.card(theirs).stage is Stage.APPLIED


@pytest.mark.parametrize("text", ["", "krid-office:", "krid-office:" + "A" * 43])
def test_no_office_qr(registrar: Registrar, person: str, text: str) -> None:
    card = apply(registrar, person)
    refused(
        registrar,
        Code.REGISTER_TICKET,
        lambda: registrar.cards.enrol_by_ticket(card, text, **note()),
    )


def test_an_office_qr_that_has_expired(registrar: Registrar, person: str) -> None:
    card, qr = apply(registrar, person), ticket(registrar, person)
    late = note(NOW + TICKET_LIFETIME)
    refused(
        registrar, Code.REGISTER_TICKET, lambda: registrar.cards.enrol_by_ticket(card, qr, **late)
    )
    assert registrar.desk.purge(actor="clock-1", now=NOW + TICKET_LIFETIME * 2) == 1
    registrar.audit(expected=None)


# The IC card


@pytest.fixture
def chip(authority: Authority) -> IcCard:
    return authority.chip()


@pytest.fixture
def chipped(registrar: Registrar, chip: IcCard) -> str:
    document = NewDocument(
        kind=PAPER, issued_on=DAY, facts=registers.OFFICE, chip_key=chip.chip_key
    )
    return registrar.residents.enter(registers.person(documents=(document,)), **note())


def tap(registrar: Registrar, card: str, chip: IcCard) -> None:
    challenge = registrar.cards.challenge(card, **note())
    registrar.cards.enrol_by_ic_card(card, challenge.value, chip.answer(challenge), **note())


def test_an_ic_card_that_was_cloned_with_its_key(
    registrar: Registrar, chipped: str, chip: IcCard
) -> None:
    """Whichever of the two is read second is found, and the chip is blocked."""
    clone = chip.clone()
    tap(registrar, apply(registrar, chipped, replaces=True), clone)
    mine = apply(registrar, chipped, replaces=True)
    refused(registrar, Code.REGISTER_IC_CLONE, lambda: tap(registrar, mine, chip), mine)
    refused(registrar, Code.REGISTER_IC_BLOCKED, lambda: tap(registrar, mine, chip), mine)
    (document,) = registrar.residents.documents(chipped)
    assert document.chip_blocked


def test_an_ic_card_that_was_cloned_without_its_key(
    registrar: Registrar, chipped: str, authority: Authority
) -> None:
    card = apply(registrar, chipped)
    other = authority.chip("chip-2")
    refused(registrar, Code.REGISTER_IC_KEY, lambda: tap(registrar, card, other), card)


def test_an_ic_card_of_an_unknown_authority(registrar: Registrar, chipped: str) -> None:
    card = apply(registrar, chipped)
    forged = Authority.make().chip()
    refused(registrar, Code.X509_KEY_IDENTIFIER, lambda: tap(registrar, card, forged), card)


def answered(
    registrar: Registrar, card: str, chip: IcCard, change: Callable[[Answer], Answer]
) -> None:
    challenge = registrar.cards.challenge(card, **note())
    answer = change(Answer.parse(chip.answer(challenge)))
    registrar.cards.enrol_by_ic_card(card, challenge.value, answer.encode(), **note())


def test_an_ic_cards_answer_with_another_counter(
    registrar: Registrar, chipped: str, chip: IcCard
) -> None:
    card = apply(registrar, chipped)
    refused(
        registrar,
        Code.REGISTER_IC_KEY,
        lambda: answered(registrar, card, chip, lambda one: replace(one, counter=one.counter + 1)),
        card,
    )


@pytest.mark.parametrize("raw", [b"", b"\x83\x40\x01", bytes.fromhex("83400040"), b"\x80" * 9000])
def test_no_answer_of_an_ic_card(registrar: Registrar, chipped: str, raw: bytes) -> None:
    card = apply(registrar, chipped)
    challenge = registrar.cards.challenge(card, **note())
    refused(
        registrar,
        Code.REGISTER_IC_ANSWER,
        lambda: registrar.cards.enrol_by_ic_card(card, challenge.value, raw, **note()),
        card,
    )


def test_no_certificate_in_an_answer(registrar: Registrar, chipped: str, chip: IcCard) -> None:
    card = apply(registrar, chipped)
    refused(
        registrar,
        Code.REGISTER_IC_ANSWER,
        lambda: answered(registrar, card, chip, lambda one: replace(one, certificate=b"none")),
        card,
    )


def test_a_challenge_twice_late_or_for_another_phone(
    registrar: Registrar, chipped: str, chip: IcCard
) -> None:
    card, other = apply(registrar, chipped), apply(registrar, chipped)
    challenge = registrar.cards.challenge(card, **note())
    answer = chip.answer(challenge)
    late = note(NOW + CHALLENGE_LIFETIME)
    relayed = chip.answer(Challenge(other, challenge.value, challenge.expires))
    cards = registrar.cards
    for act in (
        lambda: cards.enrol_by_ic_card(other, challenge.value, relayed, **note()),
        lambda: cards.enrol_by_ic_card(card, challenge.value, answer, **late),
        lambda: cards.enrol_by_ic_card(card, bytes(32), answer, **note()),
    ):
        refused(registrar, Code.REGISTER_IC_CHALLENGE, act)
    cards.enrol_by_ic_card(card, challenge.value, answer, **note())
    refused(
        registrar,
        Code.REGISTER_IC_CHALLENGE,
        lambda: cards.enrol_by_ic_card(card, challenge.value, answer, **note()),
    )


def test_a_document_without_a_chip(registrar: Registrar, person: str) -> None:
    card = apply(registrar, person)
    refused(
        registrar, Code.REGISTER_NO_CARD, lambda: registrar.cards.challenge(card, **note()), card
    )


# An application that races a loss report


def test_an_application_that_a_loss_report_overtakes(registrar: Registrar, person: str) -> None:
    card = registers.enrolled(registrar, person)
    registrar.cards.lose_phone(person, role=Role.HOLDER, **note())
    refused(registrar, Code.REGISTER_STAGE, lambda: registrar.cards.issue(card, **note()), card)
    assert registrar.cards.credentials(card) == ()


def test_a_loss_report_that_comes_while_the_card_is_signed(
    registrar: Registrar, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = registers.enrolled(registrar, person)
    sign = type(registrar.cards)._sign

    def reporting(self: Any, order: Any) -> Any:
        if registrar.cards.card(card).stage is Stage.ENROLLED:
            registrar.cards.lose_phone(person, role=Role.POLICE, **note())
        return sign(self, order)

    monkeypatch.setattr(type(registrar.cards), "_sign", reporting)
    refused(registrar, Code.REGISTER_STAGE, lambda: registrar.cards.issue(card, **note()), card)
    key = registrar.cards.card(card).key
    refused(
        registrar, Code.REGISTER_STAGE, lambda: registrar.cards.fetch(card, key, **note()), card
    )
    assert {
        registrar.status.entry(each.status).status for each in registrar.cards.credentials(card)
    } == {1}


# Steps that can not be taken


def test_steps_out_of_order(registrar: Registrar, person: str) -> None:
    card = apply(registrar, person)
    for act in (
        lambda: registrar.cards.issue(card, **note()),
        lambda: registrar.cards.activate(card, **note()),
        lambda: registrar.cards.renew(card, **note()),
        lambda: registrar.cards.suspend(card, Hold.PHONE_LOST, role=Role.OFFICE, **note()),
    ):
        refused(registrar, Code.REGISTER_STAGE, act, card)
    registrar.cards.revoke(card, **note())
    refused(registrar, Code.REGISTER_STAGE, lambda: registrar.cards.revoke(card, **note()), card)


def test_suspensions_that_nobody_may_make_or_end(registrar: Registrar, person: str) -> None:
    card = registers.carded(registrar, person)
    cards = registrar.cards
    for code, act in (
        (Code.REGISTER_RIGHT, lambda: cards.suspend(card, Hold.POLICE, role=Role.OFFICE, **note())),
        (Code.REGISTER_RIGHT, lambda: cards.suspend(card, Hold.POLICE, role=Role.POLICE, **note())),
        (
            Code.REGISTER_HOLD,
            lambda: cards.restore(card, Hold.PHONE_LOST, role=Role.OFFICE, **note()),
        ),
    ):
        refused(registrar, code, act, card)
    cards.suspend(card, Hold.PHONE_LOST, role=Role.OFFICE, **note())
    refused(
        registrar,
        Code.REGISTER_SUSPENDED,
        lambda: cards.suspend(card, Hold.PHONE_LOST, role=Role.OFFICE, **note()),
        card,
    )


def test_a_card_that_another_phone_fetches(registrar: Registrar, person: str) -> None:
    card = registers.enrolled(registrar, person)
    registrar.cards.issue(card, **note())
    other = registers.phone().public_key
    refused(
        registrar,
        Code.REGISTER_OTHER_KEY,
        lambda: registrar.cards.fetch(card, other, **note()),
        card,
    )


def test_a_card_that_has_expired(registrar: Registrar, person: str) -> None:
    card = registers.carded(registrar, person)
    late = note(NOW + timedelta(days=4 * 365))
    refused(registrar, Code.REGISTER_EXPIRED, lambda: registrar.cards.issue(card, **late), card)
    new = registrar.cards.apply(person, CARD, registers.phone().public_key, replaces=False, **late)
    assert registrar.cards.card(card).stage is Stage.EXPIRED
    assert registrar.cards.card(new).stage is Stage.APPLIED


def test_days_that_can_not_be(registrar: Registrar, person: str) -> None:
    residents = registrar.residents
    for since in (date(2020, 1, 1), DAY + timedelta(days=1)):
        refused(
            registrar,
            Code.REGISTER_DAY,
            lambda since=since: residents.move(
                person, "A", movers=Movers.ALONE, since=since, **note()
            ),  # type: ignore[misc]
            person,
        )
    refused(
        registrar,
        Code.REGISTER_DAY,
        lambda: residents.leave(person, PersonState.DEAD, on=date(1990, 1, 1), **note()),
        person,
    )
    residents.leave(person, PersonState.DEAD, on=DAY, **note())
    for act in (
        lambda: residents.move(person, "A", movers=Movers.HOUSEHOLD, since=DAY, **note()),
        lambda: residents.leave(person, PersonState.DEAD, on=DAY, **note()),
    ):
        refused(registrar, Code.REGISTER_ENDED, act, person)
    with pytest.raises(MisuseError):
        residents.leave(person, PersonState.RESIDENT, on=DAY, **note())


def test_names_and_stories_stay_out_of_the_log(registrar: Registrar, person: str) -> None:
    for words in ({"actor": "Officer Kim"}, {"reason": "lost it in Busan"}, {"actor": ""}):
        with pytest.raises(MisuseError) as error:
            registrar.cards.lose_phone(person, role=Role.HOLDER, **{**note(), **words})  # type: ignore[arg-type]
        assert error.value.code is Code.MISUSE_OPTION


# A register that is changed behind the log's back


def tamper(file: Path, *statements: str) -> None:
    """Change the file by something other than krid; ~ stands for what all tables are called."""
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement.replace("~", "krid_registrar_"))
        connection.commit()


_LOOSE = ("DROP TRIGGER ~line_kept_from_update", "DROP TRIGGER ~line_kept_from_delete",
          "DROP TRIGGER ~touch_kept_from_update", "DROP TRIGGER ~touch_kept_from_delete")  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        (["UPDATE ~person SET birth_date = '1980-01-01'"], Code.REGISTER_ROW),
        (["UPDATE ~person SET salt = x'00'"], Code.REGISTER_ROW),
        (["UPDATE ~residence SET address = 'elsewhere'"], Code.REGISTER_ROW),
        (["UPDATE ~card SET state = 'active'"], Code.REGISTER_ROW),
        (["UPDATE ~document SET chip_blocked = 1"], Code.REGISTER_ROW),
        (["UPDATE ~ticket SET state = 'open'"], Code.REGISTER_ROW),
        (["DELETE FROM ~document"], Code.REGISTER_ROW),
        (["DELETE FROM ~delivery", "DELETE FROM ~credential"], Code.REGISTER_ROW),
        (
            ["INSERT INTO ~household SELECT 'h-new', head, salt FROM ~household"],
            Code.REGISTER_ROW,
        ),
        (["UPDATE ~portrait SET jpeg = x'ffd8ff00'"], Code.REGISTER_ROW),
        (["UPDATE ~delivery SET credential = x'00'"], Code.REGISTER_ROW),
        (["UPDATE ~type SET toml = ''"], Code.REGISTER_ROW),
        ([*_LOOSE, "UPDATE ~line SET actor = 'nobody' WHERE seq = 3"], Code.REGISTER_CHAIN),
        ([*_LOOSE, "UPDATE ~line SET refusal = 'x' WHERE seq = 4"], Code.REGISTER_CHAIN),
        (
            [*_LOOSE, "DELETE FROM ~touch WHERE seq = 3", "DELETE FROM ~line WHERE seq = 3"],
            Code.REGISTER_CHAIN,
        ),
        ([*_LOOSE, "DELETE FROM ~touch WHERE seq = 3"], Code.REGISTER_CHAIN),
        (
            [
                *_LOOSE,
                "DELETE FROM ~touch WHERE seq = (SELECT max(seq) FROM ~line)",
                "DELETE FROM ~line WHERE seq = (SELECT max(seq) FROM ~line)",
            ],
            Code.REGISTER_CHAIN,
        ),
        ([*_LOOSE, "UPDATE ~touch SET digest = x'00' WHERE seq = 3"], Code.REGISTER_CHAIN),
        (
            [*_LOOSE, "INSERT INTO ~touch VALUES (999, 'person', 'p-x', x'00')"],
            Code.REGISTER_CHAIN,
        ),
        (["UPDATE ~head SET digest = x'00'"], Code.REGISTER_CHAIN),
        (["DELETE FROM ~head"], Code.REGISTER_CHAIN),
    ],
)
def test_a_register_changed_behind_the_log(
    registrar: Registrar, person: str, file: Path, statements: list[str], code: Code
) -> None:
    card = registers.enrolled(registrar, person)
    registrar.cards.issue(card, **note())
    registrar.audit(expected=None)
    tamper(file, "PRAGMA foreign_keys = OFF", *statements)
    plainly_refused(code, lambda: registrar.audit(expected=None))


@pytest.mark.parametrize("table", ["line", "touch"])
def test_the_database_itself_keeps_the_log(registrar: Registrar, file: Path, table: str) -> None:
    for statement in ("DELETE FROM ~", "UPDATE ~ SET seq = seq + 1"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
            tamper(file, statement.replace("~", f"~{table}"))


def test_a_register_that_was_put_back(
    registrar: Registrar, person: str, file: Path, tmp_path: Path, authority: Authority
) -> None:
    """Register and log are both whole, but they are not the ones whose end was written down."""
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    registrar.cards.apply(person, CARD, registers.phone().public_key, replaces=False, **note())
    head = registrar.book.head()
    registrar.audit(expected=head)
    with registers.opened(copy, authority) as old:
        old.audit(expected=None)
        plainly_refused(Code.REGISTER_ROLLBACK, lambda: old.audit(expected=head))


@pytest.mark.parametrize(
    "text", ["", "1", "1:", "x:" + "A" * 43, "1:" + "A" * 42, "-1:" + "A" * 43]
)
def test_no_end_of_a_log(text: str) -> None:
    plainly_refused(Code.REGISTER_HEAD, lambda: Head.parse(text))


def test_tables_of_another_krid(file: Path, registrar: Registrar) -> None:
    tamper(file, "UPDATE ~version SET version_num = '9999'")
    for act in (Book.open, Book.upgrade):
        plainly_refused(Code.REGISTER_VERSION, lambda act=act: act(file))  # type: ignore[misc]


def test_a_database_without_a_register(tmp_path: Path, authority: Authority) -> None:
    place = tmp_path / "empty.db"
    plainly_refused(Code.STORE_NOT_FOUND, lambda: registers.opened(place, authority))
    place.write_bytes(b"not a database, but long enough to be looked at as one" * 40)
    plainly_refused(Code.REGISTER_DATABASE, lambda: Book.open(place))


def test_types_of_two_countries(file: Path) -> None:
    plainly_refused(Code.MISUSE_OPTION, lambda: registers.begin(file, CARD, "eu-pid"))


def test_a_licence_that_the_police_suspend_stays_so_at_the_office(registrar: Registrar) -> None:
    licence = NewDocument(kind="driving-licence", issued_on=DAY, facts=registers.LICENCE_FACTS)
    person = registrar.residents.enter(registers.person(documents=(licence,)), **note())
    card = registers.carded(registrar, person, type_id=LICENCE)
    registrar.cards.suspend(card, Hold.POLICE, role=Role.POLICE, **note())
    refused(
        registrar,
        Code.REGISTER_RIGHT,
        lambda: registrar.cards.restore(card, Hold.POLICE, role=Role.OFFICE, **note()),
        card,
    )


def test_nothing_gets_around_a_suspension_by_the_police(
    registrar: Registrar, authority: Authority
) -> None:
    """Neither a new phone, an IC card or new paper, nor ending the card, nor the end of its days."""
    licence = NewDocument(kind="driving-licence", issued_on=DAY, facts=registers.LICENCE_FACTS)
    person = registrar.residents.enter(registers.person(documents=(licence,)), **note())
    card = registers.carded(registrar, person, type_id=LICENCE)
    ready = registers.enrolled(registrar, person, type_id=LICENCE, replaces=True)
    registrar.cards.suspend(card, Hold.POLICE, role=Role.POLICE, **note())
    late = note(NOW + timedelta(days=4 * 365))
    key = registers.phone().public_key
    for act in (
        lambda: apply(registrar, person, LICENCE, replaces=True),
        lambda: registrar.cards.apply(person, LICENCE, key, replaces=False, **late),
        lambda: registrar.desk.hand_out(person, LICENCE, replaces=True, **note()),
        lambda: registrar.cards.issue(ready, **note()),
        lambda: registrar.cards.revoke(card, **note()),
        lambda: registrar.residents.issue_document(person, licence, **note()),
    ):
        refused(registrar, Code.REGISTER_POLICE, act)
    plainly_refused(
        Code.REGISTER_POLICE, lambda: registrar.desk.check(person, LICENCE, now=note()["now"])
    )
    done = issue_chunk(registrar, LICENCE, [person], InventedPhones("x"), **late)
    assert (done.issued, done.passed) == (0, 1)
    assert registrar.cards.card(card).stage is Stage.SUSPENDED


def test_applications_of_too_many_phones(registrar: Registrar, person: str) -> None:
    cards = registrar.cards
    keys = [registers.phone().public_key for _ in range(limits.MAX_APPLICATIONS + 1)]
    first, *later = (
        cards.apply(person, CARD, key, replaces=False, **note(NOW + timedelta(seconds=at)))
        for at, key in enumerate(keys)
    )
    refused(
        registrar,
        Code.REGISTER_STAGE,
        lambda: registrar.cards.enrol_by_ticket(first, ticket(registrar, person), **note()),
        first,
    )
    open_ones = [card for card in registrar.cards.of_person(person) if card.stage is Stage.APPLIED]
    assert {card.id for card in open_ones} == set(later)
    last = cards.apply(person, CARD, keys[-1], replaces=False, **note(NOW + timedelta(hours=1)))
    applied = [card.id for card in cards.of_person(person) if card.stage is Stage.APPLIED]
    assert set(applied) == {*later[:-1], last}
