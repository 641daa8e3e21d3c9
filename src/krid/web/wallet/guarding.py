"""What a card asks for whenever it is used: shown on its page, and changed."""

from dataclasses import dataclass, field
from typing import Final, final

from krid.errors import BindingError, Code, KridError
from krid.keys import PublicKey
from krid.wallet import Guard, Wallet, needs
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.wallet.cards import find_card
from krid.web.wallet.door import Door
from krid.web.wallet.guard_choices import GUARDS, has_authenticator, name_of
from krid.web.wallet.waits import Waits


@final
@dataclass(frozen=True, slots=True)
class _Change:
    """Another guard for the key of a card, which the present guard must be met for."""

    card: str
    key: PublicKey = field(repr=False)
    wanted: str


@final
class GuardPages:
    """Changing what a card asks for."""

    def __init__(self, door: Door) -> None:
        self._door: Final = door
        self._waits: Final = Waits(door.wallet, "/guards", _Change)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(
                path="/cards/{card}/guard",
                view=behind(self.chosen),
                name="wallet-guard",
                summary="Guard a card in another way.",
                method="POST",
                fields=("guard",),
            ),
            Route(
                path=self._waits.page,
                view=behind(self.shown),
                name="wallet-guard-weaker",
                summary="What must be proved before a guard is weakened.",
            ),
            Route(
                path=self._waits.page,
                view=behind(self.proved),
                name="wallet-guard-weaker",
                summary="Prove it, and weaken the guard.",
                method="POST",
                fields=("pin", "answer"),
            ),
        )

    def chosen(self, visit: Visit) -> Turn:
        """Strengthen a guard at once, or ask for the present one first."""
        wanted = visit.form.get("guard", "")
        with self._door.open(visit) as wallet:
            card = find_card(wallet, visit)
            key = card.credential.holder
            if wanted not in GUARDS or key is None:
                return Redirect(f"/cards/{card.id}")
            if Guard.USER_VERIFIED in needs(GUARDS[wanted]) and not has_authenticator(wallet):
                raise BindingError(Code.FIDO_CREDENTIAL)
            change = _Change(card.id, key, wanted)
            if wallet.guards.needed_to_change(key, GUARDS[wanted]):
                return self._waits.put(change)
            return _changed(wallet, change)

    def shown(self, visit: Visit) -> Turn:
        """Ask for what the present guard needs."""
        return self._page(self._waits.found(visit), visit)

    def proved(self, visit: Visit) -> Turn:
        """Change the guard, when the present one was met."""
        change = self._waits.found(visit)
        wanted = GUARDS[change.wanted]
        with self._door.open(visit) as wallet:
            needed = wallet.guards.needed_to_change(change.key, wanted)
            use = wallet.guards.use_to_change(change.key, wanted)
            try:
                self._door.proving.take(wallet, needed, use, visit)
            except KridError as error:
                words = self._door.proving.words(error, visit)
                return self._page(change, visit, words, str(error.code))
            self._waits.take(visit)
            return _changed(wallet, change)

    def _page(
        self, change: _Change, visit: Visit, error: str | None = None, code: str | None = None
    ) -> Page:
        wanted = GUARDS[change.wanted]
        with self._door.open(visit) as wallet:
            needed = wallet.guards.needed_to_change(change.key, wanted)
            use = wallet.guards.use_to_change(change.key, wanted)
            asks = self._door.proving.fields(wallet, needed, use, visit)
            before = name_of(wallet.guard_of(change.key))
        words = {
            "before": visit.say(f"guard.{before}"),
            "after": visit.say(f"guard.{change.wanted}"),
        }
        values = {
            "asks": asks,
            "error": error,
            "title": visit.say("guard.weaker"),
            "lead": visit.say("guard.weaker.lead", **words),
            "go": visit.say("guard.change"),
            "back": f"/cards/{change.card}",
        }
        return Page("prove.html", values, 200 if error is None else 400, code=code)


def _changed(wallet: Wallet, change: _Change) -> Redirect:
    wallet.guards.change(change.key, GUARDS[change.wanted])
    return Redirect(f"/cards/{change.card}?news=guard")
