"""The resident register of a country, and the life of its mobile cards.

`Register`, `Office` and `sample_register` are the smallest real form, in memory, for
demonstrations. `Registrar` is the whole, in a database that any number of processes share (extra
`registrar`): residents with their homes and papers, a log that every change goes through, cards
from the application to the end, and bulk issue. Which cards there are is declared in files
(`krid.cardtypes`).

>>> from datetime import date
>>> register = sample_register(day=date(2026, 6, 1))
>>> check_eligible(
...     register.resident("sample-hong-gildong"),
...     register.card("sample-hong-gildong"),
...     day=date(2026, 6, 1),
...     active_phone=register.active_phone("sample-hong-gildong"),
... )
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from krid.cardtypes import Sex
from krid.errors import Code, MisuseError
from krid.registrar.chip_pin import CHIP_TRIES, PinnedChip
from krid.registrar.country import Country
from krid.registrar.csv_load import CsvErrors, Numbered, check_people, read_people
from krid.registrar.eligibility import MINIMUM_AGE, check_eligible
from krid.registrar.family.certificate import (
    CertificateLine,
    FamilyCertificate,
    FamilyOrder,
    certify,
)
from krid.registrar.family.csv_family import read_family
from krid.registrar.family.memory import FamilyInMemory
from krid.registrar.family.values import (
    EventKind,
    Families,
    FamilyEvent,
    NewEntry,
    NewEvent,
    Relative,
)
from krid.registrar.ic_card import Answer, Challenge, IcCard
from krid.registrar.invent import Inventor
from krid.registrar.lifecycle import STEPS, Hold, Role, Stage, Step
from krid.registrar.mobile import IssuedEntry, MobileCard, Via
from krid.registrar.office import QR_PREFIX, TICKET_LIFETIME, Office, Ticket
from krid.registrar.parties import (
    FormerName,
    NewParty,
    Overasked,
    PartyRegister,
    PartyState,
    PartyStep,
    RelyingParty,
    Use,
)
from krid.registrar.party_list import PartyList
from krid.registrar.people import (
    Document,
    Movers,
    NewDocument,
    NewPerson,
    Person,
    PersonState,
    Relation,
    Residence,
)
from krid.registrar.phones import InventedPhones
from krid.registrar.register import Entry, Register
from krid.registrar.resident import CardState, PhysicalCard, Resident, ResidentNumber
from krid.registrar.samples import sample_register

if TYPE_CHECKING:
    from krid.registrar.authority import SampleAuthority
    from krid.registrar.book.audit import Audited
    from krid.registrar.book.book import Book
    from krid.registrar.book.chain import Head
    from krid.registrar.bulk import Outcome
    from krid.registrar.bulk_run import BulkIssue
    from krid.registrar.cards import Cards
    from krid.registrar.desk import Desk
    from krid.registrar.family.family import Family
    from krid.registrar.log import Log, LogLine
    from krid.registrar.party_book import PartyBook, RegistrationSigner
    from krid.registrar.registrar import Registrar
    from krid.registrar.residents import Residents
    from krid.registrar.signing import CardSigner
    from krid.registrar.work import Noted

__all__ = [
    "CHIP_TRIES",
    "MINIMUM_AGE",
    "QR_PREFIX",
    "STEPS",
    "TICKET_LIFETIME",
    "Answer",
    "Audited",
    "Book",
    "BulkIssue",
    "CardSigner",
    "CardState",
    "Cards",
    "CertificateLine",
    "Challenge",
    "Country",
    "CsvErrors",
    "Desk",
    "Document",
    "Entry",
    "EventKind",
    "Families",
    "Family",
    "FamilyCertificate",
    "FamilyEvent",
    "FamilyInMemory",
    "FamilyOrder",
    "FormerName",
    "Head",
    "Hold",
    "IcCard",
    "InventedPhones",
    "Inventor",
    "IssuedEntry",
    "Log",
    "LogLine",
    "MobileCard",
    "Movers",
    "NewDocument",
    "NewEntry",
    "NewEvent",
    "NewParty",
    "NewPerson",
    "Noted",
    "Numbered",
    "Office",
    "Outcome",
    "Overasked",
    "PartyBook",
    "PartyList",
    "PartyRegister",
    "PartyState",
    "PartyStep",
    "Person",
    "PersonState",
    "PhysicalCard",
    "PinnedChip",
    "Register",
    "Registrar",
    "RegistrationSigner",
    "Relation",
    "Relative",
    "RelyingParty",
    "Residence",
    "Resident",
    "ResidentNumber",
    "Residents",
    "Role",
    "SampleAuthority",
    "Sex",
    "Stage",
    "Step",
    "Ticket",
    "Use",
    "Via",
    "certify",
    "check_eligible",
    "check_people",
    "read_family",
    "read_people",
    "sample_register",
]

_WITH_DATABASE: Final = {
    "Audited": "book.audit",
    "Book": "book.book",
    "BulkIssue": "bulk_run",
    "CardSigner": "signing",
    "Cards": "cards",
    "Desk": "desk",
    "Family": "family.family",
    "Head": "book.chain",
    "Log": "log",
    "LogLine": "log",
    "Noted": "work",
    "Outcome": "bulk",
    "PartyBook": "party_book",
    "Registrar": "registrar",
    "RegistrationSigner": "party_book",
    "Residents": "residents",
    "SampleAuthority": "authority",
}


def __getattr__(name: str) -> object:
    """Load what needs a database when it is first used.

    Raises:
        MisuseError: `misuse.extra` where SQLAlchemy or alembic is not installed.
    """
    if name not in _WITH_DATABASE:
        raise AttributeError(f"module 'krid.registrar' has no attribute {name!r}")
    if find_spec("sqlalchemy") is None or find_spec("alembic") is None:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[registrar]'")
    value: object = getattr(import_module(f"krid.registrar.{_WITH_DATABASE[name]}"), name)
    return value
