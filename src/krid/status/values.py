"""What the numbers in a status list mean (Token Status List, section 7.1), and the purposes.

The purposes are those of Bitstring Status List 1.0, section 2.1.
"""

from enum import IntEnum, StrEnum, unique
from typing import Final

from krid.errors import Code, StatusError


@unique
class StatusType(IntEnum):
    """The registered status types; whole credentials, not claims, have a status.

    3 and 12 to 15 are for applications, all others up to 255 are reserved. krid gives neither a
    meaning: a credential with such a status is refused.
    """

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


APPLICATION_SPECIFIC: Final = frozenset({3, 12, 13, 14, 15})
"""Values whose meaning an application settles for itself."""


def check_valid(value: int) -> None:
    """Refuse every status but VALID.

    Raises:
        StatusError: `status.revoked`, `status.suspended`, or `status.unknown_value`.
    """
    if value == StatusType.VALID:
        return
    if value == StatusType.INVALID:
        raise StatusError(Code.STATUS_REVOKED)
    if value == StatusType.SUSPENDED:
        raise StatusError(Code.STATUS_SUSPENDED)
    kind = "application specific" if value in APPLICATION_SPECIFIC else "reserved"
    raise StatusError(Code.STATUS_UNKNOWN_VALUE, kind)


@unique
class StatusPurpose(StrEnum):
    """The purposes that the standard gives a meaning; lists may serve others."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    REFRESH = "refresh"
    MESSAGE = "message"


_HARMLESS: Final = frozenset({StatusPurpose.REFRESH, StatusPurpose.MESSAGE})
"""What never makes a credential invalid: there is a newer one, or something to be said of it."""


def check_purpose(purpose: str, value: int) -> None:
    """Refuse what a status other than 0 means for a purpose; an unknown purpose means no good.

    Raises:
        StatusError: `status.revoked`, `status.suspended`, or `status.unknown_value`.
    """
    if value == 0 or purpose in _HARMLESS:
        return
    if purpose == StatusPurpose.REVOCATION:
        raise StatusError(Code.STATUS_REVOKED)
    if purpose == StatusPurpose.SUSPENSION:
        raise StatusError(Code.STATUS_SUSPENDED)
    raise StatusError(Code.STATUS_UNKNOWN_VALUE, "purpose")
