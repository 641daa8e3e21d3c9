"""What may be recorded: one function for each rule, and the order in which they are asked.

That descent has no circles follows from one of them: parents, by birth or by adoption, are born
before their children, and nobody's birth date is ever changed.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from krid.cardtypes import completed_years
from krid.errors import Code, ContentError
from krid.registrar.family import kinship
from krid.registrar.family.values import ADOPTIONS, EventKind, Families, FamilyEvent, NewEvent

ADULT: Final = 19
"""Completed years in which a Korean is of age (Civil Act, article 4)."""

MARRIAGEABLE: Final = 18
"""Completed years from which Koreans may marry (Civil Act, article 807)."""

_AFTER_DEATH: Final = timedelta(days=300)
"""For so long a dead husband is taken for the father (Civil Act, article 844)."""

_OTHERS: Final = {
    EventKind.BIRTH: (0, 2),
    EventKind.ADOPTION: (1, 2),
    EventKind.FULL_ADOPTION: (1, 2),
    EventKind.ADOPTION_END: (0, 0),
    EventKind.MARRIAGE: (1, 1),
    EventKind.DIVORCE: (1, 1),
    EventKind.DEATH: (0, 0),
}

_DESCENT: Final = frozenset({EventKind.BIRTH, *ADOPTIONS})


def check_event(families: Families, event: NewEvent, *, today: date) -> None:
    """Check that an event may be recorded, given all that holds.

    Raises:
        ContentError: `register.unknown`, and `family.*` by the rule.
    """
    _check_named(event)
    _check_entered(families, event)
    if event.kind in _DESCENT:
        _check_older(families, event)
    _check_day(families, event, today)
    match event.kind:
        case EventKind.BIRTH:
            _check_birth(families, event)
        case EventKind.ADOPTION | EventKind.FULL_ADOPTION:
            _check_adoption(families, event)
        case EventKind.ADOPTION_END:
            _check_adoption_end(families, event)
        case EventKind.MARRIAGE:
            _check_marriage(families, event)
        case EventKind.DIVORCE:
            _check_divorce(families, event)
        case _:
            _check_death(families, event)


def check_correction(families: Families, event: FamilyEvent) -> None:
    """Check that nothing rests on an event that is to be taken back; `families` lack it already.

    Raises:
        ContentError: `family.order` where something does.
    """
    for person_id in event.people:
        _check_whole(families, person_id)
    if event.kind is EventKind.BIRTH and kinship.adoption_on(families, event.person_id, date.max):
        raise ContentError(Code.FAMILY_ORDER, EventKind.ADOPTION.value)


def _check_whole(families: Families, person_id: str) -> None:
    """What holds of a person still makes sense: each end has its beginning, none overlap."""
    found = kinship.marriages(families, person_id)
    for marriage in found:
        if marriage.until is not None and marriage.until < marriage.since:
            raise ContentError(Code.FAMILY_ORDER, EventKind.DIVORCE.value)
    for before, after in pairwise(found):
        if before.until is None or before.until > after.since:
            raise ContentError(Code.FAMILY_ORDER, EventKind.MARRIAGE.value)
    ended = sum(marriage.ended_by is EventKind.DIVORCE for marriage in found)
    events = families.events_of(person_id)
    if ended != sum(event.kind is EventKind.DIVORCE for event in events):
        raise ContentError(Code.FAMILY_ORDER, EventKind.DIVORCE.value)
    is_adopted = False
    for event in events:
        if event.person_id == person_id and event.kind in {*ADOPTIONS, EventKind.ADOPTION_END}:
            if (event.kind in ADOPTIONS) is is_adopted:
                raise ContentError(Code.FAMILY_ORDER, event.kind.value)
            is_adopted = not is_adopted


def _check_named(event: NewEvent) -> None:
    """It names as many as its kind has, each once."""
    if event.kind not in _OTHERS:
        raise ContentError(Code.FAMILY_EVENT, event.kind.value)
    least, most = _OTHERS[event.kind]
    if not least <= len(event.others) <= most:
        raise ContentError(Code.FAMILY_EVENT, event.kind.value)
    if event.person_id in event.others or len(set(event.others)) != len(event.others):
        raise ContentError(Code.FAMILY_SELF)


def _check_entered(families: Families, event: NewEvent) -> None:
    """Everybody has an entry."""
    for person_id in (event.person_id, *event.others):
        kinship.check_entry(families.relative(person_id))


def _check_day(families: Families, event: NewEvent, today: date) -> None:
    """It lies in everybody's life, and not ahead; a father may have died before a birth."""
    if event.day > today:
        raise ContentError(Code.FAMILY_DAY)
    for person_id in (event.person_id, *event.others):
        died = kinship.died_on(families, person_id)
        if event.kind is EventKind.BIRTH and died is not None and person_id in event.others:
            died += _AFTER_DEATH
        is_dead = died is not None and died < event.day
        if event.day < families.relative(person_id).birth_date or is_dead:
            raise ContentError(Code.FAMILY_DAY)


def _check_birth(families: Families, event: NewEvent) -> None:
    """Once, on the day of birth."""
    if any(
        each.kind is EventKind.BIRTH and each.person_id == event.person_id
        for each in families.events_of(event.person_id)
    ):
        raise ContentError(Code.FAMILY_REPEATED, event.kind.value)
    if event.day != families.relative(event.person_id).birth_date:
        raise ContentError(Code.FAMILY_DAY)


def _check_older(families: Families, event: NewEvent) -> None:
    """Parents are born before their children."""
    born = families.relative(event.person_id).birth_date
    if any(families.relative(each).birth_date >= born for each in event.others):
        raise ContentError(Code.FAMILY_AGE, event.kind.value)


def _check_adoption(families: Families, event: NewEvent) -> None:
    """Adopters are of age, and married to each other where they are two; one at a time."""
    adopters = [families.relative(each).birth_date for each in event.others]
    if any(completed_years(born, event.day) < ADULT for born in adopters):
        raise ContentError(Code.FAMILY_AGE, event.kind.value)
    born = families.relative(event.person_id).birth_date
    if event.kind is EventKind.FULL_ADOPTION and completed_years(born, event.day) >= ADULT:
        raise ContentError(Code.FAMILY_AGE, event.kind.value)
    if kinship.adoption_on(families, event.person_id, date.max) is not None:
        raise ContentError(Code.FAMILY_REPEATED, event.kind.value)
    _check_after_last(families, event)
    if len(event.others) == 2:
        first, second = event.others
        if kinship.spouse_on(families, first, event.day) != second:
            raise ContentError(Code.FAMILY_NOT_MARRIED)


def _check_after_last(families: Families, event: NewEvent) -> None:
    """An adoption follows the end of the one before."""
    for each in families.events_of(event.person_id):
        is_end = each.kind is EventKind.ADOPTION_END and each.person_id == event.person_id
        if is_end and each.day > event.day:
            raise ContentError(Code.FAMILY_DAY)


def _check_adoption_end(families: Families, event: NewEvent) -> None:
    """There is an adoption to end."""
    held = kinship.adoption_on(families, event.person_id, date.max)
    if held is None:
        raise ContentError(Code.FAMILY_ADOPTION)
    if event.day <= held.day:
        raise ContentError(Code.FAMILY_DAY)


def _check_marriage(families: Families, event: NewEvent) -> None:
    """Both are old enough, not married on that day or later, and no near relatives."""
    pair = (event.person_id, *event.others)
    for person_id in pair:
        born = families.relative(person_id).birth_date
        if completed_years(born, event.day) < MARRIAGEABLE:
            raise ContentError(Code.FAMILY_AGE, event.kind.value)
        for marriage in kinship.marriages(families, person_id):
            if marriage.until is None or marriage.until > event.day:
                raise ContentError(Code.FAMILY_MARRIED)
    _check_no_kin(families, *pair)


def _check_no_kin(families: Families, one: str, other: str) -> None:
    """Neither is the other's parent, and they have no parent in common, by birth or adoption."""
    parents = [_all_parents(families, each) for each in (one, other)]
    if one in parents[1] or other in parents[0] or parents[0] & parents[1]:
        raise ContentError(Code.FAMILY_KIN)


def _all_parents(families: Families, person_id: str) -> set[str]:
    return {
        parent
        for event in families.events_of(person_id)
        if event.person_id == person_id and event.kind in _DESCENT
        for parent in event.others
    }


def _check_divorce(families: Families, event: NewEvent) -> None:
    """The two are married to each other."""
    spouse = event.others[0]
    for marriage in kinship.marriages(families, event.person_id):
        if marriage.spouse_id == spouse and marriage.until is None:
            if event.day < marriage.since:
                raise ContentError(Code.FAMILY_DAY)
            return
    raise ContentError(Code.FAMILY_NOT_MARRIED)


def _check_death(families: Families, event: NewEvent) -> None:
    """Once, and after everything that the person did."""
    for each in families.events_of(event.person_id):
        if each.kind is EventKind.DEATH:
            raise ContentError(Code.FAMILY_REPEATED, event.kind.value)
        if each.day > event.day and not _may_follow_death(each, event):
            raise ContentError(Code.FAMILY_DAY)


def _may_follow_death(later: FamilyEvent, death: NewEvent) -> bool:
    is_parent = later.kind is EventKind.BIRTH and death.person_id in later.others
    return is_parent and later.day - death.day <= _AFTER_DEATH
