"""What COSE_Sign1 and COSE_Mac0 share: where the payload travels and what is authenticated."""

from enum import Enum

from krid._core import cbor, shape
from krid.errors import Code, MalformedError


class Placement(Enum):
    """Whether a message carries its payload, or the other side has it already."""

    ATTACHED = "attached"
    DETACHED = "detached"

    def carried(self, payload: bytes) -> bytes | None:
        """Return what stands in the message for a payload."""
        return payload if self is Placement.ATTACHED else None


class Tagging(Enum):
    """Whether an encoded message begins with its CBOR tag (RFC 9052, section 2)."""

    TAGGED = "tagged"
    UNTAGGED = "untagged"


def parse_payload(value: object) -> bytes | None:
    """Read the third member of a message: a byte string, or nil when it is detached.

    Raises:
        MalformedError: `cose.syntax`.
    """
    return None if value is None else shape.octets(value, Code.COSE_SYNTAX)


def the_payload(carried: bytes | None, detached: bytes | None) -> bytes:
    """Return the one payload there is: a message has it, or the caller, never both.

    Raises:
        MalformedError: `cose.payload`.
    """
    if carried is not None and detached is None:
        return carried
    if carried is None and detached is not None:
        return detached
    raise MalformedError(Code.COSE_PAYLOAD)


def structure(context: str, protected: bytes, external_aad: bytes, payload: bytes) -> bytes:
    """Write what is signed or MACed: Sig_structure, MAC_structure (sections 4.4 and 6.3)."""
    return cbor.encode([context, protected, external_aad, payload])
