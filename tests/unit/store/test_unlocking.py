"""Ways to unlock a vault beside the PIN: added, used, used up, revoked, and old files."""

from pathlib import Path

import pytest

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.store import (
    MethodKind,
    MethodState,
    Pin,
    PinCost,
    RecoveryCode,
    UnlockKey,
    UnlockMethod,
    Vault,
)
from krid.store.methods import Methods
from krid.store.wrapping import PUBLIC_SIZE

CHEAP = PinCost(7 * 1024, 1, 1)
RIGHT, OTHER = Pin("493817"), Pin("271828")
FINGER, FACE = UnlockKey(b"f" * 32), UnlockKey(b"g" * 32)


def add(vault: Vault, clock: Clock, key: UnlockKey = FINGER) -> UnlockMethod:
    return vault.unlocking.add_key(key, label="a finger", attached=b"id", pin=RIGHT, clock=clock)


def version(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[60:64], "big")


def test_several_ways_open_the_same_records(vault: Vault, path: Path, clock: Clock) -> None:
    vault.put("card", "a", b"one")
    assert (vault.unlocking.methods(), version(path)) == ((), 1)
    finger = add(vault, clock)
    face = add(vault, clock, FACE)
    assert vault.unlocking.methods()[1:] == (face,)
    assert version(path) == 2
    vault.close()
    for key in (FINGER, FACE):
        with Vault.open_by_key(path, key=key, clock=clock) as opened:
            assert opened.get("card", "a") == b"one"
    with Vault.open(path, pin=RIGHT, clock=clock) as opened:
        assert opened.get("card", "a") == b"one"
    listed = Vault.methods_of(path)
    assert [(each.id, each.kind, each.attached) for each in listed] == [
        (finger.id, MethodKind.AUTHENTICATOR, b"id"),
        (face.id, MethodKind.AUTHENTICATOR, b"id"),
    ]


def test_a_recovery_code_opens_once_and_sets_the_pin(
    vault: Vault, path: Path, clock: Clock
) -> None:
    vault.put("card", "a", b"one")
    code = vault.unlocking.add_recovery_code(label="in the drawer", pin=RIGHT, clock=clock)
    add(vault, clock)
    vault.close()
    with Vault.recover(path, code=code, new_pin=OTHER, clock=clock) as opened:
        assert opened.get("card", "a") == b"one"
        first, second = opened.unlocking.methods()
        assert (first.state, first.label) == (MethodState.USED, "in the drawer")
        assert second.state is MethodState.ACTIVE
    Vault.open(path, pin=OTHER, clock=clock).close()
    Vault.open_by_key(path, key=FINGER, clock=clock).close()
    with pytest.raises(KridError) as error:
        Vault.open(path, pin=RIGHT, clock=clock)
    assert error.value.code is Code.STORE_PIN


def test_a_recovery_that_fails_midway_changes_nothing(
    vault: Vault, path: Path, clock: Clock
) -> None:
    code = vault.unlocking.add_recovery_code(label="", pin=RIGHT, clock=clock)
    vault.close()

    def broken(size: int) -> bytes:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Vault.recover(path, code=code, new_pin=OTHER, clock=clock, entropy=broken)
    Vault.open(path, pin=RIGHT, clock=clock).close()
    Vault.recover(path, code=code, new_pin=OTHER, clock=clock).close()


def test_a_key_stands_in_for_a_forgotten_pin(vault: Vault, path: Path, clock: Clock) -> None:
    add(vault, clock)
    vault.close()
    with Vault.open_by_key(path, key=FINGER, clock=clock) as opened:
        opened.change_pin(FINGER, OTHER, clock=clock)
        opened.check_pin(OTHER, clock=clock)
    Vault.open(path, pin=OTHER, clock=clock).close()
    Vault.open_by_key(path, key=FINGER, clock=clock).close()


def test_what_is_attached_changes_alone(vault: Vault, path: Path, clock: Clock) -> None:
    vault.put("card", "a", b"one")
    method = add(vault, clock)
    before = vault.sequence
    vault.unlocking.attach(method.id, b"another")
    assert vault.sequence == before + 1
    assert vault.get("card", "a") == b"one"
    assert [each.attached for each in Vault.methods_of(path)] == [b"another"]
    vault.close()
    Vault.open_by_key(path, key=FINGER, clock=clock).close()


def test_another_program_sees_a_new_method(vault: Vault, path: Path, clock: Clock) -> None:
    method = add(vault, clock)
    with Vault.open(path, pin=RIGHT, clock=clock) as beside:
        beside.unlocking.attach(method.id, b"another")
        assert [each.attached for each in vault.unlocking.methods()] == [b"another"]


def test_limits_on_what_is_written(vault: Vault, clock: Clock) -> None:
    attach = vault.unlocking.attach
    method = add(vault, clock)
    for label, attached in (
        ("x" * (limits.MAX_UNLOCK_LABEL_CHARS + 1), b""),
        ("two\nlines", b""),
        ("", bytes(limits.MAX_UNLOCK_ATTACHED_BYTES + 1)),
    ):
        with pytest.raises(KridError) as error:
            vault.unlocking.add_key(FACE, label=label, attached=attached, pin=RIGHT, clock=clock)
        assert error.value.code is Code.MISUSE_UNLOCK_METHODS
    with pytest.raises(KridError) as error:
        attach(method.id, bytes(limits.MAX_UNLOCK_ATTACHED_BYTES + 1))
    assert error.value.code is Code.MISUSE_UNLOCK_METHODS
    with pytest.raises(KridError) as error:
        UnlockKey(b"short")
    assert error.value.code is Code.MISUSE_UNLOCK_KEY


def some(number: int, state: MethodState, clock: Clock) -> UnlockMethod:
    public = bytes(PUBLIC_SIZE)
    kind = MethodKind.AUTHENTICATOR
    return UnlockMethod(str(number), kind, state, "", clock.now(), b"", public, b"")


def test_there_is_room_for_sixteen_and_the_ended_go_first(clock: Clock) -> None:
    methods = Methods()
    for number in range(limits.MAX_UNLOCK_METHODS):
        state = MethodState.REVOKED if number in {3, 5} else MethodState.ACTIVE
        methods = methods.with_one(some(number, state, clock))
    for number in (90, 91):
        methods = methods.with_one(some(number, MethodState.ACTIVE, clock))
    assert [each.id for each in methods.entries][-3:] == ["15", "90", "91"]
    assert not {"3", "5"} & {each.id for each in methods.entries}
    with pytest.raises(KridError) as error:
        methods.with_one(some(92, MethodState.ACTIVE, clock))
    assert error.value.code is Code.MISUSE_UNLOCK_METHODS


def test_secrets_and_attachments_do_not_print(vault: Vault, clock: Clock) -> None:
    code = vault.unlocking.add_recovery_code(label="", pin=RIGHT, clock=clock)
    method = add(vault, clock)
    assert "b'" not in f"{method!r} {FINGER!r} {code!r}"
    assert isinstance(code, RecoveryCode)


def test_a_file_without_methods_stays_one_of_the_first_version(path: Path, clock: Clock) -> None:
    with Vault.create(path, pin=RIGHT, clock=clock, cost=CHEAP, entropy=system_entropy) as vault:
        vault.put("card", "a", b"one")
        vault.change_pin(RIGHT, OTHER, clock=clock)
    assert version(path) == 1
    assert Vault.methods_of(path) == ()
