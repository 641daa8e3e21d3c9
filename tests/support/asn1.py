"""Writing DER by hand, for certificates and lists that no library would write."""

from collections.abc import Iterable

SEQUENCE, SET, INTEGER, BOOLEAN, BITS, OCTETS, OID, ENUMERATED = (
    *(0x30, 0x31, 0x02, 0x01),
    *(0x03, 0x04, 0x06, 0x0A),
)
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


def tlv(tag: int, *content: bytes) -> bytes:
    """Write one element."""
    joined = b"".join(content)
    if len(joined) < 0x80:
        return bytes((tag, len(joined))) + joined
    size = (len(joined).bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + len(joined).to_bytes(size, "big") + joined


def sequence(*members: bytes) -> bytes:
    """Write a sequence."""
    return tlv(SEQUENCE, *members)


def integer(number: int) -> bytes:
    """Write an integer."""
    size = max(number, ~number).bit_length() // 8 + 1
    return tlv(INTEGER, number.to_bytes(size, "big", signed=True))


def oid(dotted: str) -> bytes:
    """Write an object identifier."""
    first, second, *others = (int(part) for part in dotted.split("."))
    return tlv(OID, *map(_base_128, (40 * first + second, *others)))


def extension(dotted: str, value: bytes, *, critical: bool = False) -> bytes:
    """Write an extension of a certificate, list or entry."""
    flag = [tlv(BOOLEAN, b"\xff")] if critical else []
    return sequence(oid(dotted), *flag, tlv(OCTETS, value))


def extensions(listed: Iterable[bytes]) -> bytes:
    """Write the extensions of a list: a sequence inside tag 0."""
    return tlv(0xA0, sequence(*listed))


def _base_128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(number & 0x7F | 0x80)
    return bytes(reversed(octets))
