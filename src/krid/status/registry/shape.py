"""What is fixed about a registry: addresses and sizes; and how references fall into its pages."""

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final, Self, final

from sqlalchemy import Connection, insert, select

from krid._core.database import Database
from krid.errors import Code, MisuseError
from krid.model import StatusReference
from krid.status.bits import StatusBits
from krid.status.reference import check_uri
from krid.status.registry.schema import PAGE, REGISTRY
from krid.status.registry.values import RegistryKind

PLACE: Final = "{shard}"
_NAME: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)

_FILL: Final = (3, 4)
"""A shard closes when this part of it is given out: a random index is then free at the fourth
guess on average, and the rest are decoys that nobody can tell from cards in force."""


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """One registry: all its shards have `size` entries of `bits` bits and close at `bound`."""

    registry_id: int
    uri: str
    bits: int
    size: int
    bound: int
    open_shards: int
    kind: RegistryKind

    @classmethod
    def settle(
        cls,
        database: Database,
        uri: str,
        *,
        bits: int,
        size: int,
        open_shards: int,
        kind: RegistryKind,
    ) -> Self:
        """Find the registry of these addresses, or begin it.

        Raises:
            MalformedError: `status.syntax` for addresses that are not https, or other bits.
            MisuseError: `misuse.option`; `status.registry` when it was begun with other numbers.
            StoreError: `status.database`.
        """
        _check(uri, bits=bits, size=size, open_shards=open_shards)
        if kind is RegistryKind.REFRESH and bits != 1:
            raise MisuseError(Code.MISUSE_OPTION, "more than one bit for refresh")
        numbers = {"bits": bits, "size": size, "open_shards": open_shards, "kind": kind.value}
        with database.creating() as connection:
            found = cls._find(connection, uri)
            if found is None:
                bound = max(1, size * _FILL[0] // _FILL[1])
                connection.execute(insert(REGISTRY).values(uri=uri, bound=bound, **numbers))
                found = cls._find(connection, uri)
        if found is None or {name: getattr(found, name) for name in numbers} != numbers:
            raise MisuseError(Code.STATUS_REGISTRY, "its numbers")
        return found

    @classmethod
    def _find(cls, connection: Connection, uri: str) -> Self | None:
        row = connection.execute(select(REGISTRY).where(REGISTRY.c.uri == uri)).one_or_none()
        if row is None:
            return None
        numbers = (row.bits, row.size, row.bound, row.open_shards)
        return cls(row.id, row.uri, *numbers, RegistryKind(row.kind))

    @property
    def page_entries(self) -> int:
        """Entries in each page."""
        return min(PAGE, self.size)

    @property
    def empty_marks(self) -> bytes:
        """The marks of a page of which nothing is given out."""
        return bytes(self.page_entries // 8)

    @property
    def empty_statuses(self) -> bytes:
        """The statuses of a page in which all are VALID."""
        return bytes(self.page_entries * self.bits // 8)

    def check_kind(self, kinds: Container[RegistryKind]) -> None:
        """Refuse what makes no sense of the statuses of this registry.

        Raises:
            MisuseError: `status.purpose`.
        """
        if self.kind not in kinds:
            raise MisuseError(Code.STATUS_PURPOSE)

    def address(self, name: str) -> str:
        """Return the address of the shard of a name."""
        return self.uri.replace(PLACE, name)

    def name_in(self, reference: StatusReference) -> str:
        """Return the name of the shard that a reference names.

        Raises:
            MisuseError: `status.subject` for a list of another registry, `status.index` for an
                index outside the shard.
        """
        before, _, after = self.uri.partition(PLACE)
        name = reference.uri.removeprefix(before).removesuffix(after)
        if _NAME.fullmatch(name) is None or self.address(name) != reference.uri:
            raise MisuseError(Code.STATUS_SUBJECT)
        if not 0 <= reference.index < self.size:
            raise MisuseError(Code.STATUS_INDEX)
        return name


def _check(uri: str, *, bits: int, size: int, open_shards: int) -> None:
    check_uri(uri)
    StatusBits.zeros(size, bits=bits)
    if uri.count(PLACE) != 1 or "{" in uri.replace(PLACE, ""):
        raise MisuseError(Code.MISUSE_OPTION, "an address without one {shard} in it")
    if size % 8 or size % min(size, PAGE):
        raise MisuseError(Code.MISUSE_OPTION, "the size of a shard")
    if open_shards < 1:
        raise MisuseError(Code.MISUSE_OPTION, "open shards")
