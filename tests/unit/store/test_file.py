"""Files that are no whole wallet: each is told by its code and left as it was."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from krid._core.clock import Clock
from krid._core.entropy import system_entropy
from krid.errors import Code, StoreError
from krid.store import Pin, PinCost, Vault
from krid.store import file as file_module
from krid.store.connection import Access, connect

CHEAP = PinCost(7 * 1024, 1, 1)
PIN = Pin("493817")
DAMAGED = {
    Code.STORE_ALTERED,
    Code.STORE_TRUNCATED,
    Code.STORE_NOT_WALLET,
    Code.STORE_VERSION,
}
RECORDS = {str(number): bytes([number]) * (180 * number) for number in range(12)}


@pytest.fixture
def wallet(vault: Vault, path: Path) -> Path:
    """A closed wallet whose records fill several pages, some over more than one."""
    with vault.transaction():
        for name, value in RECORDS.items():
            vault.put("card", name, value)
    vault.put("card", "long", bytes(9000))
    vault.delete("card", "long")
    vault.close()
    return path


def refused(path: Path, clock: Clock) -> Code:
    """Open a file, and make sure that the refusal changed nothing in it or beside it."""
    before = path.read_bytes() if path.is_file() else None
    beside = sorted(path.parent.iterdir())
    with pytest.raises(StoreError) as error:
        Vault.open(path, pin=PIN, clock=clock)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert sorted(path.parent.iterdir()) == beside
    return error.value.code


def test_a_wallet_cut_off_anywhere(wallet: Path, clock: Clock) -> None:
    whole = wallet.read_bytes()
    lengths = {
        *range(130),
        *range(0, len(whole), 512),
        *range(500, len(whole), 331),
        len(whole) - 1,
    }
    for length in sorted(lengths):
        wallet.write_bytes(whole[:length])
        assert refused(wallet, clock) is Code.STORE_TRUNCATED, length


@pytest.mark.parametrize("mask", [0x01, 0xFF])
def test_any_altered_byte_is_told_or_harmless(wallet: Path, clock: Clock, mask: int) -> None:
    whole = wallet.read_bytes()
    places = [*range(16, 20), *range(20, 100, 5), *range(100 + mask % 61, len(whole), 701)]
    refusals = 0
    for place in places:
        altered = bytearray(whole)
        altered[place] ^= mask
        wallet.write_bytes(altered)
        try:
            with Vault.open(wallet, pin=PIN, clock=clock) as vault:
                assert dict(vault.records("card")) == RECORDS
                assert {name: vault.get("card", name) for name in RECORDS} == RECORDS
        except StoreError as error:
            refusals += 1
            assert error.code in DAMAGED, place
            assert wallet.read_bytes() == bytes(altered), place
        assert [entry.name for entry in wallet.parent.iterdir()] == ["wallet.db"], place
    assert refusals > len(places) // 4


def test_every_byte_of_a_record_and_of_the_parts_is_covered(wallet: Path, clock: Clock) -> None:
    with closing(sqlite3.connect(wallet)) as connection:
        cells: list[bytes] = [
            *connection.execute("SELECT sealed FROM record WHERE length(sealed) > 300").fetchone(),
            *connection.execute("SELECT body FROM part WHERE name = 'header'").fetchone(),
            *connection.execute("SELECT digest FROM part WHERE name = 'tries'").fetchone(),
            *connection.execute("SELECT body FROM part WHERE name = 'manifest'").fetchone(),
            *connection.execute("SELECT digest FROM part WHERE name = 'header'").fetchone(),
        ]
    whole = wallet.read_bytes()
    for cell in cells:
        start = whole.index(cell[:64])
        for place in range(start, start + min(len(cell), 64)):
            altered = bytearray(whole)
            altered[place] ^= 0x10
            wallet.write_bytes(altered)
            assert refused(wallet, clock) is Code.STORE_ALTERED


@pytest.mark.parametrize("odd", [b"\xcf", b"X", b"\x00"])
def test_damaged_text_of_the_schema(wallet: Path, clock: Clock, odd: bytes) -> None:
    """SQLite quotes it in its own messages, which then are no UTF-8."""
    whole = wallet.read_bytes()
    assert whole.count(b" ON record (kind)") == 1
    wallet.write_bytes(whole.replace(b" ON record (kind)", b" " + odd + b"N record (kind)"))
    assert refused(wallet, clock) is Code.STORE_ALTERED


def test_damage_is_told_before_a_wrong_pin(wallet: Path, clock: Clock) -> None:
    altered = bytearray(wallet.read_bytes())
    with closing(sqlite3.connect(wallet)) as connection:
        sealed: bytes = connection.execute("SELECT sealed FROM record").fetchone()[0]
    altered[altered.index(sealed) + 20] ^= 1
    wallet.write_bytes(altered)
    with pytest.raises(StoreError) as error:
        Vault.open(wallet, pin=Pin("0"), clock=clock)
    assert error.value.code is Code.STORE_ALTERED


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.STORE_TRUNCATED),
        (b"a", Code.STORE_NOT_WALLET),
        (b"hello, this is a text\n" * 3, Code.STORE_NOT_WALLET),
        (b"hello, this is a text\n" * 900, Code.STORE_NOT_WALLET),
        (bytes(50), Code.STORE_NOT_WALLET),
        (bytes(4096), Code.STORE_NOT_WALLET),
        (b"SQLite format 3", Code.STORE_TRUNCATED),
        (b"SQLite format 3\0", Code.STORE_TRUNCATED),
        (b"SQLite format 3\0" + bytes(5000), Code.STORE_NOT_WALLET),
    ],
)
def test_another_file(path: Path, clock: Clock, content: bytes, code: Code) -> None:
    path.write_bytes(content)
    assert refused(path, clock) is code


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_another_sqlite_database(path: Path, clock: Clock, journal: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE note (text)")
        connection.commit()
    assert refused(path, clock) is Code.STORE_NOT_WALLET


def test_an_empty_sqlite_database(path: Path, clock: Clock) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    assert refused(path, clock) in {Code.STORE_TRUNCATED, Code.STORE_NOT_WALLET}


def test_no_file(path: Path, clock: Clock) -> None:
    assert refused(path, clock) is Code.STORE_NOT_FOUND
    assert not path.exists()


def test_a_folder(tmp_path: Path, clock: Clock) -> None:
    assert refused(tmp_path, clock) is Code.STORE_NOT_WALLET


def test_a_pipe_is_not_waited_for(path: Path, clock: Clock) -> None:
    os.mkfifo(path)
    with pytest.raises(StoreError) as error:
        Vault.open(path, pin=PIN, clock=clock)
    assert error.value.code is Code.STORE_NOT_WALLET


@pytest.mark.parametrize("name", ["a\0b", "a" * 300])
def test_a_path_that_no_system_takes(tmp_path: Path, clock: Clock, name: str) -> None:
    with pytest.raises(StoreError) as error:
        Vault.open(tmp_path / name, pin=PIN, clock=clock)
    assert error.value.code is Code.STORE_IO
    with pytest.raises(StoreError) as error:
        Vault.create(tmp_path / name, pin=PIN, clock=clock, cost=CHEAP)
    assert error.value.code is Code.STORE_IO


def test_a_path_with_every_odd_character(tmp_path: Path, clock: Clock) -> None:
    odd = tmp_path / "a wallet? #1 %41 & mode=ro'\"\u00e9"
    with Vault.create(odd, pin=PIN, clock=clock, cost=CHEAP) as vault:
        vault.put("card", "a", b"1")
    with Vault.open(str(odd), pin=PIN, clock=clock) as vault:
        assert vault.get("card", "a") == b"1"
    assert [entry.name for entry in tmp_path.iterdir()] == [odd.name]


def test_an_unreadable_file(wallet: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(_path: Path, **_options: object) -> os.stat_result:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", denied)
    with pytest.raises(StoreError) as error:
        Vault.open(wallet, pin=PIN, clock=clock)
    assert error.value.code is Code.STORE_IO


def test_a_file_that_may_not_be_written(
    wallet: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_module, "connect", lambda path, _access: connect(path, Access.READ))
    assert refused(wallet, clock) is Code.STORE_IO


def test_creates_nothing_over_what_is_there(wallet: Path, clock: Clock) -> None:
    before = wallet.read_bytes()
    with pytest.raises(StoreError) as error:
        Vault.create(wallet, pin=PIN, clock=clock, cost=CHEAP)
    assert error.value.code is Code.STORE_EXISTS
    assert wallet.read_bytes() == before
    link = wallet.with_name("dangling")
    link.symlink_to(wallet.parent / "nowhere")
    with pytest.raises(StoreError) as error:
        Vault.create(link, pin=PIN, clock=clock, cost=CHEAP)
    assert error.value.code is Code.STORE_EXISTS


def test_creates_nothing_over_what_came_meanwhile(path: Path) -> None:
    def fill(_connection: sqlite3.Connection) -> None:
        path.write_bytes(b"mine")

    with pytest.raises(StoreError) as error:
        file_module.make(path, fill, entropy=system_entropy)
    assert error.value.code is Code.STORE_EXISTS
    assert path.read_bytes() == b"mine"
    assert [entry.name for entry in path.parent.iterdir()] == ["wallet.db"]


def test_creates_nothing_half(path: Path) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO part VALUES ('header', x'00', x'00')")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        file_module.make(path, fill, entropy=system_entropy)
    assert list(path.parent.iterdir()) == []


def test_creates_no_folder(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(StoreError) as error:
        Vault.create(tmp_path / "no" / "wallet.db", pin=PIN, clock=clock, cost=CHEAP)
    assert error.value.code is Code.STORE_NOT_FOUND


def test_a_relative_path_is_taken(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Vault.create("wallet.db", pin=PIN, clock=clock, cost=CHEAP).close()
    Vault.open("wallet.db", pin=PIN, clock=clock).close()
    assert (tmp_path / "wallet.db").exists()
