"""Sharing a bulk run: each has people of their own, and nobody waits for who died or was stopped."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import postgres
import pytest
import registers
from bulk_runs import PHONES, Deadly, Opener, bulk, check_one_each, people
from programs import running
from registers import CARD, Authority, note
from sqlalchemy import text

from krid._core.database import Database
from krid.cli.exits import Exit
from krid.cli.registrar_open import OpenRegistrar, make_authority
from krid.errors import Code, ContentError, StoreError
from krid.exchange import IssuedCredential
from krid.registrar.bulk import Outcome, issue_chunk, issue_portion
from krid.registrar.portions import Elsewhere, Portion, Walk, chunks, give_back
from krid.registrar.registrar import Registrar
from krid.registrar.signing import Order

LONG, SHORT = timedelta(minutes=1), timedelta(milliseconds=30)


def walk(registrar: Registrar, lasting: timedelta = LONG, *, size: int = 10) -> Walk:
    return Walk(registrar.book, CARD, size=size, lasting=lasting)


def portion(found: object) -> Portion:
    assert isinstance(found, Portion)
    return found


def test_two_share_the_people_and_one_waits_for_the_other(registrar: Registrar) -> None:
    handles = people(registrar, 25)
    mine, theirs = walk(registrar), walk(registrar)
    held = [portion(each.claim()) for each in (mine, theirs, mine)]
    taken = [person for each in held for person in each.people]
    assert sorted(taken) == sorted(handles)
    assert len(set(taken)) == 25
    found = theirs.claim()
    assert isinstance(found, Elsewhere)
    assert timedelta(0) < found.wait <= timedelta(seconds=1)
    done = sum(
        (issue_portion(registrar, each, PHONES, **note()) for each in held), Outcome(0, 0, 0)
    )
    assert mine.claim() is None
    match theirs.claim():  # passes by those who may have no card once more
        case Portion() as rest:
            assert issue_portion(registrar, rest, PHONES, **note()).issued == 0
        case nothing:
            assert nothing is None
    check_one_each(registrar, done.issued)
    registrar.audit(expected=None)


def test_who_lost_the_lease_issues_nothing(registrar: Registrar) -> None:
    people(registrar, 10)
    slow = portion(walk(registrar, SHORT).claim())
    time.sleep(0.05)
    quick = portion(walk(registrar).claim())
    assert quick.people == slow.people
    with pytest.raises(ContentError) as error:
        issue_portion(registrar, slow, PHONES, **note())
    assert error.value.code is Code.REGISTER_LEASE
    done = issue_portion(registrar, quick, PHONES, **note())
    check_one_each(registrar, done.issued)
    assert str(Code.REGISTER_LEASE) in {line.refusal for line in registrar.log.of(CARD)}
    registrar.audit(expected=None)


def test_what_was_signed_under_a_lost_lease_is_not_taken_in(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(registrar, 10)
    sign, seen = Order.sign, list[Outcome]()

    def overtaken(order: Order, *args: object, **words: object) -> IssuedCredential:
        """Stand still before the first signature until another has done it all."""
        if not seen:
            seen.append(Outcome(0, 0, 0))
            time.sleep(0.05)
            other = portion(walk(registrar).claim())
            seen[0] = issue_portion(registrar, other, PHONES, **note())
        return sign(order, *args, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(Order, "sign", overtaken)
    slow = portion(walk(registrar, SHORT).claim())
    with pytest.raises(ContentError) as error:
        issue_portion(registrar, slow, PHONES, **note())
    assert error.value.code is Code.REGISTER_LEASE
    check_one_each(registrar, seen[0].issued)
    registrar.audit(expected=None)


def test_people_of_an_ended_lease_who_have_cards_by_now_are_left_out(small: Registrar) -> None:
    small.residents.enter_many([registers.person(number) for number in range(4)], **note())
    first = portion(walk(small, SHORT).claim())
    issue_chunk(small, CARD, first.people[:2], PHONES, **note())
    time.sleep(0.05)
    rest = portion(walk(small, SHORT).claim())
    assert rest.people == first.people[2:]
    assert list(chunks(small.book, CARD, size=9)) == [rest.people]
    issue_chunk(small, CARD, rest.people, PHONES, **note())
    time.sleep(0.05)
    assert walk(small).claim() is None


def test_no_two_leases_lie_over_each_other(small: Registrar) -> None:
    small.residents.enter_many([registers.person(number) for number in range(9)], **note())
    first, second = (portion(walk(small, size=3).claim()) for _ in "12")
    with small.book.leasing() as connection:
        give_back(connection, first)
    again = walk(small, size=9)
    assert portion(again.claim()).people == first.people  # not those behind the second as well
    third = portion(again.claim())
    assert third.people[0] > second.people[-1]
    assert len(third.people) == 3


def test_a_run_waits_for_another_and_takes_over_what_it_left(
    small: Registrar, file: Path, authority: Authority
) -> None:
    people(small, 12)
    walk(small, timedelta(seconds=0.3), size=6).claim()  # and dies
    done = sum(bulk(str(file), authority, 1).run(), start=Outcome(0, 0, 0))
    check_one_each(small, done.issued)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM krid_registrar_lease").fetchone() == (0,)


def test_a_run_passes_over_people_that_another_took(
    small: Registrar, file: Path, authority: Authority
) -> None:
    people(small, 5)
    slow = portion(walk(small, SHORT).claim())
    time.sleep(0.05)
    held = portion(walk(small).claim())
    run = bulk(str(file), authority, 1)
    assert run.issue(small, slow) == Outcome(0, 0, 5)
    with pytest.raises(ContentError) as error:
        run.issue(small, replace(held, type_id="another"))
    assert error.value.code is Code.REGISTER_TYPE


def test_a_process_that_dies_ends_the_run(
    small: Registrar, file: Path, authority: Authority
) -> None:
    people(small, 12)
    make_authority(Path(f"{file}.authority"), "KR")
    run = replace(
        bulk(str(file), authority, 2), opener=OpenRegistrar(str(file), None), phones=Deadly()
    )
    with pytest.raises(StoreError) as error:
        list(run.run())
    assert error.value.code is Code.REGISTER_WORKER


def test_a_transaction_that_stands_still_is_ended_by_the_server(postgres_url: str) -> None:
    place = postgres.fresh(postgres_url)
    patient = Database.connect(place, code=Code.REGISTER_DATABASE)
    with patient.reading() as connection:
        waits = connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar()
        assert waits == "1min"
    patient.close()
    joint = "&" if "?" in place else "?"
    hasty = Database.connect(
        f"{place}{joint}options=-cidle_in_transaction_session_timeout=200",
        code=Code.REGISTER_DATABASE,
    )
    with pytest.raises(StoreError):
        _stand_still_beside_another(hasty)
    hasty.close()


def _stand_still_beside_another(database: Database) -> None:
    with database.alone(7):
        time.sleep(1)
        with database.alone(7):  # does not wait for the one around it
            pass


@contextmanager
def machine(home: Path, keys: Path, place: str, *words: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a command on what might be another machine: of its own are folder, keys, processes."""
    home.mkdir(exist_ok=True)
    shutil.copytree(keys, home / "keys", dirs_exist_ok=True)
    command = [sys.executable, "-m", "krid", "registrar", *words, "--db", place]
    with running(
        [*command, "--authority", str(home / "keys")],
        cwd=home,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        yield process


def test_a_stopped_machine_is_gone_when_its_test_fails(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def failing() -> None:
        with machine(tmp_path / "a", tmp_path / "keys", "register.db", "issue") as one:
            started.append(one)
            os.killpg(one.pid, signal.SIGSTOP)
            raise ZeroDivisionError

    (tmp_path / "keys").mkdir()
    with pytest.raises(ZeroDivisionError):
        failing()
    assert started[0].returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.killpg(started[0].pid, 0)


@contextmanager
def held_at_their_first_line(place: str, *machines: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Hold the end of the log until all machines have people, and each wants to write."""
    import psycopg

    url = place.replace("+psycopg", "")
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype <> 'relation'"
    with (
        closing(psycopg.connect(url)) as holder,
        closing(psycopg.connect(url, autocommit=True)) as watch,
    ):
        holder.execute("SELECT * FROM krid_registrar_head FOR UPDATE")
        while (watch.execute(waiting).fetchone() or (0,))[0] < len(machines):
            assert all(each.poll() is None for each in machines)
            time.sleep(0.01)
        yield
        holder.rollback()


def test_machines_one_killed_and_one_stopped(
    postgres_url: str, tmp_path: Path, authority: Authority
) -> None:
    place = postgres.fresh(postgres_url)
    joint = "&" if "?" in place else "?"
    hasty = f"{place}{joint}options=-cidle_in_transaction_session_timeout=2000"
    registers.begin(place)
    make_authority(tmp_path / "keys", "KR")
    with Opener(place, authority)() as registrar:
        people(registrar, 300)
    words = ("issue", "--all", "--workers", "1", "--lease", "1")
    with (
        machine(tmp_path / "a", tmp_path / "keys", hasty, *words) as first,
        machine(tmp_path / "b", tmp_path / "keys", hasty, *words) as second,
    ):
        with held_at_their_first_line(place, first, second):
            os.killpg(first.pid, signal.SIGKILL)
            os.killpg(second.pid, signal.SIGSTOP)
        third = replace(bulk(place, authority, 1), lease=timedelta(seconds=1))
        assert sum(third.run(), start=Outcome(0, 0, 0)).issued > 0  # it waits for neither of them
        os.killpg(second.pid, signal.SIGCONT)
        first.communicate()
        _, said = second.communicate(timeout=300)
    assert first.returncode == -signal.SIGKILL
    # The server ended its transaction while it stood still.
    assert (second.returncode, b".database: " in said) == (Exit.MISSING, True)
    with registers.opened(place, authority) as registrar:
        counted = registrar.cards.count()[CARD]
        assert set(counted) == {"active"}
        check_one_each(registrar, counted["active"])
        assert list(chunks(registrar.book, CARD, size=300)) != []
        registrar.audit(expected=None)
