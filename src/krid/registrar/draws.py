"""Numbers from a seed, so that the same seed invents the same people on every machine."""

import hashlib
from collections.abc import Sequence
from typing import Final, TypeVar, final

Item = TypeVar("Item")

_WORD_BYTES: Final = 8


@final
class Draws:
    """A stream of numbers that belongs to one seed and one index; never used for secrets."""

    __slots__ = ("_count", "_left", "_start")

    def __init__(self, seed: str, index: int) -> None:
        self._start = hashlib.sha256(f"{index}/{seed}".encode()).digest()
        self._count = 0
        self._left = b""

    def below(self, bound: int) -> int:
        """Draw a number from 0 up to but without a bound that is far below 2^64.

        >>> Draws("seed", 7).below(1000) == Draws("seed", 7).below(1000)
        True
        """
        if len(self._left) < _WORD_BYTES:
            self._left = hashlib.sha256(self._start + self._count.to_bytes(8, "big")).digest()
            self._count += 1
        word, self._left = self._left[:_WORD_BYTES], self._left[_WORD_BYTES:]
        return int.from_bytes(word, "big") % bound

    def choose(self, items: Sequence[Item]) -> Item:
        """Choose one of some things."""
        return items[self.below(len(items))]
