"""Keys that need a person, and authenticators that open the wallet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from own_format import SignedJson
from roles import DAY, NOW, TYPE, Cast, authenticated
from soft_authenticator import SoftAuthenticator

from krid import query
from krid.errors import Code, KridError
from krid.exchange import AuthenticatedRequest
from krid.fido import Ceremonies, Credential, RelyingParty, Synced, VerifiedUser
from krid.model import NO_STATUS
from krid.store import MethodState, Pin, UnlockMethod
from krid.wallet import (
    NO_PROMPT,
    Card,
    Freshness,
    Guard,
    Matched,
    NoPrompt,
    Prompt,
    Use,
    UserChecks,
    Wallet,
    authenticators_of,
)

PIN, OTHER = Pin("246813"), Pin("975310")
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

    def card(self, wallet: Wallet, guard: Guard) -> Card:
        issued = self.cast.issuer.issue(
            "example+jwt",
            type=TYPE,
            claims={"name": "Kim"},
            holder=wallet.new_key(guard=guard),
            lifetime=DAY,
            status=NO_STATUS,
        )
        return wallet.add(issued)

    def request(self) -> AuthenticatedRequest:
        asked = query.of_format("example+jwt", "card", type_values=(TYPE,), claims=["name"])
        pending = self.cast.verifier.request(asked, purpose="Open an account")
        return authenticated(pending)

    def present(self, wallet: Wallet) -> None:
        found = wallet.match(self.request())
        assert isinstance(found, Matched)
        wallet.present(found.consent(to=found.minimum))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    cast, device = Cast(), SoftAuthenticator()
    path = tmp_path / "wallet.db"
    Wallet.create(path, unlock=PIN, trust=cast.trust, clock=cast.clock).close()
    ceremonies = Ceremonies(PARTY, clock=cast.clock)
    return Scene(cast, path, device, ceremonies, Person(device))


@pytest.fixture
def wallet(scene: Scene) -> Iterator[Wallet]:
    with scene.open() as opened:
        yield opened


def code_of(error: pytest.ExceptionInfo[KridError]) -> Code:
    return error.value.code
