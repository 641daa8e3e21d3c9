"""Checking receipts offline: by the log's key, what was seen before, and the age that is allowed.

What a receipt can't show: that the log shows everybody the same. A log that keeps two histories
can give each of two people proofs that hold. Against that stand witnesses, whose signatures a
verifier may demand, and monitors, which follow the log and hold it to what it signed.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid._core.times import aware
from krid.errors import Code, ContentError, KridError, ValidityError
from krid.ledger import merkle, wire
from krid.ledger.checkpoint import Checkpoint, check_follows
from krid.ledger.keys import LedgerKey, Witnesses
from krid.ledger.receipt import Head, HistoryReceipt, StandingReceipt
from krid.ledger.state import StateEntry
from krid.ledger.statements import Sealed, Statement
from krid.ledger.subjects import Subject

FIRST_CONTACT: Final = None
"""No checkpoint of this log was seen before: an older one can't be told from the newest."""

NO_SKEW: Final = timedelta(0)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a receipt is believed.

    `known` is the newest checkpoint that was verified before, or `FIRST_CONTACT`. `greatest_age`
    is how long ago the log may have been sealed: within it a removal may not be seen yet. `skew`
    is how far the log's clock may be ahead.
    """

    log: LedgerKey
    witnesses: Witnesses
    known: Checkpoint | None
    greatest_age: timedelta
    skew: timedelta = NO_SKEW


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """What was shown to hold for a subject when the log was sealed; made by verifying alone.

    `statement` and `index` are None when nothing was ever said about the subject.
    """

    subject: Subject
    statement: Statement | None
    index: int | None
    sealed_at: datetime
    checkpoint: Checkpoint = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Logged:
    """A statement that was shown to be in the log; it may have been taken back since."""

    statement: Statement | Sealed
    index: int
    sealed_at: datetime
    checkpoint: Checkpoint = field(repr=False)


def verify_standing(
    receipt: StandingReceipt, *, subject: Subject, terms: Terms, now: datetime
) -> Standing:
    """Return what holds for a subject.

    Checks who signed the checkpoint, that it follows what was seen, that it is sealed and when,
    and that the sealed state has this statement for the subject, or none.

    Raises:
        ContentError: `ledger.subject`, `ledger.origin`, `ledger.signer`, `ledger.witnesses`,
            `ledger.rolled_back`, `ledger.split_view`, `ledger.seal`, `ledger.inclusion`,
            `ledger.state`.
        SignatureError: `ledger.signature`.
        ValidityError: `ledger.stale`, `ledger.future`.
        MalformedError: `ledger.statement`.
        MisuseError: `misuse.naive_time`.
    """
    if receipt.subject != subject:
        raise ContentError(Code.LEDGER_SUBJECT)
    sealed = _check_head(receipt.head, terms, now)
    entry = receipt.proof.check(subject.key, root=sealed.state)
    statement = _stated(receipt, entry)
    index = None if entry is None else entry.index
    return Standing(subject, statement, index, sealed.at, receipt.head.checkpoint)


def verify_history(receipt: HistoryReceipt, *, terms: Terms, now: datetime) -> Logged:
    """Return a statement that is in the log.

    Raises:
        ContentError: `ledger.index`, and as `verify_standing`, but for `ledger.subject` and
            `ledger.state`.
        SignatureError, ValidityError, MalformedError, MisuseError: as `verify_standing`.
    """
    sealed = _check_head(receipt.head, terms, now)
    checkpoint = receipt.head.checkpoint
    merkle.check_inclusion(
        merkle.hash_leaf(receipt.statement),
        receipt.proof,
        index=receipt.index,
        size=checkpoint.size,
        root=checkpoint.root,
    )
    return Logged(wire.parse(receipt.statement), receipt.index, sealed.at, checkpoint)


def _check_head(head: Head, terms: Terms, now: datetime) -> Sealed:
    head.checkpoint.verify(log=terms.log, witnesses=terms.witnesses)
    check_follows(head.checkpoint, known=terms.known)
    sealed = check_seal(head)
    _check_age(sealed.at, terms, now)
    return sealed


def check_seal(head: Head) -> Sealed:
    """Return the seal, which must be the very last entry under the checkpoint.

    An earlier one is in the log, too, and would show a state that no longer holds.

    Raises:
        ContentError: `ledger.seal`, `ledger.inclusion`.
    """
    size = head.checkpoint.size
    if size == 0:
        raise ContentError(Code.LEDGER_SEAL)
    merkle.check_inclusion(
        merkle.hash_leaf(head.seal),
        head.proof,
        index=size - 1,
        size=size,
        root=head.checkpoint.root,
    )
    return _read_seal(head.seal)


def _read_seal(raw: bytes) -> Sealed:
    try:
        sealed = wire.parse(raw)
    except KridError as cause:
        raise ContentError(Code.LEDGER_SEAL) from cause
    if not isinstance(sealed, Sealed):
        raise ContentError(Code.LEDGER_SEAL)
    return sealed


def _check_age(sealed_at: datetime, terms: Terms, now: datetime) -> None:
    if sealed_at > aware(now) + terms.skew:
        raise ValidityError(Code.LEDGER_FUTURE)
    if now - sealed_at > terms.greatest_age:
        raise ValidityError(Code.LEDGER_STALE)


def _stated(receipt: StandingReceipt, entry: StateEntry | None) -> Statement | None:
    """Return the statement that the state names, which must be about this very subject."""
    if entry is None or receipt.statement is None:
        if entry is not None or receipt.statement is not None:
            raise ContentError(Code.LEDGER_STATE)
        return None
    if merkle.hash_leaf(receipt.statement) != entry.leaf:
        raise ContentError(Code.LEDGER_STATE)
    statement = wire.parse(receipt.statement)
    if isinstance(statement, Sealed) or statement.subject != receipt.subject:
        raise ContentError(Code.LEDGER_STATE)
    return statement
