"""The Merkle tree of RFC 9162, section 2.1: its root, and both kinds of proof, made and checked.

Nothing here reads all leaves. Whoever makes a proof hands in `Subtrees`, a function that knows the
hash of each complete subtree; a proof asks it for some tens of them, whatever the size.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from krid._core import limits
from krid.errors import Code, ContentError

HASH_BYTES: Final = 32

EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

Subtrees: TypeAlias = Callable[[int, int], bytes]
"""Called with a level and an index, returns the hash of the subtree of 2**level leaves there."""

Span: TypeAlias = tuple[int, int]
"""The leaves from the first number up to but without the second."""


def hash_leaf(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as one."""
    return sha256(b"\x01" + left + right).digest()


def tree_root(size: int, subtrees: Subtrees) -> bytes:
    """Return the root of the first `size` leaves (section 2.1.1).

    >>> leaves = [hash_leaf(bytes((number,))) for number in range(3)]
    >>> pair = hash_children(leaves[0], leaves[1])
    >>> root = tree_root(3, lambda level, index: pair if level else leaves[index])
    >>> root == hash_children(pair, leaves[2])
    True
    """
    return _span_root((0, size), subtrees) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """Make the proof that a leaf is among the first `size` (section 2.1.3.1).

    Raises:
        ContentError: `ledger.index`.
    """
    if not 0 <= index < size:
        raise ContentError(Code.LEDGER_INDEX)
    return tuple(_span_root(span, subtrees) for span in _inclusion_spans(index, (0, size)))


def consistency_proof(old: int, size: int, subtrees: Subtrees) -> tuple[bytes, ...]:
    """Make the proof that the first `old` leaves are the first of `size` (section 2.1.4.1).

    Raises:
        ContentError: `ledger.index` unless 0 <= old <= size.
    """
    if not 0 <= old <= size:
        raise ContentError(Code.LEDGER_INDEX)
    if old in {0, size}:
        return ()
    spans = _consistency_spans(old, (0, size), whole=True)
    return tuple(_span_root(span, subtrees) for span in spans)


def check_inclusion(
    leaf: bytes, proof: Sequence[bytes], *, index: int, size: int, root: bytes
) -> None:
    """Check that a leaf hash stands at an index of a tree (section 2.1.3.2).

    Raises:
        ContentError: `ledger.index`, `ledger.inclusion`.
    """
    if not 0 <= index < size <= limits.MAX_LEDGER_SIZE:
        raise ContentError(Code.LEDGER_INDEX)
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ContentError(Code.LEDGER_INCLUSION)
        if place & 1 or place == last:
            found = sha256(b"\x01" + sibling + found).digest()
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            found = sha256(b"\x01" + found + sibling).digest()
        place >>= 1
        last >>= 1
    if last != 0 or found != root:
        raise ContentError(Code.LEDGER_INCLUSION)


def check_consistency(
    proof: Sequence[bytes], *, old_size: int, old_root: bytes, size: int, root: bytes
) -> None:
    """Check that a tree begins with an older one (section 2.1.4.2).

    Raises:
        ContentError: `ledger.index` when the older one is larger; `ledger.split_view` when two
            trees of one size differ; `ledger.consistency`.
    """
    if not 0 <= old_size <= size <= limits.MAX_LEDGER_SIZE:
        raise ContentError(Code.LEDGER_INDEX)
    if old_size == size:
        _check_same(proof, old_root, root)
    elif old_size == 0:
        if proof or old_root != EMPTY_ROOT:
            raise ContentError(Code.LEDGER_CONSISTENCY)
    elif _roots_of(proof, old_size, old_root, size) != (old_root, root):
        raise ContentError(Code.LEDGER_CONSISTENCY)


def _check_same(proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    if old_root != root:
        raise ContentError(Code.LEDGER_SPLIT_VIEW)
    if proof:
        raise ContentError(Code.LEDGER_CONSISTENCY)


def _roots_of(
    proof: Sequence[bytes], old_size: int, old_root: bytes, size: int
) -> tuple[bytes, bytes] | None:
    """Compute both roots from a proof; None when it has not the hashes that the sizes need."""
    is_power_of_two = old_size & (old_size - 1) == 0
    steps = [old_root, *proof] if is_power_of_two else list(proof)
    if not steps:
        return None
    place, last = old_size - 1, size - 1
    while place & 1:
        place >>= 1
        last >>= 1
    older = newer = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            older = hash_children(sibling, older)
            newer = hash_children(sibling, newer)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            newer = hash_children(newer, sibling)
        place >>= 1
        last >>= 1
    return (older, newer) if last == 0 else None


def _inclusion_spans(index: int, span: Span) -> list[Span]:
    """List the sibling spans of a leaf, the nearest first."""
    spans: list[Span] = []
    while span[1] - span[0] > 1:
        left, right = _halves(span)
        inside, beside = (left, right) if index < right[0] else (right, left)
        spans.append(beside)
        span = inside
    return spans[::-1]


def _consistency_spans(old: int, span: Span, *, whole: bool) -> list[Span]:
    """List the spans of SUBPROOF (section 2.1.4.1); `whole` is its third parameter."""
    spans: list[Span] = []
    while old != span[1]:
        left, right = _halves(span)
        if old <= right[0]:
            spans.append(right)
            span = left
        else:
            spans.append(left)
            span, whole = right, False
    return ([] if whole else [span]) + spans[::-1]


def _halves(span: Span) -> tuple[Span, Span]:
    """Split where RFC 9162 does: left of it, the largest power of two that is not all."""
    start, end = span
    middle = start + (1 << (end - start - 1).bit_length() - 1)
    return (start, middle), (middle, end)


def _span_root(span: Span, subtrees: Subtrees) -> bytes:
    """Hash the leaves of a span that begins where a subtree of its size may begin."""
    hashes = [subtrees(level, index) for level, index in complete_subtrees(span)]
    found = hashes.pop()
    while hashes:
        found = hash_children(hashes.pop(), found)
    return found


def complete_subtrees(span: Span) -> Iterator[tuple[int, int]]:
    """Cut a span into complete subtrees, the largest first: levels and indexes.

    >>> list(complete_subtrees((0, 7)))
    [(2, 0), (1, 2), (0, 6)]
    """
    start, end = span
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
