"""The stage: a state, an authority for verifiers, banks and phones, all in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

import krid
from bank.app import Agree, BankApp
from bank.cards import ID_CARDS
from bank.customer_card import VCT
from bank.ground import Ground
from bank.liveness import LivenessCheck, SampleLiveness
from bank.policy import AccountPolicy
from bank.service import Bank
from bank.state import State
from bank.surroundings import Surroundings
from krid.model import Permission, Registration
from krid.net import HttpsUrl, Request, Response
from krid.trust import NO_REVOCATION, AnyOf, CertificateTrust, RegisteredVerifiers
from krid.wallet import RefuseBeyond, ShowBeyond
from krid.x509 import VERIFIER
from krid.x509.issue import self_signed_ca, sign_certificate

PIN: Final = krid.Pin("246813")
_DAY: Final = timedelta(days=1)


@dataclass
class HandClock:
    """A clock that stands still until somebody moves it."""

    moment: datetime = datetime(2026, 6, 1, 3, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def wait(self, duration: timedelta) -> None:
        """Let time pass."""
        self.moment += duration


@dataclass
class Streets:
    """A transport to every bank of the town, which remembers what was sent."""

    banks: dict[str, Bank] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        """Hand a request to the bank it is for."""
        self.sent.append(request)
        return self.banks[HttpsUrl.parse(request.url).authority].wire.send(request)


class Town:
    """Everybody in the story; close it when it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = HandClock()
        self.streets = Streets()
        self.state = State(folder, self.clock)
        self._grounds: list[Ground] = []
        self._root_key = krid.LocalKey.generate(krid.Alg.ES256)
        self._root = self_signed_ca(
            self._root_key,
            common_name="Verifiers",
            country="KR",
            valid_from=self.clock.now() - _DAY,
            valid_until=self.clock.now() + 365 * _DAY,
            issuer_uri="https://verifiers.example",
            entropy=krid.system_entropy,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.state.close()

    def found_bank(
        self,
        host: str,
        *,
        policy: AccountPolicy | None = None,
        liveness: LivenessCheck | None = None,
    ) -> Bank:
        """Found a bank with keys, a certificate and an address of its own."""
        asking, card = (krid.LocalKey.generate(krid.Alg.ES256) for _ in range(2))
        certificate = sign_certificate(
            asking.public_key,
            ca=self._root,
            ca_key=self._root_key,
            leaf=VERIFIER,
            common_name=host,
            valid_from=self.clock.now() - _DAY,
            valid_until=self.clock.now() + 30 * _DAY,
            entropy=krid.system_entropy,
            dns_names=(host,),
        )
        ground = Ground(
            host=host,
            asking_key=asking,
            certificate=certificate.der,
            card_key=card,
            trust=self.state.trust,
            status=self.state.status,
            liveness=liveness or SampleLiveness(),
            trail=self.folder / f"{host}.trail",
            clock=self.clock,
        )
        self._grounds.append(ground)
        self.streets.banks[host] = Bank(ground, policy)
        return self.streets.banks[host]

    def phone(
        self, name: str, agree: Agree, rule: type[ShowBeyond | RefuseBeyond] = ShowBeyond
    ) -> BankApp:
        """Install the app; it knows every bank that was founded before."""
        around = Surroundings(
            wire=self.streets,
            cards=AnyOf(self.state.trust, *(each.card_trust for each in self._grounds)),
            verifiers=CertificateTrust((self._root,), revocation=NO_REVOCATION),
            registrations=rule(self._registrations()),
            clock=self.clock,
        )
        return BankApp.install(self.folder / f"{name}.wallet", PIN, around, agree)

    def _registrations(self) -> RegisteredVerifiers:
        """List the banks, as a register of those who may ask would."""
        own = Permission("dc+sd-jwt", frozenset({VCT}), frozenset({("customer_id",)}))
        permissions = (*(card.permission() for card in ID_CARDS), own)
        entries = {
            bank.identity.client_id: Registration(
                id=host,
                name=f"Sample Bank at {host}",
                purposes={"en": "Open an account; log in"},
                permissions=permissions,
                valid_until=None,
                evidence="a sample register",
            )
            for host, bank in self.streets.banks.items()
        }
        return RegisteredVerifiers(entries)
