"""Session encryption (section 9.1.1): two keys, two counters, AES-256-GCM.

Who listens on the air learns lengths. Who changes, drops, repeats or reorders a message is found
out, for each has its number in its nonce.
"""

import hashlib
from enum import Enum
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid._core import limits
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    SignatureError,
    UnsupportedError,
)
from krid.keys import KeyAgreement, PublicKey
from krid.mdoc import SessionTranscript

_KEY_BYTES: Final = 32
_NO_DATA: Final = b""


class Role(Enum):
    """One side of a session: what its key is derived with, and the identifier in its nonces."""

    READER = b"SKReader", bytes(8)
    DEVICE = b"SKDevice", bytes(7) + b"\x01"

    @property
    def other(self) -> "Role":
        """The other side."""
        return Role.DEVICE if self is Role.READER else Role.READER


@final
class SessionCipher:
    """Seals one side's messages and opens the other's, each once and in order.

    `repr` shows nothing of it. After `drop` and after a message that does not open it is of no
    more use. Not safe between threads.
    """

    def __init__(self, sending: "_Direction", receiving: "_Direction") -> None:
        self._sending: _Direction | None = sending
        self._receiving: _Direction | None = receiving

    @classmethod
    def derive(
        cls, ours: KeyAgreement, theirs: PublicKey, *, transcript: SessionTranscript, role: Role
    ) -> "SessionCipher":
        """Derive both keys from the session keys and the transcript (section 9.1.1.5).

        Raises:
            UnsupportedError: `proximity.curve` when the keys are on different curves.
            MalformedError: `proximity.key` for a key of small order.
        """
        if ours.public_key.curve is not theirs.curve:
            raise UnsupportedError(Code.PROXIMITY_CURVE)
        try:
            secret = ours.exchange(theirs)
        except KridError as cause:
            raise MalformedError(Code.PROXIMITY_KEY) from cause
        salt = hashlib.sha256(transcript.embedded()).digest()
        return cls(_Direction(secret, salt, role), _Direction(secret, salt, role.other))

    def seal(self, plaintext: bytes) -> bytes:
        """Encrypt the next message to the other side; the tag stands at its end.

        Raises:
            BindingError: `proximity.ended`.
            UnsupportedError: `proximity.messages`.
        """
        if self._sending is None:
            raise BindingError(Code.PROXIMITY_ENDED)
        key, nonce = self._sending.next()
        return key.encrypt(nonce, plaintext, _NO_DATA)

    def open(self, ciphertext: bytes) -> bytes:
        """Decrypt the next message of the other side.

        Raises:
            BindingError: `proximity.ended`.
            SignatureError: `proximity.decryption`; the keys are dropped.
            UnsupportedError: `proximity.messages`.
        """
        if self._receiving is None:
            raise BindingError(Code.PROXIMITY_ENDED)
        key, nonce = self._receiving.next()
        try:
            return key.decrypt(nonce, ciphertext, _NO_DATA)
        except InvalidTag as cause:
            self.drop()
            raise SignatureError(Code.PROXIMITY_DECRYPTION) from cause

    def drop(self) -> None:
        """Forget the keys. Python can't overwrite them; they are collected like other objects."""
        self._sending = self._receiving = None


@final
class _Direction:
    """The key of one direction, and the number of its next message, which only ever grows."""

    def __init__(self, secret: bytes, salt: bytes, role: Role) -> None:
        info, self._identifier = role.value
        self._key: Final = AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, info).derive(secret))
        self._sent = 0

    def next(self) -> tuple[AESGCM, bytes]:
        """Return the key and the nonce of the next message: identifier and counter, from 1."""
        if self._sent >= limits.MAX_PROXIMITY_MESSAGES:
            raise UnsupportedError(Code.PROXIMITY_MESSAGES)
        self._sent += 1
        return self._key, self._identifier + self._sent.to_bytes(4, "big")
