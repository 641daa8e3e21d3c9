"""Status lists that were verified."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

from krid.errors import Code, MalformedError, StatusError
from krid.model import BitstringEntry, IssuerKey
from krid.status.bits import StatusBits
from krid.status.bitstring import Bitstring


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """A Token Status List that was verified. Made by `verify` alone.

    `fresh_until` is when to ask for a newer one, `valid_until` when to believe it no longer.
    """

    uri: str
    statuses: StatusBits
    signer: IssuerKey
    issued_at: datetime
    fresh_until: datetime
    valid_until: datetime
    ttl: timedelta | None
    aggregation_uri: str | None

    @property
    def packed_bytes(self) -> int:
        """How much memory the statuses take."""
        return len(self.statuses.packed)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BitstringList:
    """A Bitstring Status List that was verified. Made by `verify_bitstring` alone.

    A list that states no end is valid until one is stated. It stays fresh for its `ttl` or a day,
    from when it was obtained, or from `issued_at` where nobody knows when that was.
    """

    uri: str
    statuses: Bitstring
    purposes: frozenset[str]
    size: int | None
    signer: IssuerKey
    issued_at: datetime
    fresh_until: datetime
    valid_until: datetime
    ttl: timedelta | None

    @property
    def packed_bytes(self) -> int:
        """How much memory the statuses take."""
        return len(self.statuses.packed)

    def value_at(self, entry: BitstringEntry) -> int:
        """Return the status that an entry points to (section 3.2, steps 5 to 10).

        Raises:
            StatusError: `status.purpose` when the list serves other purposes, `status.length`,
                `status.index`.
            MalformedError: `status.syntax` when list and entry disagree on the size.
        """
        if entry.purpose not in self.purposes:
            raise StatusError(Code.STATUS_PURPOSE)
        if self.size is not None and self.size != entry.size:
            raise MalformedError(Code.STATUS_SYNTAX, "statusSize")
        self.statuses.check_length(entry.size)
        return self.statuses.value_at(entry.index, size=entry.size)
