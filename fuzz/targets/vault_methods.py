"""Any bytes as the list of the ways to unlock a wallet: what is read is written the same."""

from krid.errors import KridError
from krid.store import UnlockKey
from krid.store.methods import MethodKind, Methods

KEY = UnlockKey(bytes(32))


def target(data: bytes) -> None:
    try:
        methods = Methods.parse(data)
    except KridError:
        return
    if Methods.parse(methods.encode()) != methods:
        raise AssertionError("the list reads back as another")
    try:
        methods.find(MethodKind.AUTHENTICATOR, KEY, bytes(16))
    except KridError:
        return
