"""Proving who holds the wallet before a key is used: what a form asks for, and what came in it."""

from dataclasses import dataclass, field
from typing import Final, final

from krid._core import strict_json
from krid.errors import BindingError, Code, KridError
from krid.profiles import kr
from krid.store import Pin, PinState
from krid.store.pin import NEW_PIN_LENGTH
from krid.wallet import Guard, GuardSet, Use, Wallet
from krid.web.platform import Visit
from krid.web.wallet.person import OneWallet

_PIN_CODES: Final = frozenset({Code.STORE_PIN, Code.STORE_PIN_DELAY, Code.STORE_PIN_LOCKED})
_FAMILIES: Final = ("fido.", "guard.")


@final
@dataclass(frozen=True, slots=True)
class Fields:
    """What a form asks for: the PIN with a word on how it stands, and an authenticator.

    `options` are for the authenticator, as JSON; None asks for none. `fault` says why what is
    needed can't be asked for, and nothing where it can.
    """

    needs_pin: bool
    pin_words: str
    options: str | None = field(repr=False)
    fault: str = ""


NOTHING: Final = Fields(needs_pin=False, pin_words="", options=None)


@final
@dataclass(frozen=True, slots=True)
class Proving:
    """Asks for what guards need, and takes it."""

    wallet: OneWallet

    def fields(self, opened: Wallet, guards: GuardSet, use: Use, visit: Visit) -> Fields:
        """Say what a form must ask for; an authenticator's challenge is made of the use."""
        options, fault = None, ""
        if Guard.USER_VERIFIED in guards:
            try:
                options = strict_json.dumps(opened.guardian.begin(use)).decode()
            except BindingError:
                fault = visit.say("guard.no_device")
        needs_pin = Guard.PIN in guards
        words = pin_words(self.wallet.pin_state, visit) if needs_pin else ""
        return Fields(needs_pin, words, options, fault)

    def take(self, opened: Wallet, guards: GuardSet, use: Use, visit: Visit) -> None:
        """Take what came in a form as the person's consent to a use; all of it, or nothing.

        Raises:
            KridError: why it is not taken; `words` says it to the person.
        """
        try:
            if Guard.PIN in guards:
                opened.guardian.confirm_pin(Pin(visit.form.get("pin", "")), use)
            if Guard.USER_VERIFIED in guards:
                opened.guardian.confirm_user(answer_of(visit), use)
        except BaseException:
            opened.guardian.forget()
            raise

    def words(self, error: KridError, visit: Visit) -> str:
        """Say in one line what is wrong with a PIN or an authenticator's answer.

        Raises:
            KridError: the error itself, when it is about neither.
        """
        if error.code in _PIN_CODES or error.code is Code.MISUSE_PIN:
            return self._pin_words(visit)
        if words := visit.say_code(error.code):
            return words
        if str(error.code).startswith(_FAMILIES):
            return visit.say("code.fido")
        raise error

    def _pin_words(self, visit: Visit) -> str:
        state = self.wallet.pin_state
        standing = pin_words(state, visit)
        if state.is_locked or state.wait_until is not None:
            return standing
        return f"{visit.say('code.store.pin')} {standing}".strip()


def answer_of(visit: Visit) -> bytes:
    """Return what an authenticator answered, as a form brings it."""
    return visit.form.get("answer", "").encode("utf-8", "replace")


def new_pin_fault(visit: Visit, *, name: str = "new") -> str | None:
    """Say what is wrong with a new PIN that was typed twice, None when nothing is."""
    typed = visit.form.get(name, "")
    if len(typed) < NEW_PIN_LENGTH:
        return visit.say("door.short", least=NEW_PIN_LENGTH)
    if typed != visit.form.get("again", ""):
        return visit.say("door.differ")
    return None


def pin_words(state: PinState, visit: Visit) -> str:
    """Say how the PIN stands: how many tries are left, or until when none may be made."""
    if state.is_locked:
        return visit.say("pin.locked")
    if state.wait_until is not None:
        at = state.wait_until.astimezone(kr.KOREAN_TIME)
        return visit.say("pin.wait", wrong=state.wrong, at=f"{at:%H:%M:%S}")
    if not state.wrong:
        return ""
    if state.before_wait:
        return visit.say("pin.left", count=state.before_wait)
    if state.before_lock is not None:
        return visit.say("pin.lock", count=state.before_lock)
    return visit.say("pin.longer")
