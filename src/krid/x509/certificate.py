"""An X.509 certificate (RFC 5280), parsed and kept with the bytes that were signed."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

from cryptography.exceptions import UnsupportedAlgorithm

from krid._core.arguments import typed
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys import PublicKey
from krid.x509.extensions import Extensions
from krid.x509.parts import Parts, with_positive_serial
from krid.x509.pem import Block, encode_block, parse_blocks
from krid.x509.text import name_text

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

CERTIFICATE: Final = "CERTIFICATE"
_COUNTRY: Final = "2.5.4.6"
_STATE: Final = "2.5.4.8"
_COMMON_NAME: Final = "2.5.4.3"


@final
@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that was parsed and not verified: `verify_chain` does that.

    `subject` and `issuer` are RFC 4514 text for people, in one line; `parts` holds the same
    names as they were signed, which is what krid compares. Two certificates are equal when
    their DER is. `serial` is not positive in certificates that break RFC 5280, section 4.1.2.2;
    `native` has another one there, since the parser underneath is to refuse such certificates.
    """

    der: bytes = field(repr=False)
    subject: str = field(compare=False)
    issuer: str = field(compare=False)
    serial: int = field(compare=False, repr=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    extensions: Extensions = field(compare=False, repr=False)
    parts: Parts = field(compare=False, repr=False)
    native: "x509.Certificate" = field(compare=False, repr=False)

    @classmethod
    def parse(cls, der: bytes) -> "Certificate":
        """Read one certificate in DER, and every extension that krid knows.

        Believes nothing: checks no signature, date or purpose.

        Raises:
            MalformedError: `x509.syntax`, also for trailing bytes, a repeated extension, and
                names or serial numbers longer than RFC 5280 has them; `input.size`.
        """
        typed("der", der, bytes)
        return _parse(bytes(der))

    def to_pem(self) -> bytes:
        """Write the certificate as PEM."""
        return encode_block(Block(CERTIFICATE, self.der))

    @property
    def public_key(self) -> PublicKey:
        """The subject's key.

        Raises:
            UnsupportedError: `key.type` when krid does not implement its type, such as RSA.
            MalformedError: `key.point` when it is not a point of its curve.
        """
        return _public_key(self.native)

    @property
    def native_key(self) -> "CertificatePublicKeyTypes":
        """The subject's key as the `cryptography` package has it, RSA among others.

        Raises:
            UnsupportedError: `key.type`.
            MalformedError: `key.point`.
        """
        return _native_key(self.native)

    @property
    def dns_names(self) -> tuple[str, ...]:
        """The host names that the certificate stands for (subjectAltName)."""
        return self.extensions.subject_names.dns_names

    @property
    def uris(self) -> tuple[str, ...]:
        """The URIs that the certificate stands for (subjectAltName)."""
        return self.extensions.subject_names.uris

    @property
    def country(self) -> str | None:
        """The subject's countryName, ISO 3166-1 alpha-2; None when not there exactly once."""
        return _attribute(self.native.subject, _COUNTRY)

    @property
    def state_or_province(self) -> str | None:
        """The subject's stateOrProvinceName; None when not there exactly once."""
        return _attribute(self.native.subject, _STATE)

    @property
    def common_name(self) -> str | None:
        """The subject's commonName; None when not there exactly once."""
        return _attribute(self.native.subject, _COMMON_NAME)

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer have the same name (RFC 5280, section 3.2)."""
        return self.parts.subject == self.parts.issuer

    def thumbprint(self) -> bytes:
        """Return the 32 bytes of SHA-256 over the DER, as in `x5t#S256`."""
        return hashlib.sha256(self.der).digest()

    def is_same_authority(self, other: "Certificate") -> bool:
        """Tell whether another certificate is for the same name and the same key."""
        return self.parts.subject == other.parts.subject and self.parts.key == other.parts.key


def parse_pem_bundle(raw: bytes) -> tuple[Certificate, ...]:
    """Read a PEM file of one or more certificates, in its order.

    Raises:
        MalformedError: `x509.syntax` when a block is something else, is malformed, or there is
            none; `input.size`.
    """
    blocks = parse_blocks(raw)
    if any(block.label != CERTIFICATE for block in blocks):
        raise MalformedError(Code.X509_SYNTAX, "a PEM block is not a certificate")
    return tuple(Certificate.parse(block.content) for block in blocks)


# Parsing is a function of the bytes alone, and the same few signers come again and again.
@lru_cache(maxsize=256)
def _parse(der: bytes) -> Certificate:
    from cryptography import x509

    parts = Parts.of(der)
    try:
        native = x509.load_der_x509_certificate(_readable(der, parts))
        return Certificate(
            der=der,
            subject=name_text(native.subject),
            issuer=name_text(native.issuer),
            serial=parts.serial,
            not_before=native.not_valid_before_utc,
            not_after=native.not_valid_after_utc,
            extensions=Extensions.of(native.extensions),
            parts=parts,
            native=native,
        )
    except _parser_errors() as cause:
        raise MalformedError(Code.X509_SYNTAX) from cause


def _readable(der: bytes, parts: Parts) -> bytes:
    """Return what the parser underneath takes without a warning, now and in later versions."""
    return der if parts.serial > 0 else with_positive_serial(der)


def _parser_errors() -> tuple[type[Exception], ...]:
    """List what the parser underneath raises on bytes that are not a certificate."""
    from cryptography import x509

    return (
        ValueError,
        TypeError,
        AssertionError,
        UnsupportedAlgorithm,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    )


@lru_cache(maxsize=256)
def _public_key(native: "x509.Certificate") -> PublicKey:
    return PublicKey.from_native(_native_key(native))


@lru_cache(maxsize=256)
def _native_key(native: "x509.Certificate") -> "CertificatePublicKeyTypes":
    try:
        return native.public_key()
    except UnsupportedAlgorithm as cause:
        raise UnsupportedError(Code.KEY_TYPE) from cause
    except (ValueError, TypeError) as cause:
        raise MalformedError(Code.KEY_POINT) from cause


def _attribute(name: "x509.Name", oid: str) -> str | None:
    found = [each.value for each in name if each.oid.dotted_string == oid]
    return found[0] if len(found) == 1 and isinstance(found[0], str) else None
