"""Receipts: small files that show, without a network, what a ledger says.

A `StandingReceipt` shows what holds for a subject: the newest statement about it, or that there is
none. A `HistoryReceipt` shows that a statement was made, and nothing about what came after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

from krid._core import cbor, limits, shape
from krid._core.arguments import typed
from krid.errors import Code, KridError, MalformedError
from krid.ledger.checkpoint import Checkpoint
from krid.ledger.state import StateProof, hashes
from krid.ledger.subjects import Subject, SubjectKind

_SYNTAX: Final = Code.LEDGER_RECEIPT
_MOST_HASHES: Final = limits.MAX_LEDGER_SIZE.bit_length()
_STANDING: Final = "krid-ledger-standing-1"
_HISTORY: Final = "krid-ledger-history-1"


@final
@dataclass(frozen=True, slots=True)
class Head:
    """A checkpoint with the seal under it: the last entry, as written, and its proof."""

    checkpoint: Checkpoint
    seal: bytes = field(repr=False)
    proof: tuple[bytes, ...] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class StandingReceipt:
    """What holds for a subject, not verified; `statement` is None when nothing was said."""

    head: Head
    subject: Subject
    statement: bytes | None = field(repr=False)
    proof: StateProof = field(repr=False)

    def encode(self) -> bytes:
        """Write the file."""
        members = _head_members(self.head) | {
            "kind": _STANDING,
            "subject": [self.subject.kind.value, self.subject.name],
            "statement": self.statement,
            "proof": self.proof.to_members(),
        }
        return cbor.encode(members)


@final
@dataclass(frozen=True, slots=True)
class HistoryReceipt:
    """That a statement stands at an index, not verified."""

    head: Head
    index: int
    statement: bytes = field(repr=False)
    proof: tuple[bytes, ...] = field(repr=False)

    def encode(self) -> bytes:
        """Write the file."""
        members = _head_members(self.head) | {
            "kind": _HISTORY,
            "index": self.index,
            "statement": self.statement,
            "proof": list(self.proof),
        }
        return cbor.encode(members)


Receipt: TypeAlias = StandingReceipt | HistoryReceipt


def parse_receipt(raw: bytes) -> Receipt:
    """Read either kind of receipt, in deterministic CBOR.

    Raises:
        MalformedError: `ledger.receipt`, or `ledger.checkpoint` when its checkpoint is none.
    """
    typed("raw", raw, bytes)
    try:
        members = shape.mapping(cbor.decode(raw, max_bytes=limits.MAX_RECEIPT_BYTES), _SYNTAX)
        receipt = _read(members)
    except KridError as cause:
        code = Code.LEDGER_CHECKPOINT if cause.code is Code.LEDGER_CHECKPOINT else _SYNTAX
        raise MalformedError(code, cause.detail) from cause
    if receipt.encode() != raw:
        raise MalformedError(_SYNTAX, "not the one encoding")
    return receipt


_Members: TypeAlias = Mapping[str, Any]


def _read(members: _Members) -> Receipt:
    kind = members.get("kind")
    if kind == _STANDING:
        return StandingReceipt(
            _head(members),
            _subject(members.get("subject")),
            _optional_octets(members.get("statement")),
            StateProof.of_members(members.get("proof")),
        )
    if kind == _HISTORY:
        return HistoryReceipt(
            _head(members),
            shape.integer(members.get("index"), _SYNTAX),
            shape.octets(members.get("statement"), _SYNTAX),
            hashes(members.get("proof"), most=_MOST_HASHES),
        )
    raise MalformedError(_SYNTAX, "kind")


def _head_members(head: Head) -> dict[str, object]:
    return {
        "checkpoint": head.checkpoint.raw,
        "seal": head.seal,
        "seal_proof": list(head.proof),
    }


def _head(members: _Members) -> Head:
    return Head(
        Checkpoint.parse(shape.octets(members.get("checkpoint"), _SYNTAX)),
        shape.octets(members.get("seal"), _SYNTAX),
        hashes(members.get("seal_proof"), most=_MOST_HASHES),
    )


def _subject(value: object) -> Subject:
    kind, name = (*shape.texts(value, _SYNTAX), "", "")[:2]
    kinds = {each.value: each for each in SubjectKind}
    if kind not in kinds:
        raise MalformedError(_SYNTAX, "subject")
    return Subject(kinds[kind], name)


def _optional_octets(value: object) -> bytes | None:
    return None if value is None else shape.octets(value, _SYNTAX)


def read_standing(raw: bytes) -> StandingReceipt:
    """Read a receipt that must be about what holds.

    Raises:
        MalformedError: `ledger.receipt`, `ledger.checkpoint`.
    """
    receipt = parse_receipt(raw)
    if not isinstance(receipt, StandingReceipt):
        raise MalformedError(_SYNTAX, "kind")
    return receipt
