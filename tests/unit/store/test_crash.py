"""A process that is killed in the middle of writing: every committed record, and no half one."""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from krid._core.clock import Clock
from krid.errors import Code, StoreError
from krid.store import Pin, PinCost, Vault
from krid.store import header as header_module

CHEAP = PinCost(7 * 1024, 1, 1)
PIN = Pin("493817")

WRITER = """
import sys
from datetime import UTC, datetime
from itertools import count
from krid._core.clock import FixedClock
from krid.store import Pin, Vault

clock = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
start = int(sys.argv[2])
with Vault.open(sys.argv[1], pin=Pin("493817"), clock=clock) as vault:
    for number in count(start):
        with vault.transaction():
            vault.put("left", str(number), bytes([number % 256]) * 6000)
            vault.put("right", str(number), bytes([number % 256]) * 10)
            vault.put("last", "number", str(number).encode())
            if number % 3 == 2:
                vault.delete("left", str(number - 1))
                vault.delete("right", str(number - 1))
        sys.stdout.write(f"{number}\\n")
        sys.stdout.flush()
"""


def run_and_kill(path: Path, start: int, delay: float) -> int:
    """Let a process write, kill it with SIGKILL, and return the last number it committed."""
    process = subprocess.Popen(  # noqa: S603 - this interpreter and this file's own text
        [sys.executable, "-c", WRITER, str(path), str(start)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process:
        first = process.stdout.readline()
        time.sleep(delay)
        process.kill()
        rest = process.stdout.read()
    numbers = [int(line) for line in (first + rest).splitlines(keepends=True) if b"\n" in line]
    return numbers[-1]


def check(path: Path, clock: Clock, committed: int) -> int:
    with Vault.open(path, pin=PIN, clock=clock) as vault:
        last = int(vault.get("last", "number"))
        assert last in {committed, committed + 1}
        expected = {
            str(number) for number in range(last + 1) if not (number % 3 == 1 and number < last)
        }
        assert set(vault.names("left")) == set(vault.names("right")) == expected
        for name, value in vault.records("left"):
            assert value == bytes([int(name) % 256]) * 6000
    return last


def test_a_killed_writer_leaves_whole_transactions(vault: Vault, path: Path, clock: Clock) -> None:
    vault.close()
    last, interrupted = -1, 0
    for delay in (0.0, 0.011, 0.023, 0.047, 0.081, 0.113):
        committed = run_and_kill(path, last + 1, delay)
        interrupted += path.with_name("wallet.db-journal").exists()
        last = check(path, clock, committed)
        assert [entry.name for entry in path.parent.iterdir()] == ["wallet.db"]
    assert last >= 6
    print(f"{last + 1} transactions, {interrupted} kills inside one")  # noqa: T201 - for -s


def test_what_a_killed_writer_left_is_undone(vault: Vault, path: Path, clock: Clock) -> None:
    """The state of the disk in the middle of a commit, as a second process finds it."""
    vault.put("card", "a", b"1" * 5000)
    vault.close()
    whole = path.read_bytes()
    script = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA cache_size = 1')\n"
        "connection.execute('PRAGMA cache_spill = 1')\n"
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute('UPDATE record SET sealed = zeroblob(200000)')\n"
        "connection.execute('UPDATE part SET body = zeroblob(200000)')\n"
        "os._exit(9)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    subprocess.run(command, check=False)  # noqa: S603 - this interpreter and the text above
    assert path.read_bytes() != whole
    assert path.with_name("wallet.db-journal").exists()
    with Vault.open(path, pin=PIN, clock=clock) as again:
        assert again.get("card", "a") == b"1" * 5000


def test_a_try_is_counted_before_it_is_made(
    vault: Vault, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killing the process while the PIN is hashed does not take the try back."""
    vault.close()

    def killed(*_arguments: object) -> bytes:
        raise SystemExit

    for _ in range(5):
        with monkeypatch.context() as patched:
            patched.setattr(header_module, "stretch", killed)
            with pytest.raises(SystemExit):
                Vault.open(path, pin=PIN, clock=clock)
    with pytest.raises(StoreError) as error:
        Vault.open(path, pin=PIN, clock=clock)
    assert error.value.code is Code.STORE_PIN_DELAY


def test_the_journal_never_shows_a_record(vault: Vault, path: Path) -> None:
    journal = path.with_name("wallet.db-journal")
    with vault.transaction():
        vault.put("a-certain-kind", "a-certain-name", b"a-certain-value" * 20)
        assert journal.exists()
        assert b"certain" not in journal.read_bytes()
    assert not journal.exists()


def test_a_wallet_between_transactions_is_one_file(vault: Vault, path: Path, clock: Clock) -> None:
    vault.put("card", "a", b"1")
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    with Vault.open(copy, pin=PIN, clock=clock) as other:
        assert other.get("card", "a") == b"1"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
