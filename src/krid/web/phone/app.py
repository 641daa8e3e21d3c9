"""The application of a wallet in the browser."""

from typing import TYPE_CHECKING

from krid.web.phone.cards import CardPages
from krid.web.phone.door import Door
from krid.web.phone.offers import OfferPages
from krid.web.phone.person import OneWallet
from krid.web.phone.requests import RequestPages
from krid.web.phone.texts import TEXTS
from krid.web.phone.world import World
from krid.web.platform import Platform, make_app

if TYPE_CHECKING:
    from starlette.applications import Starlette


def wallet_app(wallet: OneWallet, world: World, platform: Platform) -> "Starlette":
    """Make the application; serve it to its person alone, on the loopback interface.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    door = Door(wallet)
    groups = (door, CardPages(door), OfferPages(door, world), RequestPages(door, world))
    return make_app(
        platform,
        pages=[route for group in groups for route in group.routes],
        texts=(TEXTS,),
        templates=("krid.web.phone",),
    )
