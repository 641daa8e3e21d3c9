"""Exit statuses, the same for every command."""

from enum import IntEnum
from typing import Final

from krid.errors import Code, KridError, MalformedError, MisuseError, TransportError


class Exit(IntEnum):
    """What a command's exit status says."""

    DONE = 0
    REJECTED = 1
    WORDS = 2
    MISSING = 3


_NOT_HAD: Final = frozenset(
    {
        Code.DID_METHOD,
        Code.DI_EXTRA,
        Code.DID_NOT_FOUND,
        Code.LEDGER_UNKNOWN,
        Code.MISUSE_EXTRA,
        Code.REGISTER_DATABASE,
        Code.REGISTER_WORKER,
        Code.STATUS_DATABASE,
        Code.STATUS_UNAVAILABLE,
        Code.STORE_BUSY,
        Code.STORE_IO,
        Code.STORE_NOT_FOUND,
    }
)


def exit_for(error: KridError) -> Exit:
    """Tell apart what was rejected, what was asked wrongly, and what could not be had."""
    if isinstance(error, TransportError) or error.code in _NOT_HAD:
        return Exit.MISSING
    if isinstance(error.__cause__, TransportError) and not isinstance(error, MalformedError):
        return Exit.MISSING  # an address that is none makes what holds it malformed
    if isinstance(error, MisuseError):
        return Exit.WORDS
    return Exit.REJECTED
