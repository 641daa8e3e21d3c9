"""Numbers and bytes as Ethereum's JSON-RPC writes them."""

import re
from typing import Final

from krid._core import shape
from krid.errors import Code, MalformedError

_QUANTITY: Final = re.compile(r"0x(0|[1-9a-f][0-9a-f]{0,63})", re.ASCII)
_DATA: Final = re.compile(r"0x([0-9a-fA-F]{2})*", re.ASCII)


def read_quantity(value: object, *, bits: int = 256) -> int:
    """Read a number: hexadecimal without leading zeros.

    Raises:
        MalformedError: `evm.answer`.
    """
    text = shape.text(value, Code.EVM_ANSWER)
    if _QUANTITY.fullmatch(text) is None or (number := int(text, 16)) >> bits:
        raise MalformedError(Code.EVM_ANSWER, "a number")
    return number


def read_data(value: object, *, size: int | None = None) -> bytes:
    """Read bytes, of a size where there is one.

    Raises:
        MalformedError: `evm.answer`.
    """
    text = shape.text(value, Code.EVM_ANSWER)
    if _DATA.fullmatch(text) is None:
        raise MalformedError(Code.EVM_ANSWER, "bytes")
    raw = bytes.fromhex(text[2:])
    if size is not None and len(raw) != size:
        raise MalformedError(Code.EVM_ANSWER, "bytes")
    return raw


def write_data(raw: bytes) -> str:
    """Write bytes."""
    return f"0x{raw.hex()}"
