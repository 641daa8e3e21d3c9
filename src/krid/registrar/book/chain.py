"""The chain of the log: how a row and a line become the digests that hold each other.

A line's digest covers the digest of the line before it, what the line says, and the digests of
the rows that it left behind. Whoever changes a row or a line later must change every digest from
there to the end, and the end is what others have written down (`Head`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias, final

from krid._core import base64url, jcs
from krid._core.arguments import typed
from krid.errors import Code, KridError, MalformedError

if TYPE_CHECKING:
    from krid._core.strict_json import Json

Value: TypeAlias = str | int | bytes | None
"""What stands in a column of a kept table."""

NOTHING: Final = b""
"""The digest of a row that is not there any more."""

START: Final = bytes(32)
_LINE: Final = b"krid-register-line-1\x00"
_ROW: Final = b"krid-register-row-1\x00"


class Touch(NamedTuple):
    """A row that a line left behind: table, key, digest."""

    place: str
    key: str
    digest: bytes


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Who does something to whom, why and when; all but the time are short words or handles.

    `refusal` is the code of what was refused, None for what was done.
    """

    actor: str
    action: str
    subject: str
    reason: str
    at: int
    refusal: str | None = None


@final
@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some moment: to write down elsewhere, and to ask for later."""

    seq: int
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `encode` wrote.

        Raises:
            MalformedError: `register.head`.
        """
        typed("text", text, str)
        number, _, rest = text.partition(":")
        try:
            digest = base64url.decode(rest)
        except KridError as cause:
            raise MalformedError(Code.REGISTER_HEAD) from cause
        if not number.isascii() or not number.isdigit() or len(number) > 18 or len(digest) != 32:
            raise MalformedError(Code.REGISTER_HEAD)
        return cls(int(number), digest)

    def encode(self) -> str:
        """Write the head as one word: the number of the last line, a colon, its digest.

        >>> Head(0, bytes(32)).encode()
        '0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
        """
        return f"{self.seq}:{base64url.encode(self.digest)}"


def row_digest(place: str, row: Mapping[str, Value]) -> bytes:
    """Digest a row of a kept table, salt included.

    Raises:
        MalformedError: `json.syntax`, `json.number` for values that no row of krid has.
    """
    members: dict[str, Json] = {
        name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()
    }
    raw = jcs.canonical({"place": place, "row": members})
    return hashlib.sha256(_ROW + raw).digest()


def line_digest(before: Head, note: Note, touches: Sequence[Touch]) -> bytes:
    """Digest the line that follows a head; the touches are in order of place and key."""
    raw = jcs.canonical(
        {
            "seq": before.seq + 1,
            "at": note.at,
            "actor": note.actor,
            "action": note.action,
            "subject": note.subject,
            "reason": note.reason,
            "refusal": note.refusal,
            "touches": [[each.place, each.key, each.digest.hex()] for each in touches],
        }
    )
    return hashlib.sha256(_LINE + before.digest + raw).digest()
