"""Watching a ledger: everything that it signed is held against everything that it holds.

A monitor rebuilds the tree and the state from the entries, and believes neither tiles nor pages.
It finds a ledger whose entries were changed, taken out or put in another order after they were
signed, one that went back, one that shows two histories, and one that seals a false state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol, final

from krid.errors import Code, ContentError, KridError
from krid.ledger import merkle, wire
from krid.ledger.checkpoint import Checkpoint, check_follows
from krid.ledger.keys import NO_WITNESSES, LedgerKey
from krid.ledger.pages import MemoryPages, put
from krid.ledger.state import EMPTY, StateEntry
from krid.ledger.statements import Sealed

_PORTION: Final = 1_000


class WatchedLedger(Protocol):
    """What a monitor needs of a ledger; `krid.ledger.embedded.Ledger` is one."""

    @property
    def size(self) -> int:
        """How many entries there are."""
        ...

    def checkpoints(self) -> Sequence[Checkpoint]:
        """Return all checkpoints, the oldest first."""
        ...

    def entries(self, start: int, end: int) -> Iterable[bytes]:
        """Read entries as they were hashed."""
        ...

    def consistency(self, old: int, size: int) -> Sequence[bytes]:
        """Make a consistency proof."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Watched:
    """What a monitor found to hold together."""

    checkpoint: Checkpoint = field(repr=False)
    entries: int
    checkpoints: int
    sealed_at: datetime | None


def watch(ledger: WatchedLedger, *, log: LedgerKey, seen: Sequence[Checkpoint]) -> Watched:
    """Read a whole ledger, and hold it to its checkpoints and to those seen anywhere before.

    Time grows with the entries, memory with the subjects. Entries after the newest checkpoint
    are not signed yet and are read, not judged.

    Raises:
        ContentError: `ledger.unsealed`, `ledger.rolled_back`, `ledger.split_view`,
            `ledger.truncated`, `ledger.rewritten`, `ledger.seal`, `ledger.state`,
            `ledger.origin`, `ledger.signer`.
        SignatureError: `ledger.signature`.
        MalformedError: `ledger.checkpoint`, `ledger.statement`.
        StoreError: the database could not be read.
    """
    own = list(ledger.checkpoints())
    if not own:
        raise ContentError(Code.LEDGER_UNSEALED)
    signed = _by_size([*own, *seen], log)
    if max(signed) > own[-1].size:
        raise ContentError(Code.LEDGER_ROLLED_BACK)
    if own[-1].size > ledger.size:
        raise ContentError(Code.LEDGER_TRUNCATED)
    replay = _Replay(signed)
    for entry in ledger.entries(0, ledger.size):
        replay.add(entry)
    if own[-1].size > replay.size:
        raise ContentError(Code.LEDGER_TRUNCATED)
    return Watched(own[-1], replay.size, len(own), replay.sealed_at)


def follow(ledger: WatchedLedger, *, log: LedgerKey, known: Checkpoint) -> Checkpoint:
    """Return the newest checkpoint of a ledger, proved to begin with one that is known.

    Reads some tens of hashes and no entries: whether the state is true is left to `watch`.

    Raises:
        ContentError: `ledger.unsealed`, `ledger.rolled_back`, `ledger.split_view`,
            `ledger.consistency`, `ledger.origin`, `ledger.signer`.
        SignatureError: `ledger.signature`.
        MalformedError: `ledger.checkpoint`.
    """
    own = ledger.checkpoints()
    if not own:
        raise ContentError(Code.LEDGER_UNSEALED)
    newest = own[-1]
    newest.verify(log=log, witnesses=NO_WITNESSES)
    known.verify(log=log, witnesses=NO_WITNESSES)
    check_follows(newest, known=known)
    merkle.check_consistency(
        ledger.consistency(known.size, newest.size),
        old_size=known.size,
        old_root=known.root,
        size=newest.size,
        root=newest.root,
    )
    return newest


def _by_size(checkpoints: Iterable[Checkpoint], log: LedgerKey) -> dict[int, bytes]:
    """Return the root signed for each size; two for one size are two histories."""
    signed: dict[int, bytes] = {}
    for checkpoint in checkpoints:
        checkpoint.verify(log=log, witnesses=NO_WITNESSES)
        if signed.setdefault(checkpoint.size, checkpoint.root) != checkpoint.root:
            raise ContentError(Code.LEDGER_SPLIT_VIEW, f"size {checkpoint.size}")
    return signed


class _Replay:
    """The tree and the state as the entries make them.

    A fault of an entry is raised at the next checkpoint, once it is known that the entry was
    signed as it stands: else the ledger was rewritten, and that is what has to be said.
    """

    def __init__(self, signed: Mapping[int, bytes]) -> None:
        self.size = 0
        self.sealed_at: datetime | None = None
        self._signed = signed
        self._peaks: list[tuple[int, bytes]] = []
        self._pages = MemoryPages()
        self._state = EMPTY
        self._waiting: list[StateEntry] = []
        self._fault: KridError | None = None

    def add(self, entry: bytes) -> None:
        """Take the next entry."""
        leaf = merkle.hash_leaf(entry)
        self._grow(leaf)
        sealed = self._fault is None and self._take(entry, leaf)
        self.size += 1
        self._check_root(sealed=sealed)

    def _grow(self, node: bytes) -> None:
        """Add a leaf to the complete subtrees, joining those that are of one size."""
        level = 0
        while self._peaks and self._peaks[-1][0] == level:
            node = merkle.hash_children(self._peaks.pop()[1], node)
            level += 1
        self._peaks.append((level, node))

    def _take(self, entry: bytes, leaf: bytes) -> bool:
        """Put an entry into the state, or hold the state against a seal; tell whether it is one."""
        try:
            statement = wire.parse(entry)
            if isinstance(statement, Sealed):
                self._check_seal(statement)
                return True
        except KridError as fault:
            self._fault = type(fault)(fault.code, f"entry {self.size}")
            return False
        self._waiting.append(StateEntry(statement.subject.key, self.size, leaf))
        if len(self._waiting) >= _PORTION:
            self._bring()
        return False

    def _check_root(self, *, sealed: bool) -> None:
        expected = self._signed.get(self.size)
        if expected is None:
            return
        found = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            found = merkle.hash_children(peak, found)
        if found != expected:
            raise ContentError(Code.LEDGER_REWRITTEN, f"before entry {self.size}")
        if self._fault is not None:
            raise self._fault
        if not sealed:
            raise ContentError(Code.LEDGER_SEAL, f"size {self.size}")

    def _check_seal(self, sealed: Sealed) -> None:
        self._bring()
        if sealed.state != self._state:
            raise ContentError(Code.LEDGER_STATE)
        if self.sealed_at is not None and sealed.at < self.sealed_at:
            raise ContentError(Code.LEDGER_SEAL)
        self.sealed_at = sealed.at

    def _bring(self) -> None:
        if self._waiting:
            self._state = put(self._pages, self._waiting)
            self._waiting = []
