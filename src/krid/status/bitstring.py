"""The bitstring of a W3C status list: most significant bit first (sections 2.2, 3.3 and 3.4)."""

import zlib
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import base64url, limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError, MisuseError, StatusError
from krid.status.deflate import deflate
from krid.status.inflate import inflate

_GZIP: Final = zlib.MAX_WBITS | 16
_BASE64URL: Final = "u"


@final
@dataclass(frozen=True, slots=True)
class Bitstring:
    r"""Statuses of any number of bits, index 0 in the leftmost bits of the first byte.

    A Token Status List begins at the other end of each byte: see `StatusBits`.

    >>> Bitstring(b"\x80").value_at(0, size=1), Bitstring(b"\x01").value_at(0, size=1)
    (1, 0)
    """

    packed: bytes = field(repr=False)

    @classmethod
    def zeros(cls, count: int, *, size: int = 1) -> Self:
        """Make a bitstring of at least `count` statuses and of no fewer than the standard asks.

        Raises:
            MisuseError: `misuse.option` for a count beyond the limit on status lists, or a size
                out of range; `misuse.type`.
        """
        typed("count", count, int)
        typed("size", size, int)
        if not 1 <= size <= limits.MAX_STATUS_SIZE:
            raise MisuseError(Code.MISUSE_OPTION, "the size of a status")
        length = -(-max(count, limits.MIN_BITSTRING_ENTRIES) * size // 8)
        if length > limits.MAX_STATUS_LIST_BYTES:
            raise MisuseError(Code.MISUSE_OPTION, "the size of the status list")
        return cls(bytes(length))

    def value_at(self, index: int, *, size: int) -> int:
        """Return the status at an index.

        Raises:
            StatusError: `status.index` when it lies outside, the standard's RANGE_ERROR.
        """
        if size == 1 and 0 <= index < len(self.packed) * 8:  # the quick way, for most lists
            return self.packed[index >> 3] >> (~index & 7) & 1
        first, last, shift = self._locate(index, size)
        whole = int.from_bytes(self.packed[first:last], "big")
        return whole >> shift & (1 << size) - 1

    def with_value(self, index: int, value: int, *, size: int) -> Self:
        """Return a copy with one status changed.

        Raises:
            StatusError: `status.index`.
            MisuseError: `misuse.status` for a value that does not fit into the bits.
        """
        first, last, shift = self._locate(index, size)
        mask = (1 << size) - 1
        if not 0 <= value <= mask:
            raise MisuseError(Code.MISUSE_STATUS)
        whole = int.from_bytes(self.packed[first:last], "big") & ~(mask << shift) | value << shift
        changed = whole.to_bytes(last - first, "big")
        return type(self)(self.packed[:first] + changed + self.packed[last:])

    def check_length(self, size: int) -> None:
        """Refuse a list too short to hide a credential in (section 3.2, step 8).

        Raises:
            StatusError: `status.length`, the standard's STATUS_LIST_LENGTH_ERROR.
        """
        if len(self.packed) * 8 // size < limits.MIN_BITSTRING_ENTRIES:
            raise StatusError(Code.STATUS_LENGTH)

    def encode(self) -> str:
        """Write `encodedList`: GZIP without a date, in multibase base64url.

        >>> Bitstring.decode(Bitstring.zeros(1).encode()) == Bitstring.zeros(1)
        True
        """
        return _BASE64URL + base64url.encode(deflate(self.packed, _GZIP))

    @classmethod
    def decode(cls, encoded_list: str) -> Self:
        """Read `encodedList`, in memory that the limit on status lists bounds.

        Raises:
            MalformedError: `status.syntax` for another multibase, or what is not one GZIP member
                and nothing after it; `status.inflated_size`; `base64url.syntax`.
        """
        typed("encoded_list", encoded_list, str)
        if not encoded_list.startswith(_BASE64URL):
            raise MalformedError(Code.STATUS_SYNTAX, "encodedList")
        return cls(inflate(base64url.decode(encoded_list[1:]), _GZIP))

    def _locate(self, index: int, size: int) -> tuple[int, int, int]:
        """Return the bytes that hold a status, and how many bits follow it in them."""
        start, end = index * size, (index + 1) * size
        if not index >= 0 or end > len(self.packed) * 8:
            raise StatusError(Code.STATUS_INDEX)
        return start // 8, -(-end // 8), -end % 8
