"""What the numbers in a status list mean (Token Status List, section 7.1)."""

from enum import IntEnum, unique
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
