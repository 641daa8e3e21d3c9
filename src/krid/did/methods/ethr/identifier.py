"""What a did:ethr names: a network, and an address or the public key that has it."""

import re
from dataclasses import dataclass
from typing import Final, Self, final

from krid.did.syntax import Did
from krid.errors import Code, KridError, ResolutionError
from krid.keys import Curve, PublicKey

_IDENTIFIER: Final = re.compile(
    r"(?:(?P<network>[A-Za-z0-9._-]+):)?0x(?P<hex>[0-9a-fA-F]{40}|[0-9a-fA-F]{66})",
    re.ASCII,
)
_CHAIN: Final = re.compile(r"0x[0-9a-fA-F]{1,64}", re.ASCII)
MAINNET: Final = "mainnet"


@final
@dataclass(frozen=True, slots=True)
class EthrIdentifier:
    """The network by its name or its chain's number in hex, the address, and the key if given."""

    network: str
    address: bytes
    key: PublicKey | None

    @property
    def chain_id(self) -> int | None:
        """The chain's number, where the network is named by it; `mainnet` is that of 1."""
        if self.network == MAINNET:
            return 1
        return int(self.network, 16) if _CHAIN.fullmatch(self.network) else None

    @classmethod
    def parse(cls, did: Did) -> Self:
        """Read what follows `did:ethr:`.

        Raises:
            ResolutionError: `did.syntax`, or `did.public_key` for a key that is not on its curve.
        """
        match = _IDENTIFIER.fullmatch(did.identifier)
        if match is None:
            raise ResolutionError(Code.DID_SYNTAX)
        network, raw = match["network"] or MAINNET, bytes.fromhex(match["hex"])
        if len(raw) == 20:
            return cls(network, raw, None)
        try:
            key = PublicKey.from_compressed(Curve.SECP256K1, raw)
        except KridError as cause:
            raise ResolutionError(Code.DID_PUBLIC_KEY) from cause
        return cls(network, address_of(key), key)


def address_of(key: PublicKey) -> bytes:
    """Return the address of a secp256k1 key: the last 20 bytes of Keccak-256 over its point."""
    from eth_utils.crypto import keccak

    return bytes(keccak(key.raw)[-20:])


def checksummed(address: bytes) -> str:
    """Write an address with upper and lower case as EIP-55 has it."""
    from eth_utils.address import to_checksum_address

    return str(to_checksum_address(address))
