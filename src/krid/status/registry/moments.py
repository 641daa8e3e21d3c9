"""Moments as the database keeps them: whole microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta
from typing import Final

from krid._core import times

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(microseconds=1)


def to_number(moment: datetime) -> int:
    """Write a moment.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    return (times.aware(moment) - _EPOCH) // _STEP


def from_number(number: int) -> datetime:
    """Read a moment that `to_number` wrote."""
    return _EPOCH + number * _STEP


def length(duration: timedelta) -> int:
    """Write a duration in microseconds."""
    return duration // _STEP


def from_length(number: int) -> timedelta:
    """Read a duration that `length` wrote."""
    return number * _STEP
