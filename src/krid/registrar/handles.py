"""Handles: what rows go by in the log and outside, and what says nothing about a person."""

import base64
import re
from typing import Final

from krid._core.entropy import Entropy

UNKNOWN: Final = "unknown"
"""What the log says of a subject that is no handle."""

DESK: Final = "desk"
"""The subject of what concerns no single person."""

_BYTES: Final = 10
_HANDLE: Final = re.compile(r"[a-z]-[a-z2-7]{16}")


def new_handle(kind: str, entropy: Entropy) -> str:
    """Make a handle of 80 random bits, such as `p-` and 16 small letters and digits.

    >>> new_handle("p", bytes)
    'p-aaaaaaaaaaaaaaaa'
    """
    return f"{kind}-{base64.b32encode(entropy(_BYTES)).decode('ascii').lower()}"


def is_handle(text: str) -> bool:
    """Tell whether a text has the form of a handle; there may be nothing that goes by it."""
    return text == DESK or _HANDLE.fullmatch(text) is not None
