"""A card near its end, of which the wallet asks whether there is a new one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="needs krid[web]")
pytest.importorskip("alembic", reason="needs krid[registrar]")

import presentation as p
import registers
from roles import MovableClock

import krid
from krid._core.entropy import system_entropy
from krid.cardtypes import bundled_text
from krid.errors import Code, StoreError
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import NO_STATUS
from krid.net import NoNetwork
from krid.openid.oauth import MemoryIssuanceStore
from krid.openid.vci import Event, GrantType, TokenResponse
from krid.openid.vci.server import CredentialOrder, Denied, Made, News
from krid.openid.vci.wallet import KeptSession
from krid.registrar import Registrar, Role, Stage
from krid.sdjwt import sd
from krid.status import Publisher
from krid.trust import NOBODY
from krid.web import World
from krid.web.issuer.records import DeskRecords
from krid.web.issuer.source import MDOC, SDJWT
from krid.web.office import IcCardReader, Office, OfficeTickets, RegistrarSource
from krid.web.wallet.renewals import Renewal, keep_renewal

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
def begun(tmp_path: Path) -> Iterator[Place]:
    text = bundled_text("kr-resident").replace("years = 3", "years = 1")
    file = tmp_path / "register.db"
    files = [text.encode(), bundled_text(registers.LICENCE).encode()]
    Registrar.begin(file, files, actor="installer", now=registers.NOW)
    authority = registers.Authority.make()
    with registers.opened(file, authority) as registrar:
        yield Place(registrar, authority)


@pytest.fixture
def place(begun: Place) -> Place:
    assert all(isinstance(each, Made) for each in begun.ask())
    begun.keep()
    return begun


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


def test_a_card_whose_answer_was_lost_to_an_outage_comes_when_the_wallet_asks_again(
    begun: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_office: object) -> None:
        raise StoreError(Code.STORE_IO)

    with monkeypatch.context() as patched:
        patched.setattr(Office, "publish", down)
        with pytest.raises(StoreError):
            begun.ask()
    assert all(isinstance(each, Made) for each in begun.ask())
    begun.keep()
    assert begun.stages() == [Stage.ACTIVE]


def test_a_suspended_card_is_not_renewed(place: Place) -> None:
    place.wait(YEAR - timedelta(days=92))
    note = place.office.note("call-centre", "phone_lost")
    place.registrar.cards.lose_phone(place.person, role=Role.HOLDER, **note)
    place.clock.moment += timedelta(days=4)
    assert all(isinstance(each, Denied) for each in place.ask())
    assert place.stages() == [Stage.SUSPENDED]


def test_a_renewal_outlasts_a_day_on_which_its_card_is_not_believed(tmp_path: Path) -> None:
    """Else a wallet that is opened while an issuer can't be asked would never renew again."""
    clock, path, pin = MovableClock(p.NOW), tmp_path / "wallet.db", krid.Pin("246813")
    with krid.Wallet.create(path, unlock=pin, trust=p.CARDS, clock=clock) as wallet:
        issued = p.issuer().issue_sdjwt(
            vct=p.VCT,
            claims={"name": sd("Im Kkeokjeong")},
            holder=wallet.new_key(),
            lifetime=p.DAY,
            status=NO_STATUS,
        )
        card = wallet.add(issued)
        tokens = TokenResponse("a", "DPoP", refresh_token="r")
        grant, name = GrantType.PRE_AUTHORIZED_CODE, card.credential.issuer
        kept = KeptSession(issuer=name, server=name, grant=grant, client_id=None, tokens=tokens)
        keep_renewal(wallet, Renewal(kept, LocalKey.generate(Alg.ES256), ("c",), (card.id,)))
    world = World(
        transport=NoNetwork(),
        verifiers=NOBODY,
        for_browser=str,
        clock=clock,
        entropy=system_entropy,
    )
    with krid.Wallet.open(path, unlock=pin, trust=NOBODY, clock=clock) as wallet:
        assert (world.renewed(wallet), len(wallet.notes.names())) == ((), 1)
    with krid.Wallet.open(path, unlock=pin, trust=p.CARDS, clock=clock) as wallet:
        assert (world.renewed(wallet), len(wallet.notes.names())) == ((), 1)
        wallet.remove(wallet.cards()[0])
        assert (world.renewed(wallet), len(wallet.notes.names())) == ((), 0)
