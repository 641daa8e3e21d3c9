"""COSE_Mac0: any bytes are a message or refused, and nobody without the key makes a MAC."""

from krid.cose import Mac0, MacKey
from krid.errors import KridError

KEY = MacKey(b"a key that the corpus does not know")


def target(data: bytes) -> None:
    try:
        message = Mac0.parse(data)
        message.verify(KEY, payload=None if message.payload is not None else b"")
    except KridError:
        return
    if len(message.tag) > 8:  # eight bytes may be found by chance, more may not
        raise AssertionError
