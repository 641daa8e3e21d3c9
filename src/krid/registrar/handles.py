"""Handles: what rows go by in the log and outside, and what says nothing about a person."""

import base64
from typing import Final

from krid._core.entropy import Entropy

_BYTES: Final = 10


def new_handle(kind: str, entropy: Entropy) -> str:
    """Make a handle of 80 random bits, such as `p-` and 16 small letters and digits.

    >>> new_handle("p", bytes)
    'p-aaaaaaaaaaaaaaaa'
    """
    return f"{kind}-{base64.b32encode(entropy(_BYTES)).decode('ascii').lower()}"
