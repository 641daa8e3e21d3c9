"""The office QR: a ticket handed out after a look at the person, redeemed once by the phone.

The text in the QR is `krid-office:` and 43 characters of base64url (32 random bytes). This form
is krid's own; how the real office QR is made is not public.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple, final

from krid._core import base64url, times
from krid._core.entropy import Entropy
from krid.errors import Code, ContentError
from krid.registrar.resident import Resident

QR_PREFIX: Final = "krid-office:"
"""What the text of every office QR starts with."""

TICKET_LIFETIME: Final = timedelta(minutes=10)
"""Long enough to install an app at the counter, too short to sell the QR."""

_VALUE_BYTES: Final = 32
_TICKET: Final = re.compile(QR_PREFIX + r"[A-Za-z0-9_-]{43}")


@final
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Ticket:
    """A ticket as the person gets it; whoever shows it first receives the card.

    `value` is secret until it is redeemed. From `expires` on it is worth nothing.
    """

    value: str
    expires: datetime

    @property
    def qr_text(self) -> str:
        """The text to draw as a QR code; keep it out of logs."""
        return QR_PREFIX + self.value

    def __repr__(self) -> str:
        return f"Ticket(***, expires={self.expires.isoformat()!r})"


class _Open(NamedTuple):
    resident_id: str
    expires: datetime


@final
class Office:
    """A community centre's counter: hands tickets out and takes them back.

    Keeps the SHA-256 digest of each open ticket and not the ticket, so who reads its memory can't
    redeem any. A digest is looked up, never a ticket: how long that takes tells nothing about the
    256 random bits behind it. Several threads may use one office.
    """

    __slots__ = ("_entropy", "_lock", "_open")

    def __init__(self, *, entropy: Entropy) -> None:
        self._entropy = entropy
        self._lock = Lock()
        self._open: dict[bytes, _Open] = {}

    def __repr__(self) -> str:
        return f"Office({len(self._open)} open tickets)"

    def issue(self, resident: Resident, *, now: datetime) -> Ticket:
        """Hand out a ticket to a person whom a clerk has just recognised.

        An older ticket of the same person is void from here on. Checks neither the face nor
        whether the person may have the card (`check_eligible`).

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        expires = times.aware(now) + TICKET_LIFETIME
        ticket = Ticket(base64url.encode(self._entropy(_VALUE_BYTES)), expires)
        with self._lock:
            self._forget(resident.id, now)
            self._open[digest_of(ticket.qr_text)] = _Open(resident.id, expires)
        return ticket

    def redeem(self, qr_text: str, *, now: datetime) -> str:
        """Take a ticket back and return the handle of the resident it was made for.

        The ticket is used up, whatever happens next.

        Raises:
            ContentError: `register.ticket` for a text that is no ticket, is unknown, was used
                before, was replaced, or has expired; which of them is not told.
            MisuseError: `misuse.naive_time`.
        """
        moment = times.aware(now)
        if not is_ticket(qr_text):
            raise ContentError(Code.REGISTER_TICKET)
        with self._lock:
            found = self._open.pop(digest_of(qr_text), None)
        if found is None or moment >= found.expires:
            raise ContentError(Code.REGISTER_TICKET)
        return found.resident_id

    def _forget(self, resident_id: str, now: datetime) -> None:
        """Drop the tickets that have expired and the one that is about to be replaced."""
        for digest, ticket in list(self._open.items()):
            if ticket.resident_id == resident_id or now >= ticket.expires:
                del self._open[digest]


def is_ticket(qr_text: str) -> bool:
    """Tell whether a text has the form of an office QR."""
    return _TICKET.fullmatch(qr_text) is not None


def digest_of(qr_text: str) -> bytes:
    """Return what an office keeps of a ticket."""
    return hashlib.sha256(qr_text.encode("ascii")).digest()
