"""The guards of a wallet's keys: what a consent needs, changing a guard, signing for one use."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, final

from krid._core import strict_json
from krid.errors import Code, ValidityError
from krid.keys import Alg, LocalKey, PublicKey, Signer, jwk
from krid.store import Vault
from krid.wallet.consent import Consent
from krid.wallet.guardian import Guardian
from krid.wallet.guards import GuardSet, KeyGuard, Use, encode_guard, needs
from krid.wallet.held_keys import HeldKeys


@final
class WalletGuards:
    """Says what keys need, and changes it. Which person satisfies it is the guardian's."""

    def __init__(
        self,
        vault: Vault,
        keys: HeldKeys,
        guardian: Guardian,
        holder_of: Callable[[str], PublicKey | None],
    ) -> None:
        """Take what `Wallet` made; use `Wallet.guards`."""
        self._vault: Final = vault
        self._keys: Final = keys
        self._guardian: Final = guardian
        self._holder_of: Final = holder_of

    def of(self, key: PublicKey) -> KeyGuard:
        """Return what must happen before one of this wallet's keys is used.

        Raises:
            BindingError: `wallet.foreign_key`.
        """
        self._keys.private(key)
        return self._keys.guard(key)

    def needed(self, consent: Consent) -> GuardSet:
        """Return all that the keys of a consent's cards need; nothing for cards without a key.

        Also a card that is shown without a proof by its key needs what guards that: nobody gets
        round a guard by asking for less.

        Raises:
            StoreError: `store.no_record` for a card that was taken out meanwhile.
        """
        holders = (self._holder_of(each.card_id) for each in consent.selection.leaving)
        return frozenset().union(*(needs(self.of(key)) for key in holders if key is not None))

    def use_to_change(self, key: PublicKey, guard: KeyGuard) -> Use:
        """Name the use for which the person is verified before `change` weakens a guard."""
        named = [jwk.key_id(key), encode_guard(guard).decode()]
        return Use("", "", hashlib.sha256(b"krid guard 1" + strict_json.dumps(named)).digest())

    def needed_to_change(self, key: PublicKey, guard: KeyGuard) -> GuardSet:
        """Return what the present guard asks for before another: nothing where that asks more.

        Raises:
            BindingError: `wallet.foreign_key`.
        """
        present = needs(self.of(key))
        return frozenset() if present <= needs(guard) else present

    def change(self, key: PublicKey, guard: KeyGuard) -> None:
        """Guard a key in another way, and with it all cards that are bound to it.

        A guard that asks for all that the present one asks for, or more, is taken as it is. For
        any other the present one must be met, for `use_to_change`.

        Raises:
            BindingError: `wallet.foreign_key`; `guard.needed`.
            ValidityError: `guard.stale`.
            KridError: what the prompt raised, or why its answer is not taken.
        """
        needed = self.needed_to_change(key, guard)
        self._guardian.require(needed, self.use_to_change(key, guard))
        with self._vault.transaction():
            self._keys.set_guard(key, guard)

    @contextmanager
    def signing(self, use: Use, *keys: PublicKey) -> Iterator[tuple[Signer, ...]]:
        """Have the person verified once, and sign with keys for one use until the block ends.

        For what takes several signatures, such as fetching all forms of a card.

        Raises:
            BindingError: `wallet.foreign_key`; `guard.needed`.
            ValidityError: `guard.stale`, also from the signer once the block has ended.
            KridError: what the prompt raised, or why its answer is not taken.
        """
        signers = tuple(_OneUse(self._keys.private(key)) for key in keys)
        wanted = frozenset().union(*(needs(self._keys.guard(key)) for key in keys))
        self._guardian.require(wanted, use)
        try:
            yield signers
        finally:
            for each in signers:
                each.end()


@final
class _OneUse:
    """A signer that ends with the use that it was made for."""

    def __init__(self, key: LocalKey) -> None:
        self._key: Final = key
        self._is_over = False

    def __repr__(self) -> str:
        return "Signer(***)"

    @property
    def public_key(self) -> PublicKey:
        return self._key.public_key

    @property
    def alg(self) -> Alg:
        return self._key.alg

    def sign(self, message: bytes) -> bytes:
        if self._is_over:
            raise ValidityError(Code.GUARD_STALE)
        return self._key.sign(message)

    def end(self) -> None:
        self._is_over = True
