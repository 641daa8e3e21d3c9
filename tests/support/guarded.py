"""A wallet with guarded keys, its person, and the person's software authenticator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from own_format import SignedJson
from roles import Cast, authenticated
from soft_authenticator import SoftAuthenticator

from krid.errors import Code, KridError
from krid.fido import Ceremonies, Credential, RelyingParty, Synced, VerifiedUser
from krid.store import Pin, PinCost, UnlockMethod, Vault
from krid.wallet import (
    NO_PROMPT,
    Card,
    Freshness,
    KeyGuard,
    Matched,
    NoPrompt,
    Prompt,
    Use,
    UserChecks,
    Wallet,
)

PIN, OTHER = Pin("246813"), Pin("975310")
CHEAP = PinCost(memory_kib=7 * 1024, iterations=1, lanes=1)
"""So that tests need not wait for the hash of a PIN; the file says what it costs."""

PARTY = RelyingParty(
    "wallet.example", name="A wallet", origins=("https://wallet.example",), synced=Synced.REFUSED
)


@dataclass
class Person:
    """Types a PIN and touches an authenticator, and remembers what for."""

    device: SoftAuthenticator
    typed: Pin = PIN
    asked: list[tuple[str, Use]] = field(default_factory=list)

    def pin(self, use: Use) -> Pin:
        self.asked.append(("pin", use))
        return self.typed

    def authenticator(self, use: Use, options: Mapping[str, Any]) -> bytes:
        self.asked.append(("authenticator", use))
        return self.device.get(options)


@dataclass
class Scene:
    cast: Cast
    path: Path
    device: SoftAuthenticator
    ceremonies: Ceremonies
    person: Person

    def checks(self, prompt: Prompt | NoPrompt = NO_PROMPT, *, uses: int = 1) -> UserChecks:
        freshness = Freshness(within=timedelta(seconds=30), uses=uses)
        return UserChecks(prompt, self.ceremonies, freshness)

    def open(self, unlock: Pin | VerifiedUser = PIN, checks: UserChecks | None = None) -> Wallet:
        return Wallet.open(
            self.path,
            unlock=unlock,
            trust=self.cast.trust,
            checks=checks or self.checks(),
            formats=(SignedJson(),),
            clock=self.cast.clock,
        )

    def register(self) -> VerifiedUser:
        options = self.ceremonies.register(user_name="me", known=())
        return self.touch(self.ceremonies.complete_registration(self.device.create(options)))

    def touch(self, *credentials: Credential) -> VerifiedUser:
        return self.ceremonies.complete(self.device.get(self.ceremonies.ask(credentials)))

    def add_finger(self, wallet: Wallet) -> UnlockMethod:
        return wallet.unlocking.add_authenticator(self.register(), label="a finger", pin=PIN)

    def card(self, wallet: Wallet, guard: KeyGuard) -> Card:
        return wallet.add(self.cast.issue(wallet.new_key(guard=guard)))

    def present(self, wallet: Wallet) -> None:
        found = wallet.match(authenticated(self.cast.ask("name")))
        assert isinstance(found, Matched)
        self.cast.verifier.verify(wallet.present(found.consent(to=found.minimum)))


def scene(path: Path) -> Scene:
    """Make a wallet file with nothing in it."""
    cast, device = Cast(), SoftAuthenticator()
    Vault.create(path, pin=PIN, clock=cast.clock, cost=CHEAP).close()
    return Scene(cast, path, device, Ceremonies(PARTY, clock=cast.clock), Person(device))


def code_of(action: Callable[[], object]) -> Code:
    """Say why krid refuses."""
    try:
        action()
    except KridError as error:
        return error.code
    raise AssertionError
