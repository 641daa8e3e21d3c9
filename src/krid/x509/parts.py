"""The outermost parts of an X.509 certificate (RFC 5280, section 4.1), as they came.

Names are compared byte for byte, as ISO 18013-5, annex B, asks, so their bytes are needed. And
what the parser underneath takes with a mere warning is refused here, before that parser sees it:
whether a certificate is accepted must not depend on a program's filter for warnings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.x509 import der
from krid.x509.der import Element

_VERSION: Final = 0xA0
_EXTENSIONS: Final = 0xA3
_ISSUER_SERIAL: Final = 0x82
_MAX_SERIAL_BYTES: Final = 20
_AUTHORITY_KEY_IDENTIFIER: Final = bytes.fromhex("551d23")

# Upper bounds of RFC 5280, appendix A: countryName, commonName, EV jurisdiction country.
_NAME_SIZES: Final = {
    bytes.fromhex("550406"): range(2, 3),
    bytes.fromhex("550403"): range(1, 65),
    bytes.fromhex("2b0601040182373c020103"): range(2, 3),
}


@final
@dataclass(frozen=True, slots=True)
class Parts:
    """The encoded names and the encoded key of a certificate.

    `key` is the whole SubjectPublicKeyInfo, `key_bits` what its BIT STRING holds.
    """

    issuer: bytes
    subject: bytes
    key: bytes
    key_bits: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Parts":
        """Take a certificate apart.

        Raises:
            MalformedError: `x509.syntax`, also for a serial number that is not positive or
                longer than 20 bytes (section 4.1.2.2), and for a country or common name beyond
                its bounds or in a type of string that is out of use; `input.size`.
        """
        serial, _, issuer, _, subject, key, *rest = _fields(raw)
        _check_serial(serial, der.INTEGER)
        _check_leaves(der.leaves(issuer.content))
        _check_leaves(der.leaves(subject.content))
        _check_extensions(rest)
        return cls(issuer.raw, subject.raw, key.raw, _key_bits(key))


def _fields(raw: bytes) -> Sequence[Element]:
    """Return what is signed, from the serial number on."""
    if len(raw) > limits.MAX_CERTIFICATE_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    found = der.elements(raw)
    if len(found) != 1:
        raise MalformedError(Code.X509_SYNTAX)
    fields = der.members(der.members(found[0])[0])
    if fields[0].tag == _VERSION:
        fields = fields[1:]
    if len(fields) < 6:
        raise MalformedError(Code.X509_SYNTAX)
    return fields


def _check_serial(serial: Element, tag: int) -> None:
    number = serial.content
    is_positive = int.from_bytes(number, "big", signed=True) > 0
    if serial.tag != tag or not is_positive or len(number) > _MAX_SERIAL_BYTES:
        raise MalformedError(Code.X509_SYNTAX, "serial number")


def _check_leaves(found: Iterator[Element]) -> None:
    """Check names, wherever they stand: each value follows the OID of its attribute."""
    attribute = b""
    for leaf in found:
        if attribute in _NAME_SIZES:
            _check_name(leaf, _NAME_SIZES[attribute])
        if leaf.tag == der.VISIBLE_STRING and not leaf.content.isascii():
            raise MalformedError(Code.X509_SYNTAX, "string")
        attribute = leaf.content if leaf.tag == der.OID else b""


def _check_name(value: Element, sizes: range) -> None:
    is_usual = value.tag in {der.UTF8_STRING, der.PRINTABLE_STRING}
    if not is_usual or len(value.content) not in sizes:
        raise MalformedError(Code.X509_SYNTAX, "name")


def _check_extensions(rest: Sequence[Element]) -> None:
    for extension in _extensions(rest):
        oid, value = extension[0], extension[-1]
        _check_leaves(_leaves_of_any(value.content))
        if oid.content == _AUTHORITY_KEY_IDENTIFIER:
            _check_authority_serial(value)


def _check_authority_serial(value: Element) -> None:
    for leaf in _leaves_of_any(value.content):
        if leaf.tag == _ISSUER_SERIAL:
            _check_serial(leaf, _ISSUER_SERIAL)


def _extensions(rest: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    for field in rest:
        if field.tag == _EXTENSIONS:
            for listed in der.elements(field.content):
                yield from (der.members(extension) for extension in der.members(listed))


def _leaves_of_any(raw: bytes) -> Iterator[Element]:
    """Walk through an extension's value; one that krid does not know need not be DER."""
    try:
        yield from tuple(der.leaves(raw))
    except MalformedError:
        return


def _key_bits(key: Element) -> bytes:
    bits = der.members(key)[-1]
    if bits.tag != der.BIT_STRING or bits.content[:1] != b"\x00":
        raise MalformedError(Code.X509_SYNTAX, "public key")
    return bits.content[1:]
