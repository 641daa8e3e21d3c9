"""The guards that a person may choose between, and which of them there can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from krid.store import MethodKind, MethodState
from krid.wallet import PIN_AND_USER, Guard, KeyGuard, Wallet, needs

GUARDS: Final[Mapping[str, KeyGuard]] = {
    "free": Guard.FREE,
    "pin": Guard.PIN,
    "user": Guard.USER_VERIFIED,
    "both": PIN_AND_USER,
}
"""By their names in forms and texts."""


@final
@dataclass(frozen=True, slots=True)
class Choice:
    """One guard as a form offers it."""

    name: str
    is_chosen: bool
    is_possible: bool


def choices(wallet: Wallet, present: KeyGuard) -> tuple[Choice, ...]:
    """Offer all guards; those that need an authenticator only where there is one."""
    can_ask = has_authenticator(wallet)
    return tuple(
        Choice(name, each == present, can_ask or Guard.USER_VERIFIED not in needs(each))
        for name, each in GUARDS.items()
    )


def has_authenticator(wallet: Wallet) -> bool:
    """Tell whether an authenticator is registered in an open wallet."""
    return any(
        each.kind is MethodKind.AUTHENTICATOR and each.state is MethodState.ACTIVE
        for each in wallet.unlocking.methods()
    )


def name_of(guard: KeyGuard) -> str:
    """Return the name of a guard in forms and texts."""
    return next(name for name, each in GUARDS.items() if each == guard)
