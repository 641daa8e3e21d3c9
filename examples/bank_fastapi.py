"""A bank that opens accounts by ID card, in FastAPI.

    app = make_bank(verifier, key)

The verifier's `url` ends in `/vp`, its `page` is `/account` (`docs/first-verifier.md` makes one);
`key` are 32 bytes of your own. A form of yours posts to `/account`. Serve `app` by uvicorn, behind
a proxy that speaks TLS.
"""

from html import escape
from time import perf_counter
from typing import Annotated

import segno
from fastapi import Cookie, FastAPI
from fastapi.responses import HTMLResponse

import krid
from krid import query
from krid.openid.vp.server import Completed, Journey, PresentationVerifier, Waiting
from krid.web import CookieKey, CookieRule, Platform, presentation_app

CARD = query.sdjwt("id", vct="urn:example:resident-card", claims=["name"])


def make_bank(verifier: PresentationVerifier, key: bytes) -> FastAPI:
    """Make the bank's application; `key` are 32 bytes that all its processes share."""
    bank = FastAPI(title="A bank")
    platform = Platform(
        name="bank",
        key=CookieKey(key),
        cookies=CookieRule.TLS_ONLY,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
        timer=perf_counter,
        log=print,
    )
    bank.mount("/vp", presentation_app(verifier, platform))

    @bank.post("/account", response_class=HTMLResponse)
    def begin(journey: Journey = Journey.CROSS_DEVICE) -> HTMLResponse:
        """Ask for the card: a QR code for the phone, a link for this device."""
        begun = verifier.begin(CARD, purpose="Open an account", journey=journey)
        code = segno.make(begun.link).svg_inline(scale=4)
        page = HTMLResponse(f'{code}<p><a href="{escape(begun.link)}">Open the wallet</a>')
        page.set_cookie("asked", begun.secret, httponly=True, secure=True, samesite="lax")
        return page

    @bank.get("/account", response_class=HTMLResponse)
    def account(
        asked: Annotated[str, Cookie()] = "", response_code: str | None = None
    ) -> HTMLResponse:
        """Show the account, once the card was shown and verified."""
        try:
            outcome = verifier.outcome(asked, response_code=response_code)
        except krid.KridError:  # handed out already, too late, or begun in another browser
            return HTMLResponse("<p>Please begin again", status_code=403)
        match outcome:
            case Completed(verified):
                name = escape(str(verified["id"].claims["name"]))
                return HTMLResponse(f"<h1>Welcome, {name}</h1>")
            case Waiting():
                return HTMLResponse("<p>Waiting for your wallet", headers={"Refresh": "2"})
            case _:
                return HTMLResponse("<p>Not verified", status_code=403)

    return bank
