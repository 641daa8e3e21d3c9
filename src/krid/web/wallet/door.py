"""The way in: a new wallet, PIN, authenticator or recovery code; pages for an open wallet alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeAlias, final

from krid._core import strict_json
from krid.errors import KridError
from krid.store import MethodKind, Pin, RecoveryCode
from krid.store.pin import NEW_PIN_LENGTH
from krid.wallet import Wallet
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.platform.page import Cookie
from krid.web.wallet.person import OneWallet
from krid.web.wallet.proving import Proving, answer_of, new_pin_fault, pin_words

BROWSER: Final = "wallet"
_NEXT: Final = ("/offer?", "/present?", "/authorized?", "/history", "/add", "/security")
_NEXT_CHARS: Final = 8_192
_NO_WAYS: Final = {"options": None, "has_code": False, "is_locked": False, "pin_words": ""}


Entered: TypeAlias = Callable[[Wallet], object]
"""Called with the wallet each time that its person has opened it."""


@final
class Door:
    """Opens and closes the wallet, and keeps pages behind it."""

    def __init__(self, wallet: OneWallet, entered: Entered | None = None) -> None:
        self.wallet: Final = wallet
        self.proving: Final = Proving(wallet)
        self._after: Final = entered

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name the pages of the door."""
        return (
            _form("/create", self.create, "Make a wallet that opens to a PIN.", "pin", "again"),
            _form("/unlock", self.unlock, "Open the wallet.", "pin", "next"),
            _form(
                "/unlock/passkey",
                self.unlock_by_passkey,
                "Open the wallet by an authenticator.",
                "answer",
                "next",
            ),
            Route(
                path="/recover",
                view=self.recovery,
                name="wallet-recover",
                summary="The way in with a recovery code.",
            ),
            _form("/recover", self.recover, "Use a recovery code up.", "code", "new", "again"),
            _form("/lock", self.lock, "Close the wallet."),
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

    def shown(self, visit: Visit, error: str | None = None, code: str | None = None) -> Page:
        """Show the door: to a new wallet, or to the one that is there."""
        query = f"?{visit.raw_query}" if visit.raw_query else ""
        wanted = visit.form.get("next") or f"{visit.path}{query}"
        values = {
            "error": error,
            "is_new": not self.wallet.exists,
            "least": NEW_PIN_LENGTH,
            "next": wanted if _is_own(wanted) else "/",
            **(self._ways(visit) if self.wallet.exists else _NO_WAYS),
        }
        return Page("door.html", values, 200 if error is None else 400, code=code)

    def create(self, visit: Visit) -> Turn:
        """Make the wallet, if both PINs are the same and long enough."""
        if self.wallet.exists:
            return Redirect("/")
        fault = new_pin_fault(visit, name="pin")
        if fault is not None:
            return self.shown(visit, fault)
        return _entered(visit, self.wallet.create(visit.form.get("pin", "")))

    def unlock(self, visit: Visit) -> Turn:
        """Open the wallet to its PIN."""
        return self._opened(visit, lambda: self.wallet.open(Pin(visit.form.get("pin", ""))))

    def unlock_by_passkey(self, visit: Visit) -> Turn:
        """Open the wallet to an authenticator that verified its person."""
        return self._opened(visit, lambda: self.wallet.open_by_answer(answer_of(visit)))

    def recovery(self, visit: Visit) -> Turn:
        """Ask for a recovery code and a new PIN."""
        return self._recovery(visit) if self.wallet.exists else Redirect("/")

    def recover(self, visit: Visit) -> Turn:
        """Open the wallet to a recovery code, which is used up."""
        if not self.wallet.exists:
            return Redirect("/")
        fault = new_pin_fault(visit)
        if fault is not None:
            return self._recovery(visit, fault)
        try:
            code = RecoveryCode.parse(visit.form.get("code", ""))
            secret = self.wallet.recover(code, Pin(visit.form["new"]))
        except KridError as error:
            words = self.proving.words(error, visit)
            return self._recovery(visit, words, str(error.code))
        self._welcome(secret)
        return Redirect("/?news=recovered", (Cookie(BROWSER, secret),))

    def _opened(self, visit: Visit, way: Callable[[], str]) -> Turn:
        if not self.wallet.exists:
            return Redirect("/")
        try:
            secret = way()
        except KridError as error:
            return self.shown(visit, self.proving.words(error, visit), str(error.code))
        self._welcome(secret)
        return _entered(visit, secret)

    def _welcome(self, secret: str) -> None:
        """Do what is to be done each time that the wallet was opened; it keeps nobody out."""
        if self._after is not None:
            with self.wallet.use(secret) as opened, suppress(KridError):
                self._after(opened)

    def _ways(self, visit: Visit) -> dict[str, object]:
        options, state = self.wallet.ask_to_open(), self.wallet.pin_state
        return {
            "options": None if options is None else strict_json.dumps(options).decode(),
            "has_code": self.wallet.opens_by(MethodKind.RECOVERY_CODE),
            "is_locked": state.is_locked,
            "pin_words": pin_words(state, visit),
        }

    def _recovery(self, visit: Visit, error: str | None = None, code: str | None = None) -> Page:
        values = {"error": error, "least": NEW_PIN_LENGTH, "typed": visit.form.get("code", "")}
        return Page("recover.html", values, 200 if error is None else 400, code=code)

    def lock(self, visit: Visit) -> Turn:
        """Close the wallet, if it is open to this browser."""
        if self.wallet.is_open_to(visit.cookie(BROWSER)):
            self.wallet.close()
        return Redirect("/", (Cookie(BROWSER, "", 0),))


def _form(path: str, view: Callable[[Visit], Turn], summary: str, *fields: str) -> Route:
    name = f"wallet{path.replace('/', '-')}"
    return Route(path=path, view=view, name=name, summary=summary, method="POST", fields=fields)


def _entered(visit: Visit, secret: str) -> Redirect:
    wanted = visit.form.get("next", "/")
    return Redirect(wanted if _is_own(wanted) else "/", (Cookie(BROWSER, secret),))


def _is_own(path: str) -> bool:
    """Tell whether a path is one of those that a person may have come for."""
    return path.startswith(_NEXT) and len(path) <= _NEXT_CHARS and path.isprintable()
