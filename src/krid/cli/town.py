"""A state, a bank, a shop and a wallet on this machine: all that `krid serve demo` serves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, final

from krid.cli.demo.cast import Root, card_trust
from krid.cli.town_bank import customer_trust, make_bank, make_bank_app, make_login
from krid.cli.town_ground import Ground
from krid.cli.town_licence import LicenceOffice
from krid.cli.town_residents import make_residents, make_residents_app
from krid.cli.town_shop import Shop
from krid.cli.town_state import LIST_TTL, State
from krid.cli.town_verifiers import register_askers
from krid.cli.wallet_party import loopback_party
from krid.model import IssuerKeys, Registrations
from krid.openid.vci.server import CredentialIssuer
from krid.openid.vp.server import PresentationVerifier
from krid.profiles import kr
from krid.status import Publisher, StatusRegistry
from krid.trust import AnyOf
from krid.wallet import ShowBeyond
from krid.web.issuer import LOOPBACK_ONLY
from krid.web.parties import PATH as REPORTS
from krid.web.police import Station, police_app
from krid.web.wallet import PAYMENT, OneWallet, WalletClient, World, wallet_app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.applications import Starlette

__all__ = ["Ground", "Town"]

_OF_THE_STATE: Final = (kr.VCT, kr.DOCTYPE, kr.LICENCE_VCT, kr.LICENCE_DOCTYPE)


@final
@dataclass(frozen=True, slots=True)
class Town:
    """The applications, and what they stand on."""

    issuer: "Starlette"
    bank: "Starlette"
    wallet: "Starlette"
    police: "Starlette"
    residents: "Starlette"
    shop: "Starlette"
    licence: "Starlette"
    registry: StatusRegistry
    publisher: Publisher
    verifier: PresentationVerifier
    credential_issuer: CredentialIssuer
    cards: Root
    verifiers: Root
    state: State
    licences: LicenceOffice

    @classmethod
    def build(cls, ground: Ground) -> Self:
        """Found the authorities, and build the applications."""
        cards = _root("Sample Root for Cards", ground)
        verifiers = _root("Sample Root for Verifiers", ground)
        state = State.found(ground, cards)
        licences = LicenceOffice.found(ground, cards, state, verifiers)
        banks = _root("Sample Root for Banks", ground)
        bank = make_bank(ground, cards, verifiers)
        login = make_login(ground, banks, verifiers)
        residents = make_residents(ground, cards, verifiers)
        shop = Shop.open(ground, cards, verifiers)
        parties = state.office.registrar.parties
        askers = (bank, login, residents, shop.asker, licences.online.asker)
        register_askers(parties, askers, now=ground.clock.now())
        return cls(
            issuer=state.app(ground, verifiers),
            bank=make_bank_app(ground, banks, bank, login),
            wallet=_wallet_app(
                ground,
                AnyOf(card_trust(cards), customer_trust(banks)),
                verifiers,
                parties,
            ),
            police=_police_app(ground, state),
            residents=make_residents_app(ground, cards, residents, state, licences),
            shop=shop.app(ground),
            licence=licences.app(ground),
            registry=state.office.registrar.status,
            publisher=state.office.publisher,
            verifier=bank.verifier,
            credential_issuer=state.issuer,
            cards=cards,
            verifiers=verifiers,
            state=state,
            licences=licences,
        )

    @property
    def apps(self) -> "Mapping[str, Starlette]":
        """The applications by their names."""
        names = ("issuer", "bank", "wallet", "police", "residents", "shop", "licence")
        return {name: getattr(self, name) for name in names}


def _root(name: str, ground: Ground) -> Root:
    return Root.make(name, now=ground.clock.now(), entropy=ground.entropy)


def _police_app(ground: Ground, state: State) -> "Starlette":
    station = Station(
        office=state.office, access=LOOPBACK_ONLY, seconds=int(LIST_TTL.total_seconds())
    )
    return police_app(station, ground.platform("police"), checks=ground.checks)


def _wallet_app(
    ground: Ground, trust: IssuerKeys, verifiers: Root, registrations: Registrations
) -> "Starlette":
    loopback, client = ground.loopback, ground.wallet_client
    wallet = OneWallet(
        ground.folder / "wallet.db",
        trust=trust,
        registrations=ShowBeyond(registrations),
        party=loopback_party(ground.wallet),
        clock=ground.clock,
        entropy=ground.entropy,
    )
    world = World(
        transport=loopback,
        verifiers=verifiers.trust(),
        for_browser=loopback.for_browser,
        clock=ground.clock,
        entropy=ground.entropy,
        cards=trust,
        transaction_types=(PAYMENT,),
        guards=dict.fromkeys(_OF_THE_STATE, ground.guard),
        client=WalletClient(id=client.id, redirect_uri=client.redirect_uris[0]),
    )
    return wallet_app(
        wallet,
        world,
        ground.platform("wallet"),
        host=ground.wallet,
        reports=f"https://{ground.issuer}{REPORTS}",
    )
