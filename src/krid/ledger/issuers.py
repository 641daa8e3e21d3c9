"""A ledger as a register of trusted issuers (`krid.model.trusted_issuers`)."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final, Self, TypeAlias, final

from krid._core import limits
from krid.errors import Code, MalformedError, TrustError
from krid.ledger.checkpoint import Checkpoint, check_follows
from krid.ledger.receipt import StandingReceipt, read_standing
from krid.ledger.statements import Role, Statement, TrustedIssuerAdded
from krid.ledger.subjects import Subject, SubjectKind
from krid.ledger.verify import Terms, verify_standing
from krid.model.trusted_issuers import TrustedIssuer

Receipts: TypeAlias = Callable[[Subject], StandingReceipt]
"""Where receipts come from: `Ledger.standing` of a database, `ReceiptBox.standing` of files."""


@final
class ReceiptBox:
    """Receipts that somebody carries, such as the bundle that a phone fetched this morning."""

    def __init__(self, receipts: Iterable[StandingReceipt]) -> None:
        """Keep the last receipt of each subject; nothing is verified yet."""
        self._receipts: Final = {receipt.subject: receipt for receipt in receipts}

    @classmethod
    def read(cls, files: Iterable[bytes]) -> Self:
        """Read receipts.

        Raises:
            MalformedError: `ledger.receipt`, `ledger.checkpoint`.
        """
        return cls(map(read_standing, files))

    def standing(self, subject: Subject) -> StandingReceipt:
        """Return the receipt of a subject.

        Raises:
            TrustError: `trust.unknown_issuer` when there is none: whoever carries no receipt of
                an issuer knows nothing of it.
        """
        receipt = self._receipts.get(subject)
        if receipt is None:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER, "no receipt")
        return receipt


@final
class LedgerIssuers:
    """The trusted issuers of a ledger, each shown by a receipt that is verified when it is used.

    It remembers the newest checkpoint that it met, so that the ledger can't go back; keep
    `known` and start from it the next time. Threads may share one.
    """

    def __init__(self, receipts: Receipts, *, terms: Terms, role: Role = Role.ISSUER) -> None:
        """Ask `receipts`, and believe them on these terms."""
        self._receipts: Final = receipts
        self._terms = terms
        self._role: Final = role
        self._lock: Final = threading.Lock()

    @property
    def known(self) -> Checkpoint | None:
        """The newest checkpoint that was verified."""
        return self._terms.known

    def find(self, issuer: str, *, now: datetime) -> TrustedIssuer:
        """Return what the ledger says of an issuer that it was not taken back.

        Whether it is in force now, and for which types, is the caller's to check.

        Raises:
            TrustError: `trust.unknown_issuer` when the ledger knows no such issuer, or removed
                it, or trusts it in other roles alone.
            KridError: the receipt does not hold; see `verify_standing`.
        """
        subject = issuer_subject(issuer)
        if subject is None:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER, "not a name on a ledger")
        receipt = self._receipts(subject)
        standing = verify_standing(receipt, subject=subject, terms=self._terms, now=now)
        self._remember(standing.checkpoint)
        place = f"entry {standing.index} of {standing.checkpoint.origin}"
        evidence = f"{place}, sealed {standing.sealed_at.isoformat()}"
        return trusted_issuer(standing.statement, role=self._role, evidence=evidence)

    def _remember(self, checkpoint: Checkpoint) -> None:
        with self._lock:
            known = self._terms.known
            if known is None or known.size < checkpoint.size:
                self._terms = replace(self._terms, known=checkpoint)
            elif known.size == checkpoint.size:
                check_follows(checkpoint, known=known)


def issuer_subject(issuer: str) -> Subject | None:
    """Return the subject that an issuer's name stands for; None when no ledger could hold it."""
    try:
        return Subject(SubjectKind.ISSUER, issuer[: limits.MAX_STATEMENT_NAME_CHARS + 1])
    except MalformedError:
        return None


def trusted_issuer(statement: Statement | None, *, role: Role, evidence: str) -> TrustedIssuer:
    """Turn what holds for an issuer into an entry of a register.

    Raises:
        TrustError: `trust.unknown_issuer` when it was never added, or taken back, or has not
            this role.
    """
    if not isinstance(statement, TrustedIssuerAdded):
        words = "never added" if statement is None else "taken back"
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER, words)
    if role not in statement.roles:
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER, "another role")
    return TrustedIssuer(
        id=statement.issuer,
        keys=statement.keys,
        did=statement.did,
        types=statement.types,
        valid_from=statement.valid_from,
        valid_until=statement.valid_until,
        evidence=evidence,
    )
