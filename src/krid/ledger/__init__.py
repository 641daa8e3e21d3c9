"""A ledger of trusted issuers and anchors, and receipts that a phone checks offline.

Statements are about organisations and documents, never about people. The log is the Merkle tree
of RFC 9162 with checkpoints as c2sp.org writes them; each is sealed with the state that holds.
The database is in `krid.ledger.embedded`; here is what a verifier needs, without one.

See `docs/ledger.md` for what a receipt shows and what it can't.
"""

from krid.ledger.checkpoint import Checkpoint, check_follows, prepare_cosignature
from krid.ledger.issuers import LedgerIssuers, ReceiptBox
from krid.ledger.keys import NO_WITNESSES, LedgerKey, Witness, Witnesses
from krid.ledger.monitor import Watched, follow, watch
from krid.ledger.receipt import (
    Head,
    HistoryReceipt,
    Receipt,
    StandingReceipt,
    parse_receipt,
    read_standing,
)
from krid.ledger.state import StateProof
from krid.ledger.statements import (
    CheckpointAnchored,
    Removal,
    Role,
    SchemaAnchored,
    Sealed,
    Statement,
    StatusListAnchored,
    TrustedIssuerAdded,
    TrustedIssuerRemoved,
    TypeMetadataAnchored,
)
from krid.ledger.subjects import Subject, SubjectKind
from krid.ledger.verify import (
    FIRST_CONTACT,
    Logged,
    Standing,
    Terms,
    verify_history,
    verify_standing,
)
from krid.ledger.wire import encode, parse

__all__ = [
    "FIRST_CONTACT",
    "NO_WITNESSES",
    "Checkpoint",
    "CheckpointAnchored",
    "Head",
    "HistoryReceipt",
    "LedgerIssuers",
    "LedgerKey",
    "Logged",
    "Receipt",
    "ReceiptBox",
    "Removal",
    "Role",
    "SchemaAnchored",
    "Sealed",
    "Standing",
    "StandingReceipt",
    "StateProof",
    "Statement",
    "StatusListAnchored",
    "Subject",
    "SubjectKind",
    "Terms",
    "TrustedIssuerAdded",
    "TrustedIssuerRemoved",
    "TypeMetadataAnchored",
    "Watched",
    "Witness",
    "Witnesses",
    "check_follows",
    "encode",
    "follow",
    "parse",
    "parse_receipt",
    "prepare_cosignature",
    "read_standing",
    "verify_history",
    "verify_standing",
    "watch",
]
