"""What an issuer remembers: once means once, also between threads, and nothing lasts for ever."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid._core import limits
from krid.errors import Code, KridError
from krid.openid.oauth import IssuanceStore, Kind, MemoryIssuanceStore
from krid.openid.oauth.sql_store import SqlIssuanceStore
from krid.openid.oauth.store import fingerprint, take_turn

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
SOON = timedelta(seconds=10)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IssuanceStore]:
    if request.param == "memory":
        yield MemoryIssuanceStore()
        return
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")
    url = f"sqlite:///{tmp_path}/issuance.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    engine = sqlalchemy.create_engine(url)
    made = SqlIssuanceStore(engine)
    made.create_tables()
    yield made
    made._table.drop(engine)
    engine.dispose()


def test_a_record_is_kept_and_taken_once(store: IssuanceStore) -> None:
    store.put(Kind.CODE, "a", b"1", expires=LATER, now=NOW)
    store.put(Kind.CODE, "a", b"2", expires=LATER, now=NOW)
    assert store.get(Kind.CODE, "a", now=NOW) == b"2"
    assert store.get(Kind.ACCESS, "a", now=NOW) is None
    assert store.take(Kind.CODE, "a", now=NOW) == b"2"
    assert store.take(Kind.CODE, "a", now=NOW) is None
    assert store.get(Kind.CODE, "a", now=NOW) is None


def test_a_record_ends(store: IssuanceStore) -> None:
    store.put(Kind.CODE, "a", b"1", expires=LATER, now=NOW)
    store.put(Kind.CODE, "b", b"1", expires=LATER, now=NOW)
    assert store.get(Kind.CODE, "a", now=LATER) is None
    assert store.take(Kind.CODE, "a", now=LATER) is None
    store.put(Kind.CODE, "b", b"2", expires=LATER + SOON, now=LATER)
    assert store.get(Kind.CODE, "b", now=LATER) == b"2"


def test_a_key_is_claimed_by_one(store: IssuanceStore) -> None:
    assert store.claim(Kind.USED_NONCE, "a", expires=LATER, now=NOW)
    assert not store.claim(Kind.USED_NONCE, "a", expires=LATER + SOON, now=NOW)
    assert store.claim(Kind.USED_PROOF, "a", expires=LATER, now=NOW)
    assert store.claim(Kind.USED_NONCE, "a", expires=LATER + SOON, now=LATER)
    assert not store.claim(Kind.USED_NONCE, "a", expires=LATER + SOON, now=LATER)


def test_so_many_turns_in_a_spell_and_no_more(store: IssuanceStore) -> None:
    def turn(what: str, now: datetime = NOW) -> bool:
        return take_turn(store, Kind.ATTEMPT, what, most=5, spell=SOON, now=now)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(turn, ["a"] * 12)).count(True) == 5
    assert not turn("a")
    assert turn("b")
    assert turn("a", NOW + SOON)


def test_of_many_threads_one_wins(store: IssuanceStore) -> None:
    store.put(Kind.CODE, "a", b"1", expires=LATER, now=NOW)

    def attempt(_number: int) -> tuple[bytes | None, bool]:
        return (
            store.take(Kind.CODE, "a", now=NOW),
            store.claim(Kind.USED_NONCE, "a", expires=LATER, now=NOW),
        )

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, range(16)))
    assert [taken for taken, _ in results].count(b"1") == 1
    assert [first for _, first in results].count(True) == 1


def test_a_key_that_has_ended_is_claimed_by_one_of_many(store: IssuanceStore) -> None:
    assert store.claim(Kind.USED_NONCE, "a", expires=LATER, now=NOW)
    ends = LATER + SOON
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(
            lambda _: store.claim(Kind.USED_NONCE, "a", expires=ends, now=LATER), range(16)
        )
        assert list(found).count(True) == 1


def test_a_record_that_is_too_large(store: IssuanceStore) -> None:
    with pytest.raises(KridError) as error:
        store.put(
            Kind.CODE,
            "a",
            bytes(limits.MAX_ISSUANCE_RECORD_BYTES + 1),
            expires=LATER,
            now=NOW,
        )
    assert error.value.code is Code.MISUSE_RECORD


def test_memory_is_bounded_and_forgets_what_has_ended() -> None:
    store = MemoryIssuanceStore(capacity=2)
    for name in ("a", "b"):
        store.put(Kind.CODE, name, b"", expires=LATER, now=NOW)
    store.put(Kind.CODE, "b", b"1", expires=LATER + SOON, now=NOW)
    for attempt in (
        lambda: store.put(Kind.CODE, "c", b"", expires=LATER, now=NOW),
        lambda: store.claim(Kind.SPENT, "c", expires=LATER, now=NOW),
    ):
        with pytest.raises(KridError) as error:
            attempt()
        assert error.value.code is Code.OAUTH_BUSY
    assert store.kinds(now=NOW) == {Kind.CODE: 2}
    store.put(Kind.CODE, "c", b"", expires=LATER + SOON, now=LATER)
    assert len(store) == 2
    assert store.get(Kind.CODE, "b", now=LATER) == b"1"
    assert repr(store) == "MemoryIssuanceStore(2 records)"


def test_memory_keeps_no_ends_of_what_was_taken_or_replaced() -> None:
    store = MemoryIssuanceStore(capacity=10)
    store.put(Kind.ACCESS, "a", b"1", expires=LATER, now=NOW)
    for number in range(1000):
        end = LATER + number * SOON
        store.put(Kind.CODE, "taken", b"", expires=end, now=NOW)
        store.take(Kind.CODE, "taken", now=NOW)
        store.put(Kind.CODE, "replaced", b"", expires=end, now=NOW)
    assert len(store) == 2
    assert len(store._ends) <= 2 * 3 + 64
    store.put(Kind.CODE, "b", b"", expires=LATER + SOON, now=LATER)
    assert store.kinds(now=NOW) == {Kind.CODE: 2}


def test_secrets_are_stored_as_digests() -> None:
    assert fingerprint("a") != fingerprint("b")
    assert len(fingerprint("\ud800")) == 43


def statements(engine: Any) -> list[str]:
    """Collect what an engine is asked."""
    from sqlalchemy import event

    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2].split()[0]))
    return asked


def test_each_call_is_one_statement(tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/issuance.db")
    store = SqlIssuanceStore(engine)
    store.create_tables()
    asked = statements(engine)
    for record in (b"1", b"2"):
        store.put(Kind.SPENT, "a", record, expires=LATER, now=NOW)
    assert store.get(Kind.SPENT, "a", now=NOW) == b"2"
    assert store.take(Kind.SPENT, "a", now=NOW) == b"2"
    assert store.claim(Kind.SPENT, "a", expires=LATER, now=NOW)
    assert not store.claim(Kind.SPENT, "a", expires=LATER + SOON, now=NOW)
    assert store.claim(Kind.SPENT, "a", expires=LATER + SOON, now=LATER)
    assert asked == ["INSERT", "INSERT", "SELECT", "DELETE", "INSERT", "INSERT", "INSERT"]
    engine.dispose()


def test_postgresql_gets_statements_of_its_own_without_transactions() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    store = SqlIssuanceStore(sqlalchemy.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/no"))
    assert store._engine.get_execution_options() == {"isolation_level": "AUTOCOMMIT"}
    text = str(store._said.claim.compile(dialect=store._engine.dialect))
    assert "ON CONFLICT (kind, key) DO UPDATE" in text
    assert "WHERE krid_issuance.expires <= " in text


def test_a_database_is_purged_of_what_has_ended(tmp_path: Path) -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path}/issuance.db")
    store = SqlIssuanceStore(engine)
    with pytest.raises(KridError) as error:
        store.get(Kind.CODE, "a", now=NOW)
    assert error.value.code is Code.STORE_IO
    store.create_tables()
    for name, end in (("a", LATER), ("b", LATER + SOON)):
        store.put(Kind.CODE, name, b"1", expires=end, now=NOW)
    assert store.purge(now=LATER) == 1
    assert store.get(Kind.CODE, "b", now=LATER) == b"1"
    assert repr(store) == "SqlIssuanceStore(sqlite)"
    engine.dispose()
