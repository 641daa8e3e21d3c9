"""What became of each offer that the desk made, for as long as a clerk looks at it.

An offer's ticket may be redeemed for several credentials: where the status of each stands is
written down, each in a slot of its own, so that of two requests at once none is forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Self, final

from krid._core import shape, strict_json
from krid._core.clock import Clock
from krid.errors import BindingError, Code, StoreError
from krid.model import StatusReference
from krid.openid.oauth import IssuanceStore
from krid.openid.oauth.store import Kind, fingerprint, take_turn

_CODE: Final = Code.PRESENTATION_RECORD
KEPT_FOR: Final = timedelta(minutes=20)
"""An offer lives for ten minutes; its outcome is shown for as long again."""
RENEWED_FOR: Final = timedelta(days=31)
"""A refresh token lives for thirty days from its last use; this is a little longer."""
_SLOTS: Final = 16
"""Credentials of one ticket: two forms of the card, each issued again when an answer was lost."""


@unique
class Progress(StrEnum):
    """How far an offer has come."""

    OFFERED = "offered"
    FETCHED = "fetched"
    KEPT = "kept"
    FAILED = "failed"


@final
@dataclass(frozen=True, slots=True)
class DeskRecord:
    """An offer: for whom, how far it has come, and until when the record is kept.

    `card` is the handle of the card in a registrar, where there is one; `accepted` names the
    credentials that the wallet says it has; `code` says why nothing came of it.
    """

    resident_id: str = field(repr=False)
    progress: Progress
    expires: datetime
    card: str = ""
    accepted: tuple[str, ...] = ()
    code: str = ""

    def encode(self) -> bytes:
        """Write the record."""
        return strict_json.dumps(
            {
                "resident": self.resident_id,
                "progress": self.progress.value,
                "expires": self.expires.isoformat(),
                "card": self.card,
                "accepted": list(self.accepted),
                "code": self.code,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a record back."""
        members = strict_json.loads_object(raw)
        return cls(
            shape.text(members.get("resident"), _CODE),
            shape.one_of(Progress, members.get("progress"), _CODE),
            datetime.fromisoformat(shape.text(members.get("expires"), _CODE)),
            shape.text(members.get("card"), _CODE),
            tuple(str(each) for each in shape.sequence(members.get("accepted"), _CODE)),
            shape.text(members.get("code", ""), _CODE),
        )


@final
@dataclass(frozen=True, slots=True)
class DeskRecords:
    """The records by the ticket of each offer, in the store that the issuer has anyway."""

    store: IssuanceStore
    clock: Clock

    def begin(self, ticket: str, resident_id: str, *, card: str = "") -> None:
        """Write down that an offer was made, for a card that is enrolled already or for none."""
        expires = self.clock.now() + KEPT_FOR
        self.put(ticket, DeskRecord(resident_id, Progress.OFFERED, expires, card))

    def tie(self, code: str, ticket: str) -> None:
        """Write down which offer a pre-authorized code belongs to."""
        now = self.clock.now()
        key = fingerprint(f"code {code}")
        self.store.put(Kind.DESK, key, ticket.encode(), expires=now + KEPT_FOR, now=now)

    def tied(self, code: str) -> DeskRecord | None:
        """Return the record of the offer that a pre-authorized code belongs to, if there is one."""
        raw = self.store.get(Kind.DESK, fingerprint(f"code {code}"), now=self.clock.now())
        return None if raw is None else self.find(raw.decode())

    def is_in_time(self, what: str, *, most: int, spell: timedelta) -> bool:
        """Count something about an offer; tell whether it is among so many of its spell.

        Raises:
            StoreError: what the store raises.
        """
        now = self.clock.now()
        return take_turn(self.store, Kind.ATTEMPT, what, most=most, spell=spell, now=now)

    def find(self, ticket: str) -> DeskRecord:
        """Return a record.

        Raises:
            BindingError: `session.unknown`.
        """
        raw = self.store.get(Kind.DESK, fingerprint(ticket), now=self.clock.now())
        if raw is None:
            raise BindingError(Code.SESSION_UNKNOWN)
        return DeskRecord.decode(raw)

    def advance(self, ticket: str, progress: Progress) -> DeskRecord:
        """Write down how far an offer has come.

        Raises:
            BindingError: `session.unknown`.
        """
        moved = replace(self.find(ticket), progress=progress)
        self.put(ticket, moved)
        return moved

    def settle(self, ticket: str, record: DeskRecord) -> None:
        """Write down that a wallet has its cards, and keep that for as long as it may renew them.

        Each time that the wallet asks, it is kept as long again.
        """
        expires = self.clock.now() + RENEWED_FOR
        self.put(ticket, replace(record, progress=Progress.KEPT, expires=expires))

    def new_slot(self, ticket: str) -> str:
        """Take a slot for a credential that is about to be signed, and return its name.

        Raises:
            BindingError: `session.unknown`.
            StoreError: `oauth.busy` when the ticket was redeemed too often.
        """
        expires, now = self.find(ticket).expires, self.clock.now()
        for key in _slots(ticket):
            if self.store.claim(Kind.DESK, key, expires=expires, now=now):
                return key
        raise StoreError(Code.OAUTH_BUSY)

    def fill(self, slot: str, ticket: str, configuration: str, place: StatusReference) -> None:
        """Write down where the status of a credential stands."""
        record = strict_json.dumps(
            {"configuration": configuration, "uri": place.uri, "index": place.index}
        )
        expires, now = self.find(ticket).expires, self.clock.now()
        self.store.put(Kind.DESK, slot, record, expires=expires, now=now)

    def places(self, ticket: str) -> Iterator[tuple[str, StatusReference]]:
        """Yield the credentials of a ticket: the name of the kind, and where the status stands."""
        for key in _slots(ticket):
            raw = self.store.get(Kind.DESK, key, now=self.clock.now())
            if raw:
                members = strict_json.loads_object(raw)
                index = shape.integer(members.get("index"), _CODE)
                place = StatusReference(shape.text(members.get("uri"), _CODE), index)
                yield shape.text(members.get("configuration"), _CODE), place

    def put(self, ticket: str, record: DeskRecord) -> None:
        """Keep a record in the place of the earlier one."""
        self.store.put(
            Kind.DESK,
            fingerprint(ticket),
            record.encode(),
            expires=record.expires,
            now=self.clock.now(),
        )


def _slots(ticket: str) -> list[str]:
    return [fingerprint(f"{ticket} {number}") for number in range(_SLOTS)]
