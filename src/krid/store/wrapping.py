"""Wrapping the data key for somebody who is not there: to a public key made from a secret.

A PIN's hash wraps the data key itself. Every other way to unlock has a key pair that is made from
its secret each time; the file keeps the public half. So the data key can be replaced while the
secrets are elsewhere, and a file that somebody opened tells nothing of them.

The pair is the hybrid of ML-KEM-768 and X25519, used with HPKE (RFC 9180) in its base mode: who
copies a file today must break both to open it in decades.
"""

from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid._core.arguments import typed
from krid._core.redact import Secret
from krid.errors import Code, MisuseError, StoreError
from krid.store.keys import DataKey

UNLOCK_KEY_SIZE: Final = 32
PUBLIC_SIZE: Final = 1_184 + 32
WRAPPED_SIZE: Final = 1_088 + 32 + 32 + 16
"""What ML-KEM-768 and X25519 send along, the data key and its tag."""

_SEED_SIZE: Final = 64
_SUITE: Final = (KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@final
class UnlockKey(Secret):
    """256 secret bits that open a wallet, such as an authenticator's PRF gives.

    Raises:
        MisuseError: `misuse.unlock_key` for any other length.
    """

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        typed("UnlockKey", value, bytes)
        if len(value) != UNLOCK_KEY_SIZE:
            raise MisuseError(Code.MISUSE_UNLOCK_KEY)
        super().__init__(value)


@final
class UnlockPair:
    """The key pair of one way to unlock one file, made from its secret."""

    __slots__ = ("_kem", "_x25519")

    def __init__(self, secret: Secret, *, place: bytes) -> None:
        """Make the pair; `place` names file and method, so that no two of them share one."""
        hkdf = HKDF(SHA256(), _SEED_SIZE + 32, salt=None, info=b"krid vault method 1" + place)
        seed = hkdf.derive(secret.reveal())
        self._kem = MLKEM768PrivateKey.from_seed_bytes(seed[:_SEED_SIZE])
        self._x25519 = X25519PrivateKey.from_private_bytes(seed[_SEED_SIZE:])

    @property
    def public(self) -> bytes:
        """The public half, `PUBLIC_SIZE` bytes."""
        kem, x25519 = self._kem.public_key(), self._x25519.public_key()
        return kem.public_bytes_raw() + x25519.public_bytes_raw()

    def unwrap(self, wrapped: bytes, *, place: bytes) -> DataKey:
        """Get the data key back.

        Raises:
            StoreError: `store.altered` when it was not wrapped for this pair and place.
        """
        private = MLKEM768X25519PrivateKey(self._kem, self._x25519)
        try:
            return DataKey(Suite(*_SUITE).decrypt(wrapped, private, info=place))
        except InvalidTag as cause:
            raise StoreError(Code.STORE_ALTERED, "an unlock method") from cause


def wrap(data_key: DataKey, public: bytes, *, place: bytes) -> bytes:
    """Wrap a data key for whoever can make the pair of a public key that `UnlockPair` gave."""
    kem = MLKEM768PublicKey.from_public_bytes(public[:-32])
    x25519 = X25519PublicKey.from_public_bytes(public[-32:])
    target = MLKEM768X25519PublicKey(kem, x25519)
    return Suite(*_SUITE).encrypt(data_key.reveal(), target, info=place)
