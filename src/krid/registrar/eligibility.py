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
    _check_age(resident, day)
    _check_physical_card(card)
    _check_no_active_phone(active_phone)


def _check_age(resident: Resident, day: date) -> None:
    """The applicant's seventeenth birthday has come; from 29 February it moves to 1 March."""
    if completed_years(resident.birth_date, day) < MINIMUM_AGE:
        raise ContentError(Code.REGISTER_TOO_YOUNG)


def _check_physical_card(card: PhysicalCard | None) -> None:
    """The mobile card stands beside a plastic one in force; a lost one ends both."""
    if card is None or card.state is not CardState.IN_FORCE:
        raise ContentError(Code.REGISTER_NO_CARD)


def _check_no_active_phone(active_phone: str | None) -> None:
    """One phone at a time: the old one is released before another receives the card."""
    if active_phone is not None:
        raise ContentError(Code.REGISTER_ACTIVE_PHONE)
