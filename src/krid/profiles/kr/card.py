"""From what a register knows of a person to the claims of a card, in both formats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, final

from krid import cardtypes
from krid._core import limits
from krid.cardtypes import Holder, Sex, age_on
from krid.errors import Code, MisuseError
from krid.profiles.kr.claims import RESIDENT_CARD
from krid.profiles.kr.days import valid_until

_RESIDENT_NUMBER: Final = re.compile(r"[0-9]{6}-[0-9]{7}")
_JPEG_START: Final = b"\xff\xd8\xff"


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
    return cardtypes.sdjwt_claims(RESIDENT_CARD, _holder(card))


def mdoc_claims(card: ResidentCard) -> Mapping[str, Mapping[str, object]]:
    """Make the data elements of the mdoc, by namespace and element identifier.

    Dates are `datetime.date` (a `full-date` on the wire), the portrait is the JPEG itself.
    """
    return cardtypes.mdoc_claims(RESIDENT_CARD, _holder(card))


def _holder(card: ResidentCard) -> Holder:
    spellings = {
        "name": card.name,
        "name_hanja": card.name_hanja,
        "name_latin": card.name_latin,
    }
    return Holder(
        birth_date=card.birth_date,
        sex=card.sex,
        number=card.resident_number,
        address=card.address,
        portrait=card.portrait,
        facts={name: text for name, text in spellings.items() if text is not None},
        document={"office": card.issuing_authority},
        issued_on=card.issued_on,
        expires_on=card.expires_on,
    )


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
