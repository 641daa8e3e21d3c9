"""Any bytes are one CBOR item or are refused; embedded items keep the bytes they came in."""

from krid._core import cbor
from krid.errors import KridError


def target(data: bytes) -> None:
    try:
        value = cbor.decode(data)
    except KridError:
        return
    if cbor.decode(cbor.encode(value)) != value:
        raise AssertionError("a value changed on its way")
    if isinstance(value, cbor.Embedded) and value.raw != data:
        raise AssertionError("an embedded item lost its bytes")
