"""Reading DER (X.690): tags, lengths and values, without knowing what they mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from krid.errors import Code, MalformedError

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OID: Final = 0x06
UTF8_STRING: Final = 0x0C
PRINTABLE_STRING: Final = 0x13
VISIBLE_STRING: Final = 0x1A
SEQUENCE: Final = 0x30
_CONSTRUCTED: Final = 0x20
_LONG_TAG: Final = 0x1F


@final
@dataclass(frozen=True, slots=True)
class Element:
    """One tag, length and value; `raw` is all three, `content` the value alone."""

    tag: int
    raw: bytes
    content: bytes


def elements(raw: bytes) -> tuple[Element, ...]:
    """Split bytes into the elements that stand side by side in them.

    Raises:
        MalformedError: `x509.syntax` for a length that is cut off, indefinite, or not the
            shortest, and for tags of more than one byte.
    """
    found: list[Element] = []
    position = 0
    while position < len(raw):
        start, end = _content_span(raw, position)
        found.append(Element(raw[position], raw[position:end], raw[start:end]))
        position = end
    return tuple(found)


def members(element: Element) -> tuple[Element, ...]:
    """Split the content of a SEQUENCE that is not empty.

    Raises:
        MalformedError: `x509.syntax`.
    """
    found = elements(element.content) if element.tag == SEQUENCE else ()
    if not found:
        raise MalformedError(Code.X509_SYNTAX)
    return found


def leaves(raw: bytes) -> Iterator[Element]:
    """Walk through all elements that hold no other elements, in order.

    Raises:
        MalformedError: as `elements`.
    """
    stack = list(reversed(elements(raw)))
    while stack:
        element = stack.pop()
        if element.tag & _CONSTRUCTED:
            stack.extend(reversed(elements(element.content)))
        else:
            yield element


def _content_span(raw: bytes, position: int) -> tuple[int, int]:
    if raw[position] & _LONG_TAG == _LONG_TAG or position + 1 >= len(raw):
        raise MalformedError(Code.X509_SYNTAX)
    length, start = raw[position + 1], position + 2
    if length >= 0x80:
        size = length & 0x7F
        written = raw[start : start + size]
        length, start = int.from_bytes(written, "big"), start + size
        if length < 0x80 or written[0] == 0:
            raise MalformedError(Code.X509_SYNTAX)
    if start + length > len(raw):
        raise MalformedError(Code.X509_SYNTAX)
    return start, start + length
