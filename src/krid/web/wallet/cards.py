"""Cards as cards, what is on them, what has left, and taking one out."""

from collections.abc import Iterable
from typing import Final, TypeVar, final

from krid.errors import BindingError, Code
from krid.wallet import Card, Guard, HistoryEntry, RefusedCard, Wallet
from krid.web.platform import Page, Redirect, Route, Turn, Visit
from krid.web.platform.words import claim_rows, labels
from krid.web.wallet.awaiting import waiting_cards
from krid.web.wallet.door import Door
from krid.web.wallet.faces import face, title
from krid.web.wallet.guard_choices import choices

AnyCard = TypeVar("AnyCard", Card, RefusedCard)

_ONLINE: Final = "dc+sd-jwt"
_MET: Final = {Guard.PIN.value: "pin", Guard.USER_VERIFIED.value: "user"}


@final
class CardPages:
    """The pages of an open wallet."""

    def __init__(self, door: Door) -> None:
        self._door: Final = door

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        behind = self._door.behind
        return (
            Route(path="/", view=behind(self.home), name="wallet", summary="All cards."),
            Route(
                path="/cards/{card}",
                view=behind(self.card),
                name="wallet-card",
                summary="What is on a card.",
            ),
            Route(
                path="/cards/{card}/delete",
                view=behind(self.delete),
                name="wallet-delete",
                summary="Take a card out.",
                method="POST",
                fields=("sure",),
            ),
            Route(
                path="/history",
                view=behind(self.history),
                name="wallet-history",
                summary="What has left the wallet.",
            ),
        )

    def home(self, visit: Visit) -> Turn:
        """Show all cards."""
        now = visit.platform.clock.now()
        with self._door.open(visit) as wallet:
            cards, refused = wallet.cards(), wallet.refused_cards()
            waiting = waiting_cards(wallet, visit, now)
        # Two forms of one card come in the same second: the one for online use stands first.
        cards = tuple(sorted(cards, key=lambda card: card.credential.format != _ONLINE))
        faces = [face(card, visit, now) for card in cards]
        news = visit.query.get("news", "")
        shown = visit.say(f"news.{news}") if f"news.{news}" in visit.texts else None
        doubted = [_doubted(each, visit) for each in refused]
        values = {"cards": faces, "waiting": waiting, "doubted": doubted, "news": shown}
        return Page("home.html", values)

    def card(self, visit: Visit) -> Turn:
        """Show one card and all that it says."""
        with self._door.open(visit) as wallet:
            found = find_card(wallet, visit)
            key = found.credential.holder
            guards = () if key is None else choices(wallet, wallet.guard_of(key))
        news = visit.query.get("news") == "guard"
        values = {
            "guards": guards,
            "news": visit.say("news.guard") if news else None,
            "card": face(found, visit, visit.platform.clock.now()),
            "rows": claim_rows(_flat(found), visit.language),
            "issuer": found.credential.issuer,
            "valid_until": found.credential.valid_until,
        }
        return Page("card.html", values)

    def delete(self, visit: Visit) -> Turn:
        """Take a card out, when the person is sure."""
        if visit.form.get("sure") != "yes":
            return Redirect(f"/cards/{visit.params['card']}")
        with self._door.open(visit) as wallet:
            wallet.remove(_found(wallet.refused_cards(), visit) or find_card(wallet, visit))
        return Redirect("/?news=deleted")

    def history(self, visit: Visit) -> Turn:
        """Show what has left, newest first."""
        with self._door.open(visit) as wallet:
            entries = wallet.history()
        shown = [_entry(each, visit) for each in reversed(entries)]
        return Page("history.html", {"entries": shown})


def find_card(wallet: Wallet, visit: Visit) -> Card:
    """Return the card of an address.

    Raises:
        BindingError: `session.unknown`.
    """
    found = _found(wallet.cards(), visit)
    if found is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    return found


def _found(cards: Iterable[AnyCard], visit: Visit) -> AnyCard | None:
    return next((each for each in cards if each.id == visit.params["card"]), None)


def _doubted(card: RefusedCard, visit: Visit) -> dict[str, object]:
    reason = visit.say_error(card.code)
    return {"id": card.id, "format": card.format, "reason": reason, "added_at": card.added_at}


def _flat(card: Card) -> dict[str, object]:
    return dict(card.credential.claims)


def _entry(entry: HistoryEntry, visit: Visit) -> dict[str, object]:
    kinds = {kind for kind, _ in entry.disclosed}
    return {
        "at": entry.at,
        "verifier": entry.registered or entry.verifier,
        "purpose": entry.purpose,
        "kinds": ", ".join(sorted({title(kind, visit) for kind in kinds})),
        "met": [visit.say(f"guard.{_MET[each]}") for each in entry.guards if each in _MET],
        "labels": labels([path for _, path in entry.disclosed], visit.language),
    }
