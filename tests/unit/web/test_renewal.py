"""A card near its end, of which the wallet asks whether there is a new one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")

import registers
from roles import MovableClock

from krid._core.entropy import system_entropy
from krid.cardtypes import bundled_text
from krid.keys import Alg, LocalKey, PublicKey
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci import Event
from krid.openid.vci.server import CredentialOrder, Denied, Made, News
from krid.registrar import Registrar, Role, Stage
from krid.status import Publisher
from krid.web.issuer.records import DeskRecords
from krid.web.issuer.source import MDOC, SDJWT
from krid.web.office import IcCardReader, Office, OfficeTickets, RegistrarSource

YEAR = timedelta(days=365)


class Place:
    """An office whose cards hold for a year, and a phone that has one."""

    def __init__(self, registrar: Registrar, authority: registers.Authority) -> None:
        self.registrar, self.clock = registrar, MovableClock(registers.NOW)
        self.person = registrar.residents.enter(registers.person(), **registers.note())
        by = authority.signers["dc+sd-jwt"]
        self.office = Office(
            registrar=registrar,
            publisher=Publisher(
                registry=registrar.status,
                signer=by.signer,
                lifetime=timedelta(days=1),
                ttl=timedelta(minutes=5),
                issuer=by.issuer,
                certificates=by.certificates,
            ),
            card_type=registers.CARD,
            people=(self.person,),
            clock=self.clock,
        )
        records = DeskRecords(MemoryIssuanceStore(), self.clock)
        reader = IcCardReader(clock=self.clock, entropy=system_entropy)
        self.source = RegistrarSource(self.office, records, reader)
        self.phone = LocalKey.generate(Alg.ES256).public_key
        self.ticket = OfficeTickets(self.office, "clerk-1").hand_out(self.person, replaces=False)
        records.begin(self.ticket, self.person)

    def ask(self, phone: PublicKey | None = None) -> list[object]:
        keys = (phone or self.phone,)
        return [
            self.source.decide(
                CredentialOrder(
                    subject=self.ticket,
                    configuration=each,
                    dataset=each,
                    claims=(),
                    count=1,
                    transaction_id=None,
                    keys=keys,
                )
            )
            for each in (SDJWT, MDOC)
        ]

    def keep(self) -> None:
        for each in (SDJWT, MDOC):
            news = News(
                subject=self.ticket, configuration=each, notification_id="n", event=Event.ACCEPTED
            )
            self.source.told(news)

    def stages(self) -> list[Stage]:
        return [each.stage for each in self.registrar.cards.of_person(self.person)]

    def wait(self, time: timedelta) -> None:
        """Let time go by in months: a wallet that asks less often is forgotten."""
        while time > timedelta(0):
            self.clock.moment += min(time, timedelta(days=28))
            time -= timedelta(days=28)
            self.ask()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    text = bundled_text("kr-resident").replace("years = 3", "years = 1")
    file = tmp_path / "register.db"
    files = [text.encode(), bundled_text(registers.LICENCE).encode()]
    Registrar.begin(file, files, actor="installer", now=registers.NOW)
    authority = registers.Authority.make()
    with registers.opened(file, authority) as registrar:
        made = Place(registrar, authority)
        assert all(isinstance(each, Made) for each in made.ask())
        made.keep()
        yield made


def test_a_card_is_renewed_when_the_wallet_asks_near_its_end(place: Place) -> None:
    place.wait(YEAR - timedelta(days=92))
    assert place.stages() == [Stage.ACTIVE]
    place.clock.moment += timedelta(days=4)
    assert all(
        isinstance(each, Denied) for each in place.ask(LocalKey.generate(Alg.ES256).public_key)
    )
    assert place.stages() == [Stage.ACTIVE]
    assert all(isinstance(each, Made) for each in place.ask())
    place.keep()
    assert place.stages() == [Stage.REVOKED, Stage.ACTIVE]
    assert all(isinstance(each, Denied) for each in place.ask())


def test_a_suspended_card_is_not_renewed(place: Place) -> None:
    place.wait(YEAR - timedelta(days=92))
    note = place.office.note("call-centre", "phone_lost")
    place.registrar.cards.lose_phone(place.person, role=Role.HOLDER, **note)
    place.clock.moment += timedelta(days=4)
    assert all(isinstance(each, Denied) for each in place.ask())
    assert place.stages() == [Stage.SUSPENDED]
