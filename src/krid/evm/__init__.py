"""Ethereum-compatible chains as far as krid reads them: a node's JSON-RPC, and blocks that hold.

What stands on a chain is read elsewhere: trusted issuers in `krid.ledger.evm`, DIDs in
`krid.did.methods.ethr`.
"""

from krid.evm.blocks import Block, ChainTerms, block_at, settled_block
from krid.evm.node import Node

__all__ = ["Block", "ChainTerms", "Node", "block_at", "settled_block"]
