"""Which key a holder has, where a credential names its holder by an identifier such as a DID."""

from dataclasses import dataclass
from typing import Final, Protocol, final

from krid.keys import PublicKey


@final
@dataclass(frozen=True, slots=True)
class HolderKey:
    """The key of a holder, and the URL that stands for it, such as a DID URL."""

    key: PublicKey
    key_id: str


class HolderKeys(Protocol):
    """Finds the key of a holder by an identifier."""

    def find(self, holder: str) -> HolderKey | None:
        """Return the one key with which a holder authenticates, None when it is not known.

        Raises:
            KridError: the identifier is of a kind that is known, and names no such key.
        """
        ...


@final
class NoHolderKeys:
    """Knows no holder: credentials are bound to the keys that stand in them, and to no others."""

    __slots__ = ()

    def find(self, holder: str) -> HolderKey | None:  # noqa: ARG002  the port's name
        """Return None."""
        return None


NO_HOLDER_KEYS: Final = NoHolderKeys()
