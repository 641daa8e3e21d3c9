"""The family register in memory: the port's plain form, and the collection that rules look at."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final, final

from krid.errors import Code, ContentError
from krid.registrar.family.rules import check_correction, check_event
from krid.registrar.family.values import EventKind, FamilyEvent, NewEntry, NewEvent, Relative

_RANK: Final = {
    kind: rank
    for rank, kind in enumerate(
        (
            EventKind.BIRTH,
            EventKind.ADOPTION_END,
            EventKind.ADOPTION,
            EventKind.FULL_ADOPTION,
            EventKind.DIVORCE,
            EventKind.MARRIAGE,
            EventKind.DEATH,
        )
    )
}
"""The order of what happens on one day: what ends comes before what begins."""


@final
class Snapshot:
    """People and the events that hold between them, by person; as `Families`."""

    def __init__(self, relatives: Iterable[Relative] = ()) -> None:
        self.relatives: Final = {each.id: each for each in relatives}
        self._events: Final[dict[str, list[FamilyEvent]]] = {}

    def relative(self, person_id: str) -> Relative:
        """Find a person.

        Raises:
            ContentError: `register.unknown`.
        """
        found = self.relatives.get(person_id)
        if found is None:
            raise ContentError(Code.REGISTER_UNKNOWN)
        return found

    def events_of(self, person_id: str) -> list[FamilyEvent]:
        """List the events about a person, the earliest first."""
        return self._events.get(person_id, [])

    def enter(self, entry: NewEntry) -> None:
        """Give a person an entry.

        Raises:
            ContentError: `register.unknown`, `family.entry` for who has one.
        """
        person = self.relative(entry.person_id)
        if person.entry is not None:
            raise ContentError(Code.FAMILY_ENTRY)
        self.relatives[person.id] = replace(person, entry=entry)

    def add(self, event: FamilyEvent) -> None:
        """Put an event in its place with everybody whom it is about."""
        for person_id in event.people:
            kept = self._events.setdefault(person_id, [])
            kept.append(event)
            kept.sort(key=lambda each: (each.day, _RANK[each.kind], each.id))

    def drop(self, event: FamilyEvent) -> None:
        """Take an event away."""
        for person_id in event.people:
            self._events[person_id].remove(event)


@final
class FamilyInMemory:
    """A family register for demonstrations and tests: the same rules, and no log.

    >>> from datetime import date
    >>> from krid.cardtypes import Sex
    >>> mother, child = (
    ...     Relative(id=name, name=name, number=name, birth_date=born, sex=Sex.FEMALE)
    ...     for name, born in (("m", date(1980, 1, 1)), ("c", date(2010, 5, 5)))
    ... )
    >>> register = FamilyInMemory([mother, child], day=date(2026, 6, 1))
    >>> for each in "mc":
    ...     register.enter(NewEntry(person_id=each, base="Sampleton 1"))
    >>> register.record(
    ...     NewEvent(
    ...         kind=EventKind.BIRTH, person_id="c", day=date(2010, 5, 5), others=("m",)
    ...     )
    ... )
    'e-1'
    >>> [event.kind.value for event in register.history("m")]
    ['birth']
    """

    def __init__(self, people: Iterable[Relative], *, day: date) -> None:
        self.families: Final = Snapshot(people)
        self._day: Final = day
        self._history: Final[list[FamilyEvent]] = []

    def enter(self, entry: NewEntry) -> None:
        """Give a person an entry; as `Family.enter`."""
        self.families.enter(entry)

    def record(self, event: NewEvent) -> str:
        """Record an event and return its handle; as `Family.record`."""
        check_event(self.families, event, today=self._day)
        made = event_of(f"e-{len(self._history) + 1}", event)
        self.families.add(made)
        self._history.append(made)
        return made.id

    def correct(self, event_id: str) -> str:
        """Take an event back; as `Family.correct`."""
        at = next((at for at, each in enumerate(self._history) if each.id == event_id), None)
        if at is None or self._history[at].kind is EventKind.CORRECTION:
            raise ContentError(Code.FAMILY_UNKNOWN)
        event = self._history[at]
        if event.is_corrected:
            raise ContentError(Code.FAMILY_REPEATED, EventKind.CORRECTION.value)
        take_back(self.families, event)
        self._history[at] = replace(event, is_corrected=True)
        made = correction_of(f"e-{len(self._history) + 1}", event, self._day)
        self._history.append(made)
        return made.id

    def history(self, person_id: str) -> tuple[FamilyEvent, ...]:
        """List everything about a person, also what was corrected, the earliest first."""
        return in_order(each for each in self._history if person_id in each.people)


def event_of(handle: str, event: NewEvent) -> FamilyEvent:
    """Make an event that holds."""
    return FamilyEvent(
        id=handle, kind=event.kind, person_id=event.person_id, day=event.day, others=event.others
    )


def correction_of(handle: str, event: FamilyEvent, day: date) -> FamilyEvent:
    """Make the event that takes another back."""
    return FamilyEvent(
        id=handle,
        kind=EventKind.CORRECTION,
        person_id=event.person_id,
        day=day,
        others=event.others,
        corrects=event.id,
    )


def take_back(families: Snapshot, event: FamilyEvent) -> None:
    """Take an event away if nothing rests on it.

    Raises:
        ContentError: `family.order`; then all is as it was.
    """
    families.drop(event)
    try:
        check_correction(families, event)
    except ContentError:
        families.add(event)
        raise


def in_order(events: Iterable[FamilyEvent]) -> tuple[FamilyEvent, ...]:
    """Sort a history: by day, and on one day by kind."""
    last = len(_RANK)
    return tuple(sorted(events, key=lambda each: (each.day, _RANK.get(each.kind, last), each.id)))
