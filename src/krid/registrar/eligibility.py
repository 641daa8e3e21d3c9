"""Who may have the mobile card: one function per rule."""

from datetime import date
from typing import Final

from krid.cardtypes import completed_years
from krid.errors import Code, ContentError
from krid.registrar.resident import CardState, PhysicalCard, Resident

MINIMUM_AGE: Final = 17
"""In completed years, as for the plastic card (Resident Registration Act, article 24)."""


def check_eligible(
    resident: Resident,
    card: PhysicalCard | None,
    *,
    day: date,
    active_phone: str | None,
) -> None:
    """Check that a person may receive the mobile card on a new phone.

    `card` and `active_phone` are what the register holds for this person, None for nothing;
    `day` is the day in Korea. The rules hold when the card is issued, so an office checks them
    first and the issuer once more when the ticket is redeemed.

    Does not check who is asking.

    Raises:
        ContentError: `register.too_young`, `register.no_card` or `register.active_phone`.
    """
    check_age(resident.birth_date, day, minimum=MINIMUM_AGE)
    check_document(None if card is None else card.state)
    _check_no_active_phone(active_phone)


def check_age(birth_date: date, day: date, *, minimum: int) -> None:
    """Check that a birthday has come; from 29 February it moves to 1 March.

    Raises:
        ContentError: `register.too_young`.
    """
    if completed_years(birth_date, day) < minimum:
        raise ContentError(Code.REGISTER_TOO_YOUNG)


def check_document(state: CardState | None) -> None:
    """Check that the document beside a mobile card is in force; a lost one ends both.

    Raises:
        ContentError: `register.no_card`.
    """
    if state is not CardState.IN_FORCE:
        raise ContentError(Code.REGISTER_NO_CARD)


def _check_no_active_phone(active_phone: str | None) -> None:
    """One phone at a time: the old one is released before another receives the card."""
    if active_phone is not None:
        raise ContentError(Code.REGISTER_ACTIVE_PHONE)
