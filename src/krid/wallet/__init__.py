"""The holder's role: keep cards and keys encrypted, match requests, consent, present."""

from krid.wallet.asking import (
    NO_REGISTRATIONS,
    Asking,
    NoRegistrations,
    RefuseBeyond,
    Registered,
    RegistrationRule,
    ShowBeyond,
    Unregistered,
)
from krid.wallet.cards import Card
from krid.wallet.consent import Candidate, Consent, Matched, NoMatch, Selection
from krid.wallet.history import HistoryEntry
from krid.wallet.wallet import Wallet

__all__ = [
    "NO_REGISTRATIONS",
    "Asking",
    "Candidate",
    "Card",
    "Consent",
    "HistoryEntry",
    "Matched",
    "NoMatch",
    "NoRegistrations",
    "RefuseBeyond",
    "Registered",
    "RegistrationRule",
    "Selection",
    "ShowBeyond",
    "Unregistered",
    "Wallet",
]
