"""What holds now: a Merkle tree over subjects, each with the newest statement about it.

A log proves that something was said, never that it was not taken back since. So each seal of a
ledger commits to this tree, too: from it comes a short proof of the statement in force about a
subject, a removal as well, and of a subject about which nothing was said.

The tree is binary and follows the bits of the subject's key. A subtree without entries is 32 zero
bytes; one with a single entry is that entry's hash, however high it stands; any other is the hash
of its halves. So the same entries give the same root, in whatever order they came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self, TypeAlias, final

from krid._core import shape
from krid.errors import Code, ContentError, MalformedError
from krid.ledger.merkle import HASH_BYTES

KEY_BITS: Final = 256
EMPTY: Final = bytes(HASH_BYTES)
_INDEX_BYTES: Final = 8


@final
@dataclass(frozen=True, slots=True)
class StateEntry:
    """The newest statement about a subject: the subject's key, the entry's index and leaf hash."""

    key: bytes
    index: int
    leaf: bytes

    @property
    def hash(self) -> bytes:
        """What a subtree with this entry alone is."""
        return sha256(
            b"\x02" + self.key + self.index.to_bytes(_INDEX_BYTES, "big") + self.leaf
        ).digest()


Node: TypeAlias = StateEntry | bytes | None
"""A subtree: one entry, the hash of two halves with several, or nothing."""


def hash_of(node: Node) -> bytes:
    """Return what a subtree is in the hash of its parent."""
    if isinstance(node, bytes):
        return node
    return EMPTY if node is None else node.hash


def join(left: Node, right: Node) -> Node:
    """Put two halves together; an entry that has no neighbour rises."""
    if left is None and type(right) is not bytes:
        return right
    if right is None and type(left) is not bytes:
        return left
    return sha256(b"\x03" + hash_of(left) + hash_of(right)).digest()


def state_root(entries: Iterable[StateEntry]) -> bytes:
    """Compute the root over all entries, which have different keys."""
    return hash_of(_root(sorted(entries, key=lambda entry: entry.key), 0))


def _root(entries: Sequence[StateEntry], depth: int) -> Node:
    if len(entries) < 2:
        return entries[0] if entries else None
    split = sum(1 for entry in entries if not bit(entry.key, depth))
    return join(_root(entries[:split], depth + 1), _root(entries[split:], depth + 1))


def bit(key: bytes, depth: int) -> int:
    """Return a bit of a key, the most significant first."""
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


@final
@dataclass(frozen=True, slots=True)
class StateProof:
    """The way from the root to where a subject's key leads.

    `siblings` stand beside the way, the highest first. `end` is the entry found there, of the
    subject or of another one that stands alone on the way; None when there is nothing.
    """

    siblings: tuple[bytes, ...]
    end: StateEntry | None

    def check(self, key: bytes, *, root: bytes) -> StateEntry | None:
        """Return the entry of a key, or None when the root has none.

        Raises:
            ContentError: `ledger.state` when the proof does not lead to the root, or ends at an
                entry that does not lie on the way.
        """
        found = hash_of(self.end)
        depth = len(self.siblings)
        if self.end is not None and not share(self.end.key, key, depth):
            raise ContentError(Code.LEDGER_STATE)
        for sibling in reversed(self.siblings):
            depth -= 1
            pair = sibling + found if bit(key, depth) else found + sibling
            found = sha256(b"\x03" + pair).digest()
        if found != root:
            raise ContentError(Code.LEDGER_STATE)
        return self.end if self.end is not None and self.end.key == key else None

    def to_members(self) -> list[object]:
        """Give the CBOR form: siblings, and the entry as key, index and leaf hash, or null."""
        end = None if self.end is None else [self.end.key, self.end.index, self.end.leaf]
        return [list(self.siblings), end]

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the CBOR form.

        Raises:
            MalformedError: `ledger.receipt`.
        """
        members = shape.sequence(value, Code.LEDGER_RECEIPT)
        if len(members) != 2:
            raise MalformedError(Code.LEDGER_RECEIPT)
        end = None if members[1] is None else _entry(members[1])
        return cls(hashes(members[0], most=KEY_BITS), end)


def share(one: bytes, other: bytes, depth: int) -> bool:
    """Tell whether two keys begin with the same bits."""
    shift = KEY_BITS - depth
    return int.from_bytes(one, "big") >> shift == int.from_bytes(other, "big") >> shift


def hashes(value: object, *, most: int) -> tuple[bytes, ...]:
    """Read an array of hashes.

    Raises:
        MalformedError: `ledger.receipt`.
    """
    members = tuple(shape.sequence(value, Code.LEDGER_RECEIPT))
    if len(members) > most:
        raise MalformedError(Code.LEDGER_RECEIPT, "more hashes than a tree is high")
    for member in members:
        check_hash(member)
    return members


def check_hash(value: object) -> bytes:
    """Return the value if it is a hash.

    Raises:
        MalformedError: `ledger.receipt`.
    """
    octets = shape.octets(value, Code.LEDGER_RECEIPT)
    if len(octets) != HASH_BYTES:
        raise MalformedError(Code.LEDGER_RECEIPT, "a hash")
    return octets


def _entry(value: object) -> StateEntry:
    members = shape.sequence(value, Code.LEDGER_RECEIPT)
    if len(members) != 3:
        raise MalformedError(Code.LEDGER_RECEIPT)
    index = shape.integer(members[1], Code.LEDGER_RECEIPT)
    if not 0 <= index < 256**_INDEX_BYTES:
        raise MalformedError(Code.LEDGER_RECEIPT, "an index")
    return StateEntry(check_hash(members[0]), index, check_hash(members[2]))
