"""Random scalars as the vectors of BBS mock them (draft-irtf-cfrg-bbs-signatures, section 8.1)."""

from krid._core.entropy import system_entropy
from krid.bbs import Suite

OCTETS = 48


class MockedScalars:
    """Entropy that gives scalars from a seed, and after them what the system gives.

    krid draws the scalars of the draft first, in its order; masks against clocks come later, except
    for the first `skip` draws.
    """

    def __init__(self, suite: Suite, seed: bytes, dst: bytes, count: int, *, skip: int = 0) -> None:
        drawn = suite.expand(seed, dst, OCTETS * count)
        self.left = [drawn[at : at + OCTETS] for at in range(0, len(drawn), OCTETS)]
        self.skip = skip

    def __call__(self, size: int) -> bytes:
        if self.skip or not self.left:
            self.skip = max(self.skip - 1, 0)
            return system_entropy(size)
        return self.left.pop(0)
