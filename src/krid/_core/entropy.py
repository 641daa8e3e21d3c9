"""Randomness as a port, so that a test can repeat what it saw."""

import secrets
from collections.abc import Callable, Sequence
from struct import unpack
from typing import TypeAlias

Entropy: TypeAlias = Callable[[int], bytes]
"""Called with a number, returns that many unpredictable bytes."""

system_entropy: Entropy = secrets.token_bytes
"""The operating system's generator."""


def below(entropy: Entropy, bound: int) -> int:
    """Draw a number from 0 up to but without `bound`, each equally likely.

    >>> below(lambda size: bytes(size), 10)
    0
    """
    size = (bound.bit_length() + 7) // 8
    ceiling = 256**size // bound * bound
    while (drawn := int.from_bytes(entropy(size), "big")) >= ceiling:
        pass
    return drawn % bound


def shuffled(entropy: Entropy, items: list[str]) -> list[str]:
    """Return the items in an order that tells nothing: that of random numbers, one for each.

    All are drawn in one call, 64 bits each; if two are equal, which would favour the order that
    came, all are drawn again.
    """
    ranks: Sequence[int] = ()
    while len(set(ranks)) != len(items):
        ranks = unpack(f"{len(items)}Q", entropy(8 * len(items)))
    ranked = dict(zip(ranks, items, strict=True))
    return [ranked[rank] for rank in sorted(ranked)]
