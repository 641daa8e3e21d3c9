"""Forgeries against the ways to unlock a wallet beside its PIN, each with its code.

`forging` writes SQL and mends every unkeyed digest, as in the forgeries of the file itself.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from krid.errors import Code, KridError
from krid.store import Pin, PinCost, RecoveryCode, UnlockKey, Vault

CHEAP = PinCost(7 * 1024, 1, 1)
RIGHT, WRONG = Pin("493817"), Pin("000000")
FINGER, FACE = UnlockKey(b"f" * 32), UnlockKey(b"g" * 32)


@dataclass
class HandClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 6, 1, tzinfo=UTC))


@pytest.fixture
def wallet(tmp_path: Path, clock: HandClock) -> Path:
    path = tmp_path / "wallet.db"
    with Vault.create(path, pin=RIGHT, clock=clock, cost=CHEAP) as vault:
        vault.put("card", "a", b"one")
        vault.unlocking.add_key(FINGER, label="", attached=b"", pin=RIGHT, clock=clock)
    return path


def code_of(action: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        action()
    return error.value.code


def by_key(path: Path, clock: HandClock, key: UnlockKey = FINGER) -> Code:
    return code_of(lambda: Vault.open_by_key(path, key=key, clock=clock))


def by_pin(path: Path, clock: HandClock, pin: Pin = RIGHT) -> Code:
    return code_of(lambda: Vault.open(path, pin=pin, clock=clock))


@contextmanager
def forging(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection
        for name, part in connection.execute("SELECT name, body FROM part").fetchall():
            digest = sha256(b"krid vault part 1\0" + name.encode() + b"\0" + part).digest()
            connection.execute("UPDATE part SET digest = ? WHERE name = ?", (digest, name))
        connection.commit()


def listed(path: Path) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        (body,) = connection.execute("SELECT body FROM part WHERE name = 'methods'").fetchone()
    return json.loads(body)


def write(path: Path, value: object) -> None:
    with forging(path) as connection:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        connection.execute("UPDATE part SET body = ? WHERE name = 'methods'", (body,))


def test_another_key(wallet: Path, clock: HandClock) -> None:
    assert by_key(wallet, clock, FACE) is Code.STORE_METHOD


def test_a_prf_output_with_one_bit_changed(wallet: Path, clock: HandClock) -> None:
    changed = bytes([FINGER.reveal()[0] ^ 1]) + FINGER.reveal()[1:]
    assert by_key(wallet, clock, UnlockKey(changed)) is Code.STORE_METHOD


def test_a_revoked_key(wallet: Path, clock: HandClock) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        (method,) = vault.unlocking.methods()
        vault.unlocking.revoke(method.id, pin=RIGHT, clock=clock)
        again = lambda: vault.unlocking.revoke(method.id, pin=RIGHT, clock=clock)  # noqa: E731 - said once
        assert code_of(again) is Code.STORE_NO_METHOD
        prove = lambda: vault.change_pin(FINGER, WRONG, clock=clock)  # noqa: E731 - said once
        assert code_of(prove) is Code.STORE_METHOD_REVOKED
    assert by_key(wallet, clock) is Code.STORE_METHOD_REVOKED
    Vault.open(wallet, pin=RIGHT, clock=clock).close()


def test_a_revoked_key_put_back_from_an_older_copy(wallet: Path, clock: HandClock) -> None:
    """The old wrapped key opens nothing: revoking made a new data key."""
    older = listed(wallet)
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        (method,) = vault.unlocking.methods()
        vault.unlocking.revoke(method.id, pin=RIGHT, clock=clock)
    write(wallet, older)
    assert by_key(wallet, clock) is Code.STORE_ALTERED
    assert by_pin(wallet, clock) is Code.STORE_ALTERED


def test_a_fraction_of_a_second(wallet: Path, clock: HandClock) -> None:
    """What is bound are whole seconds, so a fraction would come and go unseen."""
    forged = listed(wallet)
    forged["methods"][0]["created"] += 0.5
    write(wallet, forged)
    assert by_key(wallet, clock) is Code.STORE_ALTERED
    assert by_pin(wallet, clock) is Code.STORE_ALTERED


def test_adding_and_revoking_without_the_pin(wallet: Path, clock: HandClock) -> None:
    with Vault.open_by_key(wallet, key=FINGER, clock=clock) as vault:
        unlocking = vault.unlocking
        (method,) = unlocking.methods()
        add = lambda: unlocking.add_key(FACE, label="", attached=b"", pin=WRONG, clock=clock)  # noqa: E731 - said once
        assert code_of(add) is Code.STORE_PIN
        code = lambda: unlocking.add_recovery_code(label="", pin=WRONG, clock=clock)  # noqa: E731 - said once
        assert code_of(code) is Code.STORE_PIN
        revoke = lambda: unlocking.revoke(method.id, pin=WRONG, clock=clock)  # noqa: E731 - said once
        assert code_of(revoke) is Code.STORE_PIN
        assert unlocking.methods() == (method,)


def test_a_recovery_code_that_is_wrong_used_or_revoked(wallet: Path, clock: HandClock) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        used = vault.unlocking.add_recovery_code(label="", pin=RIGHT, clock=clock)
        lost = vault.unlocking.add_recovery_code(label="", pin=RIGHT, clock=clock)
        vault.unlocking.revoke(vault.unlocking.methods()[-1].id, pin=RIGHT, clock=clock)

    def recover(code: RecoveryCode) -> Code:
        return code_of(lambda: Vault.recover(wallet, code=code, new_pin=WRONG, clock=clock))

    assert recover(RecoveryCode(bytes(16))) is Code.STORE_METHOD
    assert recover(lost) is Code.STORE_METHOD_REVOKED
    Vault.recover(wallet, code=used, new_pin=RIGHT, clock=clock).close()
    assert recover(used) is Code.STORE_METHOD_USED


def test_a_used_recovery_code_put_back_from_an_older_copy(wallet: Path, clock: HandClock) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        code = vault.unlocking.add_recovery_code(label="", pin=RIGHT, clock=clock)
    older = listed(wallet)
    Vault.recover(wallet, code=code, new_pin=RIGHT, clock=clock).close()
    write(wallet, older)
    again = lambda: Vault.recover(wallet, code=code, new_pin=WRONG, clock=clock)  # noqa: E731 - said once
    assert code_of(again) is Code.STORE_ALTERED


@pytest.mark.parametrize("member", ["label", "attached", "created", "public", "wrapped", "kind"])
def test_a_method_changed_without_the_key(wallet: Path, clock: HandClock, member: str) -> None:
    value = listed(wallet)
    method = value["methods"][0]
    public = method["public"]
    replacement = {
        "label": "mine",
        "attached": "AAAA",
        "created": 0,
        "public": ("B" if public[0] == "A" else "A") + public[1:],
        "wrapped": "AAAA" + method["wrapped"][4:],
        "kind": "recovery code",
    }
    method[member] = replacement[member]
    write(wallet, value)
    assert by_pin(wallet, clock) is Code.STORE_ALTERED
    expected = Code.STORE_METHOD if member in {"public", "kind"} else Code.STORE_ALTERED
    assert by_key(wallet, clock) is expected


def test_a_method_added_dropped_or_taken_from_another_wallet(
    wallet: Path, clock: HandClock
) -> None:
    whole = wallet.read_bytes()
    mine = listed(wallet)
    other = wallet.with_name("other.db")
    with Vault.create(other, pin=WRONG, clock=clock, cost=CHEAP) as vault:
        vault.unlocking.add_key(FACE, label="", attached=b"", pin=WRONG, clock=clock)
    foreign = listed(other)
    write(wallet, {"methods": mine["methods"] + foreign["methods"]})
    assert by_pin(wallet, clock) is Code.STORE_ALTERED
    assert by_key(wallet, clock, FACE) is Code.STORE_METHOD
    wallet.write_bytes(whole)
    with forging(wallet) as connection:
        connection.execute("DELETE FROM part WHERE name = 'methods'")
    assert by_pin(wallet, clock) is Code.STORE_ALTERED
    with forging(wallet) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert by_pin(wallet, clock) is Code.STORE_ALTERED


def test_a_version_that_methods_do_not_belong_to(wallet: Path, clock: HandClock) -> None:
    with forging(wallet) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert by_pin(wallet, clock) is Code.STORE_ALTERED


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        {},
        {"methods": []},
        {"methods": [{}]},
        {"methods": [5]},
        {"methods": {}},
        b'{"methods": [], "methods": []}',
    ],
)
def test_a_list_of_another_shape(wallet: Path, clock: HandClock, broken: object) -> None:
    write(wallet, broken)
    before = wallet.read_bytes()
    assert by_pin(wallet, clock) is Code.STORE_ALTERED
    assert code_of(lambda: Vault.methods_of(wallet)) is Code.STORE_ALTERED
    assert wallet.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        {"state": "revoked"},
        {"state": "sleeping"},
        {"kind": "hope"},
        {"wrapped": ""},
        {"public": "AAAA"},
        {"created": "today"},
        {"id": 5},
    ],
)
def test_a_method_of_another_shape(
    wallet: Path, clock: HandClock, change: dict[str, object]
) -> None:
    value = listed(wallet)
    value["methods"][0] |= change
    write(wallet, value)
    assert by_key(wallet, clock) is Code.STORE_ALTERED


def test_two_methods_of_one_id(wallet: Path, clock: HandClock) -> None:
    value = listed(wallet)
    write(wallet, {"methods": value["methods"] * 2})
    assert by_key(wallet, clock) is Code.STORE_ALTERED


def test_ten_wrong_pins_lock_the_pin_and_nothing_else(wallet: Path, clock: HandClock) -> None:
    for _ in range(10):
        clock.moment += timedelta(hours=2)
        assert by_pin(wallet, clock, WRONG) is Code.STORE_PIN
    clock.moment += timedelta(days=400)
    before = wallet.read_bytes()
    assert by_pin(wallet, clock) is Code.STORE_PIN_LOCKED
    assert by_pin(wallet, clock, WRONG) is Code.STORE_PIN_LOCKED
    assert wallet.read_bytes() == before
    with Vault.open_by_key(wallet, key=FINGER, clock=clock) as vault:
        check = lambda: vault.check_pin(RIGHT, clock=clock)  # noqa: E731 - said once
        assert code_of(check) is Code.STORE_PIN_LOCKED
        vault.change_pin(FINGER, RIGHT, clock=clock)
    Vault.open(wallet, pin=RIGHT, clock=clock).close()


def test_a_pin_that_is_the_only_way_waits_and_is_never_locked(
    wallet: Path, clock: HandClock
) -> None:
    with Vault.open(wallet, pin=RIGHT, clock=clock) as vault:
        vault.unlocking.revoke(vault.unlocking.methods()[0].id, pin=RIGHT, clock=clock)
    for _ in range(12):
        clock.moment += timedelta(hours=2)
        assert by_pin(wallet, clock, WRONG) is Code.STORE_PIN
    assert by_pin(wallet, clock) is Code.STORE_PIN_DELAY
    clock.moment += timedelta(hours=2)
    Vault.open(wallet, pin=RIGHT, clock=clock).close()


def test_wrong_keys_and_codes_count_no_pin(wallet: Path, clock: HandClock) -> None:
    before = wallet.read_bytes()
    for _ in range(12):
        assert by_key(wallet, clock, FACE) is Code.STORE_METHOD
    assert wallet.read_bytes() == before
