"""The IC cards of the demonstration: chips of some residents, and copies without their keys."""

from collections.abc import Mapping
from typing import Final

from krid.registrar import IcCard, PinnedChip
from krid.store import Pin
from krid.web.chips import ChipInHand

CHIP_PIN: Final = "135790"
"""Of every sample chip; the page shows it."""


def chips_in_hand(chips: Mapping[str, IcCard]) -> tuple[ChipInHand, ...]:
    """Put each chip behind its PIN, and a copy beside it, as somebody would who read it out."""
    return tuple(
        each
        for person_id, chip in chips.items()
        for each in (
            ChipInHand(f"ic-{person_id}", person_id, _pinned(chip)),
            ChipInHand(
                f"copy-{person_id}", person_id, _pinned(chip.copy_without_key()), is_copy=True
            ),
        )
    )


def _pinned(chip: IcCard) -> PinnedChip:
    return PinnedChip(chip, Pin(CHIP_PIN))
