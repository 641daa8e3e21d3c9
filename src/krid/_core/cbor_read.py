"""A second reader of CBOR (RFC 8949) for the spelling that nearly all items have.

It takes the shortest spelling alone, and of all tags those that mdocs are full of. Whatever else
comes, the reader in `cbor` has to decide about: this one refuses nothing by itself. As plain
Python it is slower than that one and serves as its oracle in tests; compiled, with the types in
`cbor_read.pxd`, it is several times as fast and goes first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

COMPILED: Final = not __file__.endswith(".py")
"""Whether this module is machine code."""

_SHORTEST: Final = {24: 24, 25: 0x100, 26: 0x10000, 27: 0x100000000}
"""The least argument that needs the one, two, four or eight bytes after a head."""


class UnsureError(ValueError):
    """This reader does not take the item; nothing is said about whether it is well-formed."""


def read_each(
    raws: Sequence[bytes],
    depth: int,
    most: int,
    embedded: Callable[[bytes, bytes], object],
    text: Mapping[int, Callable[[str], object]],
) -> list[object]:
    """Read byte strings that hold one item each, whose members may be so many levels deep.

    `most` is the number of items there may be in each, those inside it counted.

    `embedded` makes what stands for an embedded item (tag 24), from its bytes with the tag and
    from its content. `text` makes what stands for a tagged text, by the number of the tag.

    Raises:
        UnsureError: one of them holds something that this reader does not take.
        UnicodeDecodeError: the same, for text that is not UTF-8.
    """
    reader = Reader(embedded, text)
    return [reader.only(raw, depth, most) for raw in raws]


class Reader:
    """Reads items one after the other from bytes."""

    def __init__(
        self,
        embedded: Callable[[bytes, bytes], object],
        text: Mapping[int, Callable[[str], object]],
    ) -> None:
        self.raw = b""
        self.position = 0
        self.argument = 0
        self.left = 0
        self.embedded = embedded
        self.text = text

    def only(self, raw: bytes, depth: int, most: int) -> object:
        """Return the one item that the bytes hold."""
        self.raw = raw
        self.position = 0
        self.left = most
        value = self.item(depth)
        if self.position != len(raw):
            raise UnsureError
        return value

    def head(self) -> int:
        """Read a head in its shortest spelling: return the kind, and keep the argument."""
        self.left -= 1
        if self.left < 0 or self.position >= len(self.raw):
            raise UnsureError
        first = self.raw[self.position]
        self.position += 1
        short = first & 0x1F
        self.argument = short
        if short >= 24:
            self.read_argument(short)
        return first >> 5

    def read_argument(self, short: int) -> None:
        """Read the bytes of an argument, which must need so many."""
        if short > 27:
            raise UnsureError
        size = 1 << (short - 24)
        if self.position + size > len(self.raw):
            raise UnsureError
        argument = 0
        for offset in range(size):
            argument = argument << 8 | self.raw[self.position + offset]
        if argument < _SHORTEST[short]:
            raise UnsureError
        self.position += size
        self.argument = argument

    def item(self, depth: int) -> object:
        """Read one item whose members may be so many levels deep."""
        kind = self.head()
        if kind < 4:
            return self.scalar(kind)
        if kind == 7:
            return self.simple()
        if depth == 0:
            raise UnsureError
        if kind == 4:
            return self.array(depth - 1)
        if kind == 5:
            return self.map(depth - 1)
        return self.tagged()

    def scalar(self, kind: int) -> object:
        """Read what follows the head of a text, a byte string or an integer."""
        if kind == 3:
            return self.content().decode("utf-8")
        if kind == 2:
            return self.content()
        if kind == 0:
            return self.argument
        return self.negative()

    def negative(self) -> object:
        """Return the number below zero whose head was read."""
        number: int = self.argument
        return -1 - number

    def content(self) -> bytes:
        """Read the bytes of a byte or text string."""
        start = self.position
        if self.argument > len(self.raw) - start:
            raise UnsureError
        self.position = start + self.argument
        return self.raw[start : self.position]

    def simple(self) -> object:
        """Read false, true or null."""
        if self.argument == 22:
            return None
        if self.argument == 21:
            return True
        if self.argument == 20:
            return False
        raise UnsureError

    def array(self, depth: int) -> object:
        """Read an array; each member is a byte at least."""
        count = self.argument
        if count > len(self.raw) - self.position:
            raise UnsureError
        return [self.item(depth) for _ in range(count)]

    def map(self, depth: int) -> object:
        """Read a map with keys of text, bytes or integers, none of them twice."""
        count = self.argument
        if count > len(self.raw) - self.position:
            raise UnsureError
        members: dict[object, object] = {}
        for _ in range(count):
            key = self.key()
            members[key] = self.item(depth)
        if len(members) != count:
            raise UnsureError
        return members

    def key(self) -> object:
        """Read the key of a map member."""
        kind = self.head()
        if kind < 4:
            return self.scalar(kind)
        raise UnsureError

    def tagged(self) -> object:
        """Read what follows a tag of two bytes, or of one or three."""
        tag = self.argument
        start = self.position - 2
        kind = self.head()
        if tag == 24 and kind == 2:
            content = self.content()
            return self.embedded(self.raw[start : self.position], content)
        if kind == 3 and tag in self.text:
            return self.text[tag](self.content().decode("utf-8"))
        raise UnsureError
