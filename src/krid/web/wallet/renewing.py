"""Looking for new cards: when the wallet opens, and when the person asks."""

from typing import Final, final

from krid.web.platform import Redirect, Route, Turn, Visit
from krid.web.wallet.door import Door
from krid.web.wallet.world import World


@final
class RenewalPages:
    """The button by which the person has issuers asked for new cards."""

    def __init__(self, door: Door, world: World) -> None:
        self._door: Final = door
        self._world: Final = world

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(
                path="/renew",
                view=self._door.behind(self.look),
                name="wallet-renew",
                summary="Ask issuers for new cards.",
                method="POST",
            ),
        )

    def look(self, visit: Visit) -> Turn:
        """Ask every issuer that renews cards."""
        with self._door.open(visit) as wallet:
            came = self._world.renewed(wallet)
        return Redirect(f"/?news={'renewed' if came else 'same'}")
