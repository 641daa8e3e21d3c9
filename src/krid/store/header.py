"""The header of a vault file: how the PIN is hashed, and the data key wrapped under that hash."""

import struct
from dataclasses import dataclass
from typing import Final, Self, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from krid._core.entropy import Entropy
from krid.errors import Code, MisuseError, StoreError
from krid.store.keys import DATA_KEY_SIZE, FILE_ID_SIZE, NONCE_SIZE, TAG_SIZE, DataKey
from krid.store.pin import Pin, PinCost, stretch

_SALT_SIZE: Final = 16
_PARAMETERS: Final = struct.Struct(f">{FILE_ID_SIZE}sIII{_SALT_SIZE}s{NONCE_SIZE}s")
_WRAPPED_SIZE: Final = DATA_KEY_SIZE + TAG_SIZE


@final
@dataclass(frozen=True, slots=True, repr=False)
class Header:
    """File id, cost, salt and nonce, and the data key that AES-256-GCM wrapped.

    All other fields are authenticated with the wrapped key: none can be changed alone.
    """

    file_id: bytes
    cost: PinCost
    salt: bytes
    nonce: bytes
    wrapped: bytes

    @classmethod
    def wrap(
        cls, data_key: DataKey, pin: Pin, *, file_id: bytes, cost: PinCost, entropy: Entropy
    ) -> Self:
        """Wrap a data key under a PIN with a fresh salt and nonce."""
        bare = cls(file_id, cost, entropy(_SALT_SIZE), entropy(NONCE_SIZE), b"")
        cipher = AESGCM(stretch(pin, bare.salt, cost))
        wrapped = cipher.encrypt(bare.nonce, data_key.reveal(), bare.binding)
        return cls(file_id, cost, bare.salt, bare.nonce, wrapped)

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a header and hold the floor and the caps on its cost.

        Raises:
            StoreError: `store.altered`.
        """
        if len(body) != _PARAMETERS.size + _WRAPPED_SIZE:
            raise StoreError(Code.STORE_ALTERED, "the header has another size")
        file_id, memory, iterations, lanes, salt, nonce = _PARAMETERS.unpack_from(body)
        try:
            cost = PinCost(memory, iterations, lanes)
        except MisuseError as cause:
            raise StoreError(Code.STORE_ALTERED, "a cost beyond the limits") from cause
        return cls(file_id, cost, salt, nonce, body[_PARAMETERS.size :])

    def encode(self) -> bytes:
        """Write the header as `parse` reads it."""
        return self._parameters() + self.wrapped

    @property
    def binding(self) -> bytes:
        """What is authenticated beside the wrapped key."""
        return b"krid vault key 1" + self._parameters()

    def _parameters(self) -> bytes:
        cost = self.cost
        return _PARAMETERS.pack(
            self.file_id, cost.memory_kib, cost.iterations, cost.lanes, self.salt, self.nonce
        )

    def unwrap(self, pin: Pin) -> DataKey:
        """Get the data key back.

        Raises:
            StoreError: `store.pin`. A wrapped key altered together with its unkeyed digest
                looks the same: only the right PIN could tell the two apart.
        """
        cipher = AESGCM(stretch(pin, self.salt, self.cost))
        try:
            return DataKey(cipher.decrypt(self.nonce, self.wrapped, self.binding))
        except InvalidTag as cause:
            raise StoreError(Code.STORE_PIN) from cause
