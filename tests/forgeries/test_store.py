"""Forgeries of a wallet file by somebody who can write SQL and every unkeyed digest, but no key.

Each changes one thing that the manifest, a seal or the header binds, mends what can be mended
without the key, and meets `store.altered`, or the code beside it.
"""

import hashlib
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krid._core import limits
from krid.errors import Code, StoreError
from krid.store import Pin, PinCost, Vault

CHEAP = PinCost(7 * 1024, 1, 1)
RIGHT, WRONG = Pin("493817"), Pin("000000")


@dataclass
class HandClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def turn(self, seconds: int) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 6, 1, tzinfo=UTC))


@pytest.fixture
def wallet(tmp_path: Path, clock: HandClock) -> Path:
    path = tmp_path / "wallet.db"
    with Vault.create(path, pin=RIGHT, clock=clock, cost=CHEAP) as vault:
        vault.put("card", "a", b"one")
        vault.put("card", "b", b"two")
        vault.put("key", "a", b"six")
    return path


@contextmanager
def forging(path: Path) -> Iterator[sqlite3.Connection]:
    """Change the file, then mend the unkeyed sum and all unkeyed digests."""
    with closing(sqlite3.connect(path)) as connection:
        yield connection
        mend(connection)
        connection.commit()


def mend(connection: sqlite3.Connection) -> None:
    total = 0
    for id_, kind, version, sealed in connection.execute("SELECT * FROM record"):
        row = id_ + kind + version.to_bytes(8, "big") + sealed
        total += int.from_bytes(hashlib.sha256(row).digest(), "big")
    (body,) = connection.execute("SELECT body FROM part WHERE name = 'manifest'").fetchone()
    mended = (total % 2**256).to_bytes(32, "big") + body[32:]
    connection.execute("UPDATE part SET body = ? WHERE name = 'manifest'", (mended,))
    for name, part in connection.execute("SELECT name, body FROM part").fetchall():
        digest = hashlib.sha256(b"krid vault part 1\0" + name.encode() + b"\0" + part).digest()
        connection.execute("UPDATE part SET digest = ? WHERE name = ?", (digest, name))


def part(path: Path, name: str) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT body FROM part WHERE name = ?", (name,)).fetchone()
    body: bytes = found[0]
    return body


def code_of(action: Callable[[], object]) -> Code:
    with pytest.raises(StoreError) as error:
        action()
    return error.value.code


def opening(path: Path, clock: HandClock, pin: Pin = RIGHT) -> Code:
    return code_of(lambda: Vault.open(path, pin=pin, clock=clock))


def test_the_genuine_wallet_opens_and_mending_alone_changes_nothing(
    wallet: Path, clock: HandClock
) -> None:
    with forging(wallet):
        pass
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        assert dict(vault.records("card")) == {"a": b"one", "b": b"two"}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM record WHERE rowid = 2",
        "DELETE FROM record",
        "INSERT INTO record SELECT randomblob(32), kind, version, sealed FROM record LIMIT 1",
        "UPDATE record SET id = randomblob(32) WHERE rowid = 1",
        "UPDATE record SET kind = (SELECT kind FROM record WHERE rowid = 3) WHERE rowid = 1",
        "UPDATE record SET version = version + 1 WHERE rowid = 1",
        "UPDATE record SET version = -1 WHERE rowid = 1",
        "UPDATE record SET sealed = (SELECT sealed FROM record WHERE rowid = 2) WHERE rowid = 1",
        "UPDATE record SET sealed = zeroblob(length(sealed)) WHERE rowid = 1",
        "UPDATE record SET sealed = zeroblob(31) WHERE rowid = 1",
        "UPDATE record SET sealed = CAST(randomblob(12) || substr(sealed, 13) AS BLOB) WHERE rowid = 1",
        "UPDATE record SET id = zeroblob(31) WHERE rowid = 1",
        "UPDATE record SET kind = zeroblob(15) WHERE rowid = 1",
    ],
)
def test_rows_changed_beside_krid(wallet: Path, clock: HandClock, statement: str) -> None:
    try:
        with forging(wallet) as connection:
            connection.execute(statement)
    except OverflowError:  # a negative version has no place in the unkeyed sum
        with closing(sqlite3.connect(wallet)) as connection:
            connection.execute(statement)
            connection.commit()
    assert opening(wallet, clock) is Code.STORE_ALTERED


@pytest.mark.parametrize("column", ["id", "kind", "version", "sealed"])
def test_a_column_of_another_type(wallet: Path, clock: HandClock, column: str) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        connection.execute(f"UPDATE record SET {column} = 'text' WHERE rowid = 1")  # noqa: S608 - a column of this test
        connection.commit()
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_two_rows_swapped(wallet: Path, clock: HandClock) -> None:
    with forging(wallet) as connection:
        found = connection.execute("SELECT rowid, id FROM record WHERE rowid < 3").fetchall()
        (one, first), (two, second) = found
        change = "UPDATE record SET id = ? WHERE rowid = ?"
        for values in ((b"x" * 32, one), (first, two), (second, one)):
            connection.execute(change, values)
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_one_row_put_back_to_an_older_state(wallet: Path, clock: HandClock) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        older = connection.execute("SELECT * FROM record WHERE rowid = 1").fetchone()
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.put("card", "a", b"newer")
    with forging(wallet) as connection:
        connection.execute(
            "UPDATE record SET version = ?, sealed = ? WHERE id = ?", (*older[2:], older[0])
        )
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_a_deleted_row_put_back(wallet: Path, clock: HandClock) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        older = connection.execute("SELECT * FROM record WHERE rowid = 1").fetchone()
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.delete("card", "a")
    with forging(wallet) as connection:
        connection.execute("INSERT INTO record VALUES (?, ?, ?, ?)", older)
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_an_older_manifest_with_newer_rows(wallet: Path, clock: HandClock) -> None:
    older = part(wallet, "manifest")
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.put("card", "c", b"three")
    with forging(wallet) as connection:
        connection.execute("UPDATE part SET body = ? WHERE name = 'manifest'", (older,))
    assert opening(wallet, clock) is Code.STORE_ALTERED


@pytest.mark.parametrize("body", [b"", bytes(31), bytes(32), bytes(44), bytes(140)])
def test_a_manifest_that_nobody_sealed(wallet: Path, clock: HandClock, body: bytes) -> None:
    with forging(wallet) as connection:
        connection.execute("UPDATE part SET body = ? WHERE name = 'manifest'", (body,))
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_rows_of_another_wallet(wallet: Path, clock: HandClock) -> None:
    other = wallet.with_name("other.db")
    with Vault.create(other, pin=RIGHT, clock=clock, cost=CHEAP) as vault:
        vault.put("card", "a", b"one")
    with closing(sqlite3.connect(other)) as connection:
        foreign = connection.execute("SELECT * FROM record").fetchone()
    with forging(wallet) as connection:
        connection.execute("INSERT INTO record VALUES (?, ?, ?, ?)", foreign)
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_the_header_of_another_wallet_with_a_known_pin(wallet: Path, clock: HandClock) -> None:
    other = wallet.with_name("other.db")
    Vault.create(other, pin=WRONG, clock=clock, cost=CHEAP).close()
    with forging(wallet) as connection:
        body = part(other, "header")
        connection.execute("UPDATE part SET body = ? WHERE name = 'header'", (body,))
    assert opening(wallet, clock, WRONG) is Code.STORE_ALTERED


def test_the_header_from_before_the_pin_was_changed(wallet: Path, clock: HandClock) -> None:
    older = part(wallet, "header")
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.change_pin(RIGHT, WRONG, clock=clock)
    with forging(wallet) as connection:
        connection.execute("UPDATE part SET body = ? WHERE name = 'header'", (older,))
    assert opening(wallet, clock, RIGHT) is Code.STORE_ALTERED
    assert opening(wallet, clock, WRONG) is Code.STORE_PIN


def with_cost(header: bytes, memory: int, iterations: int, lanes: int) -> bytes:
    return header[:16] + struct.pack(">III", memory, iterations, lanes) + header[28:]


@pytest.mark.parametrize(
    "cost",
    [
        (8, 1, 1),
        (0, 0, 0),
        (limits.MAX_PIN_MEMORY_KIB + 1, 1, 1),
        (2**32 - 1, 2**32 - 1, 2**32 - 1),
        (7 * 1024, limits.MAX_PIN_ITERATIONS + 1, 1),
        (7 * 1024, 1, limits.MAX_PIN_LANES + 1),
    ],
)
def test_a_cost_that_is_too_low_or_that_no_memory_holds(
    wallet: Path, clock: HandClock, cost: tuple[int, int, int]
) -> None:
    with forging(wallet) as connection:
        body = with_cost(part(wallet, "header"), *cost)
        connection.execute("UPDATE part SET body = ? WHERE name = 'header'", (body,))
    before = wallet.read_bytes()
    assert opening(wallet, clock) is Code.STORE_ALTERED
    assert wallet.read_bytes() == before


@pytest.mark.parametrize("place", [0, 15, 28, 43, 44, 55, 56, 103])
def test_a_header_mended_without_the_key_opens_with_no_pin(
    wallet: Path, clock: HandClock, place: int
) -> None:
    """Here a wrong PIN and an altered header look the same; neither lets anybody in."""
    body = bytearray(part(wallet, "header"))
    body[place] ^= 1
    with forging(wallet) as connection:
        connection.execute("UPDATE part SET body = ? WHERE name = 'header'", (bytes(body),))
    assert opening(wallet, clock) is Code.STORE_PIN


def test_a_cheaper_cost_does_not_open(wallet: Path, clock: HandClock) -> None:
    with forging(wallet) as connection:
        body = with_cost(part(wallet, "header"), 7 * 1024, 2, 1)
        connection.execute("UPDATE part SET body = ? WHERE name = 'header'", (body,))
    assert opening(wallet, clock) is Code.STORE_PIN


@pytest.mark.parametrize("name", ["header", "tries", "manifest"])
def test_a_part_changed_without_its_digest(wallet: Path, clock: HandClock, name: str) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        connection.execute(
            "UPDATE part SET body = CAST(body || x'00' AS BLOB) WHERE name = ?", (name,)
        )
        connection.commit()
    before = wallet.read_bytes()
    assert opening(wallet, clock) is Code.STORE_ALTERED
    assert opening(wallet, clock, WRONG) is Code.STORE_ALTERED
    assert wallet.read_bytes() == before


@pytest.mark.parametrize("name", ["header", "tries", "manifest"])
def test_a_part_of_another_size_or_type_or_gone(wallet: Path, clock: HandClock, name: str) -> None:
    whole = wallet.read_bytes()
    with forging(wallet) as connection:
        connection.execute(
            "UPDATE part SET body = CAST(body || x'00' AS BLOB) WHERE name = ?", (name,)
        )
    assert opening(wallet, clock) is Code.STORE_ALTERED
    for statement in (
        "UPDATE part SET body = 'text' WHERE name = ?",
        "UPDATE part SET name = x'ff' WHERE name = ?",
        "UPDATE part SET name = 5 WHERE name = ?",
        "UPDATE part SET body = 5 WHERE name = ?",
        "UPDATE part SET digest = 5 WHERE name = ?",
        "DELETE FROM part WHERE name = ?",
    ):
        wallet.write_bytes(whole)
        with closing(sqlite3.connect(wallet)) as connection:
            connection.execute(statement, (name,))
            connection.commit()
        assert opening(wallet, clock) is Code.STORE_ALTERED


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON record BEGIN DELETE FROM record; END",
        "CREATE VIEW v AS SELECT * FROM record",
        "CREATE TABLE extra (a)",
        "CREATE INDEX extra ON record (version)",
        "DROP INDEX record_kind",
        "ALTER TABLE record ADD COLUMN extra",
        "INSERT INTO part SELECT 'extra', body, digest FROM part LIMIT 1",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -1",
        "PRAGMA journal_mode = WAL",
    ],
)
def test_another_schema(wallet: Path, clock: HandClock, statement: str) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        connection.execute(statement)
        connection.commit()
    before = wallet.read_bytes()
    assert opening(wallet, clock) is Code.STORE_ALTERED
    assert wallet.read_bytes() == before


def test_a_newer_version(wallet: Path, clock: HandClock) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        connection.execute("PRAGMA user_version = 3")
        connection.commit()
    before = wallet.read_bytes()
    assert opening(wallet, clock) is Code.STORE_VERSION
    assert wallet.read_bytes() == before


def test_an_index_that_hides_a_row(wallet: Path, clock: HandClock) -> None:
    raw = wallet.read_bytes()
    with closing(sqlite3.connect(wallet)) as connection:
        (id_,) = connection.execute("SELECT id FROM record WHERE rowid = 1").fetchone()
    assert raw.count(id_) == 2
    hidden = bytearray(raw)
    hidden[raw.rindex(id_) + 31] ^= 1
    wallet.write_bytes(hidden)
    assert opening(wallet, clock) is Code.STORE_ALTERED


def test_an_older_copy_of_the_whole_file_is_not_seen(wallet: Path, clock: HandClock) -> None:
    """What nothing inside a file can tell, and what `sequence` is for."""
    older = wallet.read_bytes()
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.put("card", "a", b"newer")
        newest = vault.sequence
    wallet.write_bytes(older)
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        assert vault.get("card", "a") == b"one"
        assert vault.sequence < newest


def test_an_older_state_put_back_while_the_vault_is_open(wallet: Path, clock: HandClock) -> None:
    older = wallet.with_name("older.db")
    shutil.copy(wallet, older)
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.put("card", "a", b"newer")
        with closing(sqlite3.connect(older)) as source, closing(sqlite3.connect(wallet)) as target:
            source.backup(target)
        assert code_of(lambda: vault.get("card", "a")) is Code.STORE_ALTERED
        assert code_of(lambda: vault.put("card", "a", b"newest")) is Code.STORE_ALTERED


def test_a_row_forged_while_the_vault_is_open(wallet: Path, clock: HandClock) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        with forging(wallet) as connection:
            connection.execute("UPDATE record SET sealed = zeroblob(100)")
        assert code_of(lambda: vault.get("card", "a")) is Code.STORE_ALTERED
        assert code_of(lambda: vault.names("card")) is Code.STORE_ALTERED
        assert code_of(lambda: list(vault.records("card"))) is Code.STORE_ALTERED
        assert code_of(lambda: vault.delete("card", "a")) is Code.STORE_ALTERED
        assert code_of(lambda: vault.change_pin(RIGHT, WRONG, clock=clock)) is Code.STORE_ALTERED


def test_the_manifest_taken_away_while_the_vault_is_open(wallet: Path, clock: HandClock) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        with closing(sqlite3.connect(wallet)) as connection:
            connection.execute("DELETE FROM part WHERE name = 'manifest'")
            connection.commit()
        assert code_of(lambda: vault.get("card", "a")) is Code.STORE_ALTERED


def test_a_wrong_pin(wallet: Path, clock: HandClock) -> None:
    assert opening(wallet, clock, WRONG) is Code.STORE_PIN
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        assert vault.get("card", "a") == b"one"


def test_a_wrong_pin_changes_the_counter_alone(wallet: Path, clock: HandClock) -> None:
    def contents() -> tuple[list[object], ...]:
        with closing(sqlite3.connect(wallet)) as connection:
            parts = connection.execute("SELECT * FROM part WHERE name <> 'tries'").fetchall()
            return parts, connection.execute("SELECT rowid, * FROM record").fetchall()

    before = contents()
    tries = part(wallet, "tries")
    assert opening(wallet, clock, WRONG) is Code.STORE_PIN
    assert contents() == before
    assert part(wallet, "tries") != tries


def test_wrong_pins_bring_delays_that_grow(wallet: Path, clock: HandClock) -> None:
    for _ in range(5):
        assert opening(wallet, clock, WRONG) is Code.STORE_PIN
    for delay in (30, 60, 120):
        before = wallet.read_bytes()
        with pytest.raises(StoreError) as error:
            Vault.open(wallet, pin=RIGHT, clock=clock)
        assert error.value.code is Code.STORE_PIN_DELAY
        assert error.value.detail == f"{delay} seconds left"
        clock.turn(delay - 1)
        assert opening(wallet, clock) is Code.STORE_PIN_DELAY
        assert wallet.read_bytes() == before
        clock.turn(1)
        assert opening(wallet, clock, WRONG) is Code.STORE_PIN
    clock.turn(240)
    Vault.open(wallet, pin=RIGHT, clock=clock).close()
    assert opening(wallet, clock, WRONG) is Code.STORE_PIN
    Vault.open(wallet, pin=RIGHT, clock=clock).close()


def test_turning_the_clock_back_does_not_shorten_a_delay(wallet: Path, clock: HandClock) -> None:
    for _ in range(5):
        assert opening(wallet, clock, WRONG) is Code.STORE_PIN
    clock.turn(-1_000_000)
    assert opening(wallet, clock) is Code.STORE_PIN_DELAY
    clock.turn(29)
    assert opening(wallet, clock) is Code.STORE_PIN_DELAY
    clock.turn(1)
    Vault.open(wallet, pin=RIGHT, clock=clock).close()


def test_an_open_vault_is_no_way_to_guess_the_pin(wallet: Path, clock: HandClock) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        for _ in range(5):
            assert code_of(lambda: vault.change_pin(WRONG, RIGHT, clock=clock)) is Code.STORE_PIN
        change = lambda: vault.change_pin(RIGHT, WRONG, clock=clock)  # noqa: E731 - said once
        assert code_of(change) is Code.STORE_PIN_DELAY
        assert vault.get("card", "a") == b"one"


def test_an_altered_wallet_costs_the_right_pin_no_try(wallet: Path, clock: HandClock) -> None:
    with forging(wallet) as connection:
        connection.execute("DELETE FROM record WHERE rowid = 1")
    tries = part(wallet, "tries")
    for _ in range(7):
        assert opening(wallet, clock) is Code.STORE_ALTERED
    assert part(wallet, "tries") == tries
