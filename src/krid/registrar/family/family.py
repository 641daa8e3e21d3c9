"""The family register in the database: entries, events, corrections, each with its line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, final

from sqlalchemy import Connection, Select, or_, select

from krid.cardtypes import Sex
from krid.errors import Code, ContentError
from krid.registrar.book.act import Act, Line, Row
from krid.registrar.book.book import make_note
from krid.registrar.book.schema import FAMILY_ENTRY, FAMILY_EVENT, PERSON
from krid.registrar.book.values import read_json
from krid.registrar.country import check_line
from krid.registrar.family.memory import (
    Snapshot,
    correction_of,
    event_of,
    in_order,
    take_back,
)
from krid.registrar.family.rules import check_event
from krid.registrar.family.values import EventKind, FamilyEvent, NewEntry, NewEvent, Relative
from krid.registrar.people import PersonState
from krid.registrar.work import Core, Work

_AT_ONCE: Final = 500
"""Handles in one question, as in `krid.registrar.entering`."""

_HOPS: Final = 3
"""From a person to the spouse of whoever adopted a child of theirs: no rule looks further."""


@final
class Family:
    """The family register. It knows people who were entered as residents, also those who left."""

    def __init__(self, core: Core) -> None:
        self._core: Final = core

    def enter(self, entry: NewEntry, *, actor: str, reason: str, now: datetime) -> None:
        """Give a person an entry.

        Raises:
            ContentError: `register.unknown`; `register.person` for a text that is no line;
                `family.entry` for who has one.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        subject = entry.person_id
        with self._core.work("family", subject, actor=actor, reason=reason, now=now) as work:
            _hold(work, [subject])
            families = load(work.act.connection, [subject], hops=0)
            _enter(families, entry)
            work.act.insert(work.line, FAMILY_ENTRY, _entry_row(self._core, entry))

    def record(self, event: NewEvent, *, actor: str, reason: str, now: datetime) -> str:
        """Record an event and return its handle.

        The death of a resident is told to the resident register (`Residents.leave`), which
        records it here.

        Raises:
            ContentError: `register.unknown`, `family.*` by the rule that it breaks.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        subject = event.person_id
        with self._core.work("family", subject, actor=actor, reason=reason, now=now) as work:
            held = _hold(work, [subject, *event.others])
            _check_told_here(event, held)
            families = load(work.act.connection, list(held))
            check_event(families, event, today=work.day)
            made = event_of(self._core.handle("e"), event)
            work.act.insert(work.line, FAMILY_EVENT, _event_row(made))
        return made.id

    def correct(self, event_id: str, *, actor: str, reason: str, now: datetime) -> str:
        """Say that an event never was; it stays in the history. Returns the correction's handle.

        What was true instead is recorded afterwards, as an event of its own.

        Raises:
            ContentError: `family.unknown`; `family.repeated` for what was corrected already;
                `family.order` where another event rests on it.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        with self._core.work("correct", event_id, actor=actor, reason=reason, now=now) as work:
            event = _event(work.act.find(FAMILY_EVENT, event_id))
            if event.kind is EventKind.CORRECTION:
                raise ContentError(Code.FAMILY_UNKNOWN)
            _hold(work, event.people)
            row = work.act.find(FAMILY_EVENT, event_id)
            if row["corrected"]:
                raise ContentError(Code.FAMILY_REPEATED, EventKind.CORRECTION.value)
            take_back(load(work.act.connection, event.people), event)
            work.act.update(work.line, FAMILY_EVENT, row, corrected=1)
            made = correction_of(self._core.handle("e"), event, work.day)
            work.act.insert(work.line, FAMILY_EVENT, _event_row(made))
        return made.id

    def enter_many(
        self,
        entries: Sequence[NewEntry],
        events: Sequence[NewEvent],
        *,
        actor: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Enter many people with what happened among them, all of it or nothing.

        Each person has one line in the log. As `enter` and `record`, but that a refusal is no
        line, and that events are checked in the order in which they come.
        """
        day = self._core.country.day(now)
        with self._core.book.entering() as act:
            lines = _Lines(act, actor, reason, now)
            people = {each.person_id for each in entries}
            people |= {person for event in events for person in (event.person_id, *event.others)}
            held = _hold_many(act.connection, people)
            families = load(act.connection, people)
            for entry in entries:
                _enter(families, entry)
            rows = [(lines.of(each.person_id), _entry_row(self._core, each)) for each in entries]
            act.insert_many(FAMILY_ENTRY, rows)
            made = list[tuple[Line, Row]]()
            for event in events:
                _check_told_here(event, held)
                check_event(families, event, today=day)
                one = event_of(self._core.handle("e"), event)
                families.add(one)
                made.append((lines.of(one.person_id), _event_row(one)))
            act.insert_many(FAMILY_EVENT, made)

    def history(self, person_id: str) -> tuple[FamilyEvent, ...]:
        """List everything about a person, also what was corrected, the earliest first.

        Raises:
            StoreError: `register.database`.
        """
        with self._core.book.reading() as connection:
            return in_order(map(_event, _about(connection, [person_id])))

    def families(self, person_id: str) -> Snapshot:
        """Read a person with the relatives that certificates look at.

        Raises:
            ContentError: `register.unknown`.
            StoreError: `register.database`.
        """
        with self._core.book.snapshot() as connection:
            found = load(connection, [person_id])
        found.relative(person_id)
        return found


def note_death(work: Work, person_id: str, day: date) -> None:
    """Record the death of somebody who is held and has an entry, unless it is known.

    Raises:
        ContentError: `family.day` for a day before something that the person did.
    """
    families = load(work.act.connection, [person_id])
    if families.relative(person_id).entry is None:
        return
    if any(each.kind is EventKind.DEATH for each in families.events_of(person_id)):
        return
    death = NewEvent(kind=EventKind.DEATH, person_id=person_id, day=day)
    check_event(families, death, today=work.day)
    row = _event_row(event_of(work.core.handle("e"), death))
    work.act.insert(work.line, FAMILY_EVENT, row)


@final
class _Lines:
    """One line of the log for each person."""

    def __init__(self, act: Act, actor: str, reason: str, now: datetime) -> None:
        self._act: Final = act
        self._words: Final = (actor, reason, now)
        self._lines: Final[dict[str, Line]] = {}

    def of(self, person_id: str) -> Line:
        """Find the line of a person, or begin it."""
        if person_id not in self._lines:
            actor, reason, now = self._words
            note = make_note(
                actor=actor, action="family", subject=person_id, reason=reason, now=now
            )
            self._lines[person_id] = self._act.line(note)
        return self._lines[person_id]


def load(connection: Connection, people: Iterable[str], *, hops: int = _HOPS) -> Snapshot:
    """Read people with their events, and those of everybody who is so many events away."""
    found, events, seen = Snapshot(), dict[str, FamilyEvent](), set[str]()
    fresh = set(people)
    for hop in range(hops + 1):
        for relative in _relatives(connection, fresh):
            found.relatives[relative.id] = relative
        seen |= fresh
        for event in map(_event, _about(connection, fresh)):
            if event.kind is not EventKind.CORRECTION and not event.is_corrected:
                events[event.id] = event
        fresh = {person for event in events.values() for person in event.people} - seen
        if hop == hops or not fresh:
            break
    for relative in _relatives(connection, fresh):
        found.relatives[relative.id] = relative
    for event in events.values():
        found.add(event)
    return found


def _relatives(connection: Connection, people: Iterable[str]) -> Iterator[Relative]:
    columns = (PERSON, FAMILY_ENTRY.c.base, FAMILY_ENTRY.c.origin)
    joined = select(*columns).outerjoin(FAMILY_ENTRY, FAMILY_ENTRY.c.person_id == PERSON.c.id)
    for some in _some(people):
        for row in _rows(connection, joined.where(PERSON.c.id.in_(some))):
            yield _relative(row)


def _about(connection: Connection, people: Iterable[str]) -> Iterator[Row]:
    for some in _some(people):
        about = or_(
            FAMILY_EVENT.c.person_id.in_(some),
            FAMILY_EVENT.c.first.in_(some),
            FAMILY_EVENT.c.second.in_(some),
        )
        yield from _rows(connection, select(FAMILY_EVENT).where(about))


def _some(people: Iterable[str]) -> Iterator[list[str]]:
    every = sorted(people)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _rows(connection: Connection, statement: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(statement).mappings()]


def _hold(work: Work, people: Iterable[str]) -> Mapping[str, Row]:
    """Hold people, always in one order."""
    return {each: work.hold_person(each) for each in sorted(set(people))}


def _hold_many(connection: Connection, people: Iterable[str]) -> Mapping[str, Row]:
    held: dict[str, Row] = {}
    for some in _some(people):
        statement = select(PERSON).where(PERSON.c.id.in_(some)).order_by(PERSON.c.id)
        rows = _rows(connection, statement.with_for_update())
        if len(rows) != len(some):
            raise ContentError(Code.REGISTER_UNKNOWN)
        held |= {row["id"]: row for row in rows}
    return held


def _check_told_here(event: NewEvent, held: Mapping[str, Row]) -> None:
    """Deaths of residents are told to the resident register, so that their cards end."""
    is_resident = held[event.person_id]["state"] == PersonState.RESIDENT.value
    if event.kind is EventKind.DEATH and is_resident:
        raise ContentError(Code.FAMILY_EVENT, "of a resident: tell the resident register")


def _enter(families: Snapshot, entry: NewEntry) -> None:
    check_line("base", entry.base)
    if entry.origin is not None:
        check_line("origin", entry.origin)
    families.enter(entry)


def _relative(row: Row) -> Relative:
    entry = None
    if row["base"] is not None:
        entry = NewEntry(person_id=row["id"], base=row["base"], origin=row["origin"])
    return Relative(
        id=row["id"],
        name=_name(read_json(row["facts"])),
        number=row["number"],
        birth_date=date.fromisoformat(row["birth_date"]),
        sex=None if row["sex"] is None else Sex(row["sex"]),
        entry=entry,
    )


def _name(facts: Mapping[str, str]) -> str:
    """Return the name as one text, or in its parts where a country keeps those."""
    parts = [facts[each] for each in ("given_name", "family_name") if each in facts]
    return facts.get("name") or " ".join(parts)


def _event(row: Row) -> FamilyEvent:
    return FamilyEvent(
        id=row["id"],
        kind=EventKind(row["kind"]),
        person_id=row["person_id"],
        day=date.fromisoformat(row["day"]),
        others=tuple(each for each in (row["first"], row["second"]) if each is not None),
        is_corrected=bool(row["corrected"]),
        corrects=row["corrects"],
    )


def _entry_row(core: Core, entry: NewEntry) -> Row:
    return {
        "id": core.handle("f"),
        "person_id": entry.person_id,
        "base": entry.base,
        "origin": entry.origin,
    }


def _event_row(event: FamilyEvent) -> Row:
    first, second = (*event.others, None, None)[:2]
    return {
        "id": event.id,
        "kind": event.kind.value,
        "person_id": event.person_id,
        "first": first,
        "second": second,
        "day": event.day.isoformat(),
        "corrected": int(event.is_corrected),
        "corrects": event.corrects,
    }
