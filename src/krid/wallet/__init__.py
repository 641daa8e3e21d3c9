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
from krid.wallet.guardian import Guardian
from krid.wallet.guards import (
    NO_PROMPT,
    PER_USE,
    STANDARD_CHECKS,
    Freshness,
    Guard,
    NoPrompt,
    Prompt,
    Use,
    UserChecks,
)
from krid.wallet.history import HistoryEntry
from krid.wallet.notes import Notes
from krid.wallet.opening import authenticators_of
from krid.wallet.unlocking import WalletUnlocking
from krid.wallet.wallet import Wallet

__all__ = [
    "NO_PROMPT",
    "NO_REGISTRATIONS",
    "PER_USE",
    "STANDARD_CHECKS",
    "Asking",
    "Candidate",
    "Card",
    "Consent",
    "Freshness",
    "Guard",
    "Guardian",
    "HistoryEntry",
    "Matched",
    "NoMatch",
    "NoPrompt",
    "NoRegistrations",
    "Notes",
    "Prompt",
    "RefuseBeyond",
    "Registered",
    "RegistrationRule",
    "Selection",
    "ShowBeyond",
    "Unregistered",
    "Use",
    "UserChecks",
    "Wallet",
    "WalletUnlocking",
    "authenticators_of",
]
