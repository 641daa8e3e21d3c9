"""Status lists behind the VC API: one list of each purpose for each issuer, in memory."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias, final

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.strict_json import JsonObject
from krid.errors import Code, ContentError, StatusError
from krid.model import (
    BitstringEntry,
    IssuerKey,
    StatusEntry,
    StatusSource,
    encode_bitstring_entries,
)
from krid.status import Bitstring, StatusPurpose
from krid.status.bitstring_credential import compose_bitstring
from krid.status.indexes import Indexes
from krid.status.values import check_purpose

PURPOSES: Final = (StatusPurpose.REVOCATION.value, StatusPurpose.SUSPENSION.value)
_LIFETIME: Final = timedelta(days=1)

MAX_CREDENTIALS: Final = 10_000
"""Of one issuer, whose status can be set: far more than a run of any suite issues."""

Secure: TypeAlias = Callable[[JsonObject], tuple[str, bytes]]
"""Secures the credential of a list: the media type, and the bytes to publish."""


@final
@dataclass(frozen=True, slots=True)
class StatusBook:
    """The lists of one issuer, which begin with all bits clear.

    `place` is the address below which they are published, `subject` the issuer of the credentials
    and `issuer` that of the lists.
    """

    place: str
    subject: str
    issuer: str
    secure: Secure = field(repr=False)
    clock: Clock
    entropy: Entropy = field(repr=False)
    _lists: dict[str, Bitstring] = field(
        default_factory=lambda: {purpose: Bitstring.zeros(1) for purpose in PURPOSES}, repr=False
    )
    _indexes: Indexes = field(
        default_factory=lambda: Indexes(limits.MIN_BITSTRING_ENTRIES), repr=False
    )
    _credentials: dict[str, tuple[BitstringEntry, ...]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def enter(
        self, credential: JsonObject, *, credential_id: str, purposes: Sequence[str]
    ) -> JsonObject:
        """Return a credential with entries in the lists, under one index that nobody else has.

        Raises:
            ContentError: `vc.api_status` for a purpose that has no list, a credential that has a
                status already, or one of an identifier that is known.
            StatusError: `status.full`.
        """
        if not set(purposes) <= set(PURPOSES) or "credentialStatus" in credential:
            raise ContentError(Code.VC_API_STATUS)
        with self._lock:
            if credential_id in self._credentials or len(self._credentials) >= MAX_CREDENTIALS:
                raise ContentError(Code.VC_API_STATUS)
            index = self._indexes.draw(self.entropy)
            entries = tuple(
                BitstringEntry(uri=self._uri(purpose), index=index, purpose=purpose)
                for purpose in dict.fromkeys(purposes)
            )
            self._credentials[credential_id] = entries
        return {**credential, "credentialStatus": encode_bitstring_entries(entries)}

    def set_status(self, credential_id: str, *, purpose: str, value: bool) -> None:
        """Set or clear a bit.

        Raises:
            ContentError: `vc.api_credential` for a credential that has no such status.
        """
        with self._lock:
            entries = self._credentials.get(credential_id, ())
            found = [entry for entry in entries if entry.purpose == purpose]
            if not found:
                raise ContentError(Code.VC_API_CREDENTIAL)
            changed = self._lists[purpose].with_value(found[0].index, int(value), size=1)
            self._lists[purpose] = changed

    def published(self, purpose: str) -> tuple[str, bytes] | None:
        """Return the signed list of a purpose, its media type first; None when there is none."""
        if purpose not in self._lists:
            return None
        now = self.clock.now()
        return self.secure(
            compose_bitstring(
                self._lists[purpose],
                uri=self._uri(purpose),
                purposes=[purpose],
                issuer=self.issuer,
                now=now,
                lifetime=_LIFETIME,
            )
        )

    def check(self, entry: BitstringEntry) -> None:
        """Refuse a credential whose status is set.

        Raises:
            StatusError: `status.revoked`, `status.suspended`, `status.purpose`, `status.index`.
        """
        if entry.uri != self._uri(entry.purpose) or entry.size != 1:
            raise StatusError(Code.STATUS_PURPOSE)
        value = self._lists[entry.purpose].value_at(entry.index, size=1)
        check_purpose(entry.purpose, value)

    def has(self, uri: str) -> bool:
        """Tell whether a list is one of these."""
        return any(uri == self._uri(purpose) for purpose in PURPOSES)

    def _uri(self, purpose: str) -> str:
        return f"{self.place}/status-lists/{purpose}"


@final
@dataclass(frozen=True, slots=True)
class StatusBooks:
    """Where a status is looked up: in the lists of this server, and of `elsewhere`."""

    elsewhere: StatusSource
    clock: Clock
    books: list[StatusBook] = field(default_factory=list)

    def check(self, entries: Sequence[StatusEntry], *, issuer: str, signer: IssuerKey) -> None:
        """Refuse a credential whose status is set, or stands in a list that is not its issuer's.

        A list of elsewhere must be by somebody who speaks for the credential's signer.

        Raises:
            StatusError: `status.other_issuer`, `status.unavailable`, and as `StatusBook.check`
                and the source of elsewhere.
        """
        for entry in entries:
            bit = entry if isinstance(entry, BitstringEntry) else None
            holding = [book for book in self.books if bit is not None and book.has(bit.uri)]
            if holding and bit is not None:
                if holding[0].subject != issuer:
                    raise StatusError(Code.STATUS_OTHER_ISSUER)
                holding[0].check(bit)
            else:
                self.elsewhere.check(entry, issuer=signer, now=self.clock.now())
