"""What left the wallet, when and to whom: kept in the wallet alone, without claim values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self, final

from krid._core import shape, strict_json, times
from krid.errors import Code
from krid.model import ClaimPath
from krid.wallet.asking import Registered
from krid.wallet.consent import Consent


@final
@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One presentation: the verifier that had proved its name, its purpose, and the paths.

    `authorised` are the transactions that the person authorised, as the verifier sent them: JSON
    in base64url, over which the presentation has a hash. `registered` is the name under which the
    verifier was registered to the person's knowledge, or no text.
    """

    at: datetime
    verifier: str
    purpose: str
    disclosed: tuple[tuple[str, ClaimPath], ...]
    authorised: tuple[str, ...] = ()
    registered: str = ""

    @classmethod
    def of(cls, consent: Consent, *, at: datetime) -> Self:
        """Describe what a consent lets leave; paths stand beside the type of their card."""
        disclosed = tuple(
            (choice.type, path)
            for choice in consent.selection.leaving
            for path in (*choice.disclose, *choice.along)
        )
        request, asking = consent.request, consent.asking
        registered = asking.registration.name if isinstance(asking, Registered) else ""
        authorised = tuple(each.encoded for each in request.request.transactions)
        return cls(at, request.verifier, request.request.purpose, disclosed, authorised, registered)

    def encode(self) -> bytes:
        """Write the entry as JSON."""
        return strict_json.dumps(
            {
                "at": times.to_rfc3339(self.at),
                "verifier": self.verifier,
                "purpose": self.purpose,
                "disclosed": [[kind, list(path)] for kind, path in self.disclosed],
                "authorised": list(self.authorised),
                "registered": self.registered,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read an entry back.

        Raises:
            MalformedError: `wallet.record`.
        """
        members = strict_json.loads_object(raw)
        rows = shape.sequence(members.get("disclosed"), Code.WALLET_RECORD)
        return cls(
            at=times.from_rfc3339(shape.text(members.get("at"), Code.WALLET_RECORD)),
            verifier=shape.text(members.get("verifier"), Code.WALLET_RECORD),
            purpose=shape.text(members.get("purpose"), Code.WALLET_RECORD),
            disclosed=tuple(_row(row) for row in rows),
            authorised=shape.texts(members.get("authorised", ()), Code.WALLET_RECORD),
            registered=shape.text(members.get("registered", ""), Code.WALLET_RECORD),
        )


def _row(value: object) -> tuple[str, ClaimPath]:
    row = shape.sequence(value, Code.WALLET_RECORD)
    kind, path = (*row, None, None)[:2]
    return (
        shape.text(kind, Code.WALLET_RECORD),
        tuple(shape.sequence(path, Code.WALLET_RECORD)),
    )
