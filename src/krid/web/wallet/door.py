"""The way in: a new wallet, a PIN, and pages that are for an open wallet alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeAlias, final

from krid.errors import Code, KridError
from krid.wallet import Wallet
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.platform.page import Cookie
from krid.web.wallet.person import NEW_PIN_LENGTH, OneWallet

BROWSER: Final = "wallet"
_NEXT: Final = ("/offer?", "/present?", "/history", "/add")
_NEXT_CHARS: Final = 8_192


Entered: TypeAlias = Callable[[Wallet], object]
"""Called with the wallet each time that its person has opened it."""


@final
class Door:
    """Opens and closes the wallet, and keeps pages behind it."""

    def __init__(self, wallet: OneWallet, entered: Entered | None = None) -> None:
        self.wallet: Final = wallet
        self._after: Final = entered

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name the pages of the door."""
        return (
            Route(
                path="/create",
                view=self.create,
                name="wallet-create",
                summary="Make a wallet that opens to a PIN.",
                method="POST",
                fields=("pin", "again"),
            ),
            Route(
                path="/unlock",
                view=self.unlock,
                name="wallet-unlock",
                summary="Open the wallet.",
                method="POST",
                fields=("pin", "next"),
            ),
            Route(
                path="/lock",
                view=self.lock,
                name="wallet-lock",
                summary="Close the wallet.",
                method="POST",
            ),
        )

    def behind(self, view: Callable[[Visit], Turn]) -> Callable[[Visit], Turn]:
        """Show a page when the wallet is open to this browser, and the door else."""

        def guarded(visit: Visit) -> Turn:
            if self.wallet.is_open_to(visit.cookie(BROWSER)):
                return view(visit)
            if visit.method == "POST":
                return Redirect("/")
            return self.shown(visit)

        return guarded

    @contextmanager
    def open(self, visit: Visit) -> Iterator[Wallet]:
        """Let a page use the wallet.

        Raises:
            BindingError: `session.unknown`.
        """
        with self.wallet.use(visit.cookie(BROWSER)) as found:
            yield found

    def shown(self, visit: Visit, error: str | None = None) -> Page:
        """Show the door: to a new wallet, or to the one that is there."""
        query = f"?{visit.raw_query}" if visit.raw_query else ""
        wanted = visit.form.get("next") or f"{visit.path}{query}"
        values = {
            "error": error,
            "is_new": not self.wallet.exists,
            "least": NEW_PIN_LENGTH,
            "next": wanted if _is_own(wanted) else "/",
        }
        return Page("door.html", values, 200 if error is None else 400)

    def create(self, visit: Visit) -> Turn:
        """Make the wallet, if both PINs are the same and long enough."""
        pin = visit.form.get("pin", "")
        if self.wallet.exists:
            return Redirect("/")
        if len(pin) < NEW_PIN_LENGTH:
            return self.shown(visit, visit.say("door.short", least=NEW_PIN_LENGTH))
        if pin != visit.form.get("again", ""):
            return self.shown(visit, visit.say("door.differ"))
        return _entered(visit, self.wallet.create(pin))

    def unlock(self, visit: Visit) -> Turn:
        """Open the wallet to its PIN."""
        if not self.wallet.exists:
            return Redirect("/")
        try:
            secret = self.wallet.open(visit.form.get("pin", ""))
        except KridError as error:
            if error.code in {Code.STORE_PIN, Code.STORE_PIN_DELAY}:
                return self.shown(visit, visit.say(f"code.{error.code}"))
            if error.code is Code.MISUSE_PIN:
                return self.shown(visit, visit.say("code.store.pin"))
            raise
        if self._after is not None:
            with self.wallet.use(secret) as opened:
                self._after(opened)
        return _entered(visit, secret)

    def lock(self, visit: Visit) -> Turn:
        """Close the wallet, if it is open to this browser."""
        if self.wallet.is_open_to(visit.cookie(BROWSER)):
            self.wallet.close()
        return Redirect("/", (Cookie(BROWSER, "", 0),))


def _entered(visit: Visit, secret: str) -> Redirect:
    wanted = visit.form.get("next", "/")
    return Redirect(wanted if _is_own(wanted) else "/", (Cookie(BROWSER, secret),))


def _is_own(path: str) -> bool:
    """Tell whether a path is one of those that a person may have come for."""
    return path.startswith(_NEXT) and len(path) <= _NEXT_CHARS and path.isprintable()
