"""From statuses of a Token Status List to bits of a Bitstring Status List.

Both pack several entries into a byte, from opposite ends of it. Every byte is looked up in a
table, so that fifty million entries take tens of milliseconds.
"""

from collections.abc import Collection
from functools import cache, reduce
from operator import or_
from typing import Final

from krid.status.bits import StatusBits
from krid.status.bitstring import Bitstring

_OCTETS: Final = range(256)


def whole_values(statuses: StatusBits) -> Bitstring:
    """Turn the entries of each byte around; each status keeps its value and its bits.

    >>> whole_values(StatusBits(1, bytes([0b0000_0001]))).packed.hex()
    '80'
    """
    return Bitstring(statuses.packed.translate(_turned(statuses.bits)))


def shown_values(statuses: StatusBits, shows: Collection[int]) -> Bitstring:
    """Write one bit for each status, set where the status is one of `shows`.

    The packed bytes are a multiple of the bits of one status.

    >>> shown_values(StatusBits(2, bytes([0b00_01_10_01, 0])), {1}).packed.hex()
    'a0'
    """
    bits, packed = statuses.bits, statuses.packed
    tables = _shown(bits, frozenset(shows))
    columns = (packed[at::bits].translate(table) for at, table in enumerate(tables))
    whole = reduce(or_, (int.from_bytes(column, "big") for column in columns))
    return Bitstring(whole.to_bytes(len(packed) // bits, "big"))


def _entries(octet: int, bits: int) -> list[int]:
    """Return the statuses of one byte, the least significant first."""
    return [octet >> shift & (1 << bits) - 1 for shift in range(0, 8, bits)]


def _joined(entries: list[int], bits: int) -> int:
    """Write statuses from the most significant end of a number."""
    return reduce(lambda whole, entry: whole << bits | entry, entries, 0)


@cache
def _turned(bits: int) -> bytes:
    return bytes(_joined(_entries(octet, bits), bits) for octet in _OCTETS)


@cache
def _shown(bits: int, shows: frozenset[int]) -> tuple[bytes, ...]:
    """Make a table for each of the bytes that become one; each fills its part of that one."""
    part = 8 // bits
    found = [_joined([entry in shows for entry in _entries(o, bits)], 1) for o in _OCTETS]
    shifts = range(8 - part, -1, -part)
    return tuple(bytes(octet << shift for octet in found) for shift in shifts)
