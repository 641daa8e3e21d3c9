"""The ways to open the wallet: authenticators, recovery codes, the PIN; and what was just made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

from krid._core import limits, strict_json
from krid.errors import BindingError, Code, KridError
from krid.fido import Ceremonies, Credential, VerifiedUser
from krid.store import MethodState, Pin, RecoveryCode
from krid.store.pin import NEW_PIN_LENGTH
from krid.wallet import Wallet
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.wallet.door import Door
from krid.web.wallet.proving import answer_of, new_pin_fault, pin_words
from krid.web.wallet.waits import Waits

if TYPE_CHECKING:
    from krid.store import UnlockMethod

_USER_NAME: Final = "krid wallet"
"""What an authenticator shows of whose credential it is: the person is at their own machine."""


@final
@dataclass(frozen=True, slots=True)
class _Registered:
    """An authenticator that has answered once, and is to give its key."""

    credential: Credential = field(repr=False)
    label: str


@final
class SecurityPages:
    """The page of all ways, and adding and removing one."""

    def __init__(self, door: Door) -> None:
        self._door: Final = door
        self._new: Final = Waits(door.wallet, "/security/passkeys", _Registered)
        self._codes: Final = Waits(door.wallet, "/security/codes", RecoveryCode)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            self._route("/security", self.home, "The ways to open the wallet."),
            self._route("/security/passkeys", self.back, "Back."),
            self._form("/security/passkeys", self.register, "Register one.", "answer", "label"),
            self._route(self._new.page, self.registered, "Ask it for its key."),
            self._form(self._new.page, self.add, "Let it open the wallet.", "answer", "pin"),
            self._route("/security/codes", self.back, "Back."),
            self._form("/security/codes", self.make_code, "Make a recovery code.", "pin"),
            self._route(self._codes.page, self.code, "Show it, once."),
            self._route("/security/remove", self.back, "Back."),
            self._form("/security/remove", self.remove, "Remove a way.", "method", "pin"),
            self._route("/security/pin", self.back, "Back."),
            self._form(
                "/security/pin", self.change_pin, "Set a PIN.", "pin", "answer", "new", "again"
            ),
        )

    def home(self, visit: Visit) -> Turn:
        """Show all ways."""
        return self._home(visit)

    def back(self, _visit: Visit) -> Turn:
        """Go back to all ways."""
        return Redirect("/security")

    def register(self, visit: Visit) -> Turn:
        """Take an authenticator's new credential; it opens nothing yet."""
        label = visit.form.get("label", "").strip() or visit.say("security.device")

        def registered() -> Turn:
            made = self._ceremonies.complete_registration(answer_of(visit))
            return self._new.put(_Registered(made, label[: limits.MAX_UNLOCK_LABEL_CHARS]))

        return self._tried(visit, registered)

    def registered(self, visit: Visit) -> Turn:
        """Ask a new authenticator for its key, and the person for the PIN."""
        return self._registered(visit)

    def add(self, visit: Visit) -> Turn:
        """Let the wallet open to a new authenticator."""
        new = self._new.found(visit)
        try:
            user = self._verified(visit)
            with self._door.open(visit) as wallet:
                wallet.unlocking.add_authenticator(user, label=new.label, pin=_pin(visit))
        except KridError as error:
            words = self._door.proving.words(error, visit)
            return self._registered(visit, words, str(error.code))
        self._new.take(visit)
        return Redirect("/security?news=passkey")

    def make_code(self, visit: Visit) -> Turn:
        """Make a recovery code."""

        def made() -> Turn:
            with self._door.open(visit) as wallet:
                label = visit.say("security.code")
                code = wallet.unlocking.add_recovery_code(label=label, pin=_pin(visit))
            return self._codes.put(code)

        return self._tried(visit, made)

    def code(self, visit: Visit) -> Turn:
        """Show a new recovery code; asked again, it is gone."""
        return Page("code.html", {"code": self._codes.take(visit).show()})

    def remove(self, visit: Visit) -> Turn:
        """Let the wallet open to a way no longer."""

        def removed() -> Turn:
            with self._door.open(visit) as wallet:
                wallet.unlocking.revoke(visit.form.get("method", ""), pin=_pin(visit))
            return Redirect("/security?news=removed")

        return self._tried(visit, removed)

    def change_pin(self, visit: Visit) -> Turn:
        """Set another PIN, by the one that is known or by an authenticator."""
        fault = new_pin_fault(visit)
        if fault is not None:
            return self._home(visit, fault)

        def changed() -> Turn:
            by_answer = bool(visit.form.get("answer"))
            proof = self._verified(visit) if by_answer else _pin(visit)
            with self._door.open(visit) as wallet:
                wallet.change_pin(proof, Pin(visit.form["new"]))
            return Redirect("/security?news=pin")

        return self._tried(visit, changed)

    def _tried(self, visit: Visit, action: Callable[[], Turn]) -> Turn:
        """Do something, and say on the page what stood in the way."""
        try:
            return action()
        except KridError as error:
            words = self._door.proving.words(error, visit)
            return self._home(visit, words, str(error.code))

    def _home(self, visit: Visit, error: str | None = None, code: str | None = None) -> Page:
        with self._door.open(visit) as wallet:
            methods = [each for each in wallet.unlocking.methods() if _is_active(each)]
            values = {"error": error, **self._options(wallet), "least": NEW_PIN_LENGTH}
        state, news = self._door.wallet.pin_state, f"security.news.{visit.query.get('news', '')}"
        values |= {
            "methods": methods,
            "is_locked": state.is_locked,
            "pin_words": pin_words(state, visit),
            "news": visit.say(news) if news in visit.texts else None,
        }
        return Page("security.html", values, 200 if error is None else 400, code=code)

    def _options(self, wallet: Wallet) -> dict[str, object]:
        """Make the options for a new authenticator, and for one of those that are known."""
        ceremonies = self._door.wallet.ceremonies
        if ceremonies is None:
            return {"new": None, "known": None}
        known = wallet.unlocking.authenticators()
        new = ceremonies.register(user_name=_USER_NAME, known=known)
        asked = ceremonies.ask(known) if known else None
        return {
            "new": strict_json.dumps(new).decode(),
            "known": None if asked is None else strict_json.dumps(asked).decode(),
        }

    def _registered(self, visit: Visit, error: str | None = None, code: str | None = None) -> Page:
        new = self._new.found(visit)
        options = strict_json.dumps(self._ceremonies.ask([new.credential])).decode()
        values = {"error": error, "options": options, "label": new.label}
        values |= {"pin_words": pin_words(self._door.wallet.pin_state, visit)}
        return Page("passkey.html", values, 200 if error is None else 400, code=code)

    def _verified(self, visit: Visit) -> VerifiedUser:
        return self._ceremonies.complete(answer_of(visit))

    @property
    def _ceremonies(self) -> Ceremonies:
        found = self._door.wallet.ceremonies
        if found is None:
            raise BindingError(Code.GUARD_NEEDED)
        return found

    def _route(self, path: str, view: Callable[[Visit], Turn], summary: str) -> Route:
        return Route(
            path=path, view=self._door.behind(view), name="wallet-security", summary=summary
        )

    def _form(self, path: str, view: Callable[[Visit], Turn], summary: str, *fields: str) -> Route:
        return Route(
            path=path,
            view=self._door.behind(view),
            name="wallet-security",
            summary=summary,
            method="POST",
            fields=fields,
        )


def _pin(visit: Visit) -> Pin:
    return Pin(visit.form.get("pin", ""))


def _is_active(method: "UnlockMethod") -> bool:
    return method.state is MethodState.ACTIVE
