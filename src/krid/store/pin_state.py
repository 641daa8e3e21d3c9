"""What may be said of a vault's PIN before it opens: tries that are left, and how long to wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid.store.tries import FREE_TRIES, LOCKING_TRIES, Tries

_SECOND: Final = timedelta(seconds=1)


@final
@dataclass(frozen=True, slots=True)
class PinState:
    """How the PIN stands: whoever has the file may know it.

    `wrong` counts the wrong ones in a row. `before_wait` is how many more there may be before
    the next one must wait, 0 where each must. `before_lock` is how many more lock the PIN, None
    where it is the only way and never locked. `wait_until` is when the next may be tried, None
    where that is now.
    """

    wrong: int
    before_wait: int
    before_lock: int | None
    wait_until: datetime | None

    @property
    def is_locked(self) -> bool:
        """Tell whether the PIN opens nothing any more until another takes its place."""
        return self.before_lock == 0

    @classmethod
    def of(cls, tries: Tries, *, has_other_way: bool, now: datetime) -> Self:
        """Read a counter at a moment."""
        left = tries.seconds_left(now)
        return cls(
            wrong=tries.wrong,
            before_wait=max(0, FREE_TRIES - tries.wrong),
            before_lock=max(0, LOCKING_TRIES - tries.wrong) if has_other_way else None,
            wait_until=now + left * _SECOND if left else None,
        )
