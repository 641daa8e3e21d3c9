"""The private keys in the wallet's file, and what guards each."""

from typing import Final, final

from krid._core import strict_json
from krid.errors import BindingError, Code, StoreError
from krid.keys import Alg, LocalKey, PublicKey, jwk
from krid.store import Vault
from krid.wallet.guards import Guard, KeyGuard, decode_guard, encode_guard

_KEYS: Final = "key"
_GUARDS: Final = "guard"


@final
class HeldKeys:
    """Keys by their thumbprints; a key without a record of its guard is free."""

    def __init__(self, vault: Vault) -> None:
        """Look into this vault."""
        self._vault: Final = vault

    def make(self, alg: Alg, guard: KeyGuard) -> PublicKey:
        """Make a key pair, keep it with its guard, and return the public half."""
        key = LocalKey.generate(alg)
        name = jwk.key_id(key.public_key)
        with self._vault.transaction():
            self._vault.put(_KEYS, name, strict_json.dumps(jwk.encode_private(key)))
            if guard is not Guard.FREE:
                self._vault.put(_GUARDS, name, encode_guard(guard))
        return key.public_key

    def private(self, key: PublicKey) -> LocalKey:
        """Return the private half.

        Raises:
            BindingError: `wallet.foreign_key`.
        """
        secret = self._found(_KEYS, jwk.key_id(key))
        if secret is None:
            raise BindingError(Code.WALLET_FOREIGN_KEY)
        return jwk.parse_private(strict_json.loads(secret))

    def guard(self, key: PublicKey) -> KeyGuard:
        """Return what guards a key of this vault.

        Raises:
            MalformedError: `wallet.record`.
        """
        value = self._found(_GUARDS, jwk.key_id(key))
        return Guard.FREE if value is None else decode_guard(value)

    def set_guard(self, key: PublicKey, guard: KeyGuard) -> None:
        """Put another guard in the place of a key's."""
        name = jwk.key_id(key)
        if guard is not Guard.FREE:
            self._vault.put(_GUARDS, name, encode_guard(guard))
        elif self._found(_GUARDS, name) is not None:
            self._vault.delete(_GUARDS, name)

    def forget(self, key: PublicKey) -> None:
        """Delete a key and its guard, inside a transaction.

        Raises:
            StoreError: `store.no_record`.
        """
        name = jwk.key_id(key)
        self._vault.delete(_KEYS, name)
        if self._found(_GUARDS, name) is not None:
            self._vault.delete(_GUARDS, name)

    def _found(self, kind: str, name: str) -> bytes | None:
        try:
            return self._vault.get(kind, name)
        except StoreError as cause:
            if cause.code is not Code.STORE_NO_RECORD:
                raise
            return None
