import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import refused

from krid._core import cbor
from krid.errors import Code, KridError
from krid.ledger.pages import MemoryPages, nibble, prove, put, read_root
from krid.ledger.state import EMPTY, StateEntry, StateProof, bit, share, state_root


def entry(number: int, index: int = 0) -> StateEntry:
    key = hashlib.sha256(number.to_bytes(4, "big")).digest()
    return StateEntry(key, index, hashlib.sha256(key + bytes((index,))).digest())


def near(prefix: str, rest: int) -> StateEntry:
    """Make an entry whose key begins with these hexadecimal digits."""
    key = bytes.fromhex(prefix.ljust(62, "0")) + bytes((rest,))
    return StateEntry(key, rest, hashlib.sha256(key).digest())


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x03" + left + right).digest()


def test_the_empty_state() -> None:
    pages = MemoryPages()
    assert read_root(pages) == EMPTY == state_root([]) == put(pages, [])
    assert prove(pages, entry(1).key).check(entry(1).key, root=EMPTY) is None


def test_one_entry_is_the_root() -> None:
    pages = MemoryPages()
    assert put(pages, [entry(1)]) == entry(1).hash
    assert prove(pages, entry(1).key) == StateProof((), entry(1))


def test_two_entries_stand_where_their_keys_part() -> None:
    one, other = near("00", 0), near("80", 0)
    assert state_root([other, one]) == node(one.hash, other.hash)
    close = near("40", 0)
    assert state_root([one, close]) == node(node(one.hash, close.hash), EMPTY)


def test_keys_that_share_all_but_the_last_bit() -> None:
    pages = MemoryPages()
    one, other = near("ab", 2), near("ab", 3)
    root = put(pages, [one, other])
    assert root == state_root([one, other])
    proof = prove(pages, one.key)
    assert len(proof.siblings) == 256
    assert proof.check(one.key, root=root) == one
    absent = near("ab", 4)
    assert prove(pages, absent.key).check(absent.key, root=root) is None


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=30), max_size=6)
)
def test_pages_come_to_the_root_of_the_newest_entries(batches: list[list[tuple[int, int]]]) -> None:
    pages = MemoryPages()
    newest: dict[bytes, StateEntry] = {}
    for batch in batches:
        entries = [entry(*pair) for pair in batch]
        newest |= {each.key: each for each in entries}
        root = put(pages, entries)
        assert root == state_root(newest.values()) == read_root(pages)
        for number in range(61):
            key = entry(number).key
            assert prove(pages, key).check(key, root=root) == newest.get(key)


@given(st.sampled_from(range(40)), st.integers(0, 60))
def test_a_proof_serves_no_other_subject(mine: int, other: int) -> None:
    pages = MemoryPages()
    root = put(pages, [entry(number) for number in range(40)])
    proof = prove(pages, entry(mine).key)
    key = entry(other).key
    try:
        found = proof.check(key, root=root)
    except KridError as error:
        assert error.code is Code.LEDGER_STATE
    else:
        # Both ways may lead to one end: then the other subject has nothing there.
        assert found is None if other != mine else found == entry(mine)
        assert other == mine or other >= 40


def test_bits_and_nibbles() -> None:
    key = bytes.fromhex("a5") + bytes(31)
    assert [bit(key, depth) for depth in range(8)] == [1, 0, 1, 0, 0, 1, 0, 1]
    assert [nibble(key, 0), nibble(key, 1)] == [10, 5]
    assert share(key, bytes.fromhex("a4") + bytes(31), 7)
    assert not share(key, bytes.fromhex("a4") + bytes(31), 8)


def test_a_proof_survives_its_encoding() -> None:
    pages = MemoryPages()
    put(pages, [entry(number) for number in range(9)])
    for number in (3, 77):
        proof = prove(pages, entry(number).key)
        assert StateProof.of_members(cbor.decode(cbor.encode(proof.to_members()))) == proof


@pytest.mark.parametrize(
    "members",
    [
        [],
        [[], None, 1],
        [[b"short"], None],
        [[bytes(32)] * 257, None],
        [[], [bytes(32), 1]],
        [[], [bytes(32), -1, bytes(32)]],
        [[], [bytes(32), 2**64, bytes(32)]],
        [[], [bytes(31), 1, bytes(32)]],
        [[], [bytes(32), 1, "a"]],
    ],
)
def test_what_is_no_proof(members: object) -> None:
    refused(Code.LEDGER_RECEIPT, lambda: StateProof.of_members(members))


@pytest.mark.parametrize(
    "raw",
    [b"", bytes(15), bytes(17), b"\x03" * 16 + bytes(16 * 72), b"\x01" + bytes(15 + 31)],
)
def test_a_damaged_page(raw: bytes) -> None:
    pages = MemoryPages({b"": raw})
    refused(Code.LEDGER_ALTERED, lambda: prove(pages, bytes(32)))


def test_a_missing_page() -> None:
    pages = MemoryPages()
    put(pages, [near("ab", 2), near("ab", 3)])
    del pages.kept[b"\x0a"]
    refused(Code.LEDGER_ALTERED, lambda: prove(pages, near("ab", 2).key))
