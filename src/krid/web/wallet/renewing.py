"""Looking for new cards: when the wallet opens, and when the person asks."""

from typing import Final, final

from krid.errors import KridError
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.wallet.door import Door
from krid.web.wallet.issuers import LOOK
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
                view=self._door.behind(self.shown),
                name="wallet-renew",
                summary="What must be proved before issuers are asked for new cards.",
            ),
            Route(
                path="/renew",
                view=self._door.behind(self.look),
                name="wallet-renew",
                summary="Ask issuers for new cards.",
                method="POST",
                fields=("pin", "answer"),
            ),
        )

    def shown(self, visit: Visit) -> Turn:
        """Ask for what the cards need that may be renewed."""
        return self._page(visit)

    def look(self, visit: Visit) -> Turn:
        """Ask every issuer that renews cards, when what their keys need was proved."""
        with self._door.open(visit) as wallet:
            needed = self._world.needed_to_renew(wallet)
            if needed and not visit.form.keys() & {"pin", "answer"}:
                return Redirect("/renew")
            try:
                self._door.proving.take(wallet, needed, LOOK, visit)
            except KridError as error:
                words = self._door.proving.words(error, visit)
                return self._page(visit, words, str(error.code))
            came = self._world.renewed(wallet, LOOK)
        return Redirect(f"/?news={'renewed' if came else 'same'}")

    def _page(self, visit: Visit, error: str | None = None, code: str | None = None) -> Page:
        with self._door.open(visit) as wallet:
            needed = self._world.needed_to_renew(wallet)
            asks = self._door.proving.fields(wallet, needed, LOOK, visit)
        values = {
            "asks": asks,
            "error": error,
            "title": visit.say("renew.title"),
            "lead": visit.say("renew.lead"),
            "go": visit.say("renew.go"),
            "back": "/",
        }
        return Page("prove.html", values, 200 if error is None else 400, code=code)
