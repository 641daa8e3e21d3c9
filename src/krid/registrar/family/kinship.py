"""What follows from events: marriages with their ends, parents in law and by birth, children."""

from datetime import date
from typing import Final, NamedTuple

from krid.errors import Code, ContentError
from krid.registrar.family.values import ADOPTIONS, EventKind, Families, FamilyEvent, Relative

_OF_TWO: Final = frozenset({EventKind.MARRIAGE, EventKind.DIVORCE})


class Marriage(NamedTuple):
    """A marriage as one of the two sees it; `until` and `ended_by` are None while it lasts."""

    spouse_id: str
    since: date
    until: date | None
    ended_by: EventKind | None

    def lasted_on(self, day: date) -> bool:
        """Tell whether the two were married on a day; on the day of the end they are not."""
        return self.since <= day and (self.until is None or day < self.until)


def other_of(event: FamilyEvent, person_id: str) -> str:
    """Return the other one of a marriage or divorce."""
    return event.others[0] if event.person_id == person_id else event.person_id


def died_on(families: Families, person_id: str) -> date | None:
    """Return the day of a person's death."""
    for event in families.events_of(person_id):
        if event.kind is EventKind.DEATH:
            return event.day
    return None


def marriages(families: Families, person_id: str) -> list[Marriage]:
    """List a person's marriages, the earliest first; the same two may marry again."""
    found = [each for each in families.events_of(person_id) if each.kind is EventKind.MARRIAGE]
    return [_marriage(families, event, person_id) for event in found]


def _marriage(families: Families, event: FamilyEvent, person_id: str) -> Marriage:
    spouse = other_of(event, person_id)
    divorce = _divorce_of(families, event, person_id)
    ends = [] if divorce is None else [(divorce.day, EventKind.DIVORCE)]
    for each in (person_id, spouse):
        died = died_on(families, each)
        if died is not None:
            ends.append((died, EventKind.DEATH))
    if not ends:
        return Marriage(spouse, event.day, None, None)
    return Marriage(spouse, event.day, *min(ends, key=lambda end: end[0]))


def _divorce_of(families: Families, marriage: FamilyEvent, person_id: str) -> FamilyEvent | None:
    """Find the end of a marriage: the second divorce of two ends their second marriage."""
    pair, both = set(marriage.people), families.events_of(person_id)
    theirs = [each for each in both if each.kind in _OF_TWO and set(each.people) == pair]
    begun = [each for each in theirs if each.kind is EventKind.MARRIAGE]
    ended = [each for each in theirs if each.kind is EventKind.DIVORCE]
    at = [each.id for each in begun].index(marriage.id)
    return ended[at] if at < len(ended) else None


def spouse_on(families: Families, person_id: str, day: date) -> str | None:
    """Return whom a person was married to on a day."""
    for marriage in marriages(families, person_id):
        if marriage.lasted_on(day):
            return marriage.spouse_id
    return None


def birth_parents(families: Families, person_id: str) -> tuple[str, ...]:
    """Return the parents by birth, as far as they are known."""
    for event in families.events_of(person_id):
        if event.kind is EventKind.BIRTH and event.person_id == person_id:
            return event.others
    return ()


def adoption_on(families: Families, person_id: str, day: date) -> FamilyEvent | None:
    """Return the adoption of a person that holds on a day."""
    held: FamilyEvent | None = None
    for event in families.events_of(person_id):
        if event.person_id != person_id or event.day > day:
            continue
        if event.kind in ADOPTIONS:
            held = event
        elif event.kind is EventKind.ADOPTION_END:
            held = None
    return held


def parents_on(families: Families, person_id: str, day: date) -> tuple[str, ...]:
    """Return a person's parents in law on a day: those who adopted, else those by birth.

    Where one person alone adopted who is married to a parent by birth, both are the parents. A
    full adoption by the spouse of a parent leaves that parent one whatever becomes of the
    marriage (Civil Act, article 908-3).
    """
    adoption, by_birth = adoption_on(families, person_id, day), birth_parents(families, person_id)
    if adoption is None:
        return by_birth
    if len(adoption.others) == 1:
        married = adoption.day if adoption.kind is EventKind.FULL_ADOPTION else day
        spouse = spouse_on(families, adoption.others[0], married)
        if spouse is not None and spouse in by_birth:
            return (*adoption.others, spouse)
    return adoption.others


def children_on(families: Families, person_id: str, day: date) -> list[str]:
    """List a person's children on a day, the eldest first: by birth or by adoption.

    Who was fully adopted by others is no child any more, nor is whose adoption has ended.
    """
    named = {
        event.person_id
        for event in families.events_of(person_id)
        if event.kind in {EventKind.BIRTH, *ADOPTIONS} and person_id in event.others
    }
    found = [child for child in named if _is_child(families, child, person_id, day)]
    return sorted(found, key=lambda child: (families.relative(child).birth_date, child))


def _is_child(families: Families, child: str, parent: str, day: date) -> bool:
    if parent in parents_on(families, child, day):
        return True
    adoption = adoption_on(families, child, day)
    is_full = adoption is not None and adoption.kind is EventKind.FULL_ADOPTION
    return parent in birth_parents(families, child) and not is_full


def is_dead(families: Families, person_id: str, day: date) -> bool:
    """Tell whether a person had died by a day."""
    died = died_on(families, person_id)
    return died is not None and died <= day


def check_entry(person: Relative) -> None:
    """Check that a person has an entry.

    Raises:
        ContentError: `family.entry`.
    """
    if person.entry is None:
        raise ContentError(Code.FAMILY_ENTRY)
