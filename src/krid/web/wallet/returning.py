"""Back from an issuer's pages: whose answer it is, whether they agreed, and the card."""

from typing import Final, final

from krid._core.redact import same
from krid.errors import BindingError, Code, KridError
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.wallet.door import Door
from krid.web.wallet.issuers import Away, Granted
from krid.web.wallet.taking import needed_for, offer_values
from krid.web.wallet.waits import Waits
from krid.web.wallet.world import World

PATH: Final = "/authorized"


@final
class ReturnPages:
    """The page that issuers send the browser back to, and the last step to the card.

    An answer is taken once, whatever it says, and by the browser that has the wallet open alone.
    """

    def __init__(self, door: Door, world: World) -> None:
        self._door: Final = door
        self._world: Final = world
        self._granted: Final = Waits(door.wallet, "/granted", Granted)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(
                path=PATH,
                view=behind(self.returned),
                name="wallet-returned",
                summary="Where an issuer's pages send the browser back to.",
            ),
            Route(
                path=self._granted.page,
                view=behind(self.shown),
                name="wallet-granted",
                summary="What the issuer agreed to, and what the key needs.",
            ),
            Route(
                path=self._granted.page,
                view=behind(self.taken),
                name="wallet-granted-taken",
                summary="Take the card.",
                method="POST",
                fields=("pin", "answer"),
            ),
        )

    def returned(self, visit: Visit) -> Turn:
        """Take the answer, and the card at once where its key needs nothing more."""
        try:
            granted = self._world.returned(self._away(visit), visit.raw_query)
        except KridError as error:
            return _refused(error, visit)
        with self._door.open(visit) as wallet:
            if needed_for(granted.offered, wallet):
                return self._granted.put(granted)
            return self._received(granted, visit)

    def shown(self, visit: Visit) -> Turn:
        """Ask for what the key needs."""
        return self._page(self._granted.found(visit), visit)

    def taken(self, visit: Visit) -> Turn:
        """Fetch the cards, when what their key needs was proved."""
        granted = self._granted.found(visit)
        with self._door.open(visit) as wallet:
            needed = needed_for(granted.offered, wallet)
            try:
                self._door.proving.take(wallet, needed, granted.offered.use, visit)
            except KridError as error:
                words = self._door.proving.words(error, visit)
                return self._page(granted, visit, words, str(error.code))
            self._granted.take(visit)
            return self._received(granted, visit)

    def _received(self, granted: Granted, visit: Visit) -> Turn:
        with self._door.open(visit) as wallet:
            try:
                cards = self._world.received(granted.offered, granted.session, wallet)
            except KridError as error:
                return _refused(error, visit)
        return Redirect(f"/?news={'added' if cards else 'awaited'}")

    def _away(self, visit: Visit) -> Away:
        """Find what an answer is for, by its state, and use it up.

        Raises:
            BindingError: `oauth.state` for an answer that nobody waits for, or no longer.
        """
        state = visit.query.get("state", "").encode("utf-8", "replace")
        for name, each in self._door.wallet.every(Away):
            if same(state, each.pending.state.encode("ascii")):
                return self._door.wallet.take(name, Away)
        raise BindingError(Code.OAUTH_STATE)

    def _page(
        self, granted: Granted, visit: Visit, error: str | None = None, code: str | None = None
    ) -> Page:
        offered = granted.offered
        with self._door.open(visit) as wallet:
            needed = needed_for(offered, wallet)
            asks = self._door.proving.fields(wallet, needed, offered.use, visit)
        values = {
            **offer_values(offered, visit),
            "error": error,
            "asks": asks,
            "by_browser": False,
            "needs_code": False,
            "length": 0,
        }
        return Page("take.html", values, 200 if error is None else 400, code=code)


def _refused(error: KridError, visit: Visit) -> Page:
    """Say why no card came; what a server says in its own words is not shown."""
    is_refused = error.code is Code.OAUTH_REFUSED
    words = visit.say("away.refused") if is_refused else visit.say_error(error.code)
    return Page("refused.html", {"code": error.code, "words": words}, 400, code=str(error.code))
