"""Certificate revocation lists (RFC 5280, section 5), parsed and kept with the bytes signed.

Stricter than the RFC where it leaves room, and as ISO 18013-5, annex B.1, has them: version 2,
with a next update, a number and the identifier of the issuer's key. Delta lists, indirect lists
and lists for some reasons alone are refused, since krid does not put several lists together.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Self, final

from krid._core import limits
from krid._core.arguments import typed
from krid.errors import Code, MalformedError, TrustError
from krid.x509 import crl_entries, crl_scope, der
from krid.x509.crl_entries import Entry, Extension
from krid.x509.crl_scope import ANY_CERTIFICATE, Scope
from krid.x509.der import Element
from krid.x509.der_time import TIMES, parse_time

if TYPE_CHECKING:
    from cryptography import x509

X509_CRL: Final = "X509 CRL"
"""The label of a revocation list in PEM (RFC 7468, section 6)."""

_AUTHORITY_KEY: Final = bytes.fromhex("551d23")
_NUMBER: Final = bytes.fromhex("551d14")
_DELTA: Final = bytes.fromhex("551d1b")
_SCOPE: Final = bytes.fromhex("551d1c")
_EVALUATED: Final = frozenset({_AUTHORITY_KEY, _NUMBER, _SCOPE})

_EXTENSIONS: Final = 0xA0
_KEY_IDENTIFIER: Final = 0x80
_VERSION_2: Final = b"\x01"
_MAX_NUMBER_BYTES: Final = 20


@final
@dataclass(frozen=True, slots=True)
class RevocationList:
    """A revocation list that was parsed and not verified: `krid.x509.verify_crl` does that.

    `issuer` is the issuer's name as it was signed, `number` what grows with each list, `digest`
    SHA-256 over the DER. Two lists are equal when their DER is.
    """

    der: bytes = field(repr=False)
    digest: bytes = field(compare=False, repr=False)
    issuer: bytes = field(compare=False, repr=False)
    authority_key_id: bytes = field(compare=False, repr=False)
    number: int = field(compare=False)
    this_update: datetime = field(compare=False)
    next_update: datetime = field(compare=False)
    scope: Scope = field(compare=False)
    entries: Mapping[bytes, bytes] = field(compare=False, repr=False)
    native: "x509.CertificateRevocationList" = field(compare=False, repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read one list in DER, with all its entries; believes nothing, checks no signature.

        Raises:
            MalformedError: `x509.crl_syntax`, also for version 1, a missing next update, number
                or key identifier, a repeated serial number, and a reason that only a delta list
                may give; `x509.syntax` for what is not DER; `input.size`.
            TrustError: `x509.crl_delta`, `x509.crl_scope`, or `x509.crl_critical` for lists that
                krid does not evaluate.
        """
        typed("raw", raw, bytes)
        if len(raw) > limits.MAX_CRL_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        return _parse(cls, bytes(raw))

    def entry(self, serial: int) -> Entry | None:
        """Return what the list says of a serial number; None when it is not revoked."""
        tail = self.entries.get(crl_entries.serial_bytes(serial))
        return None if tail is None else crl_entries.parse_tail(tail)

    def __len__(self) -> int:
        """Return how many certificates are revoked."""
        return len(self.entries)


def _parse(kind: type[RevocationList], raw: bytes) -> RevocationList:
    fields = _signed_fields(raw)
    _, _, issuer, this_update, next_update, *rest = fields
    revoked = rest.pop(0).content if rest and rest[0].tag == der.SEQUENCE else b""
    extensions = _extensions(rest)
    return kind(
        der=raw,
        digest=hashlib.sha256(raw).digest(),
        issuer=issuer.raw,
        authority_key_id=_authority_key_id(extensions),
        number=_number(extensions),
        this_update=parse_time(this_update),
        next_update=parse_time(next_update),
        scope=_scope(extensions),
        entries=crl_entries.index(revoked),
        native=_native(raw),
    )


def _signed_fields(raw: bytes) -> tuple[Element, ...]:
    """Return what is signed, in version 2 and with a next update (sections 5.1.1 and 5.1.2)."""
    outer = der.elements(raw)
    if len(outer) != 1:
        raise MalformedError(Code.X509_CRL_SYNTAX)
    parts = der.members(outer[0])
    fields = der.members(parts[0])
    if len(parts) != 3 or len(fields) < 5 or fields[4].tag not in TIMES:
        raise MalformedError(Code.X509_CRL_SYNTAX, "next update")
    if (fields[0].tag, fields[0].content) != (der.INTEGER, _VERSION_2):
        raise MalformedError(Code.X509_CRL_SYNTAX, "version")
    if fields[1].raw != parts[1].raw or fields[2].tag != der.SEQUENCE:
        raise MalformedError(Code.X509_CRL_SYNTAX)
    return fields


def _extensions(rest: list[Element]) -> Mapping[bytes, Extension]:
    if len(rest) != 1 or rest[0].tag != _EXTENSIONS:
        raise MalformedError(Code.X509_CRL_SYNTAX, "extensions")
    listed = der.elements(rest[0].content)
    if len(listed) != 1:
        raise MalformedError(Code.X509_CRL_SYNTAX, "extensions")
    found = crl_entries.extensions(listed[0])
    if _DELTA in found:
        raise TrustError(Code.X509_CRL_DELTA)
    if any(each.is_critical and oid not in _EVALUATED for oid, each in found.items()):
        raise TrustError(Code.X509_CRL_CRITICAL)
    return found


def _authority_key_id(extensions: Mapping[bytes, Extension]) -> bytes:
    """Read the identifier of the key that signed the list (section 5.2.1)."""
    if _AUTHORITY_KEY in extensions:
        for member in der.members(_only(extensions[_AUTHORITY_KEY].value)):
            if member.tag == _KEY_IDENTIFIER:
                return member.content
    raise MalformedError(Code.X509_CRL_SYNTAX, "authority key identifier")


def _number(extensions: Mapping[bytes, Extension]) -> int:
    """Read the number of the list (section 5.2.3)."""
    if _NUMBER not in extensions:
        raise MalformedError(Code.X509_CRL_SYNTAX, "number")
    value = _only(extensions[_NUMBER].value)
    number = int.from_bytes(value.content, "big", signed=True)
    fits = 0 < len(value.content) <= _MAX_NUMBER_BYTES
    if value.tag != der.INTEGER or number < 0 or not fits:
        raise MalformedError(Code.X509_CRL_SYNTAX, "number")
    return number


def _scope(extensions: Mapping[bytes, Extension]) -> Scope:
    if _SCOPE not in extensions:
        return ANY_CERTIFICATE
    return crl_scope.parse_scope(_only(extensions[_SCOPE].value))


def _only(raw: bytes) -> Element:
    found = der.elements(raw)
    if len(found) != 1:
        raise MalformedError(Code.X509_CRL_SYNTAX)
    return found[0]


def _native(raw: bytes) -> "x509.CertificateRevocationList":
    from cryptography import x509

    try:
        return x509.load_der_x509_crl(raw)
    except (ValueError, TypeError, x509.InvalidVersion) as cause:
        raise MalformedError(Code.X509_CRL_SYNTAX) from cause
