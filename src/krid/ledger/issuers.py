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
from krid.ledger.statements import Role, TrustedIssuerAdded
from krid.ledger.subjects import Subject, SubjectKind
from krid.ledger.verify import Standing, Terms, verify_standing
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
        subject = _subject(issuer)
        receipt = self._receipts(subject)
        standing = verify_standing(receipt, subject=subject, terms=self._terms, now=now)
        self._remember(standing.checkpoint)
        return self._entry(standing)

    def _remember(self, checkpoint: Checkpoint) -> None:
        with self._lock:
            known = self._terms.known
            if known is None or known.size < checkpoint.size:
                self._terms = replace(self._terms, known=checkpoint)
            elif known.size == checkpoint.size:
                check_follows(checkpoint, known=known)

    def _entry(self, standing: Standing) -> TrustedIssuer:
        added = standing.statement
        if not isinstance(added, TrustedIssuerAdded):
            words = "never added" if added is None else "taken back"
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER, words)
        if self._role not in added.roles:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER, "another role")
        place = f"entry {standing.index} of {standing.checkpoint.origin}"
        return TrustedIssuer(
            id=added.issuer,
            keys=added.keys,
            did=added.did,
            types=added.types,
            valid_from=added.valid_from,
            valid_until=added.valid_until,
            evidence=f"{place}, sealed {standing.sealed_at.isoformat()}",
        )


def _subject(issuer: str) -> Subject:
    try:
        return Subject(SubjectKind.ISSUER, issuer[: limits.MAX_STATEMENT_NAME_CHARS + 1])
    except MalformedError as cause:
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER, "not a name on a ledger") from cause
