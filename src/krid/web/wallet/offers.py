"""Taking a card: the link, who offers what, the code to type, and the card."""

from typing import Final, final

from krid.errors import Code, KridError
from krid.openid.vci import GrantType
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.wallet.door import Door
from krid.web.wallet.issuers import Offered
from krid.web.wallet.proving import NOTHING
from krid.web.wallet.taking import needed_for, offer_values
from krid.web.wallet.waits import Waits
from krid.web.wallet.world import World

_TX_CODE: Final = 6


@final
class OfferPages:
    """The pages from an offer to a card."""

    def __init__(self, door: Door, world: World) -> None:
        self._door: Final = door
        self._world: Final = world
        self._waits: Final = Waits(door.wallet, "/offers", Offered)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(path="/add", view=behind(self.ask), name="wallet-add", summary="Add a card."),
            Route(
                path="/add",
                view=behind(self.pasted),
                name="wallet-add",
                summary="Take a link that was scanned or pasted.",
                method="POST",
                fields=("link",),
            ),
            Route(
                path="/offer",
                view=behind(self.opened),
                name="wallet-offer",
                summary="Take the link of an offer that opened the wallet.",
            ),
            Route(
                path=self._waits.page,
                view=behind(self.shown),
                name="wallet-offer-shown",
                summary="Who offers what.",
            ),
            Route(
                path=self._waits.page,
                view=behind(self.taken),
                name="wallet-offer-taken",
                summary="Take the card.",
                method="POST",
                fields=("code", "pin", "answer"),
            ),
        )

    def ask(self, _visit: Visit) -> Turn:
        """Ask for a link."""
        return Page("add.html", {"error": None, "link": ""})

    def pasted(self, visit: Visit) -> Turn:
        """Take a link: of an offer, or of a request."""
        link = visit.form.get("link", "").strip()
        if "credential_offer" in link:
            return self._read(visit, link)
        if "request_uri" in link or "client_id" in link:
            return Redirect(f"/present?{link.partition('?')[2]}")
        values = {"error": visit.say("code.offer.syntax"), "link": link}
        return Page("add.html", values, 400)

    def opened(self, visit: Visit) -> Turn:
        """Take the link that opened the wallet."""
        return self._read(visit, f"openid-credential-offer://?{visit.raw_query}")

    def shown(self, visit: Visit) -> Turn:
        """Show who offers what, and ask for the code."""
        return self._page(self._waits.found(visit), visit, None)

    def taken(self, visit: Visit) -> Turn:
        """Redeem the offer, and keep the cards; or go on at the issuer's pages."""
        waiting = self._waits.found(visit)
        if waiting.grant is GrantType.AUTHORIZATION_CODE:
            return self._leave(waiting, visit)
        wanted = waiting.offer.pre_authorized
        code = visit.form.get("code", "").replace(" ", "")
        needs_code = wanted is not None and wanted.tx_code is not None
        if needs_code and not code:
            return self._page(waiting, visit, visit.say("offer.code.missing"))
        with self._door.open(visit) as wallet:
            try:
                self._door.proving.take(wallet, needed_for(waiting, wallet), waiting.use, visit)
                session = self._world.redeemed(waiting, code if needs_code else None)
            except KridError as error:
                wallet.guardian.forget()
                return self._page(waiting, visit, self._words(error, visit), str(error.code))
            self._waits.take(visit)
            cards = self._world.received(waiting, session, wallet)
        return Redirect(f"/?news={'added' if cards else 'awaited'}")

    def _leave(self, offered: Offered, visit: Visit) -> Turn:
        """Lead the browser to the issuer, and remember by what its answer is known."""
        try:
            away, address = self._world.left(offered)
        except KridError as error:
            return self._page(offered, visit, visit.say_error(error.code), str(error.code))
        self._door.wallet.wait(away)
        who = offer_values(offered, visit)["issuer"]
        return Page("leave.html", {"address": address, "who": who})

    def _words(self, error: KridError, visit: Visit) -> str:
        if error.code is Code.OAUTH_REFUSED:
            return visit.say("offer.code.wrong")
        return self._door.proving.words(error, visit)

    def _read(self, visit: Visit, link: str) -> Turn:
        try:
            offered = self._world.offered(link)
        except KridError as error:
            values = {"error": visit.say_error(error.code), "link": ""}
            return Page("add.html", values, 400, code=str(error.code))
        return self._waits.put(offered)

    def _page(
        self, offered: Offered, visit: Visit, error: str | None, refusal: str | None = None
    ) -> Page:
        by_browser = offered.grant is GrantType.AUTHORIZATION_CODE
        asks = NOTHING
        if not by_browser:
            with self._door.open(visit) as wallet:
                needed = needed_for(offered, wallet)
                asks = self._door.proving.fields(wallet, needed, offered.use, visit)
        grant = offered.offer.pre_authorized
        tx_code = None if grant is None else grant.tx_code
        values = {
            **offer_values(offered, visit),
            "error": error,
            "asks": asks,
            "by_browser": by_browser,
            "needs_code": tx_code is not None,
            "length": (None if tx_code is None else tx_code.length) or _TX_CODE,
        }
        return Page("take.html", values, 200 if error is None else 400, code=refusal)
