"""Inventing families for people who were invented: their households, told as births and marriages.

What is left to do follows from the register: households whose head has no entry yet. So it may be
killed and begun again. The same seed and the same people have the same families.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, final

from sqlalchemy import Select, exists, select

from krid.cardtypes import Sex
from krid.registrar.book.act import Row
from krid.registrar.book.book import Book
from krid.registrar.book.schema import FAMILY_ENTRY, HOUSEHOLD, PERSON, RESIDENCE
from krid.registrar.draws import Draws
from krid.registrar.family.values import EventKind, NewEntry, NewEvent
from krid.registrar.people import Relation

HOUSEHOLDS: Final = 200
"""In one transaction, which takes some tenths of a second."""

_GROWN: Final = timedelta(days=20 * 366)
_ADOPTED: Final = 50
"""One child in so many came by adoption, from parents whom nobody knows."""

_DIVORCED: Final = 3
"""One in so many pairs of people who live alone were once married to each other."""

_APART: Final = timedelta(days=8 * 366)


class Families(NamedTuple):
    """Entries and events of some households."""

    entries: list[NewEntry]
    events: list[NewEvent]


@final
@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household."""

    id: str
    number: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex | None = field(repr=False)
    relation: Relation = field(repr=False)
    address: str = field(repr=False)


def invent_families(
    book: Book, seed: str, *, day: date, size: int = HOUSEHOLDS
) -> Iterator[Families]:
    """Invent the families of invented people who have no entry, some households at a time.

    Whoever takes them enters them (`Family.enter_many`) before the next are asked for.

    Raises:
        StoreError: `register.database`.
    """
    last = ""
    while True:
        with book.reading() as connection:
            heads = connection.execute(_heads(last, size)).all()
            members = connection.execute(_members([row.id for row in heads])).mappings()
            households = _households(map(dict, members))
        if not heads:
            return
        last = heads[-1].number
        yield families_of(households, seed, day=day)


def _heads(after: str, size: int) -> Select[Any]:
    has_entry = exists().where(FAMILY_ENTRY.c.person_id == PERSON.c.id)
    statement = (
        select(HOUSEHOLD.c.id, PERSON.c.number)
        .join(PERSON, PERSON.c.id == HOUSEHOLD.c.head)
        .where(PERSON.c.number > after, PERSON.c.invented, ~has_entry)
    )
    return statement.order_by(PERSON.c.number).limit(size)


def _members(households: Sequence[str]) -> Select[Any]:
    has_entry = exists().where(FAMILY_ENTRY.c.person_id == PERSON.c.id)
    columns = (PERSON.c.id, PERSON.c.number, PERSON.c.birth_date, PERSON.c.sex)
    home = (RESIDENCE.c.household_id, RESIDENCE.c.relation, RESIDENCE.c.address)
    statement = select(*columns, *home).join(PERSON, PERSON.c.id == RESIDENCE.c.person_id)
    lives = RESIDENCE.c.until.is_(None) & RESIDENCE.c.household_id.in_(households)
    return statement.where(lives, PERSON.c.invented, ~has_entry).order_by(PERSON.c.number)


def _households(rows: Iterable[Row]) -> list[list[Member]]:
    found: dict[str, list[Member]] = {}
    for row in rows:
        member = Member(
            id=row["id"],
            number=row["number"],
            birth_date=date.fromisoformat(row["birth_date"]),
            sex=None if row["sex"] is None else Sex(row["sex"]),
            relation=Relation(row["relation"]),
            address=row["address"],
        )
        found.setdefault(row["household_id"], []).append(member)
    return sorted(found.values(), key=lambda members: members[0].number)


def families_of(households: Sequence[Sequence[Member]], seed: str, *, day: date) -> Families:
    """Tell households as families; some who live alone were married once."""
    found, alone = Families([], []), list[Member]()
    for members in households:
        heads = [each for each in members if each.relation is Relation.HEAD]
        spouses = [each for each in members if each.relation is Relation.SPOUSE]
        children = [each for each in members if each.relation is Relation.CHILD]
        found.entries.extend(NewEntry(person_id=each.id, base=each.address) for each in members)
        draws = Draws(f"{seed}/family/{members[0].number}", 0)
        couple = [*heads, *spouses]
        found.events.extend(_births(couple))
        if len(couple) == 2:
            found.events.extend(_couple(draws, couple, children, day))
        elif len(members) == 1:
            alone += heads
        elif heads:
            found.events.extend(_child(each, heads) for each in children)
    found.events.extend(_divorces(seed, alone, day))
    return found


def _births(people: Sequence[Member]) -> Iterator[NewEvent]:
    """Their parents are people whom nobody invented."""
    for each in people:
        yield NewEvent(kind=EventKind.BIRTH, person_id=each.id, day=each.birth_date)


def _child(child: Member, parents: Sequence[Member]) -> NewEvent:
    others = tuple(each.id for each in parents)
    return NewEvent(kind=EventKind.BIRTH, person_id=child.id, day=child.birth_date, others=others)


def _couple(
    draws: Draws, couple: Sequence[Member], children: Sequence[Member], day: date
) -> Iterator[NewEvent]:
    """Marry two when both are grown and before their children are born, who come after it."""
    first = max(each.birth_date for each in couple) + _GROWN
    last = min([day, *(each.birth_date for each in children)])
    wedding = _between(draws, min(first, last), last)
    one, other = couple
    yield NewEvent(kind=EventKind.MARRIAGE, person_id=one.id, day=wedding, others=(other.id,))
    for child in children:
        if draws.below(_ADOPTED) or child.birth_date == day:
            yield _child(child, couple)
            continue
        yield from _births([child])
        yield NewEvent(
            kind=EventKind.ADOPTION,
            person_id=child.id,
            day=_between(draws, child.birth_date, day),
            others=(one.id, other.id),
        )


def _divorces(seed: str, alone: Sequence[Member], day: date) -> Iterator[NewEvent]:
    """Let some who live alone have been married to each other."""
    for one, other in zip(alone[::2], alone[1::2], strict=False):
        draws = Draws(f"{seed}/divorce/{one.number}", 0)
        first = max(one.birth_date, other.birth_date) + _GROWN
        are_apart = abs(one.birth_date - other.birth_date) > _APART
        if draws.below(_DIVORCED) or one.sex is other.sex or are_apart or first >= day:
            continue
        wedding = _between(draws, first, day)
        for kind, moment in (
            (EventKind.MARRIAGE, wedding),
            (EventKind.DIVORCE, _between(draws, wedding, day)),
        ):
            yield NewEvent(kind=kind, person_id=one.id, day=moment, others=(other.id,))


def _between(draws: Draws, first: date, last: date) -> date:
    return first + timedelta(days=draws.below((last - first).days + 1))
