"""People, papers and homes as the register gives them out and takes them in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from typing import final

from krid._core.strict_json import Json
from krid.cardtypes import Sex
from krid.registrar.resident import CardState


@unique
class PersonState(Enum):
    """Whether a person is a resident still."""

    RESIDENT = "resident"
    DEAD = "dead"
    EMIGRATED = "emigrated"


@unique
class Relation(Enum):
    """What a member of a household is to its head."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"


@unique
class Movers(Enum):
    """Who moves."""

    ALONE = "alone"
    HOUSEHOLD = "household"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A paper or plastic document to be entered; `facts` are what stands on it.

    `chip_key` is the thumbprint of the key in its chip, None for a document without one.
    """

    kind: str
    issued_on: date = field(repr=False)
    facts: Mapping[str, Json] = field(repr=False)
    chip_key: str | None = field(default=None, repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewPerson:
    """A person to be entered, with a home and documents; nothing of it shows in `repr`."""

    number: str
    birth_date: date
    sex: Sex | None
    facts: Mapping[str, str]
    address: str
    since: date
    portrait: bytes | None
    invented: bool
    documents: tuple[NewDocument, ...] = ()
    household: str | None = None
    relation: Relation = Relation.HEAD


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the register; `id` is the register's handle and says nothing of them."""

    id: str
    number: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex | None = field(repr=False)
    facts: Mapping[str, str] = field(repr=False)
    portrait: bytes = field(repr=False)
    invented: bool
    state: PersonState
    ended_on: date | None = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """Where a person lived from a day on, up to and without another; None while it lasts."""

    person_id: str
    household_id: str
    relation: Relation = field(repr=False)
    address: str = field(repr=False)
    since: date = field(repr=False)
    until: date | None = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of a person; `chip_key` is None where it has no chip."""

    id: str
    person_id: str
    kind: str
    state: CardState
    issued_on: date = field(repr=False)
    facts: Mapping[str, Json] = field(repr=False)
    chip_key: str | None = field(repr=False)
    chip_blocked: bool
