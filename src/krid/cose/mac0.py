"""COSE_Mac0: one payload, one MAC by a key both sides have (RFC 9052, section 6.2)."""

import hmac
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, NamedTuple, Self, final

from krid._core import cbor, shape
from krid._core.cbor import Cbor, Tagged
from krid._core.redact import Secret, same
from krid.cose.headers import ALG, HeaderMap, Headers, message_members
from krid.cose.payload import Placement, Tagging, parse_payload, structure, the_payload
from krid.errors import Code, MisuseError, SignatureError, UnsupportedError

_TAG: Final = 17
_CONTEXT: Final = "MAC0"


class _MacRow(NamedTuple):
    cose: int
    digest: str
    size: int


@unique
class MacAlg(_MacRow, Enum):
    """HMAC with SHA-2 (RFC 9053, section 3.1): COSE number, hash, and bytes of the tag."""

    HMAC_256_64 = 4, "sha256", 8
    HMAC_256 = 5, "sha256", 32
    HMAC_384 = 6, "sha384", 48
    HMAC_512 = 7, "sha512", 64

    @classmethod
    def from_cose(cls, number: object) -> Self:
        """Find an algorithm by its number in a COSE header.

        Raises:
            UnsupportedError: `alg.unknown`.
        """
        for alg in cls:
            if alg.cose == number and not isinstance(number, bool | float):
                return alg
        raise UnsupportedError(Code.ALG_UNKNOWN)


@final
class MacKey(Secret):
    """The bytes of a MAC key."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class Mac0:
    """A COSE_Mac0 as it came, parsed and not verified; `payload` is None when it is detached.

    >>> key = MacKey(bytes(32))
    >>> made = create({}, {}, b"hello", key=key, alg=MacAlg.HMAC_256, placement=Placement.ATTACHED)
    >>> Mac0.parse(made.encode(Tagging.TAGGED)).verify(key)
    """

    headers: Headers
    payload: bytes | None = field(repr=False)
    tag: bytes = field(repr=False)
    alg: MacAlg

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an encoded COSE_Mac0, with or without tag 17; does not check the MAC.

        Raises:
            MalformedError: a `cbor.*` code, `cose.syntax` or `cose.header`.
            UnsupportedError: `alg.unknown` or `cose.crit`.
        """
        return cls.from_value(cbor.decode(raw))

    @classmethod
    def from_value(cls, value: Cbor) -> Self:
        """Read a COSE_Mac0 that stands decoded inside another structure.

        Raises:
            MalformedError: `cose.syntax`, `cose.header`, or a `cbor.*` code of the header.
            UnsupportedError: `alg.unknown` or `cose.crit`.
        """
        protected, unprotected, payload, tag = message_members(value, tag=_TAG)
        headers = Headers.parse(protected, unprotected)
        return cls(
            headers,
            parse_payload(payload),
            shape.octets(tag, Code.COSE_SYNTAX),
            MacAlg.from_cose(headers.protected[ALG]),
        )

    def verify(
        self,
        key: MacKey,
        *,
        payload: bytes | None = None,
        external_aad: bytes = b"",
        refusal: Code = Code.COSE_MAC,
    ) -> None:
        """Check the MAC in constant time; `payload` is the detached one (section 6.3).

        Raises:
            MalformedError: `cose.payload` when there is no payload, or one here and one there.
            MisuseError: `key.syntax` when the key is empty.
            SignatureError: `refusal` when the MAC does not match.
        """
        authentic = the_payload(self.payload, payload)
        expected = _mac(
            self.alg, key, structure(_CONTEXT, self.headers.raw, external_aad, authentic)
        )
        if not same(expected, self.tag):
            raise SignatureError(refusal)

    def to_value(self) -> list[Cbor]:
        """Return the array that stands for this message inside another structure, untagged."""
        return [self.headers.raw, self.headers.unprotected, self.payload, self.tag]

    def encode(self, tagging: Tagging) -> bytes:
        """Write the message; the protected header and the payload stay as they came."""
        value = self.to_value()
        return cbor.encode(Tagged(_TAG, value) if tagging is Tagging.TAGGED else value)


def create(
    protected: HeaderMap,
    unprotected: HeaderMap,
    payload: bytes,
    *,
    key: MacKey,
    alg: MacAlg,
    placement: Placement,
    external_aad: bytes = b"",
) -> Mac0:
    """Make a COSE_Mac0; `alg` joins the protected header.

    Raises:
        MisuseError: `misuse.option` when `alg` or `crit` is among the headers or a label is given
            twice, `key.syntax` when the key is empty.
        MalformedError: `cbor.value` when a header parameter has no CBOR form.
    """
    headers = Headers.of(protected, unprotected, alg=alg.cose)
    tag = _mac(alg, key, structure(_CONTEXT, headers.raw, external_aad, payload))
    return Mac0(headers, placement.carried(payload), tag, alg)


def _mac(alg: MacAlg, key: MacKey, message: bytes) -> bytes:
    secret = key.reveal()
    if not secret:
        raise MisuseError(Code.KEY_SYNTAX)
    return hmac.digest(secret, message, alg.digest)[: alg.size]
