"""A contract on a chain as a register of trusted issuers (`krid.model.trusted_issuers`)."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Final, final

from krid.errors import Code, ContentError, TrustError
from krid.evm.blocks import Block, ChainTerms
from krid.evm.node import Node
from krid.ledger.evm.contract import ChainStanding, read_standing
from krid.ledger.issuers import issuer_subject, trusted_issuer
from krid.ledger.statements import Role
from krid.ledger.subjects import Subject
from krid.model.trusted_issuers import TrustedIssuer
from krid.net import Transport, run


@final
class EvmIssuers:
    """The trusted issuers of a contract, asked of a node each time.

    It remembers the newest block that it read, so that the chain can't go back; keep `known`
    and start from it the next time. Threads may share one.
    """

    def __init__(
        self, node: Node, *, transport: Transport, terms: ChainTerms, role: Role = Role.ISSUER
    ) -> None:
        """Ask this node, through this transport, on these terms."""
        self._node: Final = node
        self._transport: Final = transport
        self._terms = terms
        self._role: Final = role
        self._lock: Final = threading.Lock()

    @property
    def known(self) -> Block | None:
        """The newest block that was read."""
        return self._terms.known

    def standing(self, subject: Subject, *, now: datetime) -> ChainStanding:
        """Return what holds for any subject.

        Raises:
            KridError: as `krid.ledger.evm.contract.read_standing`.
        """
        flow = read_standing(self._node, subject, terms=self._terms, now=now)
        found = run(flow, self._transport)
        self._remember(found.block)
        return found

    def find(self, issuer: str, *, now: datetime) -> TrustedIssuer:
        """Return what the contract says of an issuer that it was not taken back.

        Whether it is in force now, and for which types, is the caller's to check.

        Raises:
            TrustError: `trust.unknown_issuer` when the contract knows no such issuer, or removed
                it, or trusts it in other roles alone.
            KridError: as `standing`.
        """
        subject = issuer_subject(issuer)
        if subject is None:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER, "not a name on a ledger")
        found = self.standing(subject, now=now)
        place = f"block {found.block.number} of chain {self._terms.chain_id}"
        evidence = f"contract 0x{self._terms.contract.hex()}, {place}"
        return trusted_issuer(found.statement, role=self._role, evidence=evidence)

    def _remember(self, block: Block) -> None:
        with self._lock:
            known = self._terms.known
            if known is None or known.number < block.number:
                self._terms = replace(self._terms, known=block)
            elif known.number == block.number and known.hash != block.hash:
                raise ContentError(Code.EVM_REORGANISED)
