"""How fast a ledger is: proofs at fifty million entries, and anchors appended and sealed.

Run: python bench/bench_ledger.py [--anchors N]
"""

import argparse
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from krid.cli.bench.timing import Line, measure, table
from krid.keys import Alg, LocalKey
from krid.ledger import (
    FIRST_CONTACT,
    NO_WITNESSES,
    Head,
    LedgerKey,
    Sealed,
    StandingReceipt,
    StateProof,
    StatusListAnchored,
    Terms,
    encode,
    merkle,
    parse_receipt,
    read_standing,
    verify_standing,
)
from krid.ledger.checkpoint import prepare
from krid.ledger.embedded import Ledger
from krid.ledger.state import StateEntry, bit

SIZE = 50_000_000
INDEX = 31_415_926
HEIGHT = 26
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = LocalKey.generate(Alg.EDDSA)
LOG = LedgerKey("ledger.example/trust", KEY.public_key)
TERMS = Terms(log=LOG, witnesses=NO_WITNESSES, known=FIRST_CONTACT, greatest_age=timedelta(days=1))
BATCH = 2_000


def invented(level: int, index: int) -> bytes:
    """Invent the hash of a subtree: a proof in a tree of any size, without the tree."""
    return sha256(f"{level} {index}".encode()).digest()


def rooted(index: int, leaf: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Make a proof of fifty million entries that leads from this leaf to a root."""
    proof = merkle.inclusion_proof(index, SIZE, invented)
    place, last, root = index, SIZE - 1, leaf
    for sibling in proof:
        while last and place == last and not place & 1:
            place, last = place >> 1, last >> 1
        root = merkle.hash_children(*((sibling, root) if place & 1 else (root, sibling)))
        place, last = place >> 1, last >> 1
    merkle.check_inclusion(leaf, proof, index=index, size=SIZE, root=root)
    return proof, root


def whole_receipt() -> tuple[StandingReceipt, Callable[[], object]]:
    """Make a receipt of a ledger with as many entries and as many subjects."""
    anchored = StatusListAnchored.of("https://mois.example/status/1", b"")
    key, leaf = anchored.subject.key, merkle.hash_leaf(encode(anchored))
    entry = StateEntry(key, INDEX, leaf)
    siblings = tuple(invented(depth, 0) for depth in range(HEIGHT))
    root = entry.hash
    for depth in range(HEIGHT - 1, -1, -1):
        pair = (siblings[depth], root) if bit(key, depth) else (root, siblings[depth])
        root = sha256(b"\x03" + b"".join(pair)).digest()
    seal = encode(Sealed(at=NOW, state=root))
    proof, tree = rooted(SIZE - 1, merkle.hash_leaf(seal))
    head = Head(prepare(LOG, size=SIZE, root=tree).sign_with(KEY), seal, proof)
    receipt = StandingReceipt(head, anchored.subject, encode(anchored), StateProof(siblings, entry))

    def check() -> object:
        return verify_standing(receipt, subject=anchored.subject, terms=TERMS, now=NOW)

    check()
    return receipt, check


def proofs() -> None:
    leaf = merkle.hash_leaf(b"an entry")
    proof, root = rooted(INDEX, leaf)
    receipt, check = whole_receipt()
    file = receipt.encode()
    text = receipt.head.checkpoint.note.text.encode()
    signature = KEY.sign(text)
    block = bytes(65)

    def bare() -> None:
        for _ in proof:
            sha256(block).digest()

    def included() -> None:
        merkle.check_inclusion(leaf, proof, index=INDEX, size=SIZE, root=root)

    state, key = _state(receipt), receipt.subject.key

    def held() -> object:
        return receipt.proof.check(key, root=state)

    lines = [
        Line(f"{len(proof)} bare SHA-256 of 65 bytes", bare),
        Line("inclusion proof checked", included),
        Line("state proof checked", held),
        Line("bare Ed25519 verify", lambda: KEY.public_key.verify(text, signature, alg=KEY.alg)),
        Line(f"receipt of {len(file)} bytes read", lambda: parse_receipt(file)),
        Line("receipt checked, signature included", check),
    ]
    print(table(f"Proofs at {SIZE:,} entries", measure(lines, rounds=9)))


def _state(receipt: StandingReceipt) -> bytes:
    from krid.ledger import parse

    sealed = parse(receipt.head.seal)
    if not isinstance(sealed, Sealed):
        raise TypeError
    return sealed.state


def appends(count: int) -> None:
    anchors = [
        StatusListAnchored(uri=f"https://mois.example/status/{number}", digest=os.urandom(32))
        for number in range(count)
    ]
    with TemporaryDirectory() as folder:
        plain = rate(count, lambda: bare_rows(Path(folder) / "plain.db", anchors))
        with Ledger.create(Path(folder) / "ledger.db", origin=LOG.origin) as ledger:

            def append() -> None:
                for at in range(0, count, BATCH):
                    ledger.append(anchors[at : at + BATCH])

            appended = rate(count, append)
            sealed = rate(count, lambda: ledger.seal(KEY, now=NOW))
            start = perf_counter()
            file = ledger.standing(anchors[count // 2].subject).encode()
            made = perf_counter() - start
        verify_standing(
            read_standing(file), subject=anchors[count // 2].subject, terms=TERMS, now=NOW
        )
    print(f"\n{count:,} anchors of different subjects, {BATCH:,} a transaction, SQLite")
    print(f"{'':34}{'by clock':>12}{'of bare':>9}{'by processor':>15}{'of bare':>9}")
    both = tuple(1 / (1 / one + 1 / other) for one, other in zip(appended, sealed, strict=True))
    for name, rates in (
        ("bare: encoded, hashed, inserted", plain),
        ("appended", appended),
        ("put into the state by one seal", sealed),
        ("appended and sealed", both),
    ):
        clock, processor = rates
        print(
            f"{name:34}{clock:10,.0f}/s{clock / plain[0]:9.2f}"
            f"{processor:13,.0f}/s{processor / plain[1]:9.2f}"
        )
    print(f"{'receipt made, in ms':34}{made * 1000:10.1f}")


def bare_rows(path: Path, anchors: list[StatusListAnchored]) -> None:
    """Do what nobody can avoid: encode, hash, and insert in transactions that are durable."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, leaf BLOB, body BLOB)")
        for at in range(0, len(anchors), BATCH):
            bodies = [encode(anchor) for anchor in anchors[at : at + BATCH]]
            rows = [(at + n, merkle.hash_leaf(body), body) for n, body in enumerate(bodies)]
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")


def rate(count: int, action: Callable[[], object]) -> tuple[float, float]:
    """Return how many a second, by the clock and by the time of the processor."""
    start, busy = perf_counter(), process_time()
    action()
    return count / (perf_counter() - start), count / (process_time() - busy)


def main() -> None:
    parser = argparse.ArgumentParser(description="A ledger, beside bare hashing and bare SQLite")
    parser.add_argument("--anchors", type=int, default=20_000)
    proofs()
    appends(parser.parse_args().anchors)


if __name__ == "__main__":
    main()
