"""One forgery for each rule about ledgers: it breaks that rule alone and meets its code."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ledgers import (
    ADDED,
    DAY,
    KEY,
    LOG,
    MOIS,
    NOW,
    ORIGIN,
    REMOVED,
    STRANGER,
    anchor,
    new_ledger,
    refused,
    terms,
)

from krid._core import cbor
from krid.errors import Code
from krid.keys import Alg, LocalKey
from krid.ledger import (
    Checkpoint,
    Head,
    HistoryReceipt,
    LedgerIssuers,
    LedgerKey,
    ReceiptBox,
    Role,
    Sealed,
    StandingReceipt,
    Terms,
    Witness,
    Witnesses,
    check_follows,
    encode,
    follow,
    merkle,
    parse_receipt,
    prepare_cosignature,
    read_standing,
    verify_history,
    verify_standing,
    watch,
)
from krid.ledger.checkpoint import prepare
from krid.ledger.embedded import Ledger
from krid.ledger.note import Note, NoteSignature
from krid.ledger.pages import MemoryPages, prove, put
from krid.ledger.state import EMPTY, StateEntry, StateProof

SUBJECT = ADDED.subject


@pytest.fixture
def ledger(tmp_path: Path) -> Iterable[Ledger]:
    """A ledger with an issuer, some anchors and a seal."""
    with new_ledger(tmp_path) as made:
        made.append([ADDED, *(anchor(number) for number in range(20))])
        made.seal(KEY, now=NOW)
        yield made


@pytest.fixture
def receipt(ledger: Ledger) -> StandingReceipt:
    """The genuine receipt of the issuer."""
    return ledger.standing(SUBJECT)


def check(receipt: StandingReceipt, at: Terms | None = None, *, hours: float = 1) -> object:
    now = NOW + timedelta(hours=hours)
    return verify_standing(receipt, subject=SUBJECT, terms=at or terms(), now=now)


def with_head(receipt: StandingReceipt, **changes: object) -> StandingReceipt:
    return replace(receipt, head=replace(receipt.head, **changes))  # type: ignore[arg-type]


def signed(size: int, root: bytes, key: LocalKey = KEY, origin: str = ORIGIN) -> Checkpoint:
    log = LedgerKey(origin, key.public_key)
    return prepare(log, size=size, root=root).sign_with(key)


def flipped(raw: bytes) -> bytes:
    return bytes((raw[0] ^ 1,)) + raw[1:]


def test_the_genuine_receipt_passes(receipt: StandingReceipt) -> None:
    check(receipt)
    check(receipt, terms(known=receipt.head.checkpoint))
    check(receipt, hours=24)


def test_about_another_subject(ledger: Ledger) -> None:
    refused(Code.LEDGER_SUBJECT, lambda: check(ledger.standing(anchor(1).subject)))


def test_another_log(receipt: StandingReceipt) -> None:
    other = terms(log=LedgerKey("other.example", KEY.public_key))
    refused(Code.LEDGER_ORIGIN, lambda: check(receipt, other))


def test_another_signer(receipt: StandingReceipt) -> None:
    head = receipt.head.checkpoint
    forged = with_head(receipt, checkpoint=signed(head.size, head.root, STRANGER))
    refused(Code.LEDGER_SIGNER, lambda: check(forged))


def test_a_signature_under_the_name_of_the_logs_key(receipt: StandingReceipt) -> None:
    head = receipt.head.checkpoint
    stranger = signed(head.size, head.root, STRANGER).note.signatures[0].signature
    line = NoteSignature(ORIGIN, LOG.key_id, stranger)
    forged = Checkpoint(ORIGIN, head.size, head.root, Note(head.note.text, (line,)))
    refused(Code.LEDGER_SIGNATURE, lambda: check(with_head(receipt, checkpoint=forged)))
    # One genuine signature does not make up for a wrong one by the same key.
    both = head.with_signature(line)
    refused(Code.LEDGER_SIGNATURE, lambda: check(with_head(receipt, checkpoint=both)))


@pytest.mark.parametrize("signature", [b"", b"\x30\x00", b"\x30\x06\x02\x01\x01\x02\x01\x01"])
def test_an_ecdsa_signature_that_is_none(signature: bytes) -> None:
    key = LocalKey.generate(Alg.ES256)
    log = LedgerKey(ORIGIN, key.public_key)
    refused(Code.LEDGER_SIGNATURE, lambda: log.check(b"text", signature))


def test_an_ecdsa_number_that_is_too_long() -> None:
    log = LedgerKey(ORIGIN, LocalKey.generate(Alg.ES256).public_key)
    number = b"\x02\x22\x01" + bytes(33)
    raw = b"\x30" + bytes((len(number) * 2,)) + number * 2
    refused(Code.LEDGER_SIGNATURE, lambda: log.check(b"text", raw))


def test_a_root_that_nobody_signed(receipt: StandingReceipt) -> None:
    head = receipt.head.checkpoint
    text = head.note.text.replace("\n22\n", "\n23\n")
    forged = Checkpoint(ORIGIN, 23, head.root, Note(text, head.note.signatures))
    refused(Code.LEDGER_SIGNATURE, lambda: check(with_head(receipt, checkpoint=forged)))


def test_witnesses_that_are_missing_or_wrong(receipt: StandingReceipt) -> None:
    keys = [LocalKey.generate(Alg.EDDSA) for _ in range(2)]
    members = tuple(Witness(f"w{i}.example", key.public_key) for i, key in enumerate(keys))
    at = terms(witnesses=Witnesses(2, members))
    one = prepare_cosignature(receipt.head.checkpoint, members[0], stamp=5).sign_with(keys[0])
    refused(Code.LEDGER_WITNESSES, lambda: check(with_head(receipt, checkpoint=one), at))
    # A line counted twice is one witness all the same.
    twice = one.with_signature(one.note.signatures[-1])
    refused(Code.LEDGER_WITNESSES, lambda: check(with_head(receipt, checkpoint=twice), at))
    wrong = prepare_cosignature(one, members[1], stamp=5).sign_with(keys[0])
    refused(Code.LEDGER_SIGNATURE, lambda: check(with_head(receipt, checkpoint=wrong), at))
    both = prepare_cosignature(one, members[1], stamp=6).sign_with(keys[1])
    check(with_head(receipt, checkpoint=both), at)
    # The moment is signed, too.
    line = both.note.signatures[-1]
    moved = replace(line, signature=(7).to_bytes(8, "big") + line.signature[8:])
    note = Note(both.note.text, (*both.note.signatures[:-1], moved))
    later = Checkpoint(ORIGIN, both.size, both.root, note)
    refused(Code.LEDGER_SIGNATURE, lambda: check(with_head(receipt, checkpoint=later), at))


def test_an_old_seal(receipt: StandingReceipt) -> None:
    refused(Code.LEDGER_STALE, lambda: check(receipt, hours=24.1))
    refused(Code.LEDGER_STALE, lambda: check(receipt, terms(greatest_age=timedelta(minutes=59))))


def test_a_seal_of_the_future(receipt: StandingReceipt) -> None:
    refused(Code.LEDGER_FUTURE, lambda: check(receipt, hours=-0.1))
    check(receipt, terms(skew=timedelta(minutes=6)), hours=-0.1)


def test_a_removed_issuer_by_an_old_receipt(ledger: Ledger, receipt: StandingReceipt) -> None:
    """Within the greatest age it can't be told, unless something newer was seen."""
    ledger.append([REMOVED])
    newer = ledger.seal(KEY, now=NOW + DAY)
    check(receipt)
    refused(Code.LEDGER_ROLLED_BACK, lambda: check(receipt, terms(known=newer)))
    refused(Code.LEDGER_STALE, lambda: check(receipt, hours=25))


def test_a_removed_issuer_by_an_old_state_under_a_new_checkpoint(
    ledger: Ledger, receipt: StandingReceipt
) -> None:
    """The old seal is an entry of the newer ledger, too, but not its last."""
    ledger.append([REMOVED])
    newer = ledger.seal(KEY, now=NOW)
    old_seal = ledger.history(receipt.head.checkpoint.size - 1)
    forged = with_head(receipt, checkpoint=newer, proof=old_seal.proof)
    refused(Code.LEDGER_INCLUSION, lambda: check(forged))
    # With the newer seal it is the state that does not fit.
    forged = replace(receipt, head=ledger.standing(SUBJECT).head)
    refused(Code.LEDGER_STATE, lambda: check(forged))


def test_two_checkpoints_of_one_size(receipt: StandingReceipt) -> None:
    other = signed(receipt.head.checkpoint.size, bytes(32))
    refused(Code.LEDGER_SPLIT_VIEW, lambda: check(receipt, terms(known=other)))


def test_a_known_checkpoint_of_another_log(receipt: StandingReceipt) -> None:
    other = signed(1, bytes(32), KEY, "other.example")
    refused(Code.LEDGER_ORIGIN, lambda: check(receipt, terms(known=other)))
    refused(Code.LEDGER_ORIGIN, lambda: check_follows(receipt.head.checkpoint, known=other))


def test_an_inclusion_proof_that_is_changed(receipt: StandingReceipt) -> None:
    proof = receipt.head.proof
    forged_proofs: Sequence[tuple[bytes, ...]] = [
        (),
        proof[:-1],
        proof[1:],
        (*proof, bytes(32)),
        (flipped(proof[0]), *proof[1:]),
        proof[::-1],
        proof * 12,
    ]
    for forged in forged_proofs:
        refused(Code.LEDGER_INCLUSION, lambda: check(with_head(receipt, proof=forged)))  # noqa: B023


def test_a_seal_that_is_changed(receipt: StandingReceipt) -> None:
    seal = encode(Sealed(at=NOW + DAY, state=bytes(32)))
    refused(Code.LEDGER_INCLUSION, lambda: check(with_head(receipt, seal=seal)))


class Lying:
    """A log that signs whatever it is told to."""

    def __init__(self, *entries: bytes, pages: MemoryPages | None = None) -> None:
        self.leaves = [merkle.hash_leaf(entry) for entry in entries]
        self.entries = entries
        self.pages = pages or MemoryPages()

    def subtree(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.leaves[index]
        below = (self.subtree(level - 1, 2 * index), self.subtree(level - 1, 2 * index + 1))
        return merkle.hash_children(*below)

    def head(self) -> Head:
        size = len(self.leaves)
        checkpoint = signed(size, merkle.tree_root(size, self.subtree))
        proof = merkle.inclusion_proof(size - 1, size, self.subtree)
        return Head(checkpoint, self.entries[-1], proof)

    def receipt(self, statement: bytes | None) -> StandingReceipt:
        return StandingReceipt(self.head(), SUBJECT, statement, prove(self.pages, SUBJECT.key))


def state_of(*entries: StateEntry) -> tuple[MemoryPages, bytes]:
    pages = MemoryPages()
    return pages, encode(Sealed(at=NOW, state=put(pages, entries)))


def test_a_checkpoint_without_a_seal() -> None:
    refused(Code.LEDGER_SEAL, lambda: check(Lying(encode(ADDED)).receipt(None)))
    refused(Code.LEDGER_SEAL, lambda: check(Lying(b"no statement").receipt(None)))
    empty = StandingReceipt(
        Head(signed(0, merkle.EMPTY_ROOT), b"", ()), SUBJECT, None, StateProof((), None)
    )
    refused(Code.LEDGER_SEAL, lambda: check(empty))


def test_a_state_that_names_a_foreign_statement() -> None:
    other = encode(replace(ADDED, issuer="https://evil.example"))
    pages, seal = state_of(StateEntry(SUBJECT.key, 0, merkle.hash_leaf(other)))
    refused(Code.LEDGER_STATE, lambda: check(Lying(other, seal, pages=pages).receipt(other)))
    pages, seal = state_of(StateEntry(SUBJECT.key, 0, merkle.hash_leaf(seal)))
    refused(Code.LEDGER_STATE, lambda: check(Lying(seal, pages=pages).receipt(seal)))


def test_a_state_that_names_no_statement() -> None:
    pages, seal = state_of(StateEntry(SUBJECT.key, 0, merkle.hash_leaf(b"nonsense")))
    forged = Lying(b"nonsense", seal, pages=pages).receipt(b"nonsense")
    refused(Code.LEDGER_STATEMENT, lambda: check(forged))


def test_a_statement_that_the_state_does_not_name(receipt: StandingReceipt) -> None:
    more = encode(replace(ADDED, types=frozenset({"everything"})))
    refused(Code.LEDGER_STATE, lambda: check(replace(receipt, statement=more)))
    refused(Code.LEDGER_STATE, lambda: check(replace(receipt, statement=None)))


def test_an_issuer_hidden_or_invented(ledger: Ledger, receipt: StandingReceipt) -> None:
    """Neither can presence be shown as absence, nor absence as presence."""
    beside = ledger.standing(anchor(3).subject)
    refused(Code.LEDGER_STATE, lambda: check(replace(receipt, proof=beside.proof, statement=None)))
    stranger = replace(ADDED, issuer="https://evil.example")
    absent = ledger.standing(stranger.subject)
    forged = replace(absent, statement=encode(stranger))
    refused(
        Code.LEDGER_STATE,
        lambda: verify_standing(forged, subject=stranger.subject, terms=terms(), now=NOW),
    )
    invented = StateEntry(stranger.subject.key, 0, merkle.hash_leaf(encode(stranger)))
    forged = replace(forged, proof=replace(absent.proof, end=invented))
    refused(
        Code.LEDGER_STATE,
        lambda: verify_standing(forged, subject=stranger.subject, terms=terms(), now=NOW),
    )


def test_a_state_proof_that_is_changed(receipt: StandingReceipt) -> None:
    proof = receipt.proof
    assert proof.end is not None
    forged_proofs = [
        StateProof((), None),
        StateProof((), proof.end),
        StateProof(proof.siblings[:-1], proof.end),
        StateProof((*proof.siblings, EMPTY), proof.end),
        StateProof((flipped(proof.siblings[0]), *proof.siblings[1:]), proof.end),
        StateProof(proof.siblings, None),
        StateProof(proof.siblings, replace(proof.end, index=proof.end.index + 1)),
        StateProof(proof.siblings, replace(proof.end, key=flipped(proof.end.key))),
    ]
    for forged in forged_proofs:
        refused(Code.LEDGER_STATE, lambda: check(replace(receipt, proof=forged)))  # noqa: B023


def test_history_that_is_changed(ledger: Ledger) -> None:
    genuine = ledger.history(4)

    def look(receipt: HistoryReceipt) -> object:
        return verify_history(receipt, terms=terms(), now=NOW)

    look(genuine)
    refused(Code.LEDGER_INCLUSION, lambda: look(replace(genuine, index=5)))
    refused(Code.LEDGER_INCLUSION, lambda: look(replace(genuine, statement=encode(ADDED))))
    refused(Code.LEDGER_INCLUSION, lambda: look(replace(genuine, proof=genuine.proof[:-1])))
    refused(Code.LEDGER_INDEX, lambda: look(replace(genuine, index=22)))
    refused(Code.LEDGER_INDEX, lambda: look(replace(genuine, index=-1)))
    refused(Code.LEDGER_STALE, lambda: verify_history(genuine, terms=terms(), now=NOW + 2 * DAY))


def test_consistency_that_is_forged() -> None:
    root = merkle.hash_leaf(b"")

    def look(proof: Sequence[bytes], old: tuple[int, bytes], new: tuple[int, bytes]) -> None:
        merkle.check_consistency(proof, old_size=old[0], old_root=old[1], size=new[0], root=new[1])

    refused(Code.LEDGER_INDEX, lambda: look((), (2, root), (1, root)))
    refused(Code.LEDGER_SPLIT_VIEW, lambda: look((), (1, root), (1, EMPTY)))
    refused(Code.LEDGER_CONSISTENCY, lambda: look((root,), (1, root), (1, root)))
    refused(Code.LEDGER_CONSISTENCY, lambda: look((), (0, root), (1, root)))
    refused(Code.LEDGER_CONSISTENCY, lambda: look((root,), (0, merkle.EMPTY_ROOT), (1, root)))
    refused(Code.LEDGER_CONSISTENCY, lambda: look((), (3, root), (5, root)))
    refused(Code.LEDGER_CONSISTENCY, lambda: look((), (1, root), (2, root)))
    refused(Code.LEDGER_CONSISTENCY, lambda: look((root,) * 9, (3, root), (5, root)))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"extra": 1},
        {"checkpoint": "text"},
        {"seal": None},
        {"seal_proof": [b"short"]},
        {"seal_proof": [bytes(32)] * 50},
        {"subject": ["king", MOIS]},
        {"subject": ["issuer", "https://a.example/?q"]},
        {"subject": ["issuer", MOIS, "more"]},
        {"statement": 1},
        {"proof": []},
    ],
)
def test_receipts_that_are_none(receipt: StandingReceipt, change: dict[str, object]) -> None:
    members = cbor.decode(receipt.encode())
    assert isinstance(members, dict)
    refused(Code.LEDGER_RECEIPT, lambda: parse_receipt(cbor.encode(members | change)))


def test_other_receipts_that_are_none(ledger: Ledger, receipt: StandingReceipt) -> None:
    refused(Code.LEDGER_RECEIPT, lambda: parse_receipt(b""))
    refused(Code.LEDGER_RECEIPT, lambda: parse_receipt(bytes(64 * 1024 + 1)))
    refused(Code.LEDGER_RECEIPT, lambda: read_standing(ledger.history(0).encode()))
    members = cbor.decode(receipt.encode())
    assert isinstance(members, dict)
    forged = cbor.encode(members | {"checkpoint": b"none"})
    refused(Code.LEDGER_CHECKPOINT, lambda: parse_receipt(forged))


# Trust in the issuers of a ledger


def find(receipts: StandingReceipt, issuer: str = MOIS, at: Terms | None = None) -> object:
    issuers = LedgerIssuers(ReceiptBox([receipts]).standing, terms=at or terms())
    return issuers.find(issuer, now=NOW)


def test_issuers_that_are_not_trusted(ledger: Ledger, receipt: StandingReceipt) -> None:
    find(receipt)
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: find(receipt, "https://other.example"))
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: find(receipt, "no name on a ledger"))
    verifier = replace(ADDED, issuer="https://bank.example", roles=frozenset({Role.VERIFIER}))
    ledger.append([REMOVED, verifier])
    ledger.seal(KEY, now=NOW)
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: find(ledger.standing(SUBJECT)))
    bank = ledger.standing(verifier.subject)
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: find(bank, "https://bank.example"))
    never = replace(ADDED, issuer="https://never.example")
    absent = ledger.standing(never.subject)
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: find(absent, "https://never.example"))


def test_issuers_of_a_ledger_that_goes_back(ledger: Ledger, receipt: StandingReceipt) -> None:
    ledger.append([REMOVED])
    ledger.seal(KEY, now=NOW)
    answers = [ledger.standing(SUBJECT), receipt]
    issuers = LedgerIssuers(lambda _: answers.pop(0), terms=terms())
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: issuers.find(MOIS, now=NOW))
    assert issuers.known == ledger.checkpoint()
    refused(Code.LEDGER_ROLLED_BACK, lambda: issuers.find(MOIS, now=NOW))


# What a monitor finds


class Shown:
    """A ledger as it shows itself to a monitor, with some of it changed."""

    def __init__(self, ledger: Ledger) -> None:
        self.kept = list(ledger.entries(0, ledger.size))
        self.size = len(self.kept)
        self.signed = list(ledger.checkpoints())
        self.proof = ledger.consistency(self.signed[0].size, self.signed[-1].size)

    def checkpoints(self) -> Sequence[Checkpoint]:
        return self.signed

    def entries(self, start: int, end: int) -> Iterable[bytes]:
        return self.kept[start:end]

    def consistency(self, old: int, size: int) -> Sequence[bytes]:
        return self.proof


@pytest.fixture
def shown(ledger: Ledger) -> Shown:
    """A genuine ledger with two seals and something unsealed after them."""
    ledger.append([REMOVED, *(anchor(number) for number in range(2_500))])
    ledger.seal(KEY, now=NOW + DAY)
    ledger.append([ADDED])
    return Shown(ledger)


def test_a_genuine_ledger_holds_together(shown: Shown) -> None:
    found = watch(shown, log=LOG, seen=shown.signed[:1])
    assert (found.entries, found.checkpoints) == (shown.size, 2)
    assert found.sealed_at == NOW + DAY
    assert follow(shown, log=LOG, known=shown.signed[0]) == shown.signed[1]


@pytest.mark.parametrize("index", [0, 5, 20, 23, 100, 2_520])
def test_an_entry_that_was_changed(shown: Shown, index: int) -> None:
    shown.kept[index] = encode(anchor(99_999))
    refused(Code.LEDGER_REWRITTEN, lambda: watch(shown, log=LOG, seen=()))


def test_entries_that_changed_places(shown: Shown) -> None:
    shown.kept[3:5] = shown.kept[4], shown.kept[3]
    refused(Code.LEDGER_REWRITTEN, lambda: watch(shown, log=LOG, seen=()))


def test_entries_that_are_gone(shown: Shown) -> None:
    del shown.kept[2_000:]
    refused(Code.LEDGER_TRUNCATED, lambda: watch(shown, log=LOG, seen=()))
    shown.size = 2_000
    refused(Code.LEDGER_TRUNCATED, lambda: watch(shown, log=LOG, seen=()))


def test_a_ledger_that_forgot_what_it_showed(shown: Shown) -> None:
    newest = shown.signed.pop()
    refused(Code.LEDGER_ROLLED_BACK, lambda: watch(shown, log=LOG, seen=[newest]))
    refused(Code.LEDGER_ROLLED_BACK, lambda: follow(shown, log=LOG, known=newest))


def test_a_ledger_with_two_histories(shown: Shown) -> None:
    other = signed(shown.signed[-1].size, bytes(32))
    refused(Code.LEDGER_SPLIT_VIEW, lambda: watch(shown, log=LOG, seen=[other]))
    refused(Code.LEDGER_SPLIT_VIEW, lambda: follow(shown, log=LOG, known=other))
    between = signed(1_000, bytes(32))
    refused(Code.LEDGER_REWRITTEN, lambda: watch(shown, log=LOG, seen=[between]))
    refused(Code.LEDGER_CONSISTENCY, lambda: follow(shown, log=LOG, known=between))


def test_a_ledger_that_never_signed(shown: Shown) -> None:
    known = shown.signed[0]
    shown.signed.clear()
    refused(Code.LEDGER_UNSEALED, lambda: watch(shown, log=LOG, seen=()))
    refused(Code.LEDGER_UNSEALED, lambda: follow(shown, log=LOG, known=known))


def test_checkpoints_of_others(shown: Shown) -> None:
    newest = shown.signed[-1]
    stranger = signed(newest.size, newest.root, STRANGER)
    refused(Code.LEDGER_SIGNER, lambda: watch(shown, log=LOG, seen=[stranger]))
    refused(Code.LEDGER_SIGNER, lambda: follow(shown, log=LOG, known=stranger))
    other = signed(newest.size, newest.root, KEY, "other.example")
    refused(Code.LEDGER_ORIGIN, lambda: watch(shown, log=LOG, seen=[other]))


def lie(shown: Shown, *entries: bytes) -> Shown:
    """Let the log itself sign a history that breaks its rules."""
    log = Lying(*entries)
    shown.kept, shown.size = list(entries), len(entries)
    shown.signed = [signed(shown.size, merkle.tree_root(shown.size, log.subtree))]
    return shown


def test_a_log_that_breaks_its_own_rules(shown: Shown) -> None:
    added = encode(ADDED)
    pages = MemoryPages()
    state = put(pages, [StateEntry(SUBJECT.key, 0, merkle.hash_leaf(added))])
    early, late = (encode(Sealed(at=at, state=state)) for at in (NOW, NOW + DAY))
    watch(lie(shown, added, early, late), log=LOG, seen=())
    refused(Code.LEDGER_SEAL, lambda: watch(lie(shown, added, late, early), log=LOG, seen=()))
    refused(Code.LEDGER_SEAL, lambda: watch(lie(shown, added), log=LOG, seen=()))
    false = encode(Sealed(at=NOW, state=EMPTY))
    refused(Code.LEDGER_STATE, lambda: watch(lie(shown, added, false), log=LOG, seen=()))
    removed = encode(REMOVED)
    refused(Code.LEDGER_STATE, lambda: watch(lie(shown, added, removed, early), log=LOG, seen=()))
    refused(Code.LEDGER_STATEMENT, lambda: watch(lie(shown, b"nonsense"), log=LOG, seen=()))
