"""The structures of ISO/IEC 18013-5 as values: what was signed keeps the bytes it came in.

Sections cited are those of ISO/IEC 18013-5:2021.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, Self, TypeAlias, final

from krid._core.cbor import Embedded
from krid.cose import Mac0, Sign1
from krid.errors import Code, UnsupportedError
from krid.keys import Alg, Curve, PublicKey
from krid.model import StatusReference

FORMAT: Final = "mso_mdoc"
"""The credential format identifier of OpenID4VP 1.0, appendix B.2."""

VERSION: Final = "1.0"
"""The version of the device response and of the mobile security object (8.3.2.1.2.2, 9.1.2.4)."""

SIGNING_ALGS: Final = frozenset({Alg.ES256, Alg.ES384, Alg.ES512, Alg.EDDSA})
"""The algorithms of krid that ISO 18013-5 lists for issuers and devices (9.1.2.4, 9.1.3.6)."""

MAC_CURVES: Final = frozenset({Curve.P256, Curve.P384, Curve.P521, Curve.X25519})
"""The curves of krid on which a device may agree on the key of its MAC (9.1.3.5, 9.1.5.2)."""

DEVICE_CURVES: Final = MAC_CURVES | frozenset(alg.curve for alg in SIGNING_ALGS)
"""The curves on which an issuer may take a device's key: to sign with, or for a MAC."""

MAX_DIGEST_ID: Final = 2**31 - 1
MIN_RANDOM_BYTES: Final = 16

Elements: TypeAlias = Mapping[str, Mapping[str, object]]
"""Element values by namespace and element identifier."""


class _Hash(Protocol):
    def digest(self) -> bytes: ...


_HASHES: Final[Mapping[str, Callable[[bytes], _Hash]]] = {
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


class _DigestRow(NamedTuple):
    wire: str
    hash: str


@unique
class DigestAlg(_DigestRow, Enum):
    """A digest algorithm and its exact name on the wire (section 9.1.2.5)."""

    SHA256 = "SHA-256", "sha256"
    SHA384 = "SHA-384", "sha384"
    SHA512 = "SHA-512", "sha512"

    @classmethod
    def from_wire(cls, name: object) -> Self:
        """Find an algorithm by its name, letter by letter.

        Raises:
            UnsupportedError: `mdoc.digest_alg`.
        """
        for alg in cls:
            if alg.wire == name:
                return alg
        raise UnsupportedError(Code.MDOC_DIGEST_ALG)

    def digest(self, raw: bytes) -> bytes:
        """Return the digest of bytes."""
        return _HASHES[self.hash](raw).digest()

    def digests(self, raws: Iterable[bytes]) -> list[bytes]:
        """Return the digest of each of several byte strings."""
        new = _HASHES[self.hash]
        return [new(raw).digest() for raw in raws]


@final
@dataclass(frozen=True, slots=True)
class ValidityInfo:
    """When the issuer signed, and from when until when the document holds (section 9.1.2.4)."""

    signed: datetime
    valid_from: datetime
    valid_until: datetime
    expected_update: datetime | None = None


@final
@dataclass(frozen=True, slots=True)
class KeyAuthorizations:
    """Which elements the device may sign itself: whole namespaces, or single elements of others."""

    namespaces: frozenset[str] = frozenset()
    elements: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))


@final
@dataclass(frozen=True, slots=True)
class DeviceKeyInfo:
    """The key that the issuer bound the document to, and what it may sign."""

    key: PublicKey
    authorizations: KeyAuthorizations = field(default_factory=KeyAuthorizations)


@final
@dataclass(frozen=True, slots=True)
class MobileSecurityObject:
    """What the issuer signs: digests of all elements, the device key, and the validity."""

    version: str
    digest_alg: DigestAlg
    value_digests: Mapping[str, Mapping[int, bytes]] = field(repr=False)
    device_key_info: DeviceKeyInfo
    doctype: str
    validity: ValidityInfo
    status: StatusReference | None


@final
class IssuerSignedItem(NamedTuple):
    """One element; `embedded` are the bytes that its digest covers (section 9.1.2.5).

    `value` consists of text, numbers, booleans, None, bytes, tuples and read-only mappings; dates
    and date-times are the text that was signed. A tuple and no dataclass, because a verifier makes
    one for each element and a tuple takes a third of the time.
    """

    digest_id: int
    random: bytes
    identifier: str
    value: object
    embedded: Embedded

    def __repr__(self) -> str:
        return f"IssuerSignedItem(digest_id={self.digest_id}, identifier={self.identifier!r})"


item_of: Final[Callable[[tuple[int, bytes, str, object, Embedded]], IssuerSignedItem]] = partial(
    tuple.__new__, IssuerSignedItem
)
"""Make an element from its five members, without a call into Python."""


@final
@dataclass(frozen=True, slots=True)
class IssuerSigned:
    """A credential: elements by namespace, and the issuer's signature over their digests.

    `mso` is what `issuer_auth` holds, decoded; nothing of it is believed before `verify`.
    """

    namespaces: Mapping[str, tuple[IssuerSignedItem, ...]] = field(repr=False)
    issuer_auth: Sign1
    mso: MobileSecurityObject

    def items(self) -> Iterator[tuple[str, IssuerSignedItem]]:
        """Go through all elements, each with its namespace."""
        for namespace, items in self.namespaces.items():
            for item in items:
                yield namespace, item


@final
@dataclass(frozen=True, slots=True)
class DeviceSigned:
    """What the device adds: elements of its own, and its signature or MAC over the session.

    `namespaces` are the signed bytes, `elements` what they hold.
    """

    namespaces: Embedded = field(repr=False)
    elements: Elements = field(repr=False)
    auth: Sign1 | Mac0


@final
@dataclass(frozen=True, slots=True)
class Document:
    """One document of a device response; `errors` say why asked elements are missing, unsigned."""

    doctype: str
    issuer_signed: IssuerSigned
    device_signed: DeviceSigned
    errors: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: MappingProxyType({}))


@final
@dataclass(frozen=True, slots=True)
class DeviceResponse:
    """What a device answers (section 8.3.2.1.2.2), parsed and not verified."""

    version: str
    documents: tuple[Document, ...]
    document_errors: tuple[Mapping[str, int], ...]
    status: int
