"""Cards and keys as the wallet's records, and reading them back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self, final

from krid._core import base64url, shape, strict_json, times
from krid.errors import Code
from krid.model import AcceptedCredential
from krid.wallet.guards import KeyGuard


@final
@dataclass(frozen=True, slots=True)
class Card:
    """A card in the wallet: `credential` is what its issuer's signature proved."""

    id: str
    credential: AcceptedCredential
    raw: bytes = field(repr=False)

    def holds_at(self, now: datetime) -> bool:
        """Tell whether a moment lies within the card's own dates; says nothing of its status."""
        first, last = self.credential.valid_from, self.credential.valid_until
        return (first is None or first <= now) and (last is None or now <= last)


@final
@dataclass(frozen=True, slots=True)
class RefusedCard:
    """A card in the wallet that is not believed now; `code` says why.

    Most often its issuer is trusted no longer, or cannot be asked for its keys now. It is shown to
    nobody, and nothing that it says is known.
    """

    id: str
    format: str
    added_at: datetime
    code: Code


@final
@dataclass(frozen=True, slots=True)
class Draft:
    """A presentation that waits for what guards its key."""

    guard: KeyGuard
    finish: Callable[[], bytes] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class CardRecord:
    """What is stored of a card: its bytes, its format, and when it was added."""

    format: str
    raw: bytes = field(repr=False)
    added_at: datetime

    def encode(self) -> bytes:
        """Write the record as JSON."""
        return strict_json.dumps(
            {
                "format": self.format,
                "raw": base64url.encode(self.raw),
                "added_at": times.to_rfc3339(self.added_at),
            }
        )

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: `wallet.record`.
        """
        members = strict_json.loads_object(record)
        return cls(
            format=shape.text(members.get("format"), Code.WALLET_RECORD),
            raw=base64url.decode(shape.text(members.get("raw"), Code.WALLET_RECORD)),
            added_at=times.from_rfc3339(shape.text(members.get("added_at"), Code.WALLET_RECORD)),
        )
