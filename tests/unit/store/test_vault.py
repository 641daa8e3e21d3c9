import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krid._core import limits
from krid._core.clock import Clock
from krid.errors import Code, KridError
from krid.store import Pin, PinCost, Vault, connection, session

CHEAP = PinCost(7 * 1024, 1, 1)
PIN = "493817"

LABEL = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def opened(path: Path, clock: Clock, pin: str = PIN) -> Vault:
    return Vault.open(path, pin=Pin(pin), clock=clock)


def refused(code: Code, action: Callable[[], object]) -> KridError:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code
    return error.value


def test_keeps_records_from_one_opening_to_the_next(vault: Vault, path: Path, clock: Clock) -> None:
    vault.put("card", "residence", b"one")
    vault.put("card", "residence", b"two")
    vault.put("key", "residence", b"")
    vault.close()
    with opened(path, clock) as again:
        assert again.get("card", "residence") == b"two"
        assert again.get("key", "residence") == b""
        assert again.names("card") == ("residence",)


def test_only_its_owner_may_read_the_file(vault: Vault, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["wallet.db"]


def test_shows_neither_kind_nor_name_nor_value(vault: Vault, path: Path) -> None:
    vault.put("a-certain-kind", "a-certain-name", b"a-certain-value")
    raw = path.read_bytes()
    assert b"certain" not in raw
    assert PIN.encode() not in raw
    vault.delete("a-certain-kind", "a-certain-name")
    assert vault.names("a-certain-kind") == ()


def test_deleted_bytes_are_overwritten(vault: Vault, path: Path) -> None:
    vault.put("card", "a", bytes(3000))
    with closing(sqlite3.connect(path)) as other:
        sealed: bytes = other.execute("SELECT sealed FROM record").fetchone()[0]
    assert sealed[-600:] in path.read_bytes()
    vault.delete("card", "a")
    assert sealed[-600:] not in path.read_bytes()


def test_names_are_sorted_and_records_complete(vault: Vault) -> None:
    with vault.transaction():
        for name in "cab":
            vault.put("card", name, name.encode() * 3)
        vault.put("other", "z", b"")
    assert vault.names("card") == ("a", "b", "c")
    assert dict(vault.records("card")) == {"a": b"aaa", "b": b"bbb", "c": b"ccc"}
    assert vault.names("none") == ()


def test_records_may_be_changed_while_they_are_read(vault: Vault) -> None:
    for name in "abcd":
        vault.put("card", name, b"old")
    seen = 0
    for name, _ in vault.records("card"):
        seen += 1
        for other in set("abcd") - {name}:
            if other in vault.names("card"):
                vault.delete("card", other)
    assert seen == 1


def test_what_is_not_there_is_told(vault: Vault) -> None:
    refused(Code.STORE_NO_RECORD, lambda: vault.get("card", "a"))
    refused(Code.STORE_NO_RECORD, lambda: vault.delete("card", "a"))


@pytest.mark.parametrize("label", ["", "a" * (limits.MAX_RECORD_NAME_BYTES + 1), "\ud800"])
def test_refuses_labels_beyond_the_limits(vault: Vault, label: str) -> None:
    refused(Code.MISUSE_RECORD, lambda: vault.put(label, "a", b""))
    refused(Code.MISUSE_RECORD, lambda: vault.put("a", label, b""))
    refused(Code.MISUSE_RECORD, lambda: vault.get("a", label))
    refused(Code.MISUSE_RECORD, lambda: vault.delete("a", label))
    refused(Code.MISUSE_RECORD, lambda: vault.names(label))
    refused(Code.MISUSE_RECORD, lambda: list(vault.records(label)))


def test_refuses_a_value_beyond_the_limit(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_RECORD_BYTES", 10)
    vault.put("card", "a", bytes(10))
    refused(Code.MISUSE_RECORD, lambda: vault.put("card", "a", bytes(11)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=LABEL, name=LABEL, value=st.binary(max_size=5000))
def test_gives_back_what_was_put(vault: Vault, kind: str, name: str, value: bytes) -> None:
    vault.put(kind, name, value)
    assert vault.get(kind, name) == value
    assert name in vault.names(kind)
    assert (name, value) in list(vault.records(kind))


def test_kind_and_name_do_not_run_into_each_other(vault: Vault) -> None:
    vault.put("ab", "c", b"1")
    vault.put("a", "bc", b"2")
    assert (vault.get("ab", "c"), vault.get("a", "bc")) == (b"1", b"2")


def test_a_transaction_keeps_all(vault: Vault, path: Path, clock: Clock) -> None:
    before = vault.sequence
    with vault.transaction():
        vault.put("card", "a", b"1")
        vault.put("card", "a", b"2")
        vault.put("card", "b", b"3")
        vault.delete("card", "b")
        assert vault.get("card", "a") == b"2"
        assert vault.names("card") == ("a",)
    assert vault.sequence == before + 1
    vault.close()
    with opened(path, clock) as again:
        assert dict(again.records("card")) == {"a": b"2"}


def test_a_transaction_keeps_nothing_when_it_fails(vault: Vault) -> None:
    vault.put("card", "a", b"1")

    def attempt() -> None:
        with vault.transaction():
            vault.put("card", "a", b"2")
            vault.put("card", "b", b"3")
            raise LookupError

    with pytest.raises(LookupError):
        attempt()
    assert dict(vault.records("card")) == {"a": b"1"}
    vault.put("card", "b", b"4")
    assert vault.names("card") == ("a", "b")


def test_a_foreign_error_in_a_transaction_stays_what_it_is(vault: Vault) -> None:
    with pytest.raises(sqlite3.OperationalError), vault.transaction():
        raise sqlite3.OperationalError


def test_a_transaction_holds_no_other(vault: Vault, clock: Clock) -> None:
    with vault.transaction():
        refused(Code.MISUSE_TRANSACTION, lambda: vault.transaction().__enter__())
        refused(
            Code.MISUSE_TRANSACTION,
            lambda: vault.change_pin(Pin(PIN), Pin("1"), clock=clock),
        )
        vault.put("card", "a", b"1")
    assert vault.get("card", "a") == b"1"


def test_a_missing_record_in_a_transaction_may_be_caught(vault: Vault) -> None:
    with vault.transaction():
        vault.put("card", "a", b"1")
        refused(Code.STORE_NO_RECORD, lambda: vault.delete("card", "b"))
    assert vault.names("card") == ("a",)


def test_nothing_follows_after_sqlite_undid_a_transaction(vault: Vault) -> None:
    def attempt() -> None:
        with vault.transaction():
            vault.put("card", "a", b"1")
            vault._session._connection.execute("ROLLBACK")  # as SQLite does on a full disk
            vault.put("card", "b", b"2")

    refused(Code.STORE_IO, attempt)
    assert vault.names("card") == ()


def test_a_full_disk_is_told_and_leaves_all_as_it_was(vault: Vault) -> None:
    vault.put("card", "a", b"1")
    pages = vault._session._connection.execute("PRAGMA page_count").fetchone()[0]
    vault._session._connection.execute(f"PRAGMA max_page_count = {pages}")
    refused(Code.STORE_IO, lambda: vault.put("card", "b", bytes(100_000)))
    assert dict(vault.records("card")) == {"a": b"1"}


def test_a_closed_vault_does_nothing(vault: Vault, clock: Clock) -> None:
    assert repr(vault) == "Vault(open)"
    vault.close()
    vault.close()
    assert repr(vault) == "Vault(closed)"
    refused(Code.STORE_CLOSED, lambda: vault.get("card", "a"))
    refused(Code.STORE_CLOSED, lambda: vault.put("card", "a", b""))
    refused(Code.STORE_CLOSED, lambda: vault.delete("card", "a"))
    refused(Code.STORE_CLOSED, lambda: vault.names("card"))
    refused(Code.STORE_CLOSED, lambda: list(vault.records("card")))
    refused(Code.STORE_CLOSED, lambda: vault.sequence)
    refused(Code.STORE_CLOSED, lambda: vault.transaction().__enter__())
    refused(Code.STORE_CLOSED, lambda: vault.change_pin(Pin(PIN), Pin("1"), clock=clock))


def test_closing_inside_a_transaction_undoes_it(vault: Vault, path: Path, clock: Clock) -> None:
    def attempt() -> None:
        with vault.transaction():
            vault.put("card", "a", b"1")
            vault.close()

    refused(Code.STORE_CLOSED, attempt)
    with opened(path, clock) as again:
        assert again.names("card") == ()


def test_a_connection_closed_elsewhere_is_told(vault: Vault) -> None:
    vault._session._connection.close()
    refused(Code.STORE_CLOSED, lambda: vault.get("card", "a"))
    refused(Code.STORE_CLOSED, lambda: vault.sequence)


def test_two_vaults_on_one_file_see_each_other(vault: Vault, path: Path, clock: Clock) -> None:
    with opened(path, clock) as other:
        vault.put("card", "a", b"1")
        assert other.get("card", "a") == b"1"
        other.put("card", "a", b"2")
        assert vault.get("card", "a") == b"2"
        vault.delete("card", "a")
        assert other.names("card") == ()
        assert list(other.records("card")) == []


def test_a_foreign_transaction_in_the_way_is_told(
    vault: Vault, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    with opened(path, clock) as impatient, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        refused(Code.STORE_BUSY, lambda: impatient.put("card", "a", b"1"))
        refused(Code.STORE_BUSY, lambda: impatient.get("card", "a"))
        refused(Code.STORE_BUSY, lambda: opened(path, clock))
        other.execute("ROLLBACK")
        impatient.put("card", "a", b"1")
        assert impatient.get("card", "a") == b"1"


def test_a_reader_in_the_way_of_a_commit_undoes_it(
    vault: Vault, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    with opened(path, clock) as impatient, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM part").fetchall()
        refused(Code.STORE_BUSY, lambda: impatient.put("card", "a", b"1"))
        other.execute("ROLLBACK")
        assert impatient.names("card") == ()
        impatient.put("card", "a", b"2")
        assert impatient.get("card", "a") == b"2"


def test_threads_may_share_a_vault(vault: Vault, path: Path, clock: Clock) -> None:
    seen: list[bool] = []

    def work(number: int) -> None:
        for turn in range(10):
            with vault.transaction():
                vault.put("left", f"{number}.{turn}", b"x")
                vault.put("right", f"{number}.{turn}", b"x")
            with vault.transaction():
                left, right = vault.names("left"), vault.names("right")
            seen.append(left == right)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 40
    vault.close()
    with opened(path, clock) as again:
        assert len(again.names("left")) == len(again.names("right")) == 40


def test_the_pin_may_change(vault: Vault, path: Path, clock: Clock) -> None:
    vault.put("card", "a", b"1")
    before = path.read_bytes()
    sequence = vault.sequence
    vault.change_pin(Pin(PIN), Pin("another passphrase"), clock=clock)
    assert vault.get("card", "a") == b"1"
    assert vault.sequence == sequence + 1
    vault.put("card", "b", b"2")
    vault.close()
    refused(Code.STORE_PIN, lambda: opened(path, clock))
    with opened(path, clock, "another passphrase") as again:
        assert dict(again.records("card")) == {"a": b"1", "b": b"2"}
    path.write_bytes(before)
    with opened(path, clock) as old:
        assert old.names("card") == ("a",)


def test_a_changed_pin_leaves_no_old_ciphertext(vault: Vault, path: Path, clock: Clock) -> None:
    vault.put("card", "a", bytes(2000))
    with closing(sqlite3.connect(path)) as other:
        before: tuple[bytes, bytes] = other.execute("SELECT id, sealed FROM record").fetchone()
    vault.change_pin(Pin(PIN), Pin("1"), clock=clock)
    raw = path.read_bytes()
    assert before[0] not in raw
    assert before[1][-600:] not in raw


def test_another_vault_must_be_opened_anew_when_the_pin_changed(
    vault: Vault, path: Path, clock: Clock
) -> None:
    with opened(path, clock) as other:
        vault.change_pin(Pin(PIN), Pin("1"), clock=clock)
        refused(Code.STORE_CLOSED, lambda: other.get("card", "a"))
        refused(Code.STORE_CLOSED, lambda: other.put("card", "a", b""))


def test_a_wrong_old_pin_changes_nothing_but_the_counter(
    vault: Vault, path: Path, clock: Clock
) -> None:
    vault.put("card", "a", b"1")
    refused(Code.STORE_PIN, lambda: vault.change_pin(Pin("0"), Pin("1"), clock=clock))
    assert vault.get("card", "a") == b"1"
    with opened(path, clock) as again:
        assert again.get("card", "a") == b"1"


def test_a_change_of_pin_that_fails_midway_is_undone(
    vault: Vault, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        vault.put("card", name, b"1")
    calls = iter(range(100))
    whole = session.Session._insert

    def failing(self: session.Session, *arguments: object) -> object:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return whole(self, *arguments)  # type: ignore[arg-type]  # passed through as it came

    monkeypatch.setattr(session.Session, "_insert", failing)
    with pytest.raises(KeyboardInterrupt):
        vault.change_pin(Pin(PIN), Pin("1"), clock=clock)
    assert vault.names("card") == ("a", "b", "c")
    vault.close()
    with opened(path, clock) as again:
        assert dict(again.records("card")) == dict.fromkeys("abc", b"1")
