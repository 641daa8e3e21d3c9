"""The holder's role: keep cards and keys encrypted, match requests, consent, present."""

from krid.wallet.cards import Card
from krid.wallet.consent import Candidate, Consent, Matched, NoMatch, Selection
from krid.wallet.history import HistoryEntry
from krid.wallet.wallet import Wallet

__all__ = [
    "Candidate",
    "Card",
    "Consent",
    "HistoryEntry",
    "Matched",
    "NoMatch",
    "Selection",
    "Wallet",
]
