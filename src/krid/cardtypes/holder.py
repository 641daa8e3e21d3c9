"""What a register tells about one person on the day a card is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import final

from krid._core.strict_json import Json
from krid.cardtypes.sex import Sex


@final
@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Holder:
    """The person, the paper or plastic document beside the card, and the days of the card.

    `facts` are the texts that this country's register keeps, such as spellings of the name;
    `document` is what stands on the document. `portrait` is a JPEG image. Days are those of the
    country. Nothing here shows in `repr`.
    """

    birth_date: date
    sex: Sex | None
    number: str
    address: str
    portrait: bytes
    facts: Mapping[str, str]
    document: Mapping[str, Json]
    issued_on: date
    expires_on: date
