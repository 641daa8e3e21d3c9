"""Which ways open a vault: list, add and revoke them, each change proved by the PIN."""

from dataclasses import replace
from typing import Final, final

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.redact import Secret
from krid.errors import Code, MisuseError
from krid.store.methods import MethodKind, MethodState, UnlockMethod
from krid.store.pin import Pin
from krid.store.recovery import RecoveryCode
from krid.store.session import Session
from krid.store.state import State
from krid.store.wrapping import UnlockKey, UnlockPair

_ID_SIZE: Final = 8


@final
class Unlocking:
    """The ways to unlock an open vault beside its PIN, which it always has.

    Adding and revoking ask for the PIN, so that a vault left open for a moment gives nobody a
    key to it. Each makes a new data key and encrypts everything anew, as `Vault.change_pin` does:
    a secret that was revoked reads nothing that is written later. What it could read before, from
    an older copy of the file, it still can.
    """

    def __init__(self, session: Session, entropy: Entropy) -> None:
        """Take what `Vault` made; use `Vault.unlocking`."""
        self._session: Final = session
        self._entropy: Final = entropy

    def methods(self) -> tuple[UnlockMethod, ...]:
        """Return all methods, oldest first, those that were used or revoked among them.

        Raises:
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        with self._session.looking() as state:
            return state.methods.entries

    def add_key(
        self, key: UnlockKey, *, label: str, attached: bytes, pin: Pin, clock: Clock
    ) -> UnlockMethod:
        """Let the vault open to 256 secret bits, such as an authenticator's PRF gives.

        `label` and `attached` can be read by whoever has the file.

        Raises:
            MisuseError: `misuse.unlock_methods` for too many of them, a label or attachment
                beyond the limits; `misuse.transaction`.
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`, and as `Vault.put`.
        """
        draft = self._draft(MethodKind.AUTHENTICATOR, label, attached, clock)
        return self._add(draft, key, pin, clock)

    def add_recovery_code(self, *, label: str, pin: Pin, clock: Clock) -> RecoveryCode:
        """Let the vault open once to a new recovery code; show it, for it is kept nowhere.

        Raises:
            MisuseError, StoreError: as `add_key`.
        """
        draft = self._draft(MethodKind.RECOVERY_CODE, label, b"", clock)
        code = RecoveryCode.generate(self._entropy)
        self._add(draft, code, pin, clock)
        return code

    def revoke(self, method_id: str, *, pin: Pin, clock: Clock) -> None:
        """Let the vault open to a method no longer.

        Raises:
            MisuseError: `misuse.transaction`.
            StoreError: `store.no_method`, `store.pin`, `store.pin_delay`, `store.pin_locked`, and
                as `Vault.put`.
        """
        with self._session.alone():
            self._session.prove(pin, clock)
            with self._session.looking() as state:
                method = state.methods.active(method_id)
            methods = state.methods.replaced(method.ended(MethodState.REVOKED))
            self._session.rekey(pin, methods)

    def attach(self, method_id: str, attached: bytes) -> None:
        """Attach something else to a method, such as an authenticator's counter after its use.

        Raises:
            MisuseError: `misuse.unlock_methods` beyond the limit; `misuse.transaction`.
            StoreError: `store.no_method`, and as `Vault.put`.
        """
        _check_attached("", attached)
        with self._session.alone():
            self._session.attach(method_id, attached)

    def _draft(self, kind: MethodKind, label: str, attached: bytes, clock: Clock) -> UnlockMethod:
        _check_attached(label, attached)
        return UnlockMethod(
            id=self._entropy(_ID_SIZE).hex(),
            kind=kind,
            state=MethodState.ACTIVE,
            label=label,
            created=clock.now(),
            attached=attached,
            public=b"",
            wrapped=b"",
        )

    def _add(self, draft: UnlockMethod, secret: Secret, pin: Pin, clock: Clock) -> UnlockMethod:
        with self._session.alone():
            self._session.prove(pin, clock)
            with self._session.looking() as state:
                ready = _with_public(draft, secret, state)
                methods = state.methods.with_one(ready)
            self._session.rekey(pin, methods)
            with self._session.looking() as state:
                return state.methods.active(draft.id)


def _with_public(method: UnlockMethod, secret: Secret, state: State) -> UnlockMethod:
    pair = UnlockPair(secret, place=method.place(state.header.file_id))
    return replace(method, public=pair.public)


def _check_attached(label: str, attached: bytes) -> None:
    fits = (
        len(label) <= limits.MAX_UNLOCK_LABEL_CHARS
        and label.isprintable()
        and len(attached) <= limits.MAX_UNLOCK_ATTACHED_BYTES
    )
    if not fits:
        raise MisuseError(Code.MISUSE_UNLOCK_METHODS)
