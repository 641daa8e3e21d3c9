"""The resident register in its smallest real form: people, plastic cards, phones, office tickets.

It lives in memory and is meant for demonstrations and tests. What a state adds, households,
moves, the life cycle of a card and storage, is not here.

>>> from datetime import date
>>> register = sample_register(day=date(2026, 6, 1))
>>> check_eligible(
...     register.resident("sample-hong-gildong"),
...     register.card("sample-hong-gildong"),
...     day=date(2026, 6, 1),
...     active_phone=register.active_phone("sample-hong-gildong"),
... )
"""

from krid.cardtypes import Sex
from krid.registrar.eligibility import MINIMUM_AGE, check_eligible
from krid.registrar.office import QR_PREFIX, TICKET_LIFETIME, Office, Ticket
from krid.registrar.register import Entry, Register
from krid.registrar.resident import CardState, PhysicalCard, Resident, ResidentNumber
from krid.registrar.samples import sample_register

__all__ = [
    "MINIMUM_AGE",
    "QR_PREFIX",
    "TICKET_LIFETIME",
    "CardState",
    "Entry",
    "Office",
    "PhysicalCard",
    "Register",
    "Resident",
    "ResidentNumber",
    "Sex",
    "Ticket",
    "check_eligible",
    "sample_register",
]
