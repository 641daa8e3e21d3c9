"""Entries and events of the family register as it takes them in and gives them out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from typing import Final, Protocol, final

from krid.cardtypes import Sex


@unique
class EventKind(Enum):
    """What happens in families.

    BIRTH: of a person to up to two parents, none where nobody knows them. ADOPTION: by one person
    or a married couple; the parents by birth stay parents. FULL_ADOPTION: the same, but in law
    there were no other parents ever. ADOPTION_END: the last adoption holds no more. MARRIAGE and
    DIVORCE: of a person and another. DEATH. CORRECTION: an earlier event never was.
    """

    BIRTH = "birth"
    ADOPTION = "adoption"
    FULL_ADOPTION = "full_adoption"
    ADOPTION_END = "adoption_end"
    MARRIAGE = "marriage"
    DIVORCE = "divorce"
    DEATH = "death"
    CORRECTION = "correction"


ADOPTIONS: Final = frozenset({EventKind.ADOPTION, EventKind.FULL_ADOPTION})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A person's entry: the registered base, and the clan's origin where there is one."""

    person_id: str
    base: str = field(repr=False)
    origin: str | None = field(default=None, repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event to be recorded; `others` are parents, adopters or the spouse, by their handles."""

    kind: EventKind
    person_id: str
    day: date = field(repr=False)
    others: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEvent:
    """An event of the register. One that was corrected stays in the history and holds no more.

    `corrects` is the handle of the event that a correction takes back.
    """

    id: str
    kind: EventKind
    person_id: str
    day: date = field(repr=False)
    others: tuple[str, ...] = ()
    is_corrected: bool = False
    corrects: str | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody whom it is about."""
        return (self.person_id, *self.others)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """What the resident register says of a person, and the entry in the family register, if any."""

    id: str
    name: str = field(repr=False)
    number: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex | None = field(repr=False)
    entry: NewEntry | None = field(default=None, repr=False)


class Families(Protocol):
    """The port: what rules and certificates look at, in memory or read from a database."""

    def relative(self, person_id: str) -> Relative:
        """Find a person.

        Raises:
            ContentError: `register.unknown`.
        """
        ...

    def events_of(self, person_id: str) -> Sequence[FamilyEvent]:
        """List all events about a person that hold, the earliest first."""
        ...
