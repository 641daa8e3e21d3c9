"""Checkpoints (c2sp.org/tlog-checkpoint): a log's name, size and root, signed by the log.

They are signed notes, so the tools and witnesses of other transparency logs can follow krid's.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import limits
from krid.errors import Code, ContentError, MalformedError
from krid.keys import Prepared
from krid.ledger.keys import LedgerKey, Witness, Witnesses
from krid.ledger.note import Note, NoteSignature, decode_base64

_SYNTAX: Final = Code.LEDGER_CHECKPOINT
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_STAMP_BYTES: Final = 8


@final
@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint as it came: read, not verified."""

    origin: str
    size: int
    root: bytes
    note: Note = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a checkpoint; one with extension lines is refused, for nobody audits them.

        Raises:
            MalformedError: `ledger.checkpoint`.
        """
        note = Note.parse(raw)
        lines = note.text.split("\n")
        if len(lines) != 4 or not lines[0] or _SIZE.fullmatch(lines[1]) is None:
            raise MalformedError(_SYNTAX)
        size, root = int(lines[1]), decode_base64(lines[2])
        if size > limits.MAX_LEDGER_SIZE or len(root) != 32:
            raise MalformedError(_SYNTAX)
        return cls(lines[0], size, root, note)

    @property
    def raw(self) -> bytes:
        """The checkpoint as it is written."""
        return self.note.encode()

    def verify(self, *, log: LedgerKey, witnesses: Witnesses) -> None:
        """Check that the log signed it, and as many witnesses as are demanded.

        Signatures by others are ignored, as the format says; a wrong one by a known key spoils
        the whole. Says nothing about what lies under the root, nor about its age.

        Raises:
            ContentError: `ledger.origin`, `ledger.signer`, `ledger.witnesses`.
            SignatureError: `ledger.signature`.
        """
        if self.origin != log.origin:
            raise ContentError(Code.LEDGER_ORIGIN)
        if not self._verify_log(log):
            raise ContentError(Code.LEDGER_SIGNER)
        cosigned = [self._verify_witness(witness) for witness in witnesses.members]
        if sum(cosigned) < witnesses.quorum:
            raise ContentError(Code.LEDGER_WITNESSES)

    def _verify_log(self, log: LedgerKey) -> bool:
        ours = self._signatures(log.origin, log.key_id)
        for signature in ours:
            log.check(self.note.text.encode(), signature)
        return bool(ours)

    def _verify_witness(self, witness: Witness) -> bool:
        ours = self._signatures(witness.name, witness.key_id)
        for signature in ours:
            stamp = int.from_bytes(signature[:_STAMP_BYTES], "big")
            witness.check(cosigned_text(self, stamp), signature[_STAMP_BYTES:])
        return bool(ours)

    def _signatures(self, name: str, key_id: bytes) -> Sequence[bytes]:
        return [
            line.signature
            for line in self.note.signatures
            if line.name == name and line.key_id == key_id
        ]

    def with_signature(self, line: NoteSignature) -> Self:
        """Return the checkpoint with one more signature below."""
        note = Note(self.note.text, (*self.note.signatures, line))
        return type(self)(self.origin, self.size, self.root, note)


def prepare(log: LedgerKey, *, size: int, root: bytes) -> Prepared[Checkpoint]:
    """Make all of a checkpoint but the log's signature."""
    text = f"{log.origin}\n{size}\n{b64encode(root).decode('ascii')}\n"
    bare = Checkpoint(log.origin, size, root, Note(text, ()))

    def finish(signature: bytes) -> Checkpoint:
        encoded = log.encode_signature(signature)
        return bare.with_signature(NoteSignature(log.origin, log.key_id, encoded))

    return Prepared(text.encode(), log.key.alg, finish)


def prepare_cosignature(
    checkpoint: Checkpoint, witness: Witness, *, stamp: int
) -> Prepared[Checkpoint]:
    """Make all of a witness's line but the signature (c2sp.org/tlog-cosignature, `0x04`).

    `stamp` is in seconds since 1970. A witness must have checked first that the checkpoint is
    consistent with every one of this log that it signed before.
    """

    def finish(signature: bytes) -> Checkpoint:
        stamped = stamp.to_bytes(_STAMP_BYTES, "big") + signature
        return checkpoint.with_signature(NoteSignature(witness.name, witness.key_id, stamped))

    return Prepared(cosigned_text(checkpoint, stamp), witness.key.alg, finish)


def cosigned_text(checkpoint: Checkpoint, stamp: int) -> bytes:
    """Return what a witness signs."""
    return f"cosignature/v1\ntime {stamp}\n{checkpoint.note.text}".encode()


def check_follows(checkpoint: Checkpoint, *, known: Checkpoint | None) -> None:
    """Refuse a checkpoint that can't come after one that was seen before.

    Needs no proof, and so finds a rollback and a split view of one size alone; whether a larger
    log begins with the smaller one is what `merkle.check_consistency` tells.

    Raises:
        ContentError: `ledger.origin`, `ledger.rolled_back`, `ledger.split_view`.
    """
    if known is None:
        return
    if known.origin != checkpoint.origin:
        raise ContentError(Code.LEDGER_ORIGIN)
    if known.size > checkpoint.size:
        raise ContentError(Code.LEDGER_ROLLED_BACK)
    if known.size == checkpoint.size and known.root != checkpoint.root:
        raise ContentError(Code.LEDGER_SPLIT_VIEW)
