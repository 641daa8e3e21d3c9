import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core.entropy import system_entropy
from krid.errors import Code, StoreError
from krid.store import Vault, schema
from krid.store.connection import Access, connect
from krid.store.keys import DataKey, Keys, Record, Row
from krid.store.manifest import Manifest, check_plain_sum

KEYS = Keys.derive(DataKey(b"k" * 32), b"f" * 16)
OTHER = Keys.derive(DataKey(b"o" * 32), b"f" * 16)
EMPTY = Manifest.empty(sequence=0)


def sealed(name: str, *, version: int = 1, keys: Keys = KEYS) -> Row:
    return keys.seal(Record("card", name, b"value"), version=version, entropy=system_entropy)


def altered(action: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as error:
        action()
    assert error.value.code is Code.STORE_ALTERED
    return error.value.detail


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), unique=True, max_size=6))
def test_the_order_of_changes_does_not_matter(names: list[str]) -> None:
    rows = [sealed(name) for name in names]
    one = EMPTY
    for row in rows:
        one = one.with_row(row, KEYS)
    other = EMPTY
    for row in reversed(rows):
        other = other.with_row(row, KEYS)
    assert one == other
    one.check_rows(rows, KEYS)
    check_plain_sum(one.seal(KEYS, system_entropy, methods=b""), rows)
    for row in rows:
        one = one.without_row(row, KEYS)
    assert one == EMPTY


@given(
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2**256 - 1),
    st.integers(0, 2**256 - 1),
)
def test_reads_what_it_sealed(sequence: int, count: int, keyed: int, plain: int) -> None:
    manifest = Manifest(sequence=sequence, count=count, keyed=keyed, plain=plain)
    assert (
        Manifest.unseal(manifest.seal(KEYS, system_entropy, methods=b""), KEYS, methods=b"")
        == manifest
    )


ROWS = (sealed("a"), sealed("b"))


@pytest.mark.parametrize(
    "forged", [(), ROWS[:1], (*ROWS, ROWS[0]), (ROWS[0], sealed("b", version=2))]
)
def test_refuses_another_set_of_rows(forged: tuple[Row, ...]) -> None:
    manifest = EMPTY.with_row(ROWS[0], KEYS).with_row(ROWS[1], KEYS)
    manifest.check_rows(ROWS, KEYS)
    assert altered(lambda: manifest.check_rows(forged, KEYS)) == "the set of records"
    miscounted = replace(manifest, count=3)
    assert altered(lambda: miscounted.check_rows(ROWS, KEYS)) == "the number of records"


def test_refuses_a_row_that_does_not_decrypt() -> None:
    foreign = sealed("a", keys=OTHER)
    manifest = EMPTY.with_row(foreign, KEYS)
    assert altered(lambda: manifest.check_rows([foreign], KEYS)) == "a record does not decrypt"


@pytest.mark.parametrize("place", range(32, 108, 7))
def test_refuses_any_changed_bit_of_a_seal(place: int) -> None:
    body = bytearray(EMPTY.seal(KEYS, system_entropy, methods=b""))
    body[place] ^= 1
    assert (
        altered(lambda: Manifest.unseal(bytes(body), KEYS, methods=b""))
        == "the manifest does not decrypt"
    )


def test_refuses_the_manifest_of_another_key() -> None:
    body = EMPTY.seal(OTHER, system_entropy, methods=b"")
    assert (
        altered(lambda: Manifest.unseal(body, KEYS, methods=b"")) == "the manifest does not decrypt"
    )


def test_no_key_serves_two_purposes() -> None:
    assert len({KEYS.index, KEYS.multiset, OTHER.index, OTHER.multiset}) == 4
    row = sealed("a")
    moved = KEYS.manifest.encrypt(row.sealed[:12], b"x", b"")
    assert KEYS.records.encrypt(row.sealed[:12], b"x", b"") != moved


def test_keys_and_records_show_nothing() -> None:
    record = Record("card", "Kim", b"value")
    assert "card" not in repr(record)
    assert "Kim" not in repr(record)
    assert repr(DataKey(b"k" * 32)) == "DataKey(***)"
    assert "kkk" not in repr(KEYS)


def test_a_write_ahead_log_is_refused(vault: Vault, path: Path) -> None:
    vault.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with closing(connect(path, Access.WRITE)) as connection:
        assert altered(lambda: schema.check_identity(connection)) == "the journal mode"
