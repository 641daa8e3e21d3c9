"""Pages on which residents tap their IC card, and get the mobile card without a clerk."""

from krid.web.chips.pages import ChipInHand, TapDesk, chip_pages

__all__ = ["ChipInHand", "TapDesk", "chip_pages"]
