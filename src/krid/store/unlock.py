"""Trying to unlock: a PIN is counted in the file first, then tried, then forgotten if right.

What a counter in software can't do: whoever copies the file can put the old counter back, or try
PINs against the copy without krid. Six digits fall within days at the standard cost. Against a
thief of the file only a long passphrase or a hardware key store protects.

Secrets of 128 bits and more are not counted: nobody guesses one, and somebody who types nonsense
must not lock out the owner.
"""

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, assert_never

from krid._core.clock import Clock
from krid._core.redact import Secret
from krid.errors import Code, StoreError
from krid.store import schema
from krid.store.connection import writing
from krid.store.header import Header
from krid.store.keys import Keys
from krid.store.methods import MethodKind, Methods
from krid.store.pin import Pin
from krid.store.recovery import RecoveryCode
from krid.store.state import State
from krid.store.tries import Tries
from krid.store.wrapping import UnlockKey, UnlockPair

if TYPE_CHECKING:
    import sqlite3

UnlockSecret: TypeAlias = Pin | UnlockKey | RecoveryCode


def unlock(connection: "sqlite3.Connection", secret: UnlockSecret, *, clock: Clock) -> State:
    """Try a secret and check the whole file with the key that it gives.

    Raises:
        StoreError: for a PIN `store.pin_locked`, `store.pin_delay` with the seconds left,
            `store.pin`; for others `store.method`, `store.method_used`, `store.method_revoked`;
            `store.altered`.
    """
    match secret:
        case Pin():
            return _unlock_by_pin(connection, secret, clock)
        case UnlockKey():
            return _unlock_by_key(connection, MethodKind.AUTHENTICATOR, secret)
        case RecoveryCode():
            return _unlock_by_key(connection, MethodKind.RECOVERY_CODE, secret)
        case _ as never:
            assert_never(never)


def _unlock_by_key(connection: "sqlite3.Connection", kind: MethodKind, secret: Secret) -> State:
    parts = schema.read_parts(connection)
    header = Header.parse(parts[schema.HEADER])
    method = Methods.parse(parts.get(schema.METHODS)).find(kind, secret, header.file_id)
    place = method.place(header.file_id)
    data_key = UnlockPair(secret, place=place).unwrap(method.wrapped, place=place)
    return State.load(connection, header, Keys.derive(data_key, header.file_id))


def _unlock_by_pin(connection: "sqlite3.Connection", pin: Pin, clock: Clock) -> State:
    before = _count_try(connection, clock.now())
    header = Header.parse(schema.read_part(connection, schema.HEADER))
    keys = Keys.derive(header.unwrap(pin), header.file_id)
    try:
        state = State.load(connection, header, keys)
    except StoreError:
        # The PIN was right, the file is not: the counter goes back to where it was.
        _write_tries(connection, before)
        raise
    _write_tries(connection, Tries.none())
    return state


def _count_try(connection: "sqlite3.Connection", now: datetime) -> Tries:
    """Count a try before it is made, and return the count before it.

    Killing the process after this does not take it back.
    """
    with writing(connection):
        parts = schema.read_parts(connection)
        tries = Tries.parse(parts[schema.TRIES])
        if tries.locking and Methods.parse(parts.get(schema.METHODS)).any_active:
            raise StoreError(Code.STORE_PIN_LOCKED)
        left = tries.seconds_left(now)
        counted = tries.kept(now) if left else tries.one_more(now)
        if counted != tries:
            schema.write_part(connection, schema.TRIES, counted.encode())
    if left:
        raise StoreError(Code.STORE_PIN_DELAY, f"{left} seconds left")
    return tries


def _write_tries(connection: "sqlite3.Connection", tries: Tries) -> None:
    with writing(connection):
        schema.write_part(connection, schema.TRIES, tries.encode())
