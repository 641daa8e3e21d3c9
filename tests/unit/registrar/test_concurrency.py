"""Processes that die anywhere, and threads that do everything at once: nobody has two cards."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import registers
from registers import ADDRESS, CARD, DAY, NOW, Authority, note
from sqlalchemy import func, select

from krid._core import base64url
from krid.errors import Code, ContentError, KridError, MisuseError
from krid.exchange import IssuedCredential
from krid.registrar import bulk
from krid.registrar.book.act import Act
from krid.registrar.book.schema import CARD as CARD_TABLE
from krid.registrar.bulk import issue_chunk
from krid.registrar.cards import Cards
from krid.registrar.lifecycle import HELD, Hold, Role, Stage
from krid.registrar.people import Movers, PersonState, Relation
from krid.registrar.phones import InventedPhones
from krid.registrar.portions import chunks
from krid.registrar.registrar import Registrar
from krid.registrar.signing import Order

PHONES = InventedPhones("test")


class KilledError(BaseException):
    """The process ends here: nothing after it runs."""


def at_most_one_each(registrar: Registrar) -> None:
    held = [stage.value for stage in HELD]
    with registrar.book.reading() as connection:
        counts = connection.execute(
            select(func.count())
            .where(CARD_TABLE.c.state.in_(held))
            .group_by(CARD_TABLE.c.person_id, CARD_TABLE.c.type)
        ).scalars()
        assert set(counts) <= {1}
    registrar.audit(expected=None)


def test_killed_between_reserving_and_taking_in(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next attempt uses the places that were reserved, and no other."""
    person = registrar.residents.enter(registers.person(), **note())
    card = registers.enrolled(registrar, person)

    def dying(_self: object, _order: object) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Cards, "_sign", dying)
        with pytest.raises(KilledError):
            registrar.cards.issue(card, **note())
    reserved = registrar.cards.credentials(card)
    assert [each.is_signed for each in reserved] == [False, False]
    assert registrar.cards.card(card).stage is Stage.ENROLLED
    registrar.audit(expected=None)
    registrar.cards.issue(card, **note(NOW + timedelta(days=1)))
    after = registrar.cards.credentials(card)
    assert [each.status for each in after] == [each.status for each in reserved]
    assert registrar.cards.card(card).issued_on == DAY + timedelta(days=1)
    at_most_one_each(registrar)


def test_who_moves_while_the_card_is_signed_gets_no_card_with_the_old_address(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = registrar.residents.enter(registers.person(), **note())
    card = registers.enrolled(registrar, person)
    sign = Cards._sign

    def moving(cards: Cards, order: Order) -> IssuedCredential:
        with suppress(ContentError):  # once a day
            move(registrar, person)
        return sign(cards, order)

    with monkeypatch.context() as patch:
        patch.setattr(Cards, "_sign", moving)
        with pytest.raises(ContentError) as caught:
            registrar.cards.issue(card, **note())
        assert caught.value.code is Code.REGISTER_CHANGED
        assert registrar.cards.card(card).stage is Stage.ENROLLED
        made = registrar.cards.issue(card, **note())
    assert "moved" in shown(made["dc+sd-jwt"].raw)
    at_most_one_each(registrar)


def test_who_moves_in_the_middle_of_a_bulk_run_has_a_turn_in_the_next(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [registrar.residents.enter(registers.person(n), **note()) for n in (1, 2)]
    sign = bulk._sign

    def moving(own: Registrar, order: Order) -> IssuedCredential:
        with suppress(ContentError):
            move(own, people[0])
        return sign(own, order)

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "_sign", moving)
        assert issue_chunk(registrar, CARD, people, PHONES, **note()).issued == 1
    assert issue_chunk(registrar, CARD, people, PHONES, **note()).issued == 1
    at_most_one_each(registrar)


def move(registrar: Registrar, person: str) -> None:
    words = note()
    registrar.residents.move(person, "moved", movers=Movers.ALONE, since=DAY, **words)


def shown(raw: bytes) -> str:
    """Open the disclosures of an SD-JWT."""
    opened = raw.decode().split("~")[1:-1]
    return "".join(base64url.decode(each).decode() for each in opened)


@pytest.mark.parametrize("moment", range(1, 9))
def test_killed_at_any_write(
    small: Registrar, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """A step is whole or was never taken, whichever of its writes was the last."""
    person = small.residents.enter(registers.person(), **note())
    old = registers.carded(small, person)
    new = registers.enrolled(small, person, replaces=True)
    writes = 0

    def counting(name: str) -> None:
        method = getattr(Act, name)

        def dying(self: Act, *args: object, **words: object) -> object:
            nonlocal writes
            writes += 1
            if writes == moment:
                raise KilledError
            return method(self, *args, **words)

        patch.setattr(Act, name, dying)

    with monkeypatch.context() as patch:
        for name in ("insert_many", "update", "update_many", "append"):
            counting(name)
        with suppress(KilledError):
            small.cards.issue(new, **note())
    stages = (small.cards.card(old).stage, small.cards.card(new).stage)
    assert stages in {(Stage.ACTIVE, Stage.ENROLLED), (Stage.REVOKED, Stage.ISSUED)}
    at_most_one_each(small)
    small.cards.issue(new, **note())
    assert small.cards.card(old).stage is Stage.REVOKED
    at_most_one_each(small)


def test_a_card_is_issued_again_to_a_phone_that_did_not_get_it(registrar: Registrar) -> None:
    person = registrar.residents.enter(registers.person(), **note())
    card = registers.enrolled(registrar, person)
    first = registrar.cards.issue(card, **note())
    again = registrar.cards.issue(card, **note(NOW + timedelta(days=1)))
    assert first != again
    entries = registrar.cards.credentials(card)
    by_state = {each.is_ended: registrar.status.entry(each.status).status for each in entries}
    assert by_state == {True: 1, False: 0}
    assert registrar.cards.card(card).issued_on == DAY
    registrar.cards.activate(card, **note())
    registrar.cards.activate(card, **note())
    assert registrar.cards.fetch(card, registrar.cards.card(card).key, **note()) == {}
    registrar.cards.issue(card, **note(NOW + timedelta(days=300)))
    assert registrar.cards.card(card).stage is Stage.ACTIVE
    at_most_one_each(registrar)


def test_a_claim_that_can_not_be_made_leaves_the_card_enrolled(small: Registrar) -> None:
    person = small.residents.enter(registers.person(portrait=None), **note())
    card = registers.enrolled(small, person)
    with pytest.raises(MisuseError) as error:
        small.cards.issue(card, **note())
    assert error.value.code is Code.MISUSE_CLAIMS
    assert small.cards.card(card).stage is Stage.ENROLLED


def test_threads_that_do_everything_at_once(
    database: str, registrar: Registrar, authority: Authority
) -> None:
    """Each thread has a register of its own, as processes have."""
    head = registers.person(1)
    handles = registrar.residents.enter_many(
        [head, *(registers.member(n, head.number, Relation.OTHER) for n in range(2, 7))], **note()
    )
    start, faults = Barrier(4), list[BaseException]()

    def live(seed: int) -> None:
        draws = random.Random(seed)  # noqa: S311  repeatable on purpose
        with registers.opened(database, authority) as own:
            start.wait()
            for day in range(25):
                try:
                    draws.choice(steps(own, draws, handles, day))()
                except KridError as error:
                    if not str(error.code).startswith("register."):
                        faults.append(error)
                    if error.code is Code.REGISTER_DATABASE:
                        faults.append(error)
                except BaseException as error:
                    faults.append(error)
                    raise

    threads = [Thread(target=live, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    at_most_one_each(registrar)


def steps(
    own: Registrar, draws: random.Random, handles: list[str], day: int
) -> list[Callable[[], object]]:
    person, words = draws.choice(handles), note(NOW + timedelta(days=day))
    cards = own.cards.of_person(person)
    movers = draws.choice(list(Movers))
    found: list[Callable[[], object]] = [
        lambda: registers.carded(own, person, now=words["now"], replaces=True),
        lambda: registers.enrolled(own, person, now=words["now"]),
        lambda: own.cards.lose_phone(person, role=Role.HOLDER, **words),
        lambda: own.residents.move(
            person, ADDRESS, movers=movers, since=DAY + timedelta(days=day), **words
        ),
        lambda: [
            issue_chunk(own, CARD, chunk, PHONES, **words)
            for chunk in chunks(own.book, CARD, size=3)
        ],
    ]
    if day == 20:
        found.append(lambda: own.residents.leave(person, PersonState.EMIGRATED, on=DAY, **words))
    for card in cards[-2:]:
        found += [
            lambda card=card: own.cards.issue(card.id, **words),  # type: ignore[misc]
            lambda card=card: own.cards.restore(  # type: ignore[misc]
                card.id, Hold.PHONE_LOST, role=Role.OFFICE, **words
            ),
            lambda card=card: own.cards.revoke(card.id, **words),  # type: ignore[misc]
        ]
    return found


def test_two_bulk_runs_at_once(database: str, registrar: Registrar, authority: Authority) -> None:
    people = [registers.person(n) for n in range(60)]
    registrar.residents.enter_many(people, **note())
    start, faults = Barrier(2), list[BaseException]()

    def run() -> None:
        try:
            with registers.opened(database, authority) as own:
                start.wait()
                for chunk in chunks(own.book, CARD, size=9):
                    issue_chunk(own, CARD, chunk, PHONES, **note())
        except BaseException as error:
            faults.append(error)
            raise

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert registrar.cards.count() == {CARD: {"active": 60}}
    at_most_one_each(registrar)
