"""The PIN of an IC card: the chip itself counts, and answers nobody who does not know it."""

from threading import Lock
from typing import Final, final

from krid._core.redact import same
from krid.errors import Code, ContentError
from krid.registrar.ic_card import IcCard
from krid.store import Pin

CHIP_TRIES: Final = 3
"""Wrong PINs in a row that block a chip, as on bank cards; an office would unblock it."""


@final
class PinnedChip:
    """A chip in software behind its PIN, one try at a time. How a real chip does it is not public.

    Threads may share it.
    """

    def __init__(self, chip: IcCard, pin: Pin) -> None:
        self._chip: Final = chip
        self._pin: Final = pin
        self._left = CHIP_TRIES
        self._turn: Final = Lock()

    def __repr__(self) -> str:
        """Say nothing of the PIN."""
        return "PinnedChip(***)"

    @property
    def left(self) -> int:
        """How many wrong PINs the chip still takes."""
        return self._left

    def open(self, pin: Pin) -> IcCard:
        """Return the chip, ready to answer.

        Raises:
            ContentError: `register.ic_pin`; `register.ic_pin_blocked`, also for the right PIN.
        """
        with self._turn:
            if not self._left:
                raise ContentError(Code.REGISTER_IC_PIN_BLOCKED)
            self._left -= 1
            if not same(pin.reveal(), self._pin.reveal()):
                raise ContentError(Code.REGISTER_IC_PIN)
            self._left = CHIP_TRIES
            return self._chip
