"""The two things that may be left out, each by a name that shows up in a review."""

from enum import Enum
from typing import Final, Literal


class Bearer(Enum):
    """The type of `BEARER`."""

    BEARER = "bearer"


class NoStatus(Enum):
    """The type of `NO_STATUS`."""

    NO_STATUS = "no status"


BEARER: Final[Literal[Bearer.BEARER]] = Bearer.BEARER
"""No holder key: whoever has the bytes may use them."""

NO_STATUS: Final[Literal[NoStatus.NO_STATUS]] = NoStatus.NO_STATUS
"""No status list: the credential can't be suspended or revoked before it expires."""
