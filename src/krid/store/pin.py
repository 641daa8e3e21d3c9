"""A PIN or passphrase, and what hashing it costs a person once and a guesser each time."""

import unicodedata
from dataclasses import dataclass
from typing import Final, final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from krid._core import limits
from krid._core.redact import Secret
from krid.errors import Code, MisuseError, StoreError

KEY_SIZE: Final = 32

NEW_PIN_LENGTH: Final = 6
"""The least characters of a new PIN that people are asked for; each guess is expensive. A `Pin`
may be shorter: what a program asks for is for the program to say."""

FLOOR_MEMORY_KIB: Final = 7 * 1024
"""The least memory that the OWASP Password Storage Cheat Sheet names for Argon2id."""


@final
class Pin(Secret):
    """What a person types to open a wallet: digits or a whole passphrase.

    Text that looks the same is the same (Unicode normalisation form C, RFC 8265). White space
    counts. Python can't wipe memory for certain: a PIN may stay in the process's memory until
    the interpreter reuses it.

    Raises:
        MisuseError: `misuse.pin` for an empty PIN, for more than `MAX_PIN_CHARS` characters,
            for lone surrogates, and for what is no text, such as a number.

    >>> Pin("493817")
    Pin(***)
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        try:
            super().__init__(_octets(text))
        except (TypeError, UnicodeEncodeError) as cause:
            raise MisuseError(Code.MISUSE_PIN) from cause


def _octets(text: str) -> bytes:
    if not 0 < len(text) <= limits.MAX_PIN_CHARS:
        raise MisuseError(Code.MISUSE_PIN)
    return unicodedata.normalize("NFC", text).encode("utf-8")


@final
@dataclass(frozen=True, slots=True)
class PinCost:
    """What one hash of a PIN costs with Argon2id (RFC 9106): KiB of memory, passes and lanes.

    Raises:
        MisuseError: `misuse.pin_cost` below `FLOOR_MEMORY_KIB` and one pass, or above the
            limits that keep a file from asking for all memory or for minutes.
    """

    memory_kib: int
    iterations: int
    lanes: int

    def __post_init__(self) -> None:
        """Hold the floor and the caps."""
        fits = (
            FLOOR_MEMORY_KIB <= self.memory_kib <= limits.MAX_PIN_MEMORY_KIB
            and 1 <= self.iterations <= limits.MAX_PIN_ITERATIONS
            and 1 <= self.lanes <= limits.MAX_PIN_LANES
        )
        if not fits:
            raise MisuseError(Code.MISUSE_PIN_COST)


STANDARD_COST: Final = PinCost(memory_kib=64 * 1024, iterations=3, lanes=4)
"""The second recommended option of RFC 9106, section 4: about a fifth of a second."""


def stretch(pin: Pin, salt: bytes, cost: PinCost) -> bytes:
    """Hash a PIN into a 256-bit key with Argon2id.

    Raises:
        StoreError: `store.io` when the machine lacks the memory.
    """
    kdf = Argon2id(
        salt=salt,
        length=KEY_SIZE,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    try:
        return kdf.derive(pin.reveal())
    except MemoryError as cause:
        raise StoreError(Code.STORE_IO, "not enough memory to hash the PIN") from cause
