"""From what a register knows of a person to the claims of a card, in both formats."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, unique
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MisuseError
from krid.profiles.kr.claims import AGES
from krid.profiles.kr.days import age_on, is_adult_by_calendar_year, valid_until
from krid.profiles.kr.identifiers import COUNTRY, NAMESPACE
from krid.sdjwt import sd

_RESIDENT_NUMBER: Final = re.compile(r"[0-9]{6}-[0-9]{7}")
_JPEG_START: Final = b"\xff\xd8\xff"


@unique
class Sex(IntEnum):
    """Sex as the register knows it, by its number in ISO/IEC 5218."""

    MALE = 1
    FEMALE = 2


@final
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ResidentCard:
    """What goes into one card, on the day it is issued.

    `name` is in Hangul; Hanja and Latin letters may be missing. `resident_number` has the form
    YYMMDD-SXXXXXX and is not compared with `birth_date`, for sample numbers are impossible ones.
    `portrait` is a JPEG image. `issued_on` is the day in Korea (`korean_day`); ages are counted
    on it. `issuing_authority` is the head of the district, as on the plastic card.

    Raises:
        MisuseError: `misuse.claims` with the name of a field that can't be issued.
    """

    name: str
    name_hanja: str | None
    name_latin: str | None
    birth_date: date
    sex: Sex
    resident_number: str
    address: str
    portrait: bytes
    issued_on: date
    issuing_authority: str

    def __post_init__(self) -> None:
        """Refuse what no card may say."""
        _check_texts(self)
        _check_days(self)
        _check_resident_number(self)
        _check_portrait(self)

    def __repr__(self) -> str:
        return "ResidentCard(***)"

    @property
    def expires_on(self) -> date:
        """The last day of validity in Korea."""
        return valid_until(self.issued_on).date()


def sdjwt_claims(card: ResidentCard) -> Mapping[str, object]:
    """Make the claims of the SD-JWT VC, each personal one marked as selectively disclosable.

    Ages are marked one by one inside a group that is itself withheld, so that a presentation
    without them does not even show the group. Dates are text (ISO 8601), the portrait is a data
    URL (RFC 2397).
    """
    personal = {
        "name": card.name,
        "name_hanja": card.name_hanja,
        "name_latin": card.name_latin,
        "birthdate": card.birth_date.isoformat(),
        "sex": int(card.sex),
        "resident_registration_number": card.resident_number,
        "address": {"formatted": card.address},
        "picture": _data_url(card.portrait),
        "date_of_issuance": card.issued_on.isoformat(),
        "date_of_expiry": card.expires_on.isoformat(),
        "issuing_authority": card.issuing_authority,
        "age_equal_or_over": {str(age): sd(over) for age, over in _ages(card).items()},
        "age_in_years": age_on(card.birth_date, card.issued_on),
        "age_birth_year": card.birth_date.year,
        "adult_by_calendar_year": is_adult_by_calendar_year(card.birth_date, card.issued_on),
    }
    marked = {name: sd(value) for name, value in personal.items() if value is not None}
    return {"issuing_country": COUNTRY, **marked}


def mdoc_claims(card: ResidentCard) -> Mapping[str, Mapping[str, object]]:
    """Make the data elements of the mdoc, by namespace and element identifier.

    Dates are `datetime.date` (a `full-date` on the wire), the portrait is the JPEG itself.
    """
    elements = {
        "name": card.name,
        "name_hanja": card.name_hanja,
        "name_latin": card.name_latin,
        "birth_date": card.birth_date,
        "sex": int(card.sex),
        "resident_registration_number": card.resident_number,
        "resident_address": card.address,
        "portrait": card.portrait,
        "issuance_date": card.issued_on,
        "expiry_date": card.expires_on,
        "issuing_authority": card.issuing_authority,
        "issuing_country": COUNTRY,
        **{f"age_over_{age}": over for age, over in _ages(card).items()},
        "age_in_years": age_on(card.birth_date, card.issued_on),
        "age_birth_year": card.birth_date.year,
        "adult_by_calendar_year": is_adult_by_calendar_year(card.birth_date, card.issued_on),
    }
    return {NAMESPACE: {name: value for name, value in elements.items() if value is not None}}


def _ages(card: ResidentCard) -> Mapping[int, bool]:
    age = age_on(card.birth_date, card.issued_on)
    return {line: age >= line for line in AGES}


def _data_url(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def _check_texts(card: ResidentCard) -> None:
    """A claim is left out or says something."""
    for field in ("name", "name_hanja", "name_latin", "address", "issuing_authority"):
        if getattr(card, field) == "":
            raise MisuseError(Code.MISUSE_CLAIMS, field)


def _check_days(card: ResidentCard) -> None:
    """Days are days without a time, birth comes first, and the card ends within the calendar."""
    for field in ("birth_date", "issued_on"):
        if type(getattr(card, field)) is not date:
            raise MisuseError(Code.MISUSE_CLAIMS, field)
    age_on(card.birth_date, card.issued_on)
    valid_until(card.issued_on)


def _check_resident_number(card: ResidentCard) -> None:
    """Only the form is checked: numbers assigned since October 2020 have no check digit."""
    if _RESIDENT_NUMBER.fullmatch(card.resident_number) is None:
        raise MisuseError(Code.MISUSE_CLAIMS, "resident_number")


def _check_portrait(card: ResidentCard) -> None:
    """The image is a JPEG and small enough to travel with every presentation that shows it."""
    is_jpeg = card.portrait.startswith(_JPEG_START)
    if not is_jpeg or len(card.portrait) > limits.MAX_PORTRAIT_BYTES:
        raise MisuseError(Code.MISUSE_CLAIMS, "portrait")
