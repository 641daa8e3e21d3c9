"""Names of verifiers: what stands before the colon says how to know them (section 5.9)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, Self, final

from krid._core import base64url, limits
from krid.errors import Code, MalformedError, UnsupportedError

ORIGIN: Final = "origin:"
"""Reserved for the audience of answers through the Digital Credentials API; never for requests."""


@unique
class Prefix(StrEnum):
    """A client identifier prefix; `PRE_REGISTERED` stands for none (section 5.9.3)."""

    PRE_REGISTERED = "pre-registered"
    REDIRECT_URI = "redirect_uri"
    OPENID_FEDERATION = "openid_federation"
    VERIFIER_ATTESTATION = "verifier_attestation"
    DECENTRALIZED_IDENTIFIER = "decentralized_identifier"
    X509_SAN_DNS = "x509_san_dns"
    X509_HASH = "x509_hash"


_BY_NAME: Final = {each.value: each for each in Prefix if each is not Prefix.PRE_REGISTERED}


@final
@dataclass(frozen=True, slots=True)
class ClientId:
    """A verifier's whole name `text`, its prefix, and what stands behind it.

    >>> ClientId.parse("x509_san_dns:bank.example")
    ClientId(text='x509_san_dns:bank.example', prefix=<Prefix.X509_SAN_DNS: 'x509_san_dns'>)
    >>> ClientId.parse("https://bank.example/cb").prefix
    <Prefix.PRE_REGISTERED: 'pre-registered'>
    """

    text: str
    prefix: Prefix

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a client identifier; one without a prefix that is known is pre-registered.

        Raises:
            MalformedError: `request.syntax` for no text, or too much.
            UnsupportedError: `request.prefix` for `origin:`, which nobody may use in a request.
        """
        if not 0 < len(text) <= limits.MAX_VP_TEXT_CHARS or not text.isprintable():
            raise MalformedError(Code.REQUEST_SYNTAX, "client_id")
        if text.startswith(ORIGIN):
            raise UnsupportedError(Code.REQUEST_PREFIX, "origin")
        head, colon, rest = text.partition(":")
        prefix = _BY_NAME.get(head, Prefix.PRE_REGISTERED) if colon else Prefix.PRE_REGISTERED
        if prefix is not Prefix.PRE_REGISTERED and not rest:
            raise MalformedError(Code.REQUEST_SYNTAX, "client_id")
        return cls(text, prefix)

    @property
    def name(self) -> str:
        """The name within its prefix."""
        if self.prefix is Prefix.PRE_REGISTERED:
            return self.text
        return self.text.partition(":")[2]


def of_certificate(der: bytes) -> str:
    """Return the client identifier that is the hash of a certificate (`x509_hash`)."""
    return f"{Prefix.X509_HASH}:{base64url.encode(hashlib.sha256(der).digest())}"
