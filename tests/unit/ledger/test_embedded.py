import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy
from ledgers import (
    ADDED,
    DAY,
    KEY,
    NOW,
    ORIGIN,
    REMOVED,
    anchor,
    new_ledger,
    postgres_url,
    refused,
    terms,
)

from krid._core import limits
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.ledger import (
    NO_WITNESSES,
    LedgerKey,
    Sealed,
    StandingReceipt,
    Statement,
    merkle,
    parse,
    parse_receipt,
    verify_history,
    verify_standing,
    wire,
)
from krid.ledger.embedded import Ledger, tree
from krid.ledger.embedded.database import open_engine
from krid.ledger.embedded.schema import METADATA


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in each database."""
    if request.param == "sqlite":
        where = str(tmp_path / "ledger.db")
    else:
        where = request.getfixturevalue("postgres")
        engine = open_engine(where)
        METADATA.drop_all(engine)
        engine.dispose()
    with Ledger.create(where, origin=ORIGIN) as created:
        yield created


def holds(ledger: Ledger, statement: Statement) -> Statement | None:
    receipt = ledger.standing(statement.subject)
    again = parse_receipt(receipt.encode())
    assert again == receipt
    assert isinstance(again, StandingReceipt)
    return verify_standing(again, subject=statement.subject, terms=terms(), now=NOW).statement


def test_what_is_said_holds_once_it_is_sealed(ledger: Ledger) -> None:
    assert ledger.size == 0
    assert ledger.append([]) == range(0)
    assert ledger.append([ADDED, anchor(1)]) == range(2)
    refused(Code.LEDGER_UNSEALED, lambda: ledger.standing(ADDED.subject))
    refused(Code.LEDGER_UNSEALED, lambda: ledger.history(0))
    checkpoint = ledger.seal(KEY, now=NOW)
    assert checkpoint.size == ledger.size == 3
    assert holds(ledger, ADDED) == ADDED
    assert holds(ledger, anchor(1)) == anchor(1)
    assert holds(ledger, anchor(2)) is None


def test_the_newest_statement_holds(ledger: Ledger) -> None:
    ledger.append([ADDED])
    ledger.seal(KEY, now=NOW)
    ledger.append([REMOVED])
    assert holds(ledger, ADDED) == ADDED
    ledger.seal(KEY, now=NOW)
    assert holds(ledger, ADDED) == REMOVED
    again = replace(ADDED, types=frozenset({"other"}))
    ledger.append([again])
    ledger.seal(KEY, now=NOW)
    assert holds(ledger, ADDED) == again


def test_history_is_proved_for_each_entry(ledger: Ledger) -> None:
    for batch in (1, 3, 250, 300):
        ledger.append([anchor(number) for number in range(batch)])
        ledger.seal(KEY, now=NOW)
    for index in (0, 1, 2, 5, 254, 255, 256, 300, 512, ledger.size - 1):
        receipt = ledger.history(index)
        assert parse_receipt(receipt.encode()) == receipt
        logged = verify_history(receipt, terms=terms(), now=NOW)
        assert logged.index == index
        assert wire.encode(logged.statement) == next(iter(ledger.entries(index, index + 1)))
    refused(Code.LEDGER_INDEX, lambda: ledger.history(ledger.size))
    refused(Code.LEDGER_INDEX, lambda: ledger.history(-1))


def test_tiles_give_the_root_that_the_entries_have(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four layers of full tiles and some more, appended in uneven batches, in tiles of four."""
    monkeypatch.setattr(tree, "_HEIGHT", 2)
    monkeypatch.setattr(tree, "_WIDTH", 4)
    total = 0
    for batch in (1, 2, 1, 1, 3, 17, 63, 4, 100, 77, 16):
        ledger.append([anchor(number) for number in range(total, total + batch)])
        total += batch
    checkpoint = ledger.seal(KEY, now=NOW)
    leaves = [merkle.hash_leaf(entry) for entry in ledger.entries(0, ledger.size)]
    assert len(leaves) == total + 1 > 4**4
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append(
            [merkle.hash_children(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)]
        )
    assert checkpoint.root == merkle.tree_root(
        len(leaves), lambda level, index: levels[level][index]
    )
    for index in range(0, total, 3):
        verify_history(ledger.history(index), terms=terms(), now=NOW)
    for old in range(0, total, 5):
        merkle.check_consistency(
            ledger.consistency(old, checkpoint.size),
            old_size=old,
            old_root=merkle.tree_root(old, lambda level, index: levels[level][index]),
            size=checkpoint.size,
            root=checkpoint.root,
        )


def test_checkpoints_are_kept(ledger: Ledger) -> None:
    refused(Code.LEDGER_UNSEALED, ledger.checkpoint)
    first = ledger.seal(KEY, now=NOW)
    second = ledger.seal(KEY, now=NOW + DAY)
    assert ledger.checkpoints() == (first, second)
    assert ledger.checkpoint() == second
    assert ledger.checkpoint(1) == first
    refused(Code.LEDGER_UNSEALED, lambda: ledger.checkpoint(9))
    sealed = parse(next(iter(ledger.entries(1, 2))))
    assert isinstance(sealed, Sealed)
    assert sealed.at == NOW + DAY


def test_consistency_between_checkpoints(ledger: Ledger) -> None:
    first = ledger.seal(KEY, now=NOW)
    ledger.append([anchor(number) for number in range(600)])
    second = ledger.seal(KEY, now=NOW)
    merkle.check_consistency(
        ledger.consistency(first.size, second.size),
        old_size=first.size,
        old_root=first.root,
        size=second.size,
        root=second.root,
    )
    refused(Code.LEDGER_INDEX, lambda: ledger.consistency(1, 603))


def test_what_may_not_be_appended(ledger: Ledger) -> None:
    many = [anchor(1)] * (limits.MAX_LEDGER_BATCH + 1)
    refused(Code.MISUSE_OPTION, lambda: ledger.append(many))
    seal = Sealed(at=NOW, state=bytes(32))
    refused(Code.MISUSE_OPTION, lambda: ledger.append([seal]))  # type: ignore[list-item]
    assert ledger.size == 0


def test_time_does_not_go_back(ledger: Ledger) -> None:
    ledger.seal(KEY, now=NOW)
    ledger.append([ADDED])
    refused(Code.MISUSE_OPTION, lambda: ledger.seal(KEY, now=NOW - DAY))
    refused(Code.MISUSE_NAIVE_TIME, lambda: ledger.seal(KEY, now=NOW.replace(tzinfo=None)))
    refused(Code.ALG_KEY, lambda: ledger.seal(LocalKey.generate(Alg.ES384), now=NOW))
    assert ledger.size == 2
    ledger.seal(KEY, now=NOW + timedelta(microseconds=1))


class Broken:
    """A signer whose hardware fails."""

    public_key = KEY.public_key
    alg = KEY.alg

    def sign(self, message: bytes) -> bytes:
        raise ConnectionError


def test_a_seal_that_fails_leaves_nothing(ledger: Ledger) -> None:
    ledger.append([ADDED])
    with pytest.raises(ConnectionError):
        ledger.seal(Broken(), now=NOW)
    assert ledger.size == 1
    ledger.seal(KEY, now=NOW)
    assert holds(ledger, ADDED) == ADDED


def test_writers_wait_for_each_other(ledger: Ledger) -> None:
    taken: list[range] = []
    errors: list[KridError] = []

    def write() -> None:
        try:
            taken.extend(ledger.append([anchor(number)] * 7) for number in range(10))
            ledger.seal(KEY, now=NOW)
        except KridError as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    ledger.seal(KEY, now=NOW)
    indexes = [index for batch in taken for index in batch]
    assert len(set(indexes)) == 280
    assert ledger.size == 285
    verify_history(ledger.history(200), terms=terms(), now=NOW)


def test_tables_only_grow(ledger: Ledger) -> None:
    ledger.append([anchor(number) for number in range(300)])
    ledger.seal(KEY, now=NOW)
    names = ("krid_ledger_entry", "krid_ledger_tile", "krid_ledger_checkpoint")
    for name in names:
        for text in (f"DELETE FROM {name}", f"UPDATE {name} SET {_column(name)} = {_column(name)}"):  # noqa: S608
            with pytest.raises(sqlalchemy.exc.IntegrityError), ledger._engine.begin() as connection:
                connection.execute(sqlalchemy.text(text))


def _column(name: str) -> str:
    return {"krid_ledger_entry": "statement", "krid_ledger_tile": "root"}.get(name, "note")


def test_a_ledger_is_made_once(ledger: Ledger) -> None:
    where = ledger._engine.url.render_as_string(hide_password=False)
    refused(Code.STORE_EXISTS, lambda: Ledger.create(where, origin=ORIGIN))
    with Ledger.open(where) as again:
        assert again.origin == ORIGIN
        assert repr(again) == f"Ledger({ORIGIN!r})"
    with ledger._engine.begin() as connection:
        connection.execute(sqlalchemy.text("UPDATE krid_ledger_head SET version = 2"))
    refused(Code.STORE_VERSION, lambda: Ledger.open(where))


def test_a_key_in_hardware_seals_by_ecdsa(tmp_path: Path) -> None:
    key = LocalKey.generate(Alg.ES256)
    with new_ledger(tmp_path) as ledger:
        ledger.seal(key, now=NOW).verify(
            log=LedgerKey(ORIGIN, key.public_key), witnesses=NO_WITNESSES
        )


def test_what_is_no_ledger(tmp_path: Path) -> None:
    refused(Code.STORE_NOT_FOUND, lambda: Ledger.open(tmp_path / "absent.db"))
    refused(Code.STORE_NOT_FOUND, lambda: Ledger.open(str(tmp_path / "absent.db")))
    (tmp_path / "text").write_text("no database at all, but long enough to be taken for one" * 99)
    refused(Code.LEDGER_ALTERED, lambda: Ledger.open(tmp_path / "text"))
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE something (a)")
    refused(Code.LEDGER_UNKNOWN, lambda: Ledger.open(tmp_path / "other.db"))
    refused(Code.STORE_IO, lambda: Ledger.create(tmp_path / "no" / "folder.db", origin=ORIGIN))
    refused(Code.LEDGER_STATEMENT, lambda: Ledger.create(tmp_path / "a.db", origin="a b"))


@pytest.mark.parametrize(
    "where", ["mysql://host/base", "://", "sqlite+nonsense:///x", "postgresql+pg8000://host/base"]
)
def test_addresses_of_no_database(where: str) -> None:
    refused(Code.MISUSE_OPTION, lambda: Ledger.create(where, origin=ORIGIN))


def test_postgresql_is_asked_by_psycopg_unless_told() -> None:
    engine = open_engine("postgresql://host.example/base")
    assert engine.url.drivername == "postgresql+psycopg"
    engine.dispose()


def test_a_busy_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krid.ledger.embedded.database._BUSY_SECONDS", 0.05)
    with new_ledger(tmp_path) as ledger, closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        refused(Code.STORE_BUSY, lambda: ledger.append([ADDED]))


def damage(tmp_path: Path, *statements: str) -> None:
    """Change a database as somebody would who may do everything in it."""
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ]
        for name in names:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM krid_ledger_entry WHERE position = 301",
        "DELETE FROM krid_ledger_entry WHERE position = 7",
        "DELETE FROM krid_ledger_tile",
        "UPDATE krid_ledger_tile SET hashes = x'00'",
        "DROP TABLE krid_ledger_checkpoint",
        "DELETE FROM krid_ledger_page WHERE path <> x''",
        "INSERT INTO krid_ledger_head VALUES (2, 1, 'x', 5, 5)",
    ],
)
def test_a_damaged_database_is_noticed(tmp_path: Path, statement: str) -> None:
    with new_ledger(tmp_path) as ledger:
        ledger.append([anchor(number) for number in range(300)])
        ledger.seal(KEY, now=NOW)
        ledger.append([anchor(300)])
        damage(tmp_path, statement)

        def use() -> None:
            ledger.standing(anchor(7).subject)
            ledger.history(5)
            ledger.seal(KEY, now=NOW)
            ledger.append([anchor(301)])

        refused(Code.LEDGER_ALTERED, use)


def test_a_seal_in_the_place_of_which_something_else_stands(tmp_path: Path) -> None:
    with new_ledger(tmp_path) as ledger:
        ledger.append([ADDED])
        ledger.seal(KEY, now=NOW)
        damage(
            tmp_path,
            "UPDATE krid_ledger_entry SET statement ="
            " (SELECT statement FROM krid_ledger_entry WHERE position = 0) WHERE position = 1",
        )
        refused(Code.LEDGER_ALTERED, lambda: ledger.seal(KEY, now=NOW))
