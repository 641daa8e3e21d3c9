"""Any bytes are a key in PEM or DER, or are refused; a key survives being written."""

from krid.errors import KridError
from krid.keys import pem


def target(data: bytes) -> None:
    try:
        key = pem.parse_public(data)
    except KridError:
        _private(data)
        return
    if pem.parse_public(pem.encode_public(key)) != key:
        raise AssertionError("a key changed on its way")


def _private(data: bytes) -> None:
    try:
        key = pem.parse_private(data)
    except KridError:
        return
    if pem.parse_private(pem.encode_private(key)) != key:
        raise AssertionError("a key changed on its way")
