"""What goes over the air: SessionEstablishment and SessionData (section 9.1.1.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Final, Self, final

from krid._core import cbor, limits, shape
from krid._core.arguments import typed
from krid._core.cbor import Cbor, Embedded
from krid.errors import Code, MalformedError

_CODE: Final = Code.PROXIMITY_MESSAGE
_READER_KEY: Final = "eReaderKey"
_MAP_OF_TWO: Final = b"\xa2"


@unique
class SessionStatus(IntEnum):
    """Why a session ends, as one side tells the other (table 20). Nobody signs it."""

    ENCRYPTION_ERROR = 10
    CBOR_ERROR = 11
    TERMINATION = 20


@final
@dataclass(frozen=True, slots=True)
class SessionEstablishment:
    """The reader's first message: its session key, encoded as it came, and its request sealed."""

    reader_key: bytes = field(repr=False)
    data: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an encoded SessionEstablishment; does not look into the key.

        Raises:
            MalformedError: `proximity.message`, `proximity.size`, or a `cbor.*` code.
        """
        members = _members(raw, {_READER_KEY, "data"})
        key = members.get(_READER_KEY)
        if not isinstance(key, Embedded):
            raise MalformedError(_CODE, _READER_KEY)
        return cls(key.content, shape.octets(members.get("data"), _CODE))

    def encode(self) -> bytes:
        """Write the message, in the order of annex D."""
        return b"".join(
            (
                _MAP_OF_TWO,
                cbor.encode(_READER_KEY),
                Embedded.wrap(self.reader_key).raw,
                cbor.encode("data"),
                cbor.encode(self.data),
            )
        )


@final
@dataclass(frozen=True, slots=True)
class SessionData:
    """Every other message: something sealed, a status, or both; None for what is not there."""

    data: bytes | None = field(default=None, repr=False)
    status: SessionStatus | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an encoded SessionData.

        Raises:
            MalformedError: `proximity.message`, also for a status that the standard does not
                have; `proximity.size`, or a `cbor.*` code.
        """
        members = _members(raw, {"data", "status"})
        if not members:
            raise MalformedError(_CODE, "neither data nor status")
        data = shape.octets(members["data"], _CODE) if "data" in members else None
        return cls(data, _status(members["status"]) if "status" in members else None)

    def encode(self) -> bytes:
        """Write the message."""
        members: dict[str, Cbor] = {}
        if self.data is not None:
            members["data"] = self.data
        if self.status is not None:
            members["status"] = self.status.value
        return cbor.encode(members)


def _members(raw: bytes, known: set[str]) -> Mapping[str, Cbor]:
    """Read a map that nobody signs: a member that no edition knows is refused."""
    typed("raw", raw, bytes)
    if len(raw) > limits.MAX_PROXIMITY_MESSAGE_BYTES:
        raise MalformedError(Code.PROXIMITY_SIZE)
    members = shape.mapping(cbor.decode(raw), _CODE)
    if not known.issuperset(members):
        raise MalformedError(_CODE, "an unknown member")
    return members


def _status(value: Cbor) -> SessionStatus:
    number = shape.integer(value, _CODE)
    if number not in set(SessionStatus):
        raise MalformedError(_CODE, "status")
    return SessionStatus(number)
