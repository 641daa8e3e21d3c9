"""Time as a port: krid reads a clock only where a caller handed one in."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, final

from krid._core.times import aware


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """Return the present moment, with a time zone."""
        ...


@final
@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock, in UTC."""

    def now(self) -> datetime:
        """Return the machine's time in UTC."""
        return datetime.now(UTC)


@final
@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still: for tests, and for asking what held at another moment.

    Raises:
        MisuseError: `misuse.naive_time`.
    """

    moment: datetime

    def __post_init__(self) -> None:
        aware(self.moment)

    def now(self) -> datetime:
        """Return the moment this clock was made with."""
        return self.moment
