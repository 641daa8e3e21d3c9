"""Any text as a recovery code: what is read shows as itself."""

from krid.errors import KridError
from krid.store import RecoveryCode


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    try:
        code = RecoveryCode.parse(text)
    except KridError:
        return
    if RecoveryCode.parse(code.show()) != code:
        raise AssertionError("a code does not show as itself")
