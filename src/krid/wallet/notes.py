"""What an app keeps in the wallet's file beside keys and cards."""

from typing import Final, final

from krid.errors import Code, StoreError
from krid.store import Vault

_KIND: Final = "note"


@final
class Notes:
    """Values of an app by their names, as well protected as the cards, in the same file.

    For what must last between two launches and nobody else may read: tokens by which an issuer
    renews a card, or what a person set. The wallet itself reads none of it.
    """

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._vault: Final = vault

    def put(self, name: str, value: bytes) -> None:
        """Keep a value in the place of an earlier one with the same name.

        Raises:
            MisuseError: `misuse.record` for an empty or too long name, or a too long value.
            StoreError: `store.altered`, `store.closed`, `store.busy`, `store.io`.
        """
        self._vault.put(_KIND, name, value)

    def get(self, name: str) -> bytes | None:
        """Return a value, None when there is none of this name.

        Raises:
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        try:
            return self._vault.get(_KIND, name)
        except StoreError as cause:
            if cause.code is not Code.STORE_NO_RECORD:
                raise
            return None

    def names(self) -> tuple[str, ...]:
        """Return all names, sorted.

        Raises:
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        return self._vault.names(_KIND)

    def forget(self, name: str) -> None:
        """Delete a value.

        Raises:
            StoreError: `store.no_record`.
        """
        self._vault.delete(_KIND, name)
