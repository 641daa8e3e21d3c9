"""The entries of a revocation list (RFC 5280, sections 5.1.2.6 and 5.3), indexed by number.

A list may have a hundred thousand entries, so the index is made in one pass that cuts each entry
in two: the serial number, and the rest. Of the rests, which are mostly alike but for the date,
each distinct form of extensions is checked once, for one critical extension that is not known
makes the whole list useless; dates are checked for their form, and read when they are asked for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MalformedError, TrustError
from krid.x509 import der
from krid.x509.der import Element
from krid.x509.der_time import parse_time

_REASON: Final = bytes.fromhex("551d15")
_INVALIDITY_DATE: Final = bytes.fromhex("551d18")
_CERTIFICATE_ISSUER: Final = bytes.fromhex("551d1d")
_KNOWN: Final = frozenset({_REASON, _INVALIDITY_DATE})

_BOOLEAN: Final = 0x01
_OCTET_STRING: Final = 0x04
_ENUMERATED: Final = 0x0A
_TRUE: Final = b"\xff"
_MAX_SERIAL_BYTES: Final = 20
_DATE: Final = re.compile(rb"\x17\x0d[0-9]{12}Z|\x18\x0f[0-9]{14}Z")
_DATE_SIZES: Final = {0x17: 15, 0x18: 17}


@unique
class RevocationReason(Enum):
    """Why a certificate is revoked (section 5.3.1)."""

    UNSPECIFIED = 0
    KEY_COMPROMISE = 1
    CA_COMPROMISE = 2
    AFFILIATION_CHANGED = 3
    SUPERSEDED = 4
    CESSATION_OF_OPERATION = 5
    CERTIFICATE_HOLD = 6
    PRIVILEGE_WITHDRAWN = 9
    AA_COMPROMISE = 10


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """When and why a certificate was revoked."""

    revoked_at: datetime
    reason: RevocationReason


@final
@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of a list or an entry: the value is DER."""

    is_critical: bool
    value: bytes


def index(revoked: bytes) -> Mapping[bytes, bytes]:
    """Cut the entries in two: by the bytes of a serial number, the rest of its entry.

    Raises:
        MalformedError: `x509.crl_syntax` or `x509.syntax`; `input.size` for too many entries.
        TrustError: `x509.crl_scope` when the list speaks for several issuers;
            `x509.crl_critical`.
    """
    found: dict[bytes, bytes] = {}
    count = 0
    for body in _bodies(revoked):
        size = body[1]
        serial = body[2 : 2 + size]
        found[serial] = body[2 + size :]
        count += 1
        if body[0] != der.INTEGER or not 0 < size <= _MAX_SERIAL_BYTES or len(serial) != size:
            raise MalformedError(Code.X509_CRL_SYNTAX, "serial number")
    if len(found) != count:
        raise MalformedError(Code.X509_CRL_SYNTAX, "a serial number twice")
    _check_tails(found)
    return MappingProxyType(found)


def parse_tail(tail: bytes) -> Entry:
    """Read the rest of an entry: the date, and the reason if there is one.

    Raises:
        MalformedError: `x509.crl_syntax`.
    """
    date, *rest = der.elements(tail)
    reason = _reason(rest[0].raw) if rest else RevocationReason.UNSPECIFIED
    return Entry(parse_time(date), reason)


def serial_bytes(serial: int) -> bytes:
    """Write a serial number as the content of an INTEGER."""
    return serial.to_bytes(max(serial, ~serial).bit_length() // 8 + 1, "big", signed=True)


def extensions(listed: Element) -> Mapping[bytes, Extension]:
    """Read a sequence of extensions, each of which may be there once.

    Raises:
        MalformedError: `x509.crl_syntax` or `x509.syntax`.
    """
    found: dict[bytes, Extension] = {}
    for each in der.members(listed):
        oid, *flag, value = _parts_of(each)
        is_critical = [(member.tag, member.content) for member in flag] == [(_BOOLEAN, _TRUE)]
        if oid.tag != der.OID or value.tag != _OCTET_STRING or (flag and not is_critical):
            raise MalformedError(Code.X509_CRL_SYNTAX, "extension")
        if oid.content in found:
            raise MalformedError(Code.X509_CRL_SYNTAX, "an extension twice")
        found[oid.content] = Extension(is_critical, value.content)
    return found


def _parts_of(extension: Element) -> tuple[Element, ...]:
    parts = der.members(extension)
    if len(parts) < 2:
        raise MalformedError(Code.X509_CRL_SYNTAX, "extension")
    return parts


def _bodies(revoked: bytes) -> list[bytes]:
    """Return what each entry holds; an entry with extensions is still shorter than 128 bytes."""
    bodies: list[bytes] = []
    position, end = 0, len(revoked)
    while position + 1 < end:
        size = revoked[position + 1]
        start = position + 2
        if size >= 0x80:
            return [each.content for each in _elements(revoked)]
        if revoked[position] != der.SEQUENCE or size < 3:
            raise MalformedError(Code.X509_CRL_SYNTAX, "entry")
        position = start + size
        bodies.append(revoked[start:position])
    if position != end:
        raise MalformedError(Code.X509_CRL_SYNTAX, "entry")
    if len(bodies) > limits.MAX_CRL_ENTRIES:
        raise MalformedError(Code.INPUT_SIZE)
    return bodies


def _elements(revoked: bytes) -> tuple[Element, ...]:
    """Read entries of any length, as `_bodies` does and somewhat slower."""
    found = der.elements(revoked)
    if len(found) > limits.MAX_CRL_ENTRIES:
        raise MalformedError(Code.INPUT_SIZE)
    if any(each.tag != der.SEQUENCE or len(each.content) < 3 for each in found):
        raise MalformedError(Code.X509_CRL_SYNTAX, "entry")
    return found


def _check_tails(found: Mapping[bytes, bytes]) -> None:
    for serial in found:
        if len(serial) > 1 and _is_longer_than_needed(serial):
            raise MalformedError(Code.X509_CRL_SYNTAX, "serial number")
    cuts = {(tail, _DATE_SIZES.get(tail[0], 0) if tail else 0) for tail in found.values()}
    for date in {tail[:size] for tail, size in cuts}:
        if _DATE.fullmatch(date) is None:
            raise MalformedError(Code.X509_CRL_SYNTAX, "time")
    for rest in {tail[size:] for tail, size in cuts} - {b""}:
        _reason(rest)


def _is_longer_than_needed(serial: bytes) -> bool:
    first, second = serial[0], serial[1]
    return (first == 0 and second < 0x80) or (first == 0xFF and second >= 0x80)


def _reason(raw: bytes) -> RevocationReason:
    """Read the extensions of an entry, of which krid knows the reason and the date (5.3)."""
    listed = der.elements(raw)
    if len(listed) != 1:
        raise MalformedError(Code.X509_CRL_SYNTAX, "entry")
    found = extensions(listed[0])
    if _CERTIFICATE_ISSUER in found:
        raise TrustError(Code.X509_CRL_SCOPE, "indirect")
    if any(each.is_critical and oid not in _KNOWN for oid, each in found.items()):
        raise TrustError(Code.X509_CRL_CRITICAL)
    if _REASON not in found:
        return RevocationReason.UNSPECIFIED
    value = der.elements(found[_REASON].value)
    if len(value) != 1 or value[0].tag != _ENUMERATED or len(value[0].content) != 1:
        raise MalformedError(Code.X509_CRL_SYNTAX, "reason")
    try:
        return RevocationReason(value[0].content[0])
    except ValueError as cause:
        raise MalformedError(Code.X509_CRL_SYNTAX, "reason") from cause
