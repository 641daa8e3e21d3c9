"""The keys of one vault file, and the sealing of its records.

One random data key a file; HKDF (RFC 5869) makes from it one key for each purpose, so that no
key serves two. Copies of keys may stay in memory after use: Python can't wipe them for certain.
"""

import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid._core.entropy import Entropy
from krid._core.redact import Secret
from krid.errors import Code, StoreError

DATA_KEY_SIZE: Final = 32
FILE_ID_SIZE: Final = 16
NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16
ID_SIZE: Final = 32
KIND_SIZE: Final = 16

_LENGTHS: Final = struct.Struct(">HH")
_LONGEST_VERSION: Final = 2**63 - 1


@final
class DataKey(Secret):
    """The random 256-bit key from which all keys of one file are made."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A record in the clear."""

    kind: str
    name: str
    value: bytes

    def encode(self) -> bytes:
        """Write kind and name, each after its length, and the value."""
        kind, name = self.kind.encode("utf-8"), self.name.encode("utf-8")
        return _LENGTHS.pack(len(kind), len(name)) + kind + name + self.value

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read what `encode` wrote; the seal has vouched for it."""
        kind_size, name_size = _LENGTHS.unpack_from(content)
        name_at = _LENGTHS.size + kind_size
        value_at = name_at + name_size
        kind, name = content[_LENGTHS.size : name_at], content[name_at:value_at]
        return cls(kind.decode("utf-8"), name.decode("utf-8"), content[value_at:])


@final
@dataclass(frozen=True, slots=True)
class Row:
    """A record as it stands in the file: nothing of it can be read without the keys.

    `id` and `kind` are blind indexes, `version` the sequence number of the transaction that
    wrote it, `sealed` the nonce, the ciphertext and the tag.
    """

    id: bytes
    kind: bytes
    version: int
    sealed: bytes

    @classmethod
    def of(cls, columns: Sequence[object]) -> Self:
        """Take the columns of one row as SQLite gave them.

        Raises:
            StoreError: `store.altered` for columns of another type or size.
        """
        match columns:
            case (bytes() as id_, bytes() as kind, int() as version, bytes() as sealed) if (
                len(id_) == ID_SIZE
                and len(kind) == KIND_SIZE
                and 0 <= version <= _LONGEST_VERSION
                and len(sealed) >= NONCE_SIZE + _LENGTHS.size + TAG_SIZE
            ):
                return cls(id_, kind, version, sealed)
        raise StoreError(Code.STORE_ALTERED, "a record has another shape")

    @property
    def place(self) -> bytes:
        """Where and when it was written, as one byte string of fixed length."""
        return self.id + self.kind + self.version.to_bytes(8, "big")


@final
@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The keys of one file, one for each purpose."""

    file_id: bytes
    index: bytes
    multiset: bytes
    records: AESGCM
    manifest: AESGCM

    @classmethod
    def derive(cls, data_key: DataKey, file_id: bytes) -> Self:
        """Make the keys of a file from its data key."""
        return cls(
            file_id=file_id,
            index=_derive(data_key, file_id, b"index"),
            multiset=_derive(data_key, file_id, b"multiset"),
            records=AESGCM(_derive(data_key, file_id, b"records")),
            manifest=AESGCM(_derive(data_key, file_id, b"manifest")),
        )

    def record_id(self, kind: str, name: str) -> bytes:
        """Return the 32 bytes under which a record stands."""
        return self._blind(b"record", kind.encode("utf-8"), name.encode("utf-8"))

    def kind_tag(self, kind: str) -> bytes:
        """Return the 16 bytes that all records of a kind share."""
        return self._blind(b"kind", kind.encode("utf-8"))[:KIND_SIZE]

    def _blind(self, *parts: bytes) -> bytes:
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self.index, framed, "sha256")

    def seal(self, record: Record, *, version: int, entropy: Entropy) -> Row:
        """Encrypt a record for its place with AES-256-GCM under a fresh random nonce."""
        nonce = entropy(NONCE_SIZE)
        tag = self.kind_tag(record.kind)
        row = Row(self.record_id(record.kind, record.name), tag, version, nonce)
        return replace(
            row, sealed=nonce + self.records.encrypt(nonce, record.encode(), self._binding(row))
        )

    def open(self, row: Row) -> Record:
        """Decrypt a row.

        Raises:
            StoreError: `store.altered` when it is not what this file's key sealed there.
        """
        nonce, ciphertext = row.sealed[:NONCE_SIZE], row.sealed[NONCE_SIZE:]
        try:
            return Record.decode(self.records.decrypt(nonce, ciphertext, self._binding(row)))
        except InvalidTag as cause:
            raise StoreError(Code.STORE_ALTERED, "a record does not decrypt") from cause

    def _binding(self, row: Row) -> bytes:
        return b"krid vault record 1" + self.file_id + row.place

    def fingerprint(self, row: Row) -> int:
        """Return the keyed 256-bit fingerprint of one row for the multiset hash."""
        message = row.place + row.sealed[:NONCE_SIZE] + row.sealed[-TAG_SIZE:]
        return int.from_bytes(hmac.digest(self.multiset, message, "sha256"), "big")


def _derive(data_key: DataKey, file_id: bytes, purpose: bytes) -> bytes:
    hkdf = HKDF(SHA256(), DATA_KEY_SIZE, salt=file_id, info=b"krid vault 1 " + purpose)
    return hkdf.derive(data_key.reveal())
