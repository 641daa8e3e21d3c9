"""For which certificates a revocation list speaks (RFC 5280, section 5.2.5)."""

from dataclasses import dataclass
from typing import Final, final

from krid.errors import Code, MalformedError, TrustError
from krid.x509 import der
from krid.x509.certificate import Certificate
from krid.x509.der import Element

_POINT: Final = 0xA0
_FULL_NAME: Final = 0xA0
_URI: Final = 0x86
_ONLY_LEAVES: Final = 0x81
_ONLY_AUTHORITIES: Final = 0x82
_TRUE: Final = b"\xff"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a list covers: certificates that name one of its addresses, and of one kind or both.

    `uris` is None when the list does not say where it is published.
    """

    uris: frozenset[str] | None = None
    covers_leaves: bool = True
    covers_authorities: bool = True

    def covers(self, certificate: Certificate) -> bool:
        """Tell whether the list speaks for a certificate (section 6.3.3, b, 2)."""
        found = certificate.extensions
        kind = self.covers_authorities if found.is_ca else self.covers_leaves
        return kind and (self.uris is None or not self.uris.isdisjoint(found.crl_uris))


ANY_CERTIFICATE: Final = Scope()
"""All certificates of the issuer."""


def parse_scope(value: Element) -> Scope:
    """Read an issuing distribution point.

    Raises:
        MalformedError: `x509.crl_syntax` or `x509.syntax`.
        TrustError: `x509.crl_scope` for lists that hold other issuers' certificates, attribute
            certificates or some reasons alone, and for names that are not addresses.
    """
    uris: frozenset[str] | None = None
    flags: set[int] = set()
    for member in der.members(value):
        if member.tag == _POINT:
            uris = _uris(member)
        elif member.tag not in {_ONLY_LEAVES, _ONLY_AUTHORITIES}:
            raise TrustError(Code.X509_CRL_SCOPE)
        elif member.content != _TRUE:
            raise MalformedError(Code.X509_CRL_SYNTAX, "scope")
        else:
            flags.add(member.tag)
    return Scope(
        uris=uris,
        covers_leaves=_ONLY_AUTHORITIES not in flags,
        covers_authorities=_ONLY_LEAVES not in flags,
    )


def _uris(point: Element) -> frozenset[str]:
    """Read the addresses; a name relative to the issuer's is not evaluated."""
    names = der.elements(point.content)
    if len(names) != 1 or names[0].tag != _FULL_NAME:
        raise TrustError(Code.X509_CRL_SCOPE)
    found = [each.content for each in der.elements(names[0].content) if each.tag == _URI]
    if not found or not all(each.isascii() for each in found):
        raise TrustError(Code.X509_CRL_SCOPE)
    return frozenset(each.decode("ascii") for each in found)
