"""Trying a PIN: counted in the file first, then tried, then forgotten if it was right.

What a counter in software can't do: whoever copies the file can put the old counter back, or try
PINs against the copy without krid. Six digits fall within days at the standard cost. Against a
thief of the file only a long passphrase or a hardware key store protects.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from krid._core.clock import Clock
from krid.errors import Code, StoreError
from krid.store import schema
from krid.store.connection import writing
from krid.store.header import Header
from krid.store.keys import Keys
from krid.store.pin import Pin
from krid.store.state import State
from krid.store.tries import Tries

if TYPE_CHECKING:
    import sqlite3


def unlock(connection: "sqlite3.Connection", pin: Pin, *, clock: Clock) -> State:
    """Try a PIN and check the whole file with the key that it gives.

    Raises:
        StoreError: `store.pin_delay` with the seconds left, `store.pin`, `store.altered`.
    """
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
        tries = Tries.parse(schema.read_part(connection, schema.TRIES))
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
