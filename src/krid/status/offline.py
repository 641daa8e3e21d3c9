"""How old a status list may be where no newer one can be fetched: always said, never assumed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MisuseError, StatusError
from krid.status.claims import later


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """Use without a network: lists at hand are believed up to this age, counted from `iat`.

    A list is never believed beyond its own end. Whoever states the age takes the risk that a
    card was revoked within it.

    Raises:
        MisuseError: `misuse.option` for an age of nothing, or of more than a year.
    """

    greatest_age: timedelta

    def __post_init__(self) -> None:
        """Hold the age between nothing and a year."""
        typed("greatest_age", self.greatest_age, timedelta)
        longest = timedelta(days=limits.OFFLINE_STATUS_DAYS)
        if not timedelta(0) < self.greatest_age <= longest:
            raise MisuseError(Code.MISUSE_OPTION, "greatest_age")

    def until(self, issued_at: datetime) -> datetime:
        """Return when a list becomes too old."""
        return later(issued_at, self.greatest_age)

    def check(self, issued_at: datetime, *, now: datetime) -> None:
        """Refuse a list that is too old.

        Raises:
            StatusError: `status.stale`.
        """
        if now > self.until(issued_at):
            raise StatusError(Code.STATUS_STALE)
