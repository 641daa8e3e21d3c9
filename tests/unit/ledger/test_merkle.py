import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import refused

from krid.errors import Code
from krid.ledger import merkle

LEAVES = [merkle.hash_leaf(number.to_bytes(2, "big")) for number in range(300)]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    pair = naive_root(leaves[:split]) + naive_root(leaves[split:])
    return hashlib.sha256(b"\x01" + pair).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_path(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_path(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*naive_subproof(old, leaves[:split], whole=whole), naive_root(leaves[split:])]
    right = naive_subproof(old - split, leaves[split:], whole=False)
    return [*right, naive_root(leaves[:split])]


def subtree(level: int, index: int) -> bytes:
    return naive_root(LEAVES[index << level : (index + 1) << level])


ROOTS = [naive_root(LEAVES[:size]) for size in range(301)]


def test_leaf_and_node_are_told_apart() -> None:
    assert merkle.hash_leaf(b"a") == hashlib.sha256(b"\x00a").digest()
    assert merkle.hash_children(b"a", b"b") == hashlib.sha256(b"\x01ab").digest()


def test_roots_of_all_sizes() -> None:
    assert [merkle.tree_root(size, subtree) for size in range(301)] == ROOTS


def test_inclusion_in_all_sizes() -> None:
    for size in range(1, 301):
        step = 1 if size < 40 else 7
        for index in {*range(0, size, step), size - 1}:
            proof = merkle.inclusion_proof(index, size, subtree)
            merkle.check_inclusion(LEAVES[index], proof, index=index, size=size, root=ROOTS[size])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 64, 65, 255, 256, 257, 300])
def test_inclusion_is_the_path_of_the_standard(size: int) -> None:
    for index in {0, size // 3, size // 2, size - 1}:
        expected = tuple(naive_path(index, LEAVES[:size]))
        assert merkle.inclusion_proof(index, size, subtree) == expected


def test_consistency_between_all_sizes() -> None:
    for size in range(301):
        step = 1 if size < 40 else 11
        for old in {*range(0, size, step), size}:
            merkle.check_consistency(
                merkle.consistency_proof(old, size, subtree),
                old_size=old,
                old_root=ROOTS[old],
                size=size,
                root=ROOTS[size],
            )


@pytest.mark.parametrize("size", [2, 3, 7, 8, 9, 64, 65, 255, 256, 257, 300])
def test_consistency_is_the_subproof_of_the_standard(size: int) -> None:
    for old in {1, size // 3 or 1, size // 2, size - 1}:
        expected = tuple(naive_subproof(old, LEAVES[:size], whole=True))
        assert merkle.consistency_proof(old, size, subtree) == expected


@given(st.data())
def test_no_other_leaf_index_or_size_passes(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, subtree)
    other = (
        data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
        if size > 1
        else None
    )
    if other is not None:
        refused(
            Code.LEDGER_INCLUSION,
            lambda: merkle.check_inclusion(
                LEAVES[index], proof, index=other, size=size, root=ROOTS[size]
            ),
        )
    wrong = data.draw(st.binary(min_size=32, max_size=32))
    refused(
        Code.LEDGER_INCLUSION,
        lambda: merkle.check_inclusion(wrong, proof, index=index, size=size, root=ROOTS[size]),
    )


@given(st.data())
def test_a_changed_consistency_proof_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    old = data.draw(st.integers(1, size - 1))
    proof = list(merkle.consistency_proof(old, size, subtree))
    change = data.draw(st.sampled_from(["drop", "add", "flip"]))
    place = data.draw(st.integers(0, len(proof) - 1))
    if change == "drop":
        del proof[place]
    elif change == "add":
        proof.insert(place, bytes(32))
    else:
        proof[place] = bytes(32)
    refused(
        Code.LEDGER_CONSISTENCY,
        lambda: merkle.check_consistency(
            proof, old_size=old, old_root=ROOTS[old], size=size, root=ROOTS[size]
        ),
    )


def test_what_is_outside() -> None:
    refused(Code.LEDGER_INDEX, lambda: merkle.inclusion_proof(3, 3, subtree))
    refused(Code.LEDGER_INDEX, lambda: merkle.inclusion_proof(-1, 3, subtree))
    refused(Code.LEDGER_INDEX, lambda: merkle.consistency_proof(4, 3, subtree))
