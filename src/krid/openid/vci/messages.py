"""Two small messages: the nonce for key proofs, and what became of credentials (7.2, 11.1)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, Self, final

from krid._core import limits, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.openid.oauth import members as m

_NOTIFICATION: Final = Code.ISSUANCE_NOTIFICATION
_DESCRIPTION: Final = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]{0,1024}", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class NonceResponse:
    """The answer of the nonce endpoint (section 7.2)."""

    nonce: str = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read the answer.

        Raises:
            MalformedError: `issuance.response`.
        """
        return cls(m.text(_object(raw, Code.ISSUANCE_RESPONSE), "c_nonce", Code.ISSUANCE_RESPONSE))

    def encode(self) -> bytes:
        """Write the answer."""
        return strict_json.dumps({"c_nonce": self.nonce})


@unique
class Event(StrEnum):
    """What became of the credentials of one response (section 11.1)."""

    ACCEPTED = "credential_accepted"
    FAILURE = "credential_failure"
    DELETED = "credential_deleted"


@final
@dataclass(frozen=True, slots=True)
class Notification:
    """What a wallet tells the issuer; `description` is for developers, and not about people."""

    notification_id: str = field(repr=False)
    event: Event
    description: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a notification request (section 11.1).

        Raises:
            MalformedError: `issuance.notification`.
        """
        members = _object(raw, _NOTIFICATION)
        event = m.text(members, "event", _NOTIFICATION)
        if event not in {each.value for each in Event}:
            raise MalformedError(_NOTIFICATION, "event")
        description = m.text_or_none(members, "event_description", _NOTIFICATION)
        if description is not None and _DESCRIPTION.fullmatch(description) is None:
            raise MalformedError(_NOTIFICATION, "event_description")
        identifier = m.text(members, "notification_id", _NOTIFICATION)
        return cls(identifier, Event(event), description)

    def encode(self) -> bytes:
        """Write the request."""
        members: JsonObject = {
            "notification_id": self.notification_id,
            "event": self.event.value,
        }
        described = self.description
        members |= {} if described is None else {"event_description": described}
        return strict_json.dumps(members)


def _object(raw: bytes, code: Code) -> JsonObject:
    try:
        return strict_json.loads_object(raw, max_bytes=limits.MAX_OAUTH_BYTES)
    except KridError as cause:
        raise MalformedError(code) from cause
