"""The application of a wallet in the browser."""

from typing import TYPE_CHECKING, Final

from krid._core.strict_json import JsonObject
from krid.openid.oauth.http import JSON
from krid.web.platform import Platform, make_app
from krid.web.platform.operations import operation
from krid.web.platform.routes import Endpoints
from krid.web.wallet.awaiting import AwaitedPages
from krid.web.wallet.cards import CardPages
from krid.web.wallet.door import Door
from krid.web.wallet.guarding import GuardPages
from krid.web.wallet.live import PATH, LiveCodes
from krid.web.wallet.near import NearDesk, NearPages
from krid.web.wallet.offers import OfferPages
from krid.web.wallet.person import OneWallet
from krid.web.wallet.renewing import RenewalPages
from krid.web.wallet.report_texts import REPORT_TEXTS
from krid.web.wallet.reporting import ReportPages
from krid.web.wallet.requests import RequestPages
from krid.web.wallet.returning import ReturnPages
from krid.web.wallet.security import SecurityPages
from krid.web.wallet.showing import ShowingPages
from krid.web.wallet.texts import TEXTS
from krid.web.wallet.waiting_texts import WAITING_TEXTS
from krid.web.wallet.world import World

if TYPE_CHECKING:
    from starlette.applications import Starlette

_KNOCK: Final[JsonObject] = {
    PATH: {
        "post": operation(
            "Bring a request, with a code that was read.",
            media_type=JSON,
            body=JSON,
            statuses=(204, 400, 403, 413, 429),
        )
    }
}


def wallet_app(
    wallet: OneWallet,
    world: World,
    platform: Platform,
    *,
    host: str = "wallet.localhost",
    reports: str | None = None,
) -> "Starlette":
    """Make the application; serve it to its person alone, on the loopback interface.

    `host` is where counters bring requests to, with its port; it stands in live codes. `reports`
    is the https address of an authority that takes reports of requests that ask too much, None
    for none.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    door = Door(wallet, world.entered)
    codes = LiveCodes(host, platform.clock, platform.entropy)
    near = NearDesk(world.verifiers, platform.clock, platform.entropy)
    groups = (
        door,
        CardPages(door),
        OfferPages(door, world),
        ReturnPages(door, world),
        AwaitedPages(door, world),
        RenewalPages(door, world),
        RequestPages(door, world, reports),
        ReportPages(door, world, reports),
        GuardPages(door),
        SecurityPages(door),
        ShowingPages(door, codes),
        NearPages(door, near),
    )
    knocks = Endpoints(answering=codes, name="knock", operations=_KNOCK)
    return make_app(
        platform,
        pages=[route for group in groups for route in group.routes],
        endpoints=(knocks,),
        texts=(TEXTS, REPORT_TEXTS, WAITING_TEXTS),
        templates=("krid.web.wallet",),
    )
