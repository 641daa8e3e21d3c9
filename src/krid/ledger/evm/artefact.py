"""The compiled contracts, as they lie beside their sources."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final, Self, final

from krid.errors import Code, MalformedError

KRID_TRUST: Final = "KridTrust"
DID_REGISTRY: Final = "DidRegistry"


@final
@dataclass(frozen=True, slots=True)
class Artefact:
    """A contract: the code that deploys it, and the four bytes that name each function."""

    bytecode: bytes = field(repr=False)
    selectors: Mapping[str, str] = field(repr=False)

    @classmethod
    def load(cls, name: str) -> Self:
        """Read one of this package's contracts, which are part of it and no outside data."""
        text = files("krid.ledger.evm").joinpath("contracts", f"{name}.json").read_text("utf-8")
        members = json.loads(text)
        return cls(bytes.fromhex(members["bytecode"]), members["selectors"])

    def call(self, signature: str, *arguments: object) -> bytes:
        """Encode a call of a function by its signature, such as `anchor(bytes32,bytes)`."""
        from eth_abi.abi import encode

        types = signature.partition("(")[2].removesuffix(")")
        kinds = types.split(",") if types else []
        return bytes.fromhex(self.selectors[signature]) + encode(kinds, arguments)


def decode(kinds: str, raw: bytes) -> tuple[object, ...]:
    """Decode what a function returned: one tuple of these types.

    Raises:
        MalformedError: `evm.contract`.
    """
    from eth_abi.abi import decode as decode_abi
    from eth_abi.exceptions import DecodingError

    try:
        (values,) = decode_abi([f"({kinds})"], raw)
    except (DecodingError, OverflowError, ValueError) as cause:
        raise MalformedError(Code.EVM_CONTRACT) from cause
    return tuple(values)
