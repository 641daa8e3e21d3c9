"""Issue 7, "Bad input": seven attempts, each refused, each visible, none with two active cards.

Each row tries one thing against a register in a database, and says with which code it is refused
and which line of the log shows it.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from sqlite3 import IntegrityError, connect
from threading import Barrier, Thread

import pytest

pytest.importorskip("alembic", reason="needs krid[registrar]")
pytest.importorskip("starlette", reason="needs krid[web]")

import parties
import presentation as p
import registers
from registers import CARD, DAY, NOW, Authority, note
from roles import MovableClock

import krid
from krid.errors import Code, KridError
from krid.net import run
from krid.openid import vp
from krid.openid.oauth.loopback import EndpointTransport
from krid.registrar import IcCard, NewDocument, Registrar, Role
from krid.registrar.lifecycle import HELD
from krid.wallet import RefuseBeyond
from krid.web.parties import PATH, ReportsEndpoint


@dataclass(frozen=True)
class World:
    """A register with one person in it, and who signs for it."""

    registrar: Registrar
    authority: Authority
    file: Path
    person: str

    def apply(self, person: str = "", *, replaces: bool = False) -> str:
        key = registers.phone().public_key
        return self.registrar.cards.apply(
            person or self.person, CARD, key, replaces=replaces, **note()
        )

    def ticket(self) -> str:
        return self.registrar.desk.hand_out(self.person, CARD, replaces=False, **note()).qr_text


@dataclass(frozen=True)
class Tried:
    """What was refused: the code, and action and subject of the line that shows it."""

    code: Code
    action: str
    subject: str


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make()


@pytest.fixture
def world(tmp_path: Path, authority: Authority) -> Iterator[World]:
    file = tmp_path / "register.db"
    registers.begin(file)
    with registers.opened(file, authority) as registrar:
        person = registrar.residents.enter(registers.person(), **note())
        yield World(registrar, authority, file, person)


def refused(action: Callable[[], object]) -> Code:
    return parties.refusal(action)


def two_phones_at_once(world: World) -> Tried:
    """Two phones of one person are proved, and both are issued to in the same moment."""
    cards = [registers.enrolled(world.registrar, world.person) for _ in range(2)]
    start = Barrier(2)

    def issue(card: str) -> None:
        with registers.opened(world.file, world.authority) as own:
            start.wait()
            with suppress(KridError):
                own.cards.issue(card, **note())

    threads = [Thread(target=issue, args=(card,)) for card in cards]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return Tried(Code.REGISTER_STAGE, "reserve", cards[0])


def an_office_qr_twice(world: World) -> Tried:
    first, qr = world.apply(), world.ticket()
    world.registrar.cards.enrol_by_ticket(first, qr, **note())
    world.registrar.cards.issue(first, **note())
    second = world.apply(replaces=True)
    code = refused(lambda: world.registrar.cards.enrol_by_ticket(second, qr, **note()))
    return Tried(code, "redeem", second)


def an_office_qr_by_another_person(world: World) -> Tried:
    thief = world.registrar.residents.enter(registers.person(2), **note())
    theirs, qr = world.apply(thief), world.ticket()
    code = refused(lambda: world.registrar.cards.enrol_by_ticket(theirs, qr, **note()))
    assert not [card for card in world.registrar.cards.of_person(thief) if card.stage in HELD]
    return Tried(code, "enrol", theirs)


def a_cloned_ic_card(world: World) -> Tried:
    chip = world.authority.chip()
    document = NewDocument(
        kind="resident-card", issued_on=DAY, facts=registers.OFFICE, chip_key=chip.chip_key
    )
    person = world.registrar.residents.enter(registers.person(3, documents=(document,)), **note())

    def tap(card: str, with_chip: IcCard) -> None:
        challenge = world.registrar.cards.challenge(card, **note())
        answer = with_chip.answer(challenge)
        world.registrar.cards.enrol_by_ic_card(card, challenge.value, answer, **note())

    clone, first = chip.clone(), world.apply(person)
    tap(first, clone)
    world.registrar.cards.issue(first, **note())
    second = world.apply(person, replaces=True)
    return Tried(refused(lambda: tap(second, chip)), "enrol", second)


def a_forged_birth_date(world: World) -> Tried:
    """Old enough by the date that is written down, and not by the number."""
    young = registers.person(4, born=date(2015, 5, 5))
    forged = registers.person(4, number=young.number, birth_date=date(1990, 5, 5))
    before = world.registrar.book.head().seq
    code = refused(lambda: world.registrar.residents.enter(forged, **note()))
    (line,) = world.registrar.log.after(before)
    return Tried(code, "enter", line.subject)


def a_register_changed_behind_the_log(world: World) -> Tried:
    """A second card is put into the table by hand: the table takes none, and the audit sees it."""
    registers.carded(world.registrar, world.person)
    second = "INSERT INTO krid_registrar_card SELECT 'c-2', {} FROM krid_registrar_card"
    with closing(connect(world.file)) as raw, raw:
        columns = [row[1] for row in raw.execute("PRAGMA table_info(krid_registrar_card)")]
        with pytest.raises(IntegrityError):
            raw.execute(second.format(", ".join(columns[1:])))
        raw.execute("UPDATE krid_registrar_card SET phone = 'another'")
    actor = {"actor": "auditor-1", "reason": "daily", "now": NOW}
    code = refused(lambda: world.registrar.audit_noted(expected=None, **actor))  # type: ignore[arg-type]
    return Tried(code, "audit", "desk")


def an_application_that_races_a_loss_report(world: World) -> Tried:
    card = registers.enrolled(world.registrar, world.person)
    world.registrar.cards.lose_phone(world.person, role=Role.HOLDER, **note())
    return Tried(refused(lambda: world.registrar.cards.issue(card, **note())), "reserve", card)


def a_bank_that_asks_beyond_its_purpose(world: World) -> Tried:
    """The wallet refuses, the person reports, the authority proves it and writes it down."""
    registers.carded(world.registrar, world.person)
    book = world.registrar.parties
    bank = book.enter(parties.BANK, **parties.NOTE)
    request = parties.asked("name", "address")
    with krid.Wallet.create(
        world.file.parent / "wallet.db",
        unlock=krid.Pin("246813"),
        trust=p.CARDS,
        registrations=RefuseBeyond(book),
        clock=MovableClock(p.NOW),
    ) as wallet:
        code = refused(lambda: wallet.match(request))
    authority = EndpointTransport("mois.example", ReportsEndpoint(book, parties.terms))
    sent = vp.wallet.report(request, f"https://mois.example{PATH}")
    assert run(sent, authority).counted
    return Tried(code, "overask", bank)


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (two_phones_at_once, Code.REGISTER_STAGE),
        (an_office_qr_twice, Code.REGISTER_TICKET),
        (an_office_qr_by_another_person, Code.REGISTER_TICKET),
        (a_cloned_ic_card, Code.REGISTER_IC_CLONE),
        (a_forged_birth_date, Code.REGISTER_BIRTH_DATE),
        (a_register_changed_behind_the_log, Code.REGISTER_ROW),
        (an_application_that_races_a_loss_report, Code.REGISTER_STAGE),
        (a_bank_that_asks_beyond_its_purpose, Code.REGISTRATION_BEYOND),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_bad_input(world: World, attempt: Callable[[World], Tried], code: Code) -> None:
    tried = attempt(world)
    assert tried.code is code
    lines = [line for line in world.registrar.log.of(tried.subject) if line.refusal]
    assert (lines[-1].action, lines[-1].refusal) == (tried.action, str(code))
    for each in world.registrar.log.newest(limit=1_000):
        held = [
            card for card in world.registrar.cards.of_person(each.subject) if card.stage in HELD
        ]
        assert len(held) <= 1
    if code is not Code.REGISTER_ROW:
        world.registrar.audit(expected=None)
