"""The vault: records that only a PIN opens, in one SQLite file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, final

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy, system_entropy
from krid.errors import Code, MisuseError
from krid.store import file, schema
from krid.store.connection import SQLITE_ERRORS
from krid.store.keys import Record
from krid.store.methods import Methods, UnlockMethod
from krid.store.pin import STANDARD_COST, Pin, PinCost
from krid.store.pin_state import PinState
from krid.store.recovery import RecoveryCode
from krid.store.session import Session
from krid.store.state import State
from krid.store.tries import Tries
from krid.store.unlock import UnlockSecret, unlock
from krid.store.unlocking import Unlocking
from krid.store.wrapping import UnlockKey

if TYPE_CHECKING:
    import sqlite3


@final
class Vault:
    """An encrypted store of records, opened by a PIN, in one file.

    A record has a kind and a name, and holds bytes. Nobody without the PIN can read kinds,
    names or values; what shows is how many records there are, how long each is, which of them
    share a kind, and in which order they were last written.

    Every write is one transaction: after a crash or a loss of power the file holds all of it or
    nothing of it. On opening, every byte of every record is checked: a record that was changed,
    removed, repeated, swapped or put back to an older state is refused as `store.altered`, and
    so is what another program wrote while the vault was open. **An older copy of the whole file
    is not seen as such**: nothing inside a file can say that a newer one existed. Where that
    matters, keep the latest `sequence` elsewhere and compare.

    Wrong PINs are counted in the file; see `krid.store.unlock` for what that can't do. Several
    threads and several programs may use one file at the same time; a process must not use a
    vault that it opened before a fork.
    """

    def __init__(self, session: Session, entropy: Entropy) -> None:
        """Take what `create` or `open` made; call those."""
        self._session: Final = session
        self.unlocking: Final = Unlocking(session, entropy)
        """The ways to open it beside the PIN."""

    @classmethod
    def create(
        cls,
        path: str | PathLike[str],
        *,
        pin: Pin,
        clock: Clock,
        entropy: Entropy = system_entropy,
        cost: PinCost = STANDARD_COST,
    ) -> Self:
        """Make a new vault that its owner alone may read (mode 0600), and open it.

        Raises:
            StoreError: `store.exists`; `store.not_found` for the folder; `store.io`.
        """
        state = State.fresh(pin, cost, entropy)

        def fill(connection: "sqlite3.Connection") -> None:
            state.write(connection)
            schema.write_part(connection, schema.TRIES, Tries.none().encode())

        file.make(Path(path), fill, entropy=entropy)
        return cls.open(path, pin=pin, clock=clock, entropy=entropy)

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        *,
        pin: Pin,
        clock: Clock,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open a vault: check the file, count the try, try the PIN, check every record.

        What can be checked without the PIN is checked first, so that a damaged file is told as
        such and costs no try. After five wrong PINs in a row the next must wait 30 seconds, and
        twice as long after each further one, up to an hour; until then even the right PIN is
        refused. After ten the PIN is locked, where another method opens the vault. A clock that
        was turned back starts the delay anew. A refused opening changes nothing in the file but
        the PIN counter.

        Raises:
            StoreError: `store.not_found`, `store.not_wallet`, `store.version`,
                `store.truncated`, `store.altered`, `store.pin`, `store.pin_delay`,
                `store.pin_locked`, `store.busy`, `store.io`.
        """
        return cls(_unlocked(path, pin, clock=clock, entropy=entropy), entropy)

    @classmethod
    def open_by_key(
        cls,
        path: str | PathLike[str],
        *,
        key: UnlockKey,
        clock: Clock,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open a vault to a key that `unlocking.add_key` added.

        The count of wrong PINs stays as it is.

        Raises:
            StoreError: `store.method`, `store.method_revoked`, and as `open` for the file.
        """
        return cls(_unlocked(path, key, clock=clock, entropy=entropy), entropy)

    @classmethod
    def recover(
        cls,
        path: str | PathLike[str],
        *,
        code: RecoveryCode,
        new_pin: Pin,
        clock: Clock,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open a vault to a recovery code, which is used up, and take another PIN.

        Everything is encrypted anew as in `change_pin`; other methods stay.

        Raises:
            StoreError: `store.method`, `store.method_used`, `store.method_revoked`, and as `open`
                for the file.
        """
        session = _unlocked(path, code, clock=clock, entropy=entropy)
        try:
            session.spend(code, new_pin)
        except BaseException:
            session.close()
            raise
        return cls(session, entropy)

    @classmethod
    def methods_of(cls, path: str | PathLike[str]) -> tuple[UnlockMethod, ...]:
        """Read which ways open a vault, without opening it: **not yet vouched for by its keys**.

        Somebody who can write to the file may have changed what this returns; opening the vault
        finds that.

        Raises:
            StoreError: as `open` for the file.
        """
        with closing(file.open_checked(Path(path))) as connection, SQLITE_ERRORS:
            parts = schema.read_parts(connection)
            return Methods.parse(parts.get(schema.METHODS)).entries

    @classmethod
    def pin_state_of(cls, path: str | PathLike[str], *, clock: Clock) -> PinState:
        """Read how the PIN stands, without opening the vault: **not vouched for by its keys**.

        Raises:
            StoreError: as `open` for the file.
        """
        with closing(file.open_checked(Path(path))) as connection, SQLITE_ERRORS:
            parts = schema.read_parts(connection)
            methods = Methods.parse(parts.get(schema.METHODS))
            tries = Tries.parse(parts[schema.TRIES])
        return PinState.of(tries, has_other_way=methods.any_active, now=clock.now())

    def __repr__(self) -> str:
        """Say whether it is open, and nothing of what it holds or where it lies."""
        return f"Vault({'open' if self._session.is_open else 'closed'})"

    def __enter__(self) -> Self:
        """Use the vault in a `with` statement, which closes it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the vault."""
        self.close()

    def close(self) -> None:
        """Forget the keys and let the file go; a transaction that still runs is undone."""
        self._session.close()

    @property
    def sequence(self) -> int:
        """The number of the last transaction: it only grows, so an older copy shows a smaller one.

        Raises:
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        with self._session.looking() as state:
            return state.manifest.sequence

    def get(self, kind: str, name: str) -> bytes:
        """Return the value of a record.

        Raises:
            MisuseError: `misuse.record` for an empty or too long kind or name.
            StoreError: `store.no_record`, `store.altered`, `store.closed`, `store.busy`.
        """
        _check_labels(kind, name)
        return self._session.value(kind, name)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of all records of a kind, sorted.

        Raises:
            MisuseError: `misuse.record`.
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        _check_labels(kind)
        return tuple(sorted(self._session.names_of(kind)))

    def records(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """Yield name and value of the records of a kind, in an order that tells nothing.

        Which records there are is settled when the first is asked for; one that is deleted
        before its turn is left out. The vault may be used meanwhile.

        Raises:
            MisuseError: `misuse.record`.
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        _check_labels(kind)
        for record_id in self._session.ids_of(kind):
            with self._session.looking() as state:
                row = self._session.row(record_id)
                record = None if row is None else state.keys.open(row)
            if record is not None:
                yield record.name, record.value

    def put(self, kind: str, name: str, value: bytes) -> None:
        """Insert a record or replace the one of the same kind and name.

        Raises:
            MisuseError: `misuse.record` for an empty or too long kind or name, or a value of
                more than `MAX_RECORD_BYTES`.
            StoreError: `store.altered`, `store.closed`, `store.busy`, `store.io`.
        """
        _check_labels(kind, name)
        if len(value) > limits.MAX_RECORD_BYTES:
            raise MisuseError(Code.MISUSE_RECORD)
        with self._session.changing():
            self._session.put(Record(kind, name, value))

    def delete(self, kind: str, name: str) -> None:
        """Remove a record; its bytes in the file are overwritten.

        Raises:
            MisuseError: `misuse.record`.
            StoreError: `store.no_record`, `store.altered`, `store.closed`, `store.busy`,
                `store.io`.
        """
        _check_labels(kind, name)
        with self._session.changing():
            self._session.delete(kind, name)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do several puts and deletes as one: all are kept, or none if the block raises.

        Other threads wait until the block ends.

        Raises:
            MisuseError: `misuse.transaction` inside another transaction.
            StoreError: as `put`.
        """
        with self._session.alone(), self._session.changing():
            yield

    def change_pin(self, old: Pin | UnlockKey, new: Pin, *, clock: Clock) -> None:
        """Take another PIN, and encrypt everything anew under a new key.

        Whoever has an older copy of the file and the old PIN can't read what is written later.
        The old PIN is counted and tried as in `open`; the cost of hashing stays. A key that opens
        the vault may stand in for a PIN that was forgotten or is locked.

        Raises:
            MisuseError: `misuse.transaction`.
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`, `store.method`,
                `store.method_revoked`, and as `put`.
        """
        with self._session.alone():
            self._session.prove(old, clock)
            with self._session.looking() as state:
                methods = state.methods
            self._session.rekey(new, methods)

    def check_pin(self, pin: Pin, *, clock: Clock) -> None:
        """Try a PIN as `open` does, such as before a key is used.

        Raises:
            MisuseError: `misuse.transaction`.
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`, `store.altered`.
        """
        with self._session.alone():
            self._session.prove(pin, clock)


def _unlocked(
    path: str | PathLike[str], secret: UnlockSecret, *, clock: Clock, entropy: Entropy
) -> Session:
    connection = file.open_checked(Path(path))
    try:
        with SQLITE_ERRORS:
            state = unlock(connection, secret, clock=clock)
    except BaseException:
        connection.close()
        raise
    return Session(connection, state, entropy)


def _check_labels(*labels: str) -> None:
    for label in labels:
        try:
            size = len(label.encode("utf-8"))
        except UnicodeEncodeError as cause:
            raise MisuseError(Code.MISUSE_RECORD) from cause
        if not 0 < size <= limits.MAX_RECORD_NAME_BYTES:
            raise MisuseError(Code.MISUSE_RECORD)
