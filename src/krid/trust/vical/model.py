"""What a VICAL says (ISO 18013-5, annex C.1.7), as plain values."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, final

from krid.errors import Code
from krid.trust.lists import ListMark
from krid.x509 import Certificate


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VicalEntry:
    """A root, and the doctypes it is trusted for.

    `profiles` are URNs of certificate profiles. Country and state are what the list says, which
    is not compared with the certificate: the standard lets a list name a region.
    """

    certificate: Certificate
    doctypes: frozenset[str]
    profiles: tuple[str, ...] = ()
    issuing_authority: str | None = None
    issuing_country: str | None = None
    state_or_province: str | None = None


@final
@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry whose certificate krid can't read, and why; nothing is trusted for it."""

    key_id: bytes
    reason: Code


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Vical:
    """A list of roots, as its provider wrote it.

    `issue` grows with each list, where the provider numbers its lists. `next_update` is when the
    next one is expected at the latest, if the provider says.
    """

    provider: str
    issued_at: datetime
    entries: tuple[VicalEntry, ...]
    issue: int | None = None
    next_update: datetime | None = None
    version: str = "1.0"
    left_out: tuple[LeftOut, ...] = field(default=(), compare=False)

    @property
    def mark(self) -> ListMark:
        """How far this list has come."""
        return ListMark(self.issue, self.issued_at)

    def roots_for(self, doctype: str) -> tuple[Certificate, ...]:
        """Return the roots that are trusted for a doctype."""
        return tuple(each.certificate for each in self.entries if doctype in each.doctypes)

    @classmethod
    def of(cls, provider: str, issued_at: datetime, *entries: VicalEntry) -> Self:
        """Make a list without number and end."""
        return cls(provider=provider, issued_at=issued_at, entries=entries)


def key_id(certificate: Certificate) -> bytes:
    """Return the subject key identifier, or what it would be: SHA-1 of the public key bits."""
    own = certificate.extensions.subject_key_id
    if own is not None:
        return own
    return hashlib.sha1(certificate.parts.key_bits, usedforsecurity=False).digest()
