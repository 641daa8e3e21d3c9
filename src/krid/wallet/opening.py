"""Opening the vault of a wallet: by its PIN, or by an authenticator that verified the person."""

from pathlib import Path

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.fido import Credential, VerifiedUser
from krid.store import MethodKind, MethodState, Pin, Vault
from krid.wallet.guardian import remember_use
from krid.wallet.unlocking import unlock_key


def opened(
    path: str | Path, unlock: Pin | VerifiedUser, *, clock: Clock, entropy: Entropy
) -> Vault:
    """Open a vault, and keep the new counter of the authenticator that opened it.

    Raises:
        KridError: as `Wallet.open`.
    """
    if isinstance(unlock, Pin):
        return Vault.open(path, pin=unlock, clock=clock, entropy=entropy)
    vault = Vault.open_by_key(path, key=unlock_key(unlock), clock=clock, entropy=entropy)
    try:
        remember_use(vault, unlock)
    except BaseException:
        vault.close()
        raise
    return vault


def authenticators_of(path: str | Path) -> tuple[Credential, ...]:
    """Read which authenticators open a wallet file, to ask one of them before it is open.

    What this returns is **not yet vouched for**; opening the wallet compares it.

    Raises:
        StoreError: `store.not_found`, `store.not_wallet`, `store.version`, `store.truncated`,
            `store.altered`, `store.busy`, `store.io`.
        MalformedError: `fido.credential_record`.
    """
    return tuple(
        Credential.decode(each.attached)
        for each in Vault.methods_of(path)
        if each.kind is MethodKind.AUTHENTICATOR and each.state is MethodState.ACTIVE
    )
