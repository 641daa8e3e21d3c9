"""How many wrong PINs there were, and how long the next one must wait."""

import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self, final

from krid._core import times
from krid.errors import Code, StoreError

FREE_TRIES: Final = 5
"""Wrong PINs in a row before the first delay."""

FIRST_DELAY_SECONDS: Final = 30
LONGEST_DELAY_SECONDS: Final = 3_600

LOCKING_TRIES: Final = 10
"""Wrong PINs in a row that lock the PIN, where the vault opens in another way, too."""

_FIELDS: Final = struct.Struct(">Iq")
_MOST: Final = 2**32 - 1
_DOUBLINGS: Final = 16


@final
@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs since the last right one, and when the last was counted (Unix seconds)."""

    wrong: int
    counted_at: int

    @classmethod
    def none(cls) -> Self:
        """Start from zero."""
        return cls(0, 0)

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the counter.

        Raises:
            StoreError: `store.altered`.
        """
        if len(body) != _FIELDS.size:
            raise StoreError(Code.STORE_ALTERED, "the PIN counter has another size")
        return cls(*_FIELDS.unpack(body))

    def encode(self) -> bytes:
        """Write the counter as `parse` reads it."""
        return _FIELDS.pack(self.wrong, self.counted_at)

    def one_more(self, now: datetime) -> Self:
        """Count a try before it is made."""
        return type(self)(min(self.wrong + 1, _MOST), times.to_numeric_date(now))

    @property
    def delay(self) -> int:
        """The seconds to wait after the last try: 30, doubled with each, at most an hour.

        >>> [Tries(wrong, 0).delay for wrong in (4, 5, 6, 11, 12, 13, 99)]
        [0, 30, 60, 1920, 3600, 3600, 3600]
        """
        over = self.wrong - FREE_TRIES
        if over < 0:
            return 0
        return min(FIRST_DELAY_SECONDS << min(over, _DOUBLINGS), LONGEST_DELAY_SECONDS)

    def seconds_left(self, now: datetime) -> int:
        """Return how long to wait, 0 when the next PIN may be tried.

        A clock that shows a time before the last try was turned back: the delay is whole again.
        """
        passed = times.to_numeric_date(now) - self.counted_at
        return max(0, self.delay - max(0, passed))

    @property
    def locking(self) -> bool:
        """Tell whether there were so many that the PIN is locked if it is not the only way."""
        return self.wrong >= LOCKING_TRIES

    def kept(self, now: datetime) -> Self:
        """Return the counter to keep while a delay lasts.

        It is the same, but a clock that was turned back starts the delay anew from what it
        shows now: that gains nothing, and a clock that once ran years ahead locks nobody out.
        """
        return type(self)(self.wrong, min(self.counted_at, times.to_numeric_date(now)))
