"""What signed lists of whom to trust have in common: an order, and an end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Literal, TypeAlias, final

from krid._core.times import aware
from krid.errors import Code, MisuseError, TrustError, ValidityError


@final
@dataclass(frozen=True, slots=True)
class ListMark:
    """How far a list had come when it was seen: keep it, and hand it in with the next one.

    `number` is the number of the issue, where lists of this kind have one.
    """

    number: int | None
    issued_at: datetime


class FirstList(Enum):
    """The type of `FIRST_LIST`."""

    FIRST_LIST = "first list"


FIRST_LIST: Final[Literal[FirstList.FIRST_LIST]] = FirstList.FIRST_LIST
"""No list of this kind was seen before: whichever is signed and current will do."""

Seen: TypeAlias = ListMark | FirstList
"""What was seen before: a mark, or nothing."""


def check_no_rollback(mark: ListMark, seen: Seen) -> None:
    """Check that a list is not older than one that was seen before.

    Raises:
        TrustError: `list.rollback`, also when the numbers of issues are given up.
    """
    if isinstance(seen, FirstList):
        return
    went_back = mark.issued_at < seen.issued_at
    if seen.number is not None:
        went_back = went_back or mark.number is None or mark.number < seen.number
    if went_back:
        raise TrustError(Code.LIST_ROLLBACK)


def end_of(issued_at: datetime, *ends: datetime | None, max_age: timedelta) -> datetime:
    """Return until when a list counts: the earliest end, and no longer than an age.

    Raises:
        MisuseError: `misuse.option` for an age that is not positive.
    """
    if max_age <= timedelta(0):
        raise MisuseError(Code.MISUSE_OPTION, "max_age")
    try:
        aged = issued_at + max_age
    except OverflowError:
        aged = datetime.max.replace(tzinfo=UTC)
    return min((aged, *(end for end in ends if end is not None)))


def check_time(*, issued_at: datetime, valid_until: datetime, now: datetime) -> None:
    """Check that a list is the current one, both ends included.

    Raises:
        ValidityError: `list.not_yet_valid`, `list.expired`.
        MisuseError: `misuse.naive_time`.
    """
    if aware(now) < issued_at:
        raise ValidityError(Code.LIST_NOT_YET_VALID)
    if now > valid_until:
        raise ValidityError(Code.LIST_EXPIRED)
