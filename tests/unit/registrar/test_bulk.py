"""Bulk issue: everybody once, whatever kills it and however often it is begun again."""

import importlib.util
import random
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import registers
from bulk_runs import PHONES, bulk, check_one_each, people
from registers import CARD, DAY, Authority, note

from krid.errors import Code, ContentError, MisuseError
from krid.exchange import IssuedCredential
from krid.registrar.bulk import Outcome, issue_chunk, issue_portion
from krid.registrar.lifecycle import Role, Stage
from krid.registrar.mobile import Via
from krid.registrar.portions import Portion, Walk
from krid.registrar.registrar import Registrar
from krid.registrar.signing import Order

MINUTE = timedelta(minutes=1)
BENCH = Path(__file__).parents[3] / "bench" / "kill_bulk.py"
_SPEC = importlib.util.spec_from_file_location("kill_bulk", BENCH)
assert _SPEC is not None
assert _SPEC.loader is not None
kill_bulk = importlib.util.module_from_spec(_SPEC)
with pytest.MonkeyPatch.context() as patch:
    patch.setitem(sys.modules, "kill_bulk", kill_bulk)  # its dataclasses look themselves up
    _SPEC.loader.exec_module(kill_bulk)


def issue_everybody(registrar: Registrar) -> Outcome:
    total = Outcome(0, 0, 0)
    walk = Walk(registrar.book, CARD, size=7, lasting=MINUTE)
    while isinstance(portion := walk.claim(), Portion):
        total += issue_portion(registrar, portion, PHONES, **note())
    assert portion is None
    return total


def test_everybody_who_may_gets_one_card_of_each_format(registrar: Registrar) -> None:
    handles = people(registrar, 40)
    first = issue_everybody(registrar)
    assert first.issued + first.refused == 40
    again = issue_everybody(registrar)
    assert again == Outcome(0, first.refused, 0)
    check_one_each(registrar, first.issued)
    active = [card for handle in handles for card in registrar.cards.of_person(handle)]
    assert {card.via for card in active} == {Via.BULK}
    key = PHONES(active[0].person_id)
    assert set(registrar.cards.fetch(active[0].id, key, **note())) == {"dc+sd-jwt", "mso_mdoc"}
    registrar.audit(expected=None)


def test_whoever_has_or_applied_for_a_card_is_passed_over(small: Registrar) -> None:
    carded = small.residents.enter(registers.person(1), **note())
    registers.carded(small, carded)
    enrolled = small.residents.enter(registers.person(2), **note())
    own = registers.enrolled(small, enrolled)
    child = small.residents.enter(registers.person(3, born=DAY.replace(year=2015)), **note())
    done = issue_chunk(small, CARD, (carded, enrolled, child), PHONES, **note())
    assert done == Outcome(0, 1, 2)
    assert small.cards.card(own).stage is Stage.ENROLLED


def test_a_loss_that_is_reported_while_signing_is_heard(
    small: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    handles = people(small, 30)
    sign, seen = Order.sign, list[str]()

    def reporting(self: Order, *args: object, **words: object) -> IssuedCredential:
        if not seen:
            (card,) = small.cards.of_person(handles[0])
            seen.append(card.id)
            small.cards.lose_phone(handles[0], role=Role.HOLDER, **note())
        return sign(self, *args, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(Order, "sign", reporting)
    done = issue_chunk(small, CARD, handles, PHONES, **note())
    assert small.cards.card(seen[0]).stage is Stage.WITHDRAWN
    with pytest.raises(ContentError):
        small.cards.fetch(seen[0], PHONES(handles[0]), **note())
    check_one_each(small, done.issued)
    small.audit(expected=None)


def test_a_run_in_this_process(small: Registrar, file: Path, authority: Authority) -> None:
    people(small, 20)
    done = sum(bulk(str(file), authority, 1).run(), start=Outcome(0, 0, 0))
    check_one_each(small, done.issued)
    with pytest.raises(MisuseError) as error:
        list(bulk(str(file), authority, 0).run())
    assert error.value.code is Code.MISUSE_OPTION


def test_killed_at_random_moments_it_ends_with_one_card_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As `bench/kill_bulk.py` does with 100,000: beginning, in the middle, publishing, the feeder."""
    where = kill_bulk.Field(
        place=str(tmp_path / "register.db"),
        folder=tmp_path,
        lease="1",
        workers="2",
        luck=random.Random("kills"),  # noqa: S311  repeatable on purpose
        span=0.3,
    )
    kill_bulk.play(where, 300, 3)
    assert where.kills.total() - where.kills["too late"] >= 2
    assert "all is as it has to be" in capsys.readouterr().out
