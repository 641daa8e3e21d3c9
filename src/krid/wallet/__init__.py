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
from krid.wallet.cards import Card, RefusedCard
from krid.wallet.consent import Candidate, Consent, Matched, NoMatch, Selection
from krid.wallet.guardian import Guardian
from krid.wallet.guarding import WalletGuards
from krid.wallet.guards import (
    ANY_USE,
    AT_OPENING,
    NO_PROMPT,
    PER_USE,
    PIN_AND_USER,
    STANDARD_CHECKS,
    AllOf,
    AnyUse,
    Freshness,
    Guard,
    GuardSet,
    KeyGuard,
    NoPrompt,
    Prompt,
    Use,
    UserChecks,
    guard_of,
    needs,
)
from krid.wallet.history import HistoryEntry
from krid.wallet.notes import Notes
from krid.wallet.opening import authenticators_of
from krid.wallet.unlocking import WalletUnlocking
from krid.wallet.wallet import Wallet

__all__ = [
    "ANY_USE",
    "AT_OPENING",
    "NO_PROMPT",
    "NO_REGISTRATIONS",
    "PER_USE",
    "PIN_AND_USER",
    "STANDARD_CHECKS",
    "AllOf",
    "AnyUse",
    "Asking",
    "Candidate",
    "Card",
    "Consent",
    "Freshness",
    "Guard",
    "GuardSet",
    "Guardian",
    "HistoryEntry",
    "KeyGuard",
    "Matched",
    "NoMatch",
    "NoPrompt",
    "NoRegistrations",
    "Notes",
    "Prompt",
    "RefuseBeyond",
    "RefusedCard",
    "Registered",
    "RegistrationRule",
    "Selection",
    "ShowBeyond",
    "Unregistered",
    "Use",
    "UserChecks",
    "Wallet",
    "WalletGuards",
    "WalletUnlocking",
    "authenticators_of",
    "guard_of",
    "needs",
]
