"""General names (RFC 5280, section 4.2.1.6) as name constraints need them: read from their DER."""

import unicodedata
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from krid.errors import Code, MalformedError
from krid.x509 import der
from krid.x509.der import Element

EMAIL: Final = 0x81
DNS: Final = 0x82
DIRECTORY: Final = 0xA4
URI: Final = 0x86
ADDRESS: Final = 0x87

Rdns: TypeAlias = tuple[frozenset[tuple[bytes, str]], ...]
"""A distinguished name as names are compared: sets of attributes with their prepared texts."""

_SET: Final = 0x31
_EMAIL_ADDRESS: Final = bytes.fromhex("2a864886f70d010901")
_ENCODINGS: Final = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}


@final
@dataclass(frozen=True, slots=True)
class GeneralName:
    """One name of a subject, or the base of a subtree of names: its kind by tag, its content."""

    kind: int
    content: bytes


def subject_names(subject: bytes, alternative_names: bytes) -> tuple[GeneralName, ...]:
    """List all names of a subject: the alternative ones, its own, and its e-mail addresses.

    `subject` is an encoded Name, `alternative_names` the value of subjectAltName or empty.

    Raises:
        MalformedError: `x509.syntax`.
    """
    listed = [*_alternatives(alternative_names)]
    name = one(subject, der.SEQUENCE)
    if name.content:
        listed.append(GeneralName(DIRECTORY, subject))
    listed += [GeneralName(EMAIL, value.content) for value in _attributes(name, _EMAIL_ADDRESS)]
    return tuple(listed)


def rdns(raw: bytes) -> Rdns:
    """Read an encoded Name for comparison (section 7.1): case and inner spaces do not count.

    Raises:
        MalformedError: `x509.syntax`.
    """
    name = one(raw, der.SEQUENCE)
    return tuple(_rdn(each) for each in der.elements(name.content))


def text(content: bytes) -> str:
    """Read the content of a name that is ASCII text.

    Raises:
        MalformedError: `x509.syntax`.
    """
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.X509_SYNTAX, "name") from cause


def _alternatives(raw: bytes) -> list[GeneralName]:
    if not raw:
        return []
    listed = one(raw, der.SEQUENCE)
    return [GeneralName(each.tag, each.content) for each in der.elements(listed.content)]


def _rdn(element: Element) -> frozenset[tuple[bytes, str]]:
    if element.tag != _SET:
        raise MalformedError(Code.X509_SYNTAX, "name")
    return frozenset(_attribute(each) for each in der.elements(element.content))


def _attribute(element: Element) -> tuple[bytes, str]:
    members = der.members(element)
    if len(members) != 2:
        raise MalformedError(Code.X509_SYNTAX, "name")
    oid, value = members
    return oid.content, _prepared(value)


def _prepared(value: Element) -> str:
    """Prepare a text for comparison; what is no text is compared byte for byte."""
    encoding = _ENCODINGS.get(value.tag)
    if encoding is None:
        return f"#{value.raw.hex()}"
    try:
        written = value.content.decode(encoding)
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.X509_SYNTAX, "name") from cause
    return " ".join(unicodedata.normalize("NFKC", written).casefold().split())


def _attributes(name: Element, oid: bytes) -> list[Element]:
    pairs = [
        der.members(each)
        for rdn in der.elements(name.content)
        for each in der.elements(rdn.content)
    ]
    return [pair[1] for pair in pairs if len(pair) == 2 and pair[0].content == oid]


def one(raw: bytes, tag: int) -> Element:
    """Read the one element of a type that bytes are.

    Raises:
        MalformedError: `x509.syntax`.
    """
    found = der.elements(raw)
    if len(found) != 1 or found[0].tag != tag:
        raise MalformedError(Code.X509_SYNTAX, "name")
    return found[0]
