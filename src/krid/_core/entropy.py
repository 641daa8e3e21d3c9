"""Randomness as a port, so that a test can repeat what it saw."""

import secrets
from collections.abc import Callable
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
    """Return the items in an order that tells nothing (Fisher and Yates).

    The places are drawn in one call, from 64 bits each: of so many, no order is likelier than
    another by more than a part in 2^59 for 32 items.
    """
    order = list(items)
    drawn = unpack(f"{len(items)}Q", entropy(8 * len(items)))
    for last in range(len(order) - 1, 0, -1):
        other = drawn[last] % (last + 1)
        order[last], order[other] = order[other], order[last]
    return order
