"""What a credential says about where its status stands: one value for each mechanism."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, final

from krid._core.frozen import pack
from krid.model.optout import NoStatus


@final
@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a credential's status stands: a Token Status List and an index in it."""

    uri: str
    index: int

    def __repr__(self) -> str:
        """Leave the index out: it singles out one credential."""
        return f"StatusReference(uri={self.uri!r}, index=***)"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BitstringEntry:
    """Where a status stands in a list of W3C Bitstring Status List 1.0 (section 2.1).

    `uri` is `statusListCredential`, `size` the bits of one status. `messages` are the texts of
    the statuses by their value, for developers and not for the people concerned; they may be
    empty for a size of one. `references` lead to more about them.
    """

    uri: str
    index: int
    purpose: str
    size: int = 1
    messages: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    references: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Leave the index out: it singles out one credential."""
        return f"BitstringEntry(uri={self.uri!r}, purpose={self.purpose!r}, index=***)"

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return pack(self)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEntry:
    """A status that stands in a record of its own for each credential, as OpenDID's `VcMeta`.

    It is found by the credential's `id`; the record must name the same issuer, subject and schema.
    """

    id: str
    issuer: str
    subject: str
    schema: str

    def __repr__(self) -> str:
        """Leave out what singles out one credential or one person."""
        return f"RecordEntry(issuer={self.issuer!r}, schema={self.schema!r}, id=***)"


StatusEntry: TypeAlias = StatusReference | BitstringEntry | RecordEntry
"""One statement about a credential's status; a credential may have several of the second kind."""

OrderedStatus: TypeAlias = StatusReference | BitstringEntry | tuple[BitstringEntry, ...] | NoStatus
"""What an issuer may put into a credential, as far as its format can carry it."""
