"""A card type as a value: what its file declares, checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum, unique
from typing import Final, TypeAlias, final

from krid._core.strict_json import Json
from krid.cardtypes import days
from krid.errors import Code, MisuseError
from krid.model import ClaimPath

SDJWT: Final = "dc+sd-jwt"
MDOC: Final = "mso_mdoc"


@unique
class Kind(Enum):
    """What sort of value a claim has, for screens."""

    TEXT = "text"
    DATE = "date"
    BOOLEAN = "boolean"
    IMAGE = "image"
    NUMBER = "number"
    STRUCTURE = "structure"


@unique
class Release(Enum):
    """When a claim leaves the wallet.

    ALWAYS leaves with every SD-JWT presentation (an mdoc withholds it all the same); ON_REQUEST
    leaves when a verifier asks and the holder agrees; EXPLICIT in addition must be pointed out to
    the holder by itself.
    """

    ALWAYS = "always"
    ON_REQUEST = "on request"
    EXPLICIT = "explicit"


@unique
class Place(Enum):
    """A column of every register, and the days of the card."""

    BIRTH_DATE = "person.birth_date"
    SEX = "person.sex"
    NUMBER = "person.number"
    ADDRESS = "person.address"
    PORTRAIT = "person.portrait"
    ISSUED_ON = "card.issued_on"
    EXPIRES_ON = "card.expires_on"
    AGE_IN_YEARS = "age.in_years"
    BIRTH_YEAR = "age.birth_year"


@final
@dataclass(frozen=True, slots=True)
class Fact:
    """A text that this country's register keeps of a person."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class Printed:
    """Something that stands on the document beside the card."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class AgeOver:
    """Whether so many years are complete."""

    age: int


@final
@dataclass(frozen=True, slots=True)
class OfYear:
    """Whether the calendar year has begun in which one turns so old."""

    age: int


@final
@dataclass(frozen=True, slots=True)
class Constant:
    """The same for everybody."""

    value: str | int | bool | tuple[str, ...]


Source: TypeAlias = Place | Fact | Printed | AgeOver | OfYear | Constant


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim: where it stands in either format, what it says, and who gets to see it.

    `path` is the place in an SD-JWT, `namespace` and `element` the place in an mdoc; None where
    that format does not have it. A claim that is `optional` is left out for who lacks it.
    """

    path: ClaimPath | None
    namespace: str
    element: str | None
    source: Source
    kind: Kind
    release: Release
    labels: Mapping[str, str]
    optional: bool

    @property
    def is_withholdable(self) -> bool:
        """Whether the holder may keep the claim back in an SD-JWT."""
        return self.release is not Release.ALWAYS


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Who may have the card: an age in completed years, and a document in force, if any."""

    minimum_age: int
    document: str | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """How long a card holds, and how long before its end a new one may be had."""

    years: int
    renewal: timedelta
    format_days: Mapping[str, int | None]

    def lifetime(self, format_name: str, first: date, zone: tzinfo, now: datetime) -> timedelta:
        """Return how long a credential of a format holds from now on.

        That is to the end of the card's last day, or of an earlier day where the format has a
        shorter life of its own.
        """
        last = self.last_day(first)
        own = self.format_days[format_name]
        if own is not None:
            last = min(last, days.local_day(now + timedelta(days=own), zone))
        return days.end_of_day(last, zone) - now.replace(microsecond=0)

    def last_day(self, first: date) -> date:
        """Return the last day of a card that was issued on a day.

        Raises:
            MisuseError: `misuse.lifetime`.
        """
        return days.last_day(first, self.years)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """What the register's number looks like; `spells_birth` says that it tells birth and sex."""

    pattern: str
    spells_birth: bool


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRules:
    """What the register of a country holds for a card of this type.

    `facts` are the texts of a person, `document_facts` those of the document, each with a pattern
    for invented ones; `optional` names those that may be missing. `words` are what the patterns
    are filled with: sets of words, each in several scripts, side by side.
    """

    number: NumberRule
    invented_number: str
    facts: Mapping[str, str]
    optional: frozenset[str]
    address: str
    document_facts: Mapping[str, Json]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def required(self) -> frozenset[str]:
        """The texts without which a person can't have the card."""
        return frozenset(self.facts) - self.optional


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CardType:
    """A card that a country issues, as its file declares it; made by `parse_card_type`."""

    id: str
    country: str
    zone: tzinfo
    languages: tuple[str, ...]
    names: Mapping[str, str]
    colours: Mapping[str, str]
    vct: str | None
    doctype: str | None
    claims: tuple[Claim, ...] = field(repr=False)
    groups: Mapping[ClaimPath, Mapping[str, str]] = field(repr=False)
    eligibility: Eligibility
    police_may_suspend: bool
    validity: Validity = field(repr=False)
    register: RegisterRules = field(repr=False)

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that a card comes in."""
        return tuple(self.validity.format_days)

    def type_in(self, format_name: str) -> str:
        """Return the type of the credential in a format: `vct` or document type.

        Raises:
            MisuseError: `misuse.format`.
        """
        found = {SDJWT: self.vct, MDOC: self.doctype}.get(format_name)
        if found is None:
            raise MisuseError(Code.MISUSE_FORMAT, format_name)
        return found

    def day(self, moment: datetime) -> date:
        """Return the day of this country that a moment falls on.

        Raises:
            MisuseError: `misuse.naive_time`, `misuse.lifetime`.
        """
        return days.local_day(moment, self.zone)
