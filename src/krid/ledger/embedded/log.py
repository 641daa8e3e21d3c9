"""An append-only ledger: statements go in, sealed checkpoints and receipts come out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, final

from sqlalchemy import Connection, Engine, func, insert, inspect, select, update

from krid._core import limits
from krid._core.times import aware
from krid.errors import Code, ContentError, MisuseError, StoreError
from krid.keys import Signer
from krid.ledger import merkle, wire
from krid.ledger.checkpoint import Checkpoint, prepare
from krid.ledger.embedded.database import open_engine, reading, writing
from krid.ledger.embedded.rows import SqlPages
from krid.ledger.embedded.schema import CHECKPOINT, ENTRY, HEAD, METADATA, VERSION
from krid.ledger.embedded.tree import TileTree, write_tiles
from krid.ledger.keys import LedgerKey
from krid.ledger.pages import prove, put, read_root
from krid.ledger.receipt import Head, HistoryReceipt, StandingReceipt
from krid.ledger.state import StateEntry
from krid.ledger.statements import Sealed, Statement
from krid.ledger.subjects import Subject, check_origin

_PORTION: Final = 1_000
"""Entries that are read or put into the state at once."""


@final
class Ledger:
    """One ledger in a database. Several processes and threads may use the same database.

    `append` adds statements; they hold for nobody until `seal` computes the state, adds a seal,
    and signs a checkpoint over all of it. The private key is the caller's and is never kept.
    """

    def __init__(self, engine: Engine, origin: str) -> None:
        """Use `create` or `open`."""
        self._engine: Final = engine
        self.origin: Final = origin

    def __repr__(self) -> str:
        """Name the ledger and not the database, whose address may hold a password."""
        return f"Ledger({self.origin!r})"

    @classmethod
    def create(cls, where: Path | str, *, origin: str) -> Self:
        """Lay out a ledger in a new file, or in a database that holds none.

        Raises:
            StoreError: `store.exists`, and as `open`.
            MalformedError: `ledger.statement` for an origin that can't be one.
            MisuseError: `misuse.option`.
        """
        check_origin(origin)
        engine = open_engine(where)
        with _closed_on_failure(engine), writing(engine) as connection:
            if inspect(connection).has_table(HEAD.name):
                raise StoreError(Code.STORE_EXISTS, "a ledger")
            METADATA.create_all(connection)
            head = {"id": 1, "version": VERSION, "origin": origin, "size": 0, "sealed": 0}
            connection.execute(insert(HEAD), [head])
        return cls(engine, origin)

    @classmethod
    def open(cls, where: Path | str) -> Self:
        """Open a ledger that is there.

        Raises:
            StoreError: `store.not_found`, `ledger.unknown`, `store.version`, `store.busy`,
                `store.io`, `ledger.altered`.
            MisuseError: `misuse.option`.
        """
        _check_file(where)
        engine = open_engine(where)
        with _closed_on_failure(engine), reading(engine) as connection:
            if not inspect(connection).has_table(HEAD.name):
                raise StoreError(Code.LEDGER_UNKNOWN)
            row = connection.execute(select(HEAD.c.version, HEAD.c.origin)).one()
            if row.version != VERSION:
                raise StoreError(Code.STORE_VERSION)
        return cls(engine, row.origin)

    def __enter__(self) -> Self:
        """Close at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @property
    def size(self) -> int:
        """How many entries there are, sealed or not."""
        with reading(self._engine) as connection:
            return int(connection.execute(select(HEAD.c.size)).scalar_one())

    def append(self, statements: Sequence[Statement]) -> range:
        """Add statements, all of them or none, and return their indexes.

        When it returns they outlive a loss of power. Writers wait for each other.

        Raises:
            MalformedError: `ledger.statement` for one beyond the limit on its size.
            MisuseError: `misuse.option` for more than `limits.MAX_LEDGER_BATCH` of them, or a
                seal.
            StoreError: `store.busy`, `store.io`, `ledger.altered`.
        """
        if len(statements) > limits.MAX_LEDGER_BATCH:
            raise MisuseError(Code.MISUSE_OPTION, "too many statements at once")
        if any(isinstance(statement, Sealed) for statement in statements):
            raise MisuseError(Code.MISUSE_OPTION, "seals are made by sealing")
        rows = [(statement.subject.key, wire.encode(statement)) for statement in statements]
        with writing(self._engine) as connection:
            size, _ = _lock(connection)
            _add(connection, size, rows)
        return range(size, size + len(rows))

    def seal(self, signer: Signer, *, now: datetime) -> Checkpoint:
        """Compute what holds, add the seal, and sign a checkpoint over all entries.

        Other writers wait meanwhile, a slow signer included. Seal again from time to time, also
        when nothing was appended: verifiers refuse a ledger that was sealed too long ago.

        Raises:
            MisuseError: `alg.key` for a key other than Ed25519 and P-256, `misuse.naive_time`;
                `misuse.option` when the last seal is of a later time.
            StoreError: as `append`.
        """
        log = LedgerKey(self.origin, signer.public_key)
        at = aware(now).replace(microsecond=0)
        with writing(self._engine) as connection:
            size, sealed = _lock(connection)
            _check_clock(connection, sealed, at)
            state = _bring_state(connection, sealed, size)
            _add(connection, size, [(None, wire.encode(Sealed(at=at, state=state)))])
            root = merkle.tree_root(size + 1, TileTree(connection, size + 1).subtree)
            checkpoint = prepare(log, size=size + 1, root=root).sign_with(signer)
            row = {"size": size + 1, "note": checkpoint.raw}
            connection.execute(insert(CHECKPOINT), [row])
            connection.execute(update(HEAD).values(sealed=size + 1))
        return checkpoint

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """Return the newest checkpoint, or the one of a size.

        Raises:
            ContentError: `ledger.unsealed` when there is none.
            StoreError: `store.busy`, `store.io`, `ledger.altered`.
        """
        with reading(self._engine) as connection:
            return _checkpoint(connection, size)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return all checkpoints, the oldest first.

        Raises:
            StoreError: as `checkpoint`.
            MalformedError: `ledger.checkpoint`.
        """
        with reading(self._engine) as connection:
            query = select(CHECKPOINT.c.note).order_by(CHECKPOINT.c.size)
            return tuple(map(Checkpoint.parse, connection.execute(query).scalars()))

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Read entries as they were hashed, some at a time; those that are missing are left out.

        Raises:
            StoreError: as `checkpoint`.
        """
        for first in range(start, end, _PORTION):
            with reading(self._engine) as connection:
                query = select(ENTRY.c.statement).where(ENTRY.c.position >= first)
                query = query.where(ENTRY.c.position < min(first + _PORTION, end))
                found = connection.execute(query.order_by(ENTRY.c.position)).scalars().all()
            yield from found

    def standing(self, subject: Subject) -> StandingReceipt:
        """Make the receipt of what held for a subject at the last seal.

        Raises:
            ContentError: `ledger.unsealed`.
            StoreError: as `checkpoint`.
        """
        with reading(self._engine) as connection:
            head = _head(connection)
            proof = prove(SqlPages(connection), subject.key)
            ours = proof.end is not None and proof.end.key == subject.key
            statement = _entry(connection, proof.end.index) if proof.end and ours else None
        return StandingReceipt(head, subject, statement, proof)

    def history(self, index: int) -> HistoryReceipt:
        """Make the receipt that an entry is in the ledger.

        Raises:
            ContentError: `ledger.unsealed`, `ledger.index` for one that is not there or not
                sealed yet.
            StoreError: as `checkpoint`.
        """
        with reading(self._engine) as connection:
            head = _head(connection)
            size = head.checkpoint.size
            proof = merkle.inclusion_proof(index, size, TileTree(connection, size).subtree)
            return HistoryReceipt(head, index, _entry(connection, index), proof)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Make the proof that the first `old` entries are the first of `size`.

        Raises:
            ContentError: `ledger.index`.
            StoreError: as `checkpoint`.
        """
        with reading(self._engine) as connection:
            if size > int(connection.execute(select(HEAD.c.size)).scalar_one()):
                raise ContentError(Code.LEDGER_INDEX)
            return merkle.consistency_proof(old, size, TileTree(connection, size).subtree)


@contextmanager
def _closed_on_failure(engine: Engine) -> Iterator[None]:
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


def _check_file(where: Path | str) -> None:
    """Refuse a file that is not there, which SQLite would make."""
    if (isinstance(where, Path) or "://" not in where) and not Path(where).is_file():
        raise StoreError(Code.STORE_NOT_FOUND, Path(where).name)


def _lock(connection: Connection) -> tuple[int, int]:
    """Be the one writer until the transaction ends: a write to the one row, on any database."""
    query = update(HEAD).values(size=HEAD.c.size).returning(HEAD.c.size, HEAD.c.sealed)
    row = connection.execute(query).one()
    return int(row.size), int(row.sealed)


def _add(connection: Connection, size: int, rows: Sequence[tuple[bytes | None, bytes]]) -> None:
    if not rows:
        return
    entries = [
        {"position": size + number, "subject": subject, "statement": statement}
        for number, (subject, statement) in enumerate(rows)
    ]
    connection.execute(insert(ENTRY), entries)
    leaves = [merkle.hash_leaf(statement) for _, statement in rows]
    write_tiles(connection, old=size, size=size + len(rows), leaves=leaves)
    connection.execute(update(HEAD).values(size=size + len(rows)))


def _check_clock(connection: Connection, sealed: int, at: datetime) -> None:
    if sealed:
        last = wire.parse(_entry(connection, sealed - 1))
        if not isinstance(last, Sealed):
            raise StoreError(Code.LEDGER_ALTERED, "the last seal")
        if last.at > at:
            raise MisuseError(Code.MISUSE_OPTION, "the last seal is of a later time")


def _bring_state(connection: Connection, sealed: int, size: int) -> bytes:
    """Put what was appended since the last seal into the state, and return its root."""
    pages = SqlPages(connection)
    root = read_root(pages)
    for first in range(sealed, size, _PORTION):
        columns = (ENTRY.c.position, ENTRY.c.subject, ENTRY.c.statement)
        query = select(*columns).where(ENTRY.c.position >= first, ENTRY.c.subject.is_not(None))
        query = query.where(ENTRY.c.position < min(first + _PORTION, size))
        rows = connection.execute(query.order_by(ENTRY.c.position))
        entries = [
            StateEntry(row.subject, row.position, merkle.hash_leaf(row.statement)) for row in rows
        ]
        root = put(pages, entries)
    return root


def _checkpoint(connection: Connection, size: int | None) -> Checkpoint:
    query = select(CHECKPOINT.c.note)
    newest = select(func.max(CHECKPOINT.c.size)).scalar_subquery()
    query = query.where(CHECKPOINT.c.size == (newest if size is None else size))
    note = connection.execute(query).scalar()
    if note is None:
        raise ContentError(Code.LEDGER_UNSEALED)
    return Checkpoint.parse(note)


def _head(connection: Connection) -> Head:
    checkpoint = _checkpoint(connection, None)
    size = checkpoint.size
    proof = merkle.inclusion_proof(size - 1, size, TileTree(connection, size).subtree)
    return Head(checkpoint, _entry(connection, size - 1), proof)


def _entry(connection: Connection, index: int) -> bytes:
    query = select(ENTRY.c.statement).where(ENTRY.c.position == index)
    statement = connection.execute(query).scalar()
    if statement is None:
        raise StoreError(Code.LEDGER_ALTERED, "an entry is missing")
    return bytes(statement)
