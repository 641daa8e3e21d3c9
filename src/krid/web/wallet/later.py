"""Asking again for cards that were not ready (OpenID4VCI 1.0, section 9)."""

from typing import Final, final

from krid.errors import KridError, RejectedError, StoreError
from krid.openid.vci import wallet as issuance
from krid.wallet import Card, Wallet
from krid.web.wallet.awaited import (
    Awaited,
    awaited,
    drop_awaited,
    has_ended,
    is_void,
    keep_awaited,
)
from krid.web.wallet.issuers import Issuers
from krid.web.wallet.renewals import Renewal, is_over, keep_renewal


def ask_later(issuers: Issuers, wallet: Wallet) -> tuple[Card, ...]:
    """Ask for all that is due, and return what came.

    Raises:
        StoreError: the wallet's file can't be written.
    """
    now = issuers.clock.now()
    due = [each for each in awaited(wallet) if each.is_due(now)]
    return tuple(card for each in due for card in _Look(issuers, wallet, each).cards())


@final
class _Look:
    """One look at what one offer still owes; what is learnt is written down at once."""

    def __init__(self, issuers: Issuers, wallet: Wallet, waiting: Awaited) -> None:
        self._issuers: Final = issuers
        self._wallet: Final = wallet
        self._waiting = waiting.asked_at(issuers.clock.now())
        self._setup: Final = issuers.setup(waiting.dpop)
        self._cards: Final[list[Card]] = []

    def cards(self) -> list[Card]:
        """Ask, and return what came; an issuer that can't be asked is asked the next time."""
        try:
            self._ask()
        except StoreError:
            raise
        except KridError as error:
            if has_ended(error) or is_void(error) or is_over(error):
                self._waiting = self._waiting.ended(error)
        self._settle()
        return self._cards

    def _ask(self) -> None:
        flow = issuance.go_on(self._setup, self._waiting.session)
        session = self._issuers.run(flow)
        for each in self._waiting.later:
            session = self._asked(session, each)

    def _asked(self, session: issuance.Session, one: issuance.Deferred) -> issuance.Session:
        """Ask for a card, and once more with a fresh token where the one before has expired."""
        try:
            self._ask_for(one, session)
        except RejectedError as refusal:
            if not is_void(refusal) or not session.tokens.refresh_token:
                raise
            session = self._refreshed(session)
            self._ask_for(one, session)
        return session

    def _ask_for(self, one: issuance.Deferred, session: issuance.Session) -> None:
        """Ask once; that one card will not come ends the wait for no other."""
        try:
            outcome = self._issuers.run(issuance.ask_again(self._setup, session, one))
            self._waiting = self._waiting.after(one, outcome)
            if isinstance(outcome, issuance.Received):
                self._take(session, outcome)
        except RejectedError as error:
            if not has_ended(error):
                raise
            self._waiting = self._waiting.without(one, error)

    def _take(self, session: issuance.Session, outcome: issuance.Received) -> None:
        fresh = self._issuers.kept(self._setup, session, outcome, self._wallet)
        self._cards.extend(fresh)
        self._waiting = self._waiting.with_cards(fresh)

    def _refreshed(self, session: issuance.Session) -> issuance.Session:
        fresh = self._issuers.run(issuance.refresh(self._setup, session))
        # The token before is used up: whatever happens next, only this one is good.
        self._waiting = self._waiting.going_on(fresh)
        keep_awaited(self._wallet, self._waiting)
        return fresh

    def _settle(self) -> None:
        """Go on waiting, or go on as with any other card once all has come."""
        done, wallet = self._waiting, self._wallet
        self._issuers.drop_ended(wallet, self._cards)
        if done.later or done.why:
            keep_awaited(wallet, done)
            return
        drop_awaited(wallet, done)
        keep_renewal(wallet, Renewal(done.session, done.dpop, done.configurations, done.cards))
