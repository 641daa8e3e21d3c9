"""Secrets that can't be printed, compared by timing, or pickled by accident."""

import hmac
from typing import NoReturn, final

from krid._core.arguments import typed
from krid.errors import Code, MisuseError


class Secret:
    """A value whose text form is its class name and nothing else.

    Subclasses say what kind of secret it is; `reveal` is the one way to the bytes.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        typed(type(self).__name__, value, bytes, bytearray, memoryview)
        self._value = bytes(value)

    @final
    def reveal(self) -> bytes:
        """Return the secret bytes; never log or store what comes back."""
        return self._value

    @final
    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"

    @final
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and same(self._value, other._value)

    @final
    def __hash__(self) -> int:
        raise MisuseError(Code.MISUSE_SECRET)

    @final
    def __reduce__(self) -> NoReturn:
        raise MisuseError(Code.MISUSE_SECRET)


def same(left: bytes, right: bytes) -> bool:
    """Compare two byte strings in a time that does not depend on where they differ."""
    return hmac.compare_digest(left, right)
