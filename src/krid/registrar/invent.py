"""Inventing people: any number, from a seed, one household after the other.

Nobody of them exists, and none can be taken for somebody: Korean numbers have a month of 13, other
numbers and all names are made from the words of the card type's file, faces are drawn, and each
entry is marked as invented. The same seed invents the same people.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, final

from krid.cardtypes import CardType, Sex, completed_years, fill, fill_all, last_day
from krid.registrar.draws import Draws
from krid.registrar.people import NewDocument, NewPerson, Relation

FACES: Final = 40
"""Faces of either sex, young and old: enough to look like a crowd, drawn in seconds."""

_OLD: Final = 60
_GROWN: Final = 25
_OLDEST: Final = 96
_MARRIED_OF_TEN: Final = 6
_MAX_CHILDREN: Final = 3
_WITHOUT_PAPER: Final = 50
"""One grown person in so many has no document, as after a loss."""

_DOCUMENT_YEARS: Final = 10
_SERIALS: Final = 10**6

Faces = Mapping[tuple[Sex, bool], Sequence[bytes]]


@final
@dataclass(frozen=True, slots=True)
class Inventor:
    """Invents the people of one country on one day, from a seed.

    `faces` are portraits by sex and whether the person is old, None for people without.
    """

    card_types: Sequence[CardType]
    seed: str
    day: date
    faces: Faces | None

    def people(self, count: int, *, start: int = 0) -> Iterator[NewPerson]:
        """Invent so many people from an index on, in households of one to five.

        Heads come before the members of their household, who name it by its head's number. The
        indexes of two calls must not overlap within one register.
        """
        made, household = 0, 0
        while made < count:
            draws = Draws(f"{self.seed}/household/{start}", household)
            household += 1
            for person in self._household(draws, start + made):
                if made == count:
                    return
                yield person
                made += 1

    def _household(self, draws: Draws, index: int) -> Iterator[NewPerson]:
        head_years = _GROWN + draws.below(_OLDEST - _GROWN)
        home = self._home(draws)
        head = self._person(draws, index, Relation.HEAD, years=head_years, home=home, head=None)
        yield head
        if draws.below(10) >= _MARRIED_OF_TEN:
            return
        years = max(_GROWN, head_years + draws.below(9) - 4)
        yield self._person(draws, index + 1, Relation.SPOUSE, years=years, home=home, head=head)
        for number in range(draws.below(_MAX_CHILDREN + 1)):
            years = max(0, head_years - _GROWN - draws.below(12))
            at = index + 2 + number
            yield self._person(draws, at, Relation.CHILD, years=years, home=home, head=head)

    def _person(
        self,
        draws: Draws,
        index: int,
        relation: Relation,
        *,
        years: int,
        home: dict[str, str],
        head: NewPerson | None,
    ) -> NewPerson:
        sex = draws.choose((Sex.MALE, Sex.FEMALE))
        if relation is Relation.SPOUSE and head is not None:
            sex = Sex.FEMALE if head.sex is Sex.MALE else Sex.MALE
        birth_date = last_day_before(self.day, years) - timedelta(days=draws.below(365))
        values = _slots(index, birth_date, sex) | self._words(draws)
        if relation is Relation.CHILD and head is not None:
            values |= _family_of(home)
        elif relation is Relation.HEAD:
            home.update({name: text for name, text in values.items() if _is_family(name)})
        values |= {name: text for name, text in home.items() if not _is_family(name)}
        since = max(birth_date, self.day - timedelta(days=1 + draws.below(20 * 365)))
        rules = [each.register for each in self.card_types]
        facts = {name: text for rule in rules for name, text in rule.facts.items()}
        return NewPerson(
            number=fill(rules[0].invented_number, values),
            birth_date=birth_date,
            sex=sex,
            facts={name: fill(text, values) for name, text in facts.items()},
            address=fill(rules[0].address, values),
            since=since,
            portrait=self._face(draws, sex, years),
            invented=True,
            documents=tuple(self._documents(draws, birth_date, values)),
            household=None if head is None else head.number,
            relation=relation,
        )

    def _home(self, draws: Draws) -> dict[str, str]:
        """Choose the words of an address, in all their scripts: a whole household shares them."""
        pattern = self.card_types[0].register.address
        words = self._words(draws)
        sets = {name.partition(".")[0] for name in words if f"{{{name}}}" in pattern}
        home = {name: text for name, text in words.items() if name.partition(".")[0] in sets}
        return home | {"house": str(1 + draws.below(999))}

    def _words(self, draws: Draws) -> dict[str, str]:
        """Choose one word of each set, the same in all its scripts and all card types."""
        chosen: dict[str, str] = {}
        for each in self.card_types:
            for name, scripts in each.register.words.items():
                if any(f"{name}.{script}" in chosen for script in scripts):
                    continue
                at = draws.below(len(next(iter(scripts.values()))))
                chosen |= {f"{name}.{script}": words[at] for script, words in scripts.items()}
        return chosen

    def _face(self, draws: Draws, sex: Sex, years: int) -> bytes | None:
        if self.faces is None:
            return None
        return draws.choose(self.faces[sex, years >= _OLD])

    def _documents(
        self, draws: Draws, birth_date: date, values: Mapping[str, str]
    ) -> Iterator[NewDocument]:
        """Give documents to who is old enough for the card beside them, but to one in fifty."""
        kinds: dict[str, dict[str, Any]] = {}
        ages: dict[str, int] = {}
        for each in self.card_types:
            kind = each.eligibility.document
            if kind is not None:
                kinds.setdefault(kind, {}).update(each.register.document_facts)
                ages[kind] = max(ages.get(kind, 0), each.eligibility.minimum_age)
        for kind, facts in kinds.items():
            rests = draws.below(_WITHOUT_PAPER) == 0
            if completed_years(birth_date, self.day) < ages[kind] or rests:
                continue
            issued_on = self._issued(draws, birth_date, ages[kind])
            own = dict(values) | {
                "issued_on": issued_on.isoformat(),
                "ends_on": last_day(issued_on, _DOCUMENT_YEARS).isoformat(),
            }
            filled: Any = fill_all(facts, own)
            yield NewDocument(kind=kind, issued_on=issued_on, facts=filled)

    def _issued(self, draws: Draws, birth_date: date, age: int) -> date:
        first = last_day(birth_date, age)
        span = max(1, min((self.day - first).days, (_DOCUMENT_YEARS - 1) * 365))
        return max(first, self.day - timedelta(days=draws.below(span)))


def _slots(index: int, birth_date: date, sex: Sex) -> dict[str, str]:
    """Say what patterns may ask of anybody; up to a hundred million people differ in numbers."""
    mark = int(sex) + (0 if birth_date.year < 2000 else 2)
    return {
        "serial": str(index),
        "yy": f"{birth_date.year % 100:02d}",
        "yyyy": f"{birth_date.year:04d}",
        "dd": f"{index // _SERIALS % 100:02d}",
        "mark": str(mark),
        "house": "1",
        "birth_date": birth_date.isoformat(),
        "issued_on": birth_date.isoformat(),
        "ends_on": birth_date.isoformat(),
    }


def _is_family(name: str) -> bool:
    """Tell whether a word belongs to the set named family, which children take over."""
    return name.startswith("family.")


def _family_of(home: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in home.items() if _is_family(name)}


def last_day_before(day: date, years: int) -> date:
    """Return the birth date of somebody who turned so old on that day."""
    return date(day.year - years, day.month, min(day.day, 28))
