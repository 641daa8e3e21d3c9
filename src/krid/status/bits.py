"""The byte array of statuses, packed and compressed (Token Status List, section 4)."""

import zlib
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import base64url, limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError, MisuseError, StatusError
from krid.status.deflate import deflate
from krid.status.inflate import inflate

_SIZES: Final = frozenset({1, 2, 4, 8})


@final
@dataclass(frozen=True, slots=True)
class StatusBits:
    """Statuses of 1, 2, 4 or 8 bits each, packed into bytes from the least significant bit up.

    Raises:
        MalformedError: `status.syntax` for another number of bits.

    >>> statuses = StatusBits(1, bytes.fromhex("b9a3"))
    >>> [statuses.value_at(index) for index in range(8)]
    [1, 0, 0, 1, 1, 1, 0, 1]
    """

    bits: int
    packed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Hold section 4.1, step 1."""
        check_bits(self.bits)

    @classmethod
    def zeros(cls, size: int, *, bits: int) -> Self:
        """Make a list of at least `size` statuses, all of them 0, that fills whole bytes.

        Raises:
            MalformedError: `status.syntax` for another number of bits.
            MisuseError: `misuse.option` for a size of 0 or beyond the limit on status lists;
                `misuse.type`.
        """
        typed("size", size, int)
        check_bits(bits)
        length = -(-size * bits // 8)
        if not 0 < length <= limits.MAX_STATUS_LIST_BYTES:
            raise MisuseError(Code.MISUSE_OPTION, "the size of the status list")
        return cls(bits, bytes(length))

    @property
    def size(self) -> int:
        """The number of statuses, those that fill up the last byte included."""
        return len(self.packed) * 8 // self.bits

    def value_at(self, index: int) -> int:
        """Return the status at an index.

        Raises:
            StatusError: `status.index` when the index lies outside the list.
        """
        return read_value(self.packed, self.bits, index)

    def with_value(self, index: int, value: int) -> Self:
        """Return a copy of the list with one status changed.

        Raises:
            StatusError: `status.index`.
            MisuseError: `misuse.status` for a value that does not fit into the bits.
        """
        changed = bytearray(self.packed)
        write_value(changed, self.bits, index, value)
        return type(self)(self.bits, bytes(changed))

    def encode(self) -> str:
        """Write `lst`: what `compress` gives, in base64url.

        >>> StatusBits(1, bytes.fromhex("b9a3")).encode()
        'eNrbuRgAAhcBXQ'
        """
        return base64url.encode(self.compress())

    def compress(self) -> bytes:
        """Compress the packed statuses with DEFLATE in the ZLIB format (section 4.1, step 3)."""
        return deflate(self.packed, zlib.MAX_WBITS)

    @classmethod
    def decode(cls, bits: int, lst: str) -> Self:
        """Read `lst`, in memory that the limit on status lists bounds.

        Raises:
            MalformedError: `status.syntax` for another number of bits, or what is not one whole
                ZLIB stream and nothing after it; `status.inflated_size`; `base64url.syntax`.

        >>> StatusBits.decode(2, "eNo76fITAAPfAgc").packed.hex()
        'c944f9'
        """
        check_bits(bits)
        return cls.inflate(bits, base64url.decode(lst))

    @classmethod
    def inflate(cls, bits: int, compressed: bytes) -> Self:
        """Read `lst` of the CBOR form, which is the compressed bytes themselves.

        Raises:
            MalformedError: as `decode`.

        >>> StatusBits.inflate(1, bytes.fromhex("78dadbb918000217015d")).packed.hex()
        'b9a3'
        """
        check_bits(bits)
        return cls(bits, inflate(compressed, zlib.MAX_WBITS))


def read_value(packed: bytes | bytearray, bits: int, index: int) -> int:
    """Return the status at an index of a packed array.

    Raises:
        StatusError: `status.index`.
    """
    place, shift = _locate(packed, bits, index)
    return packed[place] >> shift & (1 << bits) - 1


def write_value(packed: bytearray, bits: int, index: int, value: int) -> None:
    """Set the status at an index of a packed array.

    Raises:
        StatusError: `status.index`.
        MisuseError: `misuse.status` for a value that does not fit into the bits.
    """
    place, shift = _locate(packed, bits, index)
    mask = (1 << bits) - 1
    if not 0 <= value <= mask:
        raise MisuseError(Code.MISUSE_STATUS)
    packed[place] = packed[place] & ~(mask << shift) | value << shift


def _locate(packed: bytes | bytearray, bits: int, index: int) -> tuple[int, int]:
    if not 0 <= index < len(packed) * 8 // bits:
        raise StatusError(Code.STATUS_INDEX)
    return divmod(index * bits, 8)


def check_bits(bits: int) -> None:
    """Refuse a number of bits other than 1, 2, 4 and 8.

    Raises:
        MalformedError: `status.syntax`.
    """
    if bits not in _SIZES:
        raise MalformedError(Code.STATUS_SYNTAX, "bits")
