"""Holds guarded keys back until the person was verified: for one use, and not long before it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, final

from krid._core.clock import Clock
from krid._core.strict_json import JsonObject
from krid.errors import BindingError, Code, ValidityError
from krid.fido import ABOUT_NOTHING, Ceremonies, Credential, VerifiedUser
from krid.keys import Alg, LocalKey, PublicKey
from krid.store import MethodKind, MethodState, Pin, Vault
from krid.wallet.guards import (
    ANY_USE,
    AT_OPENING,
    OTHER_USE,
    AnyUse,
    Guard,
    GuardSet,
    KeyGuard,
    NoPrompt,
    Use,
    UserChecks,
    needs,
)


@final
@dataclass(frozen=True, slots=True)
class _Confirmed:
    at: datetime
    uses: int
    use: Use | AnyUse


@final
class Guardian:
    """What the person confirmed of late, in memory alone.

    This is software: the wallet is open, and whoever runs code in its process can use its keys
    without asking. On a phone the hardware that keeps the key must ask (docs/user-verification.md).
    """

    def __init__(self, vault: Vault, checks: UserChecks, *, clock: Clock) -> None:
        """Take what `Wallet` made; use `Wallet.guardian`."""
        self._vault: Final = vault
        self._checks: Final = checks
        self._clock: Final = clock
        self._confirmed: dict[Guard, _Confirmed] = {}

    def begin(self, use: Use | AnyUse = ANY_USE) -> JsonObject:
        """Make the options for an authenticator of this wallet, for `confirm_user`.

        The challenge is made of the use: the answer to it is one to nothing else.

        Raises:
            BindingError: `guard.needed` without ceremonies; `fido.credential` without any
                authenticator.
        """
        return self._ceremonies().ask(credentials(self._vault), about=_about(use))

    def confirm_pin(self, pin: Pin, use: Use | AnyUse = ANY_USE) -> None:
        """Take the PIN as the person's consent to a use.

        Raises:
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`.
        """
        self._vault.check_pin(pin, clock=self._clock)
        self._confirm(Guard.PIN, use)

    def confirm_user(self, answer: bytes, use: Use | AnyUse = ANY_USE) -> None:
        """Take an authenticator's answer to `begin` for the same use as the person's consent.

        Raises:
            KridError: as `fido.Ceremonies.complete`; `guard.needed` without ceremonies;
                `fido.credential` when the authenticator was revoked meanwhile.
        """
        user = self._ceremonies().complete(answer, about=_about(use))
        remember_use(self._vault, user)
        self._confirm(Guard.USER_VERIFIED, use)

    def forget(self) -> None:
        """Forget what was confirmed, such as when the screen goes dark."""
        self._confirmed.clear()

    def note_opening(self, unlock: Pin | VerifiedUser) -> None:
        """Take what just opened the wallet for `AT_OPENING`; `Wallet.open` does this."""
        guard = Guard.PIN if isinstance(unlock, Pin) else Guard.USER_VERIFIED
        self._confirm(guard, AT_OPENING)

    def met(self, use: Use) -> GuardSet:
        """Return what the person was verified by for a use, and still counts."""
        return frozenset(each for each in Guard if self._holds(each, use))

    def require(self, guards: GuardSet, use: Use) -> None:
        """Let one use of keys with these guards go on, asking the person where that is possible.

        If one of several can't be met, what was asked for the others is forgotten, too.

        Raises:
            BindingError: `guard.needed`.
            ValidityError: `guard.stale`.
            KridError: what the prompt raised, or why its answer is not taken.
        """
        needed = sorted(guards - {Guard.FREE}, key=lambda each: each.value)
        try:
            for guard in needed:
                if not self._holds(guard, use):
                    self._ask(guard, use)
        except BaseException:
            self.forget()
            raise
        for guard in needed:
            confirmed = self._confirmed[guard]
            self._confirmed[guard] = replace(confirmed, uses=confirmed.uses - 1)

    def _holds(self, guard: Guard, use: Use) -> bool:
        confirmed = self._confirmed.get(guard)
        if confirmed is None or confirmed.uses < 1 or confirmed.use not in {ANY_USE, use}:
            return False
        age = self._clock.now() - confirmed.at
        return timedelta() <= age < self._checks.freshness.within

    def _ask(self, guard: Guard, use: Use) -> None:
        prompt = self._checks.prompt
        if isinstance(prompt, NoPrompt):
            if guard in self._confirmed and self._confirmed[guard].use != AT_OPENING:
                raise ValidityError(Code.GUARD_STALE)
            raise BindingError(Code.GUARD_NEEDED)
        if guard is Guard.PIN:
            self.confirm_pin(prompt.pin(use), use)
        else:
            self.confirm_user(prompt.authenticator(use, self.begin(use)), use)

    def _confirm(self, guard: Guard, use: Use | AnyUse) -> None:
        now, uses = self._clock.now(), self._checks.freshness.uses
        self._confirmed[guard] = _Confirmed(now, uses, use)

    def _ceremonies(self) -> Ceremonies:
        if self._checks.ceremonies is None:
            raise BindingError(Code.GUARD_NEEDED)
        return self._checks.ceremonies


@final
class GuardedKey:
    """A signer that asks its guardian before each signature."""

    def __init__(self, key: LocalKey, guard: KeyGuard, guardian: Guardian) -> None:
        """Take what `Wallet` made; use `Wallet.signer`."""
        self._key: Final = key
        self._guards: Final = needs(guard)
        self._guardian: Final = guardian

    def __repr__(self) -> str:
        """Say nothing of the key."""
        return "GuardedKey(***)"

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what this signer signs."""
        return self._key.public_key

    @property
    def alg(self) -> Alg:
        """The algorithm it signs with."""
        return self._key.alg

    def sign(self, message: bytes) -> bytes:
        """Have the person verified, and sign.

        Raises:
            KridError: as `Guardian.require`.
        """
        self._guardian.require(self._guards, OTHER_USE)
        return self._key.sign(message)


def _about(use: Use | AnyUse) -> bytes:
    return use.about if isinstance(use, Use) else ABOUT_NOTHING


def credentials(vault: Vault) -> tuple[Credential, ...]:
    """Return the records of the authenticators that open a vault.

    Raises:
        MalformedError: `fido.credential_record`.
    """
    return tuple(
        Credential.decode(each.attached)
        for each in vault.unlocking.methods()
        if each.kind is MethodKind.AUTHENTICATOR and each.state is MethodState.ACTIVE
    )


def remember_use(vault: Vault, user: VerifiedUser) -> None:
    """Keep the new counter of an authenticator.

    Raises:
        BindingError: `fido.credential` when it is none of this vault, or the record that it was
            verified with is not the vault's; `fido.counter` when the vault has seen a newer one.
    """
    for method in vault.unlocking.methods():
        if method.kind is MethodKind.AUTHENTICATOR and method.state is MethodState.ACTIVE:
            kept = Credential.decode(method.attached)
            if replace(user.credential, sign_count=kept.sign_count) == kept:
                _check_newer(user.credential.sign_count, kept.sign_count)
                vault.unlocking.attach(method.id, user.credential.encode())
                return
    raise BindingError(Code.FIDO_CREDENTIAL)


def _check_newer(count: int, kept: int) -> None:
    if (count or kept) and count <= kept:
        raise BindingError(Code.FIDO_COUNTER)
