"""What goes into a status registry and what comes out."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Protocol, TypeAlias, final

from krid._core import base64url
from krid.errors import Code, MisuseError
from krid.keys import Prepared
from krid.model import StatusReference

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9._:/-]{0,63}", re.ASCII)

Prepare: TypeAlias = Callable[..., Prepared[str] | Prepared[bytes]]
"""Makes everything of a token but its signature; called as `krid.status.prepare` is."""


@unique
class RegistryKind(StrEnum):
    """What the statuses of a registry are about, and which of them are final.

    STATUS: `StatusType`, of which INVALID is final. REFRESH: 1 says, for good, that there is a
    newer credential. MESSAGE: what the issuer's messages say; none is final.
    """

    STATUS = "status"
    REFRESH = "refresh"
    MESSAGE = "message"

    @property
    def final(self) -> int | None:
        """The status that is never taken back."""
        return None if self is RegistryKind.MESSAGE else 1


class ListForm(Protocol):
    """One way to publish the statuses of a registry."""

    @property
    def name(self) -> str:
        """Its name in the database."""
        ...

    @property
    def media_type(self) -> str:
        """Under which its lists are served."""
        ...

    @property
    def kinds(self) -> frozenset[RegistryKind]:
        """The registries that it can tell about."""
        ...

    @property
    def prepare(self) -> Prepare:
        """What makes everything of a signed list but the signature."""
        ...

    def address(self, uri: str) -> str:
        """Return where its lists lie for the shard at an address."""
        ...


@final
@dataclass(frozen=True, slots=True)
class TokenForm:
    """One way to write a list as a token: its name in the database, media type, and how."""

    name: str
    media_type: str
    prepare: Prepare = field(repr=False)

    @property
    def kinds(self) -> frozenset[RegistryKind]:
        """Those whose statuses are the standard's types."""
        return frozenset({RegistryKind.STATUS})

    def address(self, uri: str) -> str:
        """Return the address of the shard itself."""
        return uri


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One status to set. `seen` is the version that the caller decided on, if that matters."""

    reference: StatusReference
    status: int
    seen: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """What a registry knows of one index; `version` 0 means that it was never changed."""

    reference: StatusReference
    status: int
    version: int


@final
@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history: which index became what, when, by whom and for what reason."""

    index: int
    version: int
    before: int
    after: int
    at: datetime
    by: str
    reason: str

    def __repr__(self) -> str:
        """Say what happened, but not to which card."""
        return f"Event(version={self.version}, {self.before} -> {self.after}, {self.at})"


@final
@dataclass(frozen=True, slots=True)
class Published:
    """A signed list as it is served: the same bytes from every process."""

    uri: str
    form: str
    version: int
    token: bytes = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta | None

    @property
    def etag(self) -> str:
        """An entity tag of these bytes, quotes included (RFC 9110, section 8.8.3)."""
        return f'"{base64url.encode(hashlib.sha256(self.token).digest()[:15])}"'


def check_word(text: str, what: str) -> str:
    """Refuse what is not one short word; names and sentences stay out of the history.

    Raises:
        MisuseError: `misuse.option`.
    """
    if _WORD.fullmatch(text) is None:
        raise MisuseError(Code.MISUSE_OPTION, what)
    return text
