"""People for the tests of the family register: three generations, and both forms of the port."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, Protocol

import registers
from registers import DAY, note

from krid.cardtypes import Sex
from krid.registrar.family.certificate import (
    CertificateLine,
    FamilyCertificate,
    FamilyOrder,
    certify,
)
from krid.registrar.family.memory import FamilyInMemory
from krid.registrar.family.values import (
    EventKind,
    Families,
    FamilyEvent,
    NewEntry,
    NewEvent,
    Relative,
)
from krid.registrar.registrar import Registrar

BORN: Final = {
    "grandpa": (date(1940, 1, 1), Sex.MALE),
    "grandma": (date(1942, 1, 1), Sex.FEMALE),
    "father": (date(1970, 1, 1), Sex.MALE),
    "mother": (date(1972, 1, 1), Sex.FEMALE),
    "uncle": (date(1974, 1, 1), Sex.MALE),
    "stranger": (date(1975, 1, 1), Sex.FEMALE),
    "son": (date(2000, 1, 1), Sex.MALE),
    "daughter": (date(2012, 1, 1), Sex.FEMALE),
    "stepsister": (date(2001, 1, 1), Sex.FEMALE),
}


class Book(Protocol):
    """What both forms have."""

    def enter(self, name: str) -> None: ...

    def record(self, kind: EventKind, name: str, day: date, *others: str) -> str: ...

    def correct(self, event_id: str) -> str: ...

    def history(self, name: str) -> Sequence[FamilyEvent]: ...

    def families(self, name: str) -> Families: ...

    def id(self, name: str) -> str: ...


class InMemory:
    def __init__(self) -> None:
        people = [
            Relative(
                id=name, name=name, number=f"{born:%y}1301-1{at:06d}", birth_date=born, sex=sex
            )
            for at, (name, (born, sex)) in enumerate(BORN.items())
        ]
        self._register = FamilyInMemory(people, day=DAY)

    def enter(self, name: str) -> None:
        self._register.enter(NewEntry(person_id=name, base="견본로 13"))

    def record(self, kind: EventKind, name: str, day: date, *others: str) -> str:
        return self._register.record(NewEvent(kind=kind, person_id=name, day=day, others=others))

    def correct(self, event_id: str) -> str:
        return self._register.correct(event_id)

    def history(self, name: str) -> Sequence[FamilyEvent]:
        return self._register.history(name)

    def families(self, _name: str) -> Families:
        return self._register.families

    def id(self, name: str) -> str:
        return name


class InDatabase:
    def __init__(self, registrar: Registrar, known: dict[str, str] | None = None) -> None:
        self.registrar = registrar
        self.handles = known or self._enter()

    def _enter(self) -> dict[str, str]:
        new = [
            registers.person(at, born=born, sex=sex, facts=named(name))
            for at, (name, (born, sex)) in enumerate(BORN.items())
        ]
        handles = self.registrar.residents.enter_many(new, **note())
        return dict(zip(BORN, handles, strict=True))

    def enter(self, name: str) -> None:
        entry = NewEntry(person_id=self.id(name), base="견본로 13")
        self.registrar.family.enter(entry, **note())

    def record(self, kind: EventKind, name: str, day: date, *others: str) -> str:
        people = tuple(map(self.id, others))
        event = NewEvent(kind=kind, person_id=self.id(name), day=day, others=people)
        return self.registrar.family.record(event, **note())

    def correct(self, event_id: str) -> str:
        return self.registrar.family.correct(event_id, **note())

    def history(self, name: str) -> Sequence[FamilyEvent]:
        return self.registrar.family.history(self.id(name))

    def families(self, name: str) -> Families:
        return self.registrar.family.families(self.id(name))

    def id(self, name: str) -> str:
        return self.handles.get(name, name)


def named(name: str) -> dict[str, str]:
    return {"name": name, "family_name_latin": "Gyeon", "given_name_latin": "Nuram"}


def bear(book: Book, name: str, *parents: str) -> str:
    return book.record(EventKind.BIRTH, name, BORN[name][0], *parents)


def told(book: Book) -> None:
    """Tell three generations: a couple with a son of theirs, and a daughter of the father's."""
    for name in BORN:
        book.enter(name)
    book.record(EventKind.MARRIAGE, "grandpa", date(1965, 5, 5), "grandma")
    for name in ("father", "uncle"):
        bear(book, name, "grandpa", "grandma")
    for name in ("grandpa", "grandma", "mother", "stranger"):
        bear(book, name)
    book.record(EventKind.MARRIAGE, "father", date(1999, 5, 5), "mother")
    bear(book, "son", "father", "mother")
    bear(book, "stepsister", "mother")
    bear(book, "daughter", "father", "stranger")


def certified(
    book: Book, name: str, kind: FamilyCertificate, *lines: CertificateLine, day: date = DAY
) -> dict[str, Any]:
    order = FamilyOrder(kind, frozenset(lines))
    return dict(certify(book.families(name), book.id(name), order, day=day))


def relations(book: Book, name: str, kind: FamilyCertificate, *lines: CertificateLine) -> list[str]:
    return [
        f"{each['relation']} {each['name']}"
        for each in certified(book, name, kind, *lines)["relations"]
    ]


Act = Callable[[Book], object]
