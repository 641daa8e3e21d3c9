"""Stand-ins for programs that test their use of krid: time, network and randomness that obey.

>>> from krid.testing import seeded_entropy
>>> seeded_entropy(b"a test")(4) == seeded_entropy(b"a test")(4)
True
"""

import hashlib
from itertools import count

from krid._core.clock import FixedClock
from krid._core.entropy import Entropy
from krid.net import NoNetwork, ScriptedTransport


def seeded_entropy(seed: bytes) -> Entropy:
    """Return a source of bytes that repeats itself from the same seed; never use it for real."""
    blocks = count()

    def draw(size: int) -> bytes:
        drawn = b""
        while len(drawn) < size:
            drawn += hashlib.sha256(seed + next(blocks).to_bytes(8, "big")).digest()
        return drawn[:size]

    return draw


__all__ = ["FixedClock", "NoNetwork", "ScriptedTransport", "seeded_entropy"]
