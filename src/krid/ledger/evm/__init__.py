"""The ledger on an Ethereum-compatible chain: the contract `KridTrust`, read and written.

It needs eth-abi and eth-account (`pip install 'krid[evm]'`). Beside it lies `DidRegistry`, the
registry of ERC-1056 that did:ethr is about. See `docs/ledger.md`, also for Hyperledger Besu.
"""

from krid.evm import Block, ChainTerms, Node, settled_block
from krid.ledger.evm.artefact import DID_REGISTRY, KRID_TRUST, Artefact
from krid.ledger.evm.contract import ChainStanding, call_of, read_standing
from krid.ledger.evm.issuers import EvmIssuers
from krid.ledger.evm.writer import (
    LocalAccount,
    Outcome,
    SignedTransaction,
    Transaction,
    TransactionSigner,
    deploy,
    outcome,
    say,
)

__all__ = [
    "DID_REGISTRY",
    "KRID_TRUST",
    "Artefact",
    "Block",
    "ChainStanding",
    "ChainTerms",
    "EvmIssuers",
    "LocalAccount",
    "Node",
    "Outcome",
    "SignedTransaction",
    "Transaction",
    "TransactionSigner",
    "call_of",
    "deploy",
    "outcome",
    "read_standing",
    "say",
    "settled_block",
]
