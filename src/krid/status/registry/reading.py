"""What a registry tells of itself and of its past, without being changed."""

from datetime import datetime
from typing import Final

from krid._core.database import Database
from krid.model import StatusReference
from krid.status.bits import StatusBits
from krid.status.registry import history, serve
from krid.status.registry.shape import Shape
from krid.status.registry.values import Event


class Reading:
    """The part of a `StatusRegistry` that changes nothing."""

    def __init__(self, database: Database, shape: Shape) -> None:
        self._database: Final = database
        self._shape: Final = shape

    def history(self, reference: StatusReference) -> tuple[Event, ...]:
        """Return every change of one index, oldest first.

        Raises:
            MisuseError: `status.subject`, `status.index` for an index outside the list.
            StoreError: `status.database`.
        """
        return history.history(self._database, self._shape, reference)

    def statuses_at(self, shard: str, moment: datetime) -> StatusBits:
        """Return a list as it stood at a moment, by the history.

        Raises:
            MisuseError: `status.subject`, `misuse.naive_time`.
            StoreError: `status.database`.
        """
        return history.statuses_at(self._database, self._shape, shard, moment)

    def audit(self, shard: str) -> None:
        """Check that the statuses of a shard are those of its history, and its marks as many.

        Raises:
            MisuseError: `status.subject`.
            StoreError: `status.registry` when they are not; `status.database`.
        """
        history.audit(self._database, self._shape, shard)

    def shards(self) -> tuple[str, ...]:
        """Name all shards, in an order that tells nothing.

        Raises:
            StoreError: `status.database`.
        """
        return serve.names(self._database, self._shape)

    def given(self) -> int:
        """Count the indexes that were given out, those included that nobody came to use.

        Raises:
            StoreError: `status.database`.
        """
        return serve.count_given(self._database, self._shape)

    def shard_of(self, reference: StatusReference) -> str:
        """Return the name of the shard that a reference names, whether or not it is there.

        Raises:
            MisuseError: `status.subject`, `status.index` for an index outside the list.
        """
        return self._shape.name_in(reference)

    def uri_of(self, shard: str) -> str:
        """Return the address of a shard."""
        return self._shape.address(shard)
