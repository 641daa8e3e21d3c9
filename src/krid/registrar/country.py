"""What the cards of one country ask of its register, taken together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits
from krid._core.strict_json import Json
from krid.cardtypes import CardType, NumberRule, local_day
from krid.errors import Code, ContentError, MisuseError
from krid.registrar.people import NewPerson
from krid.registrar.resident import ResidentNumber

_JPEG_START: Final = b"\xff\xd8\xff"
_LINE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,400}")
_MAX_STRUCTURE: Final = 8_192
_OLDEST: Final = 150


@final
@dataclass(frozen=True, slots=True)
class DocumentRule:
    """What may stand on documents of one kind, and what every card beside them needs."""

    kept: frozenset[str]
    required: frozenset[str]


@final
@dataclass(frozen=True, slots=True)
class Country:
    """The card types of one country by their names, and the rules that hold for its people.

    `required` are the texts that every card type needs, without which nobody is entered;
    `optional` all others that are kept, and so it is with what stands on `documents`, by their
    kinds. What one type alone needs is asked for when a person is to have a card of it.
    """

    types: Mapping[str, CardType]
    zone: tzinfo
    number: NumberRule
    required: frozenset[str]
    optional: frozenset[str]
    documents: Mapping[str, DocumentRule]

    @classmethod
    def of(cls, card_types: Sequence[CardType]) -> Self:
        """Take card types together.

        Raises:
            MisuseError: `misuse.option` for none, for one name twice, or for types whose
                countries, time zones or rules of numbers differ.
        """
        kinds = {(each.country, each.zone, each.register.number) for each in card_types}
        if len(kinds) != 1 or len({each.id for each in card_types}) != len(card_types):
            raise MisuseError(Code.MISUSE_OPTION, "card types that are not of one country")
        names = {name for each in card_types for name in each.register.facts}
        required = frozenset.intersection(*(each.register.required for each in card_types))
        return cls(
            types=MappingProxyType({each.id: each for each in card_types}),
            zone=card_types[0].zone,
            number=card_types[0].register.number,
            required=required,
            optional=frozenset(names - required),
            documents=MappingProxyType(_documents(card_types)),
        )

    def type(self, type_id: str) -> CardType:
        """Find a card type.

        Raises:
            ContentError: `register.type`.
        """
        found = self.types.get(type_id)
        if found is None:
            raise ContentError(Code.REGISTER_TYPE)
        return found

    def day(self, moment: datetime) -> date:
        """Return the day of this country that a moment falls on.

        Raises:
            MisuseError: `misuse.naive_time`, `misuse.lifetime`.
        """
        return local_day(moment, self.zone)

    def check_person(self, person: NewPerson, *, day: date) -> None:
        """Check what is to be entered of a person: each rule with the name of its field.

        Raises:
            ContentError: `register.number`, `register.birth_date`, `register.person`,
                `register.portrait`, `register.document`.
        """
        self._check_number(person, day)
        self.check_facts(person.facts)
        check_line("address", person.address)
        if person.portrait is not None:
            check_portrait(person.portrait)
        for document in person.documents:
            self.check_document(document.kind, document.facts)

    def _check_number(self, person: NewPerson, day: date) -> None:
        """The number has its form, and where it tells birth and sex it tells the true ones."""
        if re.fullmatch(self.number.pattern, person.number, re.ASCII) is None:
            raise ContentError(Code.REGISTER_NUMBER)
        if not day.year - _OLDEST <= person.birth_date.year or person.birth_date > day:
            raise ContentError(Code.REGISTER_BIRTH_DATE)
        if self.number.spells_birth:
            _check_spelt(person)

    def check_facts(self, facts: Mapping[str, str]) -> None:
        """Check that all texts are there that every card needs, and none that is not kept.

        Raises:
            ContentError: `register.person` with the name of what is missing, unknown or no line.
        """
        for name in sorted(self.required - facts.keys()):
            raise ContentError(Code.REGISTER_PERSON, name)
        for name, text in facts.items():
            if name not in self.required | self.optional:
                raise ContentError(Code.REGISTER_PERSON, "a fact that is not kept")
            check_line(name, text)

    def check_document(self, kind: str, facts: Mapping[str, Json]) -> None:
        """Check that a document is of a kind that this country has, with what every card needs.

        Raises:
            ContentError: `register.document` with the name of what is missing or unknown.
        """
        rule = self.documents.get(kind)
        if rule is None:
            raise ContentError(Code.REGISTER_DOCUMENT, kind)
        for name in sorted(rule.required - facts.keys()):
            raise ContentError(Code.REGISTER_DOCUMENT, name)
        for name, value in facts.items():
            if name not in rule.kept or len(str(value)) > _MAX_STRUCTURE:
                raise ContentError(Code.REGISTER_DOCUMENT, name)


def _documents(card_types: Sequence[CardType]) -> dict[str, DocumentRule]:
    found: dict[str, DocumentRule] = {}
    for each in card_types:
        if each.eligibility.document is not None:
            names = frozenset(each.register.document_facts)
            before = found.get(each.eligibility.document, DocumentRule(names, names))
            found[each.eligibility.document] = DocumentRule(
                before.kept | names, before.required & names
            )
    return found


def _check_spelt(person: NewPerson) -> None:
    """A Korean number spells birth date and sex; invented people alone have impossible ones."""
    number = ResidentNumber.parse(person.number)
    if number.is_impossible:
        is_same_year = number.year == person.birth_date.year
        fits = person.invented and is_same_year
    else:
        fits = number.birth_date == person.birth_date
    if not fits or (person.sex is not None and number.sex is not person.sex):
        raise ContentError(Code.REGISTER_BIRTH_DATE)


def check_line(name: str, text: str) -> None:
    """Check that a text is one line of some length.

    Raises:
        ContentError: `register.person` with the name of the field.
    """
    if _LINE.fullmatch(text) is None:
        raise ContentError(Code.REGISTER_PERSON, name)


def check_portrait(jpeg: bytes) -> None:
    """Check that an image is a JPEG and small enough to travel with a card.

    Raises:
        ContentError: `register.portrait`.
    """
    if not jpeg.startswith(_JPEG_START) or len(jpeg) > limits.MAX_PORTRAIT_BYTES:
        raise ContentError(Code.REGISTER_PORTRAIT)
