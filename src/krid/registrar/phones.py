"""Phones of invented people: keys that follow from a seed, to be found again by a demonstration.

Whoever knows the seed has every key. Nobody's real card is ever bound to such a phone.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final, final

from cryptography.hazmat.primitives.asymmetric import ec

from krid.keys import LocalKey, PublicKey

_CONTEXT: Final = b"krid-invented-phone-1\x00"
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (SEC 2, section 2.4.2)."""


@final
@dataclass(frozen=True, slots=True)
class InventedPhones:
    """Gives each person's handle a phone of its own."""

    seed: str = field(repr=False)

    def __call__(self, person_id: str) -> PublicKey:
        """Return the public key of a person's phone."""
        return self.key(person_id).public_key

    def key(self, person_id: str) -> LocalKey:
        """Return the key of a person's phone."""
        text = f"{len(self.seed)}:{self.seed}/{person_id}".encode()
        number = int.from_bytes(hashlib.sha512(_CONTEXT + text).digest(), "big")
        return LocalKey.from_native(
            ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())
        )
