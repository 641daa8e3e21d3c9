"""Any CBOR is a public COSE_Key, or is refused; a key survives being written."""

from krid._core import cbor
from krid.errors import KridError
from krid.keys import cose_key


def target(data: bytes) -> None:
    try:
        key = cose_key.parse(cbor.decode(data))
    except KridError:
        return
    if cose_key.parse(cose_key.encode(key)) != key:
        raise AssertionError("a key changed on its way")
