"""One limit on time for a whole exchange, whatever its parts and their number."""

from collections.abc import Callable
from typing import Self, final

from krid.errors import Code, TransportError


@final
class Deadline:
    """The moment by which everything must be done.

    A limit on each read alone would let a peer drip one byte at a time for ever.
    """

    __slots__ = ("_end", "_timer")

    def __init__(self, end: float, timer: Callable[[], float]) -> None:
        self._end = end
        self._timer = timer

    @classmethod
    def after(cls, seconds: float, timer: Callable[[], float]) -> Self:
        """Set the moment some seconds from now, by a timer that never runs back."""
        return cls(timer() + seconds, timer)

    def left(self) -> float:
        """Return the seconds that are left, more than zero.

        Raises:
            TransportError: `net.time` when none are left.
        """
        left = self._end - self._timer()
        if left <= 0:
            raise TransportError(Code.NET_TIME)
        return left
