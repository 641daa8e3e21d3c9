"""Which indexes of a status list are given out: each at most once, in no order."""

from typing import Final, Self, final

from krid._core.entropy import Entropy, below
from krid.errors import Code, MalformedError, StatusError
from krid.status.bits import StatusBits, read_value, write_value

_DRAWS: Final = 64
_CHUNK: Final = 4096


@final
class Indexes:
    """A mark for each index; those that only fill up the last byte count as given out."""

    def __init__(self, size: int) -> None:
        """Begin with all indexes free.

        Raises:
            MisuseError: `misuse.option` for a size of 0 or beyond the limit on status lists.
        """
        self.size: Final = size
        self._marks = bytearray(StatusBits.zeros(size, bits=1).packed)
        for filler in range(size, len(self._marks) * 8):
            write_value(self._marks, 1, filler, 1)
        self._free = size

    @classmethod
    def restore(cls, size: int, marks: bytes) -> Self:
        """Go on from the marks that `marks` once gave.

        Raises:
            MalformedError: `status.syntax` for marks of a list of another size.
            MisuseError: as the constructor.
        """
        indexes = cls(size)
        fresh = indexes.marks
        if len(marks) != len(fresh) or marks[-1] & fresh[-1] != fresh[-1]:
            raise MalformedError(Code.STATUS_SYNTAX, "taken")
        indexes._marks = bytearray(marks)
        indexes._free = len(marks) * 8 - _ones(marks)
        return indexes

    @property
    def marks(self) -> bytes:
        """One bit for each index, packed as in a status list."""
        return bytes(self._marks)

    def is_given_out(self, index: int) -> bool:
        """Tell whether somebody holds this index."""
        return 0 <= index < self.size and read_value(self._marks, 1, index) == 1

    def draw(self, entropy: Entropy) -> int:
        """Give out one of the free indexes, each equally likely.

        Raises:
            StatusError: `status.full`.
        """
        if self._free == 0:
            raise StatusError(Code.STATUS_FULL)
        index = self._guess(entropy)
        if index is None:
            # The list is nearly full: count through what is left.
            index = self._nth_free(below(entropy, self._free))
        write_value(self._marks, 1, index, 1)
        self._free -= 1
        return index

    def _guess(self, entropy: Entropy) -> int | None:
        for _ in range(_DRAWS):
            index = below(entropy, self.size)
            if read_value(self._marks, 1, index) == 0:
                return index
        return None

    def _nth_free(self, rank: int) -> int:
        start = 0
        while (free := self._free_in(start, _CHUNK)) <= rank:
            rank -= free
            start += _CHUNK
        while (free := self._free_in(start, 1)) <= rank:
            rank -= free
            start += 1
        eight = range(start * 8, start * 8 + 8)
        return [index for index in eight if read_value(self._marks, 1, index) == 0][rank]

    def _free_in(self, start: int, length: int) -> int:
        part = self._marks[start : start + length]
        return len(part) * 8 - _ones(part)


def _ones(marks: bytes | bytearray) -> int:
    return int.from_bytes(marks, "big").bit_count()
