"""did:ethr: an address on an Ethereum-compatible chain, with the registry of ERC-1056."""

from krid.did.methods.ethr.method import DidEthr, EthrNetwork

__all__ = ["DidEthr", "EthrNetwork"]
