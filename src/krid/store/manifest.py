"""The manifest: one sealed value that says which rows the file holds, so that none can go missing.

The set of rows is summed up in a multiset hash (Clarke and others 2003, MSet-Add-Hash): the sum
of one keyed 256-bit fingerprint a row, modulo 2 to the 256. Adding or taking away a row costs
one addition, however many there are. The sum is sealed with AES-256-GCM, so nobody without the
key can read a fingerprint or write a manifest that fits other rows. An unkeyed sum beside it
lets accidental damage be told before any PIN is tried; it protects from nobody who means harm.
"""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self, final

from cryptography.exceptions import InvalidTag

from krid._core.entropy import Entropy
from krid._core.redact import same
from krid.errors import Code, StoreError
from krid.store.keys import NONCE_SIZE, TAG_SIZE, Keys, Row

_SUM_SIZE: Final = 32
_MODULUS: Final = 2**256
_FIELDS: Final = struct.Struct(f">QQ{_SUM_SIZE}s")
_BODY_SIZE: Final = _SUM_SIZE + NONCE_SIZE + _FIELDS.size + TAG_SIZE


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Which rows belong together, as of which transaction.

    `sequence` grows by one a transaction. `keyed` and `plain` are the two sums over the rows.
    """

    sequence: int
    count: int
    keyed: int
    plain: int

    @classmethod
    def empty(cls, *, sequence: int) -> Self:
        """Start with no rows."""
        return cls(sequence=sequence, count=0, keyed=0, plain=0)

    def next(self) -> Self:
        """Return the manifest of the next transaction, before it changes a row."""
        return replace(self, sequence=self.sequence + 1)

    def with_row(self, row: Row, keys: Keys) -> Self:
        """Add a row."""
        return replace(
            self,
            count=self.count + 1,
            keyed=(self.keyed + keys.fingerprint(row)) % _MODULUS,
            plain=(self.plain + plain_fingerprint(row)) % _MODULUS,
        )

    def without_row(self, row: Row, keys: Keys) -> Self:
        """Take a row away."""
        return replace(
            self,
            count=self.count - 1,
            keyed=(self.keyed - keys.fingerprint(row)) % _MODULUS,
            plain=(self.plain - plain_fingerprint(row)) % _MODULUS,
        )

    def seal(self, keys: Keys, entropy: Entropy, *, methods: bytes) -> bytes:
        """Write the manifest: the unkeyed sum, a nonce, and the rest encrypted.

        `methods` is the digest of the unlock methods that belong to it.
        """
        nonce = entropy(NONCE_SIZE)
        plain = self.plain.to_bytes(_SUM_SIZE, "big")
        keyed = self.keyed.to_bytes(_SUM_SIZE, "big")
        fields = _FIELDS.pack(self.sequence, self.count, keyed)
        return plain + nonce + keys.manifest.encrypt(nonce, fields, _binding(keys, methods))

    @classmethod
    def unseal(cls, body: bytes, keys: Keys, *, methods: bytes) -> Self:
        """Read a manifest that this file's key sealed.

        Raises:
            StoreError: `store.altered`.
        """
        plain, nonce = body[:_SUM_SIZE], body[_SUM_SIZE : _SUM_SIZE + NONCE_SIZE]
        ciphertext = body[_SUM_SIZE + NONCE_SIZE :]
        try:
            fields = keys.manifest.decrypt(nonce, ciphertext, _binding(keys, methods))
        except (InvalidTag, ValueError) as cause:
            raise StoreError(Code.STORE_ALTERED, "the manifest does not decrypt") from cause
        sequence, count, keyed = _FIELDS.unpack(fields)
        return cls(
            sequence=sequence,
            count=count,
            keyed=int.from_bytes(keyed, "big"),
            plain=int.from_bytes(plain, "big"),
        )

    def check_rows(self, rows: Iterable[Row], keys: Keys) -> None:
        """Decrypt every row and compare the whole set, in constant memory.

        Raises:
            StoreError: `store.altered`.
        """
        count = keyed = 0
        for row in rows:
            keys.open(row)
            keyed += keys.fingerprint(row)
            count += 1
        _check_same_sum(keyed, self.keyed)
        if count != self.count:
            raise StoreError(Code.STORE_ALTERED, "the number of records")


def check_plain_sum(body: bytes, rows: Iterable[Row]) -> None:
    """Compare the rows with the unkeyed sum: finds accidents before a PIN is tried.

    Raises:
        StoreError: `store.altered`.
    """
    if len(body) != _BODY_SIZE:
        raise StoreError(Code.STORE_ALTERED, "the manifest has another size")
    total = sum(plain_fingerprint(row) for row in rows)
    _check_same_sum(total, int.from_bytes(body[:_SUM_SIZE], "big"))


def plain_fingerprint(row: Row) -> int:
    """Return the unkeyed 256-bit fingerprint of one row."""
    return int.from_bytes(hashlib.sha256(row.place + row.sealed).digest(), "big")


def _check_same_sum(found: int, expected: int) -> None:
    left = (found % _MODULUS).to_bytes(_SUM_SIZE, "big")
    if not same(left, expected.to_bytes(_SUM_SIZE, "big")):
        raise StoreError(Code.STORE_ALTERED, "the set of records")


def _binding(keys: Keys, methods: bytes) -> bytes:
    return b"krid vault manifest 1" + keys.file_id + methods
