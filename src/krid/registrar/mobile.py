"""The mobile card as the register knows it: one application, enrolment and life."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, unique
from typing import final

from krid.keys import PublicKey
from krid.model import StatusReference
from krid.registrar.lifecycle import Hold, Stage


@unique
class Via(Enum):
    """How the person was proved."""

    OFFICE = "office"
    IC_CARD = "ic card"
    SAME_PHONE = "same phone"
    BULK = "bulk"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class MobileCard:
    """A card on one phone, from the application to its end.

    `phone` is the thumbprint of the phone's key. `replaces` is the card that ends when this one
    is issued. Days are those of the country.
    """

    id: str
    person_id: str
    type: str
    phone: str
    key: PublicKey = field(repr=False)
    stage: Stage
    holds: frozenset[Hold]
    via: Via | None
    replaces: str | None
    applied_at: datetime
    issued_on: date | None
    expires_on: date | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedEntry:
    """A credential of a card: its format, where its status stands, and until when it holds.

    `is_ended` says that another took its place, or that the card has ended; `is_signed` that it
    was made and may be in the world.
    """

    id: str
    card_id: str
    format: str
    status: StatusReference
    until: datetime
    is_signed: bool
    is_ended: bool
