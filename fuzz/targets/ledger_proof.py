"""Proofs: what is shown of a real tree is true of it, and everything else is refused."""

from hashlib import sha256

from krid.errors import KridError
from krid.ledger import StateProof, merkle
from krid.ledger.pages import MemoryPages, put
from krid.ledger.state import StateEntry

LEAVES = [merkle.hash_leaf(bytes((number,))) for number in range(13)]
KEYS = [sha256(leaf).digest() for leaf in LEAVES]
STATE = put(MemoryPages(), map(StateEntry, KEYS, range(13), LEAVES))


def subtree(level: int, index: int) -> bytes:
    if level == 0:
        return LEAVES[index]
    pair = (subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1))
    return merkle.hash_children(*pair)


ROOTS = [merkle.tree_root(size, subtree) for size in range(14)]


def target(data: bytes) -> None:
    index, size, old, rest = *data[:3].ljust(3, b"\0"), data[3:]
    proof = tuple(rest[at : at + 32] for at in range(0, len(rest), 32))
    _check_inclusion(index, size % 14, old % 13, proof)
    _check_consistency(size % 14, old, proof)
    _check_state(index, old, proof)


def _check_inclusion(index: int, size: int, leaf: int, proof: tuple[bytes, ...]) -> None:
    try:
        merkle.check_inclusion(LEAVES[leaf], proof, index=index, size=size, root=ROOTS[size])
    except KridError:
        return
    if index != leaf:
        raise AssertionError("a leaf where it is not")


def _check_consistency(size: int, old: int, proof: tuple[bytes, ...]) -> None:
    try:
        merkle.check_consistency(
            proof, old_size=old, old_root=ROOTS[old % 14], size=size, root=ROOTS[size]
        )
    except KridError:
        return
    if old > size:
        raise AssertionError("two trees that do not follow each other")


def _check_state(index: int, old: int, proof: tuple[bytes, ...]) -> None:
    end = StateEntry(KEYS[index % 13], index, LEAVES[old % 13]) if index < 128 else None
    try:
        found = StateProof(proof[:256], end).check(KEYS[old % 13], root=STATE)
    except KridError:
        return
    if found != StateEntry(KEYS[old % 13], old % 13, LEAVES[old % 13]):
        raise AssertionError("a state that is not")
