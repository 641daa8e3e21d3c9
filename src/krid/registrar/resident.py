"""What a register knows of a person: the resident, the number, the plastic card."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from typing import Final, Self, final

from krid._core.arguments import typed
from krid.cardtypes import Sex
from krid.errors import Code, MalformedError

_FORM: Final = re.compile(r"[0-9]{6}-[0-9]{7}")

_CENTURIES: Final = (1800, 1900, 1900, 2000, 2000, 1900, 1900, 2000, 2000, 1800)
"""By the mark S from 0 to 9; 5 to 8 are registered foreigners."""


@unique
class CardState(Enum):
    """Whether a plastic card may be relied on."""

    IN_FORCE = "in force"
    LOST = "lost"
    ENDED = "ended"


@final
@dataclass(frozen=True, slots=True, repr=False)
class ResidentNumber:
    """A resident registration number: YYMMDD-SXXXXXX, where S gives century and sex.

    The number is never judged by its last digit: those assigned since 5 October 2020 have no
    check digit. Nor must the first six digits be a day of the calendar; samples are made
    impossible on purpose (`is_impossible`).

    >>> number = ResidentNumber.parse("901301-1000000")
    >>> number, number.century, number.sex.name, number.is_impossible
    (ResidentNumber(***), 1900, 'MALE', True)
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a number in the one form that is printed on cards.

        Raises:
            MalformedError: `register.number`.
        """
        typed("text", text, str)
        if _FORM.fullmatch(text) is None:
            raise MalformedError(Code.REGISTER_NUMBER)
        return cls(text)

    def encode(self) -> str:
        """Write the number as `parse` reads it; what comes back is personal data."""
        return self.text

    @property
    def century(self) -> int:
        """The first year of the century of birth: 1800, 1900 or 2000."""
        return _CENTURIES[int(self._mark)]

    @property
    def sex(self) -> Sex:
        """The sex that the number was assigned for: an odd mark is male."""
        return Sex.MALE if int(self._mark) % 2 else Sex.FEMALE

    @property
    def is_foreign(self) -> bool:
        """Whether the number belongs to a registered foreigner."""
        return self._mark in "5678"

    @property
    def year(self) -> int:
        """The year of birth that the number spells."""
        return self.century + int(self.text[:2])

    @property
    def birth_date(self) -> date | None:
        """The day of birth that the number spells, or None where there is no such day."""
        month, day = (int(self.text[start : start + 2]) for start in (2, 4))
        try:
            return date(self.year, month, day)
        except ValueError:
            return None

    @property
    def is_impossible(self) -> bool:
        """Whether no person can have this number, since its day of birth does not exist."""
        return self.birth_date is None

    @property
    def _mark(self) -> str:
        return self.text[7]

    def __repr__(self) -> str:
        return "ResidentNumber(***)"

    def __str__(self) -> str:
        """Hide the number from formatted text and logs; `encode` is the way to it."""
        return repr(self)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A person in the register.

    `id` is the register's own handle and says nothing about the person. `name` is in Hangul;
    Hanja and Latin letters may be missing. `portrait` is a JPEG image. `birth_date` is kept
    beside the number, not read from it. `invented` marks people who do not exist.
    """

    id: str
    name: str = field(repr=False)
    name_hanja: str | None = field(repr=False)
    name_latin: str | None = field(repr=False)
    birth_date: date = field(repr=False)
    sex: Sex = field(repr=False)
    number: ResidentNumber = field(repr=False)
    address: str = field(repr=False)
    portrait: bytes = field(repr=False)
    invented: bool


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PhysicalCard:
    """The plastic resident registration card of one person.

    `issuing_office` tells where the person lives or lived, so it stays out of `repr`.
    """

    issued_on: date = field(repr=False)
    issuing_office: str = field(repr=False)
    state: CardState
