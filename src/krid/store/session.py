"""An unlocked file in use: who may touch it when, and what a transaction does to the manifest."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, MisuseError, StoreError
from krid.store import schema
from krid.store.connection import SQLITE_ERRORS, reading, writing
from krid.store.keys import Record, Row
from krid.store.manifest import Manifest
from krid.store.methods import MethodKind, Methods, MethodState
from krid.store.pin import Pin
from krid.store.recovery import RecoveryCode
from krid.store.state import State
from krid.store.tries import Tries
from krid.store.unlock import UnlockSecret, unlock

if TYPE_CHECKING:
    import sqlite3


@final
class Session:
    """One connection, the state last checked, and the manifest of the transaction that runs."""

    def __init__(self, connection: "sqlite3.Connection", state: State, entropy: Entropy) -> None:
        self._connection: Final = connection
        self._entropy: Final = entropy
        self._lock: Final = threading.RLock()
        self._state: State | None = state
        self._draft: Manifest | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the keys are still there."""
        return self._state is not None

    def close(self) -> None:
        """Forget the keys and close the connection, which undoes what was not committed."""
        with self._lock:
            self._state = None
            self._connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the file for this thread, outside any transaction of it.

        Raises:
            MisuseError: `misuse.transaction`.
        """
        with self._lock:
            if self._draft is not None:
                raise MisuseError(Code.MISUSE_TRANSACTION)
            yield

    @contextmanager
    def looking(self) -> Iterator[State]:
        """Look at the file as it is now; what others wrote is checked in full first."""
        with self._lock, SQLITE_ERRORS:
            self._opened()
            with reading(self._connection):
                yield self._current()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Join the transaction that runs, or make one around a change."""
        with self._lock:
            self._opened()
            if self._draft is not None:
                yield
                return
            with writing(self._connection):
                with SQLITE_ERRORS:
                    self._draft = self._current().manifest.next()
                try:
                    yield
                    with SQLITE_ERRORS:
                        after = self._sealed_draft()
                finally:
                    self._draft = None
            self._state = after

    def value(self, kind: str, name: str) -> bytes:
        """Return the value of a record, by one statement unless others wrote meanwhile.

        Raises:
            StoreError: `store.no_record`, `store.altered`.
        """
        with self._lock, SQLITE_ERRORS:
            state = self._opened()
            record_id = state.keys.record_id(kind, name)
            manifest, *columns = self._manifest_and_row(record_id)
            if self._draft is None and manifest != state.sealed_manifest:
                with reading(self._connection):
                    state = self._current()
                    _, *columns = self._manifest_and_row(record_id)
            if columns[0] is None:
                raise StoreError(Code.STORE_NO_RECORD)
            return state.keys.open(Row.of(columns)).value

    def row(self, record_id: bytes) -> Row | None:
        """Return the row with this id, inside `looking` or `changing`."""
        columns = self._connection.execute(schema.ONE_ROW, (record_id,)).fetchone()
        return None if columns is None else Row.of(columns)

    def names_of(self, kind: str) -> Iterator[str]:
        """Yield the names of all rows of a kind."""
        with self.looking() as state:
            tag = state.keys.kind_tag(kind)
            with schema.rows(self._connection, schema.ROWS_OF_KIND, (tag,)) as rows:
                yield from (state.keys.open(row).name for row in rows)

    def ids_of(self, kind: str) -> tuple[bytes, ...]:
        """Return the ids of all rows of a kind."""
        with self.looking() as state:
            tag = state.keys.kind_tag(kind)
            found = self._connection.execute(schema.IDS_OF_KIND, (tag,)).fetchall()
        return tuple(record_id for (record_id,) in found)

    def put(self, record: Record) -> None:
        """Insert or replace a row, inside `changing`."""
        with SQLITE_ERRORS:
            state, draft = self._opened(), self._drafted()
            row = state.keys.seal(record, version=draft.sequence, entropy=self._entropy)
            self._draft = self._replace(state, draft, row)

    def delete(self, kind: str, name: str) -> None:
        """Remove a row, inside `changing`.

        Raises:
            StoreError: `store.no_record`.
        """
        with SQLITE_ERRORS:
            state, draft = self._opened(), self._drafted()
            row = self.row(state.keys.record_id(kind, name))
            if row is None:
                raise StoreError(Code.STORE_NO_RECORD)
            self._connection.execute(schema.DELETE_ROW, (row.id,))
            self._draft = draft.without_row(row, state.keys)

    def prove(self, secret: UnlockSecret, clock: Clock) -> None:
        """Try a secret against the file as `open` does.

        Raises:
            StoreError: as `unlock`.
        """
        with SQLITE_ERRORS:
            self._opened()
            self._state = unlock(self._connection, secret, clock=clock)

    def rekey(self, pin: Pin, methods: Methods) -> None:
        """Wrap a new data key for PIN and methods, and encrypt every row under it, as one change.

        Wrong PINs are forgotten: whoever may do this has proved who they are.
        """
        with self._lock:
            with writing(self._connection), SQLITE_ERRORS:
                before = self._current()
                after = State.fresh(
                    pin,
                    before.header.cost,
                    self._entropy,
                    file_id=before.header.file_id,
                    sequence=before.manifest.sequence + 1,
                    methods=methods,
                )
                after = self._move_rows(before, after)
                after.write(self._connection)
                schema.write_part(self._connection, schema.TRIES, Tries.none().encode())
            self._state = after

    def spend(self, code: RecoveryCode, pin: Pin) -> None:
        """Use a recovery code up and take another PIN."""
        with self.alone():
            with self.looking() as state:
                methods, file_id = state.methods, state.header.file_id
            spent = methods.find(MethodKind.RECOVERY_CODE, code, file_id).ended(MethodState.USED)
            self.rekey(pin, methods.replaced(spent))

    def attach(self, method_id: str, attached: bytes) -> None:
        """Attach something else to an unlock method, in one transaction."""
        with self._lock:
            with writing(self._connection), SQLITE_ERRORS:
                before = self._current()
                method = replace(before.methods.active(method_id), attached=attached)
                changed = replace(before, methods=before.methods.replaced(method))
                after = changed.with_manifest(changed.manifest.next(), self._entropy)
                after.write(self._connection)
            self._state = after

    def _move_rows(self, before: State, after: State) -> State:
        manifest = after.manifest
        # The ids alone fit in memory: 32 bytes for each record.
        for record_id in self._connection.execute(schema.ALL_IDS).fetchall():
            columns = self._connection.execute(schema.ONE_ROW, record_id).fetchone()
            record = before.keys.open(Row.of(columns))
            row = after.keys.seal(record, version=manifest.sequence, entropy=self._entropy)
            self._connection.execute(schema.DELETE_ROW, record_id)
            manifest = self._insert(after, manifest, row)
        return after.with_manifest(manifest, self._entropy)

    def _replace(self, state: State, draft: Manifest, row: Row) -> Manifest:
        former = self.row(row.id)
        if former is None:
            return self._insert(state, draft, row)
        self._connection.execute(schema.UPDATE_ROW, (row.version, row.sealed, row.id))
        return draft.without_row(former, state.keys).with_row(row, state.keys)

    def _insert(self, state: State, draft: Manifest, row: Row) -> Manifest:
        columns = (row.id, row.kind, row.version, row.sealed)
        self._connection.execute(schema.INSERT_ROW, columns)
        return draft.with_row(row, state.keys)

    def _opened(self) -> State:
        if self._state is None:
            raise StoreError(Code.STORE_CLOSED)
        return self._state

    def _drafted(self) -> Manifest:
        # SQLite ends a transaction by itself when the disk is full: nothing may follow then.
        if self._draft is None or not self._connection.in_transaction:
            raise StoreError(Code.STORE_IO, "the transaction was undone")
        return self._draft

    def _current(self) -> State:
        state = self._opened()
        if self._draft is not None:
            return state
        if schema.read_part(self._connection, schema.MANIFEST) != state.sealed_manifest:
            self._state = state = state.newer(self._connection)
        return state

    def _sealed_draft(self) -> State:
        after = self._opened().with_manifest(self._drafted(), self._entropy)
        schema.write_part(self._connection, schema.MANIFEST, after.sealed_manifest)
        return after

    def _manifest_and_row(self, record_id: bytes) -> tuple[object, ...]:
        found: tuple[object, ...] | None = self._connection.execute(
            schema.MANIFEST_AND_ROW, (record_id,)
        ).fetchone()
        return found or (None,) * 5
