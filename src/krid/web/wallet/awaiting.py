"""Cards in waiting: who will send what, since when, and asking again."""

from datetime import datetime
from typing import Final, final

from krid.errors import BindingError, Code
from krid.openid.oauth.refusal import OauthError
from krid.wallet import Wallet
from krid.web.platform import Redirect, Route, Turn, Visit
from krid.web.wallet.awaited import Awaited, awaited, drop_awaited
from krid.web.wallet.door import Door
from krid.web.wallet.world import World

_EARLY: Final = "awaited-early"
_DENIED: Final = frozenset({OauthError.CREDENTIAL_REQUEST_DENIED.value})


@final
class AwaitedPages:
    """The buttons of cards that are waited for."""

    def __init__(self, door: Door, world: World) -> None:
        self._door: Final = door
        self._world: Final = world

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(
                path="/awaited",
                view=self._door.behind(self.ask),
                name="wallet-awaited",
                summary="Ask whether cards are ready, as often as their issuers allow.",
                method="POST",
            ),
            Route(
                path="/awaited/{name}/forget",
                view=self._door.behind(self.forget),
                name="wallet-awaited-forget",
                summary="Wait no more for a card.",
                method="POST",
                fields=("sure",),
            ),
        )

    def ask(self, visit: Visit) -> Turn:
        """Ask the issuers whose time has come; a card that will not come says so itself."""
        now = visit.platform.clock.now()
        with self._door.open(visit) as wallet:
            due = {each.id for each in awaited(wallet) if each.is_due(now)}
            came = self._world.came(wallet)
            is_over = any(each.is_over for each in awaited(wallet) if each.id in due)
        if is_over and not came:
            return Redirect("/")
        return Redirect(f"/?news={'added' if came else 'awaited-still' if due else _EARLY}")

    def forget(self, visit: Visit) -> Turn:
        """Take what is waited for out, when the person is sure."""
        if visit.form.get("sure") == "yes":
            with self._door.open(visit) as wallet:
                drop_awaited(wallet, _found(wallet, visit))
        return Redirect("/")


def waiting_cards(wallet: Wallet, visit: Visit, now: datetime) -> list[dict[str, object]]:
    """Show what a wallet waits for."""
    return [_shown(each, visit, now) for each in awaited(wallet)]


def _shown(waiting: Awaited, visit: Visit, now: datetime) -> dict[str, object]:
    issuer, cards = waiting.titles[visit.language.value]
    return {
        "id": waiting.id,
        "issuer": issuer,
        "title": cards or issuer,
        "since": waiting.since,
        "asked": waiting.asked,
        "due": None if waiting.is_over or waiting.is_due(now) else waiting.due,
        "why": _why(waiting, visit),
    }


def _why(waiting: Awaited, visit: Visit) -> str:
    """Say why nothing will come, nothing while the wait goes on."""
    if not waiting.is_over:
        return ""
    if waiting.why != Code.OAUTH_REFUSED.value:
        return visit.say("awaited.bad")
    return visit.say("awaited.denied" if waiting.word in _DENIED else "awaited.ended")


def _found(wallet: Wallet, visit: Visit) -> Awaited:
    """Return what an address names.

    Raises:
        BindingError: `session.unknown`.
    """
    found = next((each for each in awaited(wallet) if each.id == visit.params["name"]), None)
    if found is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    return found
