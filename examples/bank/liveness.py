"""Whether the person in front of the camera lives, and is the one on the card: a port.

krid proves that a card is genuine and that its key answered. Whose hand held the phone is another
question, which banks put to a product of their own. Its answer goes into the audit trail.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Liveness:
    """What a check found; `method` says by what, and is kept for the auditor."""

    method: str
    passed: bool


class LivenessCheck(Protocol):
    """Something that compares what a camera took with the portrait on a card."""

    def check(self, *, portrait: bytes, capture: bytes) -> Liveness:
        """Say what was found; neither picture may be kept."""
        ...


@dataclass(frozen=True)
class SampleLiveness:
    """A stand-in that looks at nothing and PROVES NOTHING; it says so in every decision."""

    passes: bool = True

    def check(self, *, portrait: bytes, capture: bytes) -> Liveness:
        """Say what it was told to say."""
        return Liveness("sample, proves nothing", self.passes)
