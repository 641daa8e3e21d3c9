"""The ways to open a wallet beside its PIN: authenticators and recovery codes."""

from typing import Final, final

from krid._core.clock import Clock
from krid.errors import Code, UnsupportedError
from krid.fido import Credential, VerifiedUser
from krid.store import Pin, RecoveryCode, UnlockKey, UnlockMethod, Vault
from krid.wallet.guardian import credentials


def unlock_key(user: VerifiedUser) -> UnlockKey:
    """Take an authenticator's PRF output as the key to a wallet.

    Raises:
        UnsupportedError: `fido.prf` when it gave none.
    """
    if user.prf is None:
        raise UnsupportedError(Code.FIDO_PRF)
    return UnlockKey(user.prf.reveal())


@final
class WalletUnlocking:
    """Lists, adds and revokes them; each change asks for the PIN (`krid.store.Unlocking`)."""

    def __init__(self, vault: Vault, *, clock: Clock) -> None:
        """Take what `Wallet` made; use `Wallet.unlocking`."""
        self._vault: Final = vault
        self._clock: Final = clock

    def methods(self) -> tuple[UnlockMethod, ...]:
        """Return all, oldest first, those that were used or revoked among them."""
        return self._vault.unlocking.methods()

    def authenticators(self) -> tuple[Credential, ...]:
        """Return the records of the authenticators that open the wallet.

        Raises:
            MalformedError: `fido.credential_record`.
        """
        return credentials(self._vault)

    def add_authenticator(self, user: VerifiedUser, *, label: str, pin: Pin) -> UnlockMethod:
        """Let the wallet open to an authenticator that was registered and then asked once.

        Asking is what gives the PRF output, which opens the wallet from now on. `label` and the
        credential's record can be read by whoever has the file.

        Raises:
            UnsupportedError: `fido.prf` when it gave no output.
            MisuseError: `misuse.unlock_methods`.
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`.
        """
        return self._vault.unlocking.add_key(
            unlock_key(user),
            label=label,
            attached=user.credential.encode(),
            pin=pin,
            clock=self._clock,
        )

    def add_recovery_code(self, *, label: str, pin: Pin) -> RecoveryCode:
        """Make a code that opens the wallet once, for `Wallet.recover`: show it, and keep it not.

        Raises:
            MisuseError: `misuse.unlock_methods`.
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`.
        """
        return self._vault.unlocking.add_recovery_code(label=label, pin=pin, clock=self._clock)

    def revoke(self, method_id: str, *, pin: Pin) -> None:
        """Let the wallet open to a method no longer; its authenticator meets no guard any more.

        Raises:
            StoreError: `store.no_method`, `store.pin`, `store.pin_delay`, `store.pin_locked`.
        """
        self._vault.unlocking.revoke(method_id, pin=pin, clock=self._clock)
