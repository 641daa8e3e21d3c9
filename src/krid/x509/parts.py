"""The outermost parts of an X.509 certificate (RFC 5280, section 4.1), as they came.

Names are compared byte for byte, as ISO 18013-5, annex B, asks, so their bytes are needed. And
what the parser underneath takes with a mere warning is refused here, before that parser sees it:
whether a certificate is accepted must not depend on a program's filter for warnings. A serial
number that is not positive is the one exception: that parser is shown another number instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.x509 import der
from krid.x509.der import Element

_VERSION: Final = 0xA0
_NO_VERSION: Final = Element(_VERSION, b"", b"")
_EXTENSIONS: Final = 0xA3
_ISSUER_SERIAL: Final = 0x82
_MAX_SERIAL_BYTES: Final = 20
_AUTHORITY_KEY_IDENTIFIER: Final = bytes.fromhex("551d23")
_ALTERNATIVE_NAMES: Final = bytes.fromhex("551d11")
_NAME_CONSTRAINTS: Final = bytes.fromhex("551d1e")

# Upper bounds of RFC 5280, appendix A: countryName, commonName, EV jurisdiction country.
_NAME_SIZES: Final = {
    bytes.fromhex("550406"): range(2, 3),
    bytes.fromhex("550403"): range(1, 65),
    bytes.fromhex("2b0601040182373c020103"): range(2, 3),
}


@final
@dataclass(frozen=True, slots=True)
class Parts:
    """The encoded names and the encoded key of a certificate, and its serial number.

    `key` is the whole SubjectPublicKeyInfo, `key_bits` what its BIT STRING holds. `serial` may be
    zero or negative: issuers that break the rule are to be handled gracefully (section 4.1.2.2),
    and a profile names the deviation. `alternative_names` and `name_constraints` are the values
    of these extensions, empty where the certificate has none.
    """

    serial: int
    issuer: bytes
    subject: bytes
    key: bytes
    key_bits: bytes
    alternative_names: bytes
    name_constraints: bytes

    @classmethod
    def of(cls, raw: bytes) -> "Parts":
        """Take a certificate apart.

        Raises:
            MalformedError: `x509.syntax`, also for a serial number longer than 20 bytes (section
                4.1.2.2) or than it must be, and for a country or common name beyond its bounds
                or in a type of string that is out of use; `input.size`.
        """
        _, serial, _, issuer, _, subject, key, *rest = _fields(raw)
        _check_serial(serial, der.INTEGER)
        _check_leaves(der.leaves(issuer.content))
        _check_leaves(der.leaves(subject.content))
        _check_extensions(rest)
        return cls(
            serial=_integer(serial),
            issuer=issuer.raw,
            subject=subject.raw,
            key=key.raw,
            key_bits=_key_bits(key),
            alternative_names=_value(rest, _ALTERNATIVE_NAMES),
            name_constraints=_value(rest, _NAME_CONSTRAINTS),
        )


def with_positive_serial(raw: bytes) -> bytes:
    """Put a positive serial number of the same length into a certificate.

    `Parts.of` has taken the certificate apart before. Whoever looks at the result must know that
    nobody has signed it.
    """
    before, serial, *_ = _fields(raw)
    (certificate,) = der.elements(raw)
    signed = der.members(certificate)[0]
    start = _header(certificate) + _header(signed) + len(before.raw) + _header(serial)
    end = start + len(serial.content)
    return raw[:start] + b"\x01" * len(serial.content) + raw[end:]


def _header(element: Element) -> int:
    return len(element.raw) - len(element.content)


def _fields(raw: bytes) -> Sequence[Element]:
    """Return what is signed: the version, empty in version 1, the serial number, and the rest."""
    if len(raw) > limits.MAX_CERTIFICATE_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    found = der.elements(raw)
    if len(found) != 1:
        raise MalformedError(Code.X509_SYNTAX)
    fields = der.members(der.members(found[0])[0])
    if fields[0].tag != _VERSION:
        fields = (_NO_VERSION, *fields)
    if len(fields) < 7:
        raise MalformedError(Code.X509_SYNTAX)
    return fields


def _integer(element: Element) -> int:
    return int.from_bytes(element.content, "big", signed=True)


def _check_serial(serial: Element, tag: int) -> None:
    number = _integer(serial)
    shortest = max(number, ~number).bit_length() // 8 + 1
    if serial.tag != tag or len(serial.content) != shortest or shortest > _MAX_SERIAL_BYTES:
        raise MalformedError(Code.X509_SYNTAX, "serial number")


def _check_positive(serial: Element) -> None:
    if _integer(serial) <= 0:
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
            _check_positive(leaf)


def _extensions(rest: Sequence[Element]) -> Iterator[tuple[Element, ...]]:
    for field in rest:
        if field.tag == _EXTENSIONS:
            for listed in der.elements(field.content):
                yield from (der.members(extension) for extension in der.members(listed))


def _value(rest: Sequence[Element], oid: bytes) -> bytes:
    for extension in _extensions(rest):
        if extension[0].content == oid:
            return extension[-1].content
    return b""


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
