"""Credentials and presentations of OpenDID: read, and verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum, unique
from typing import Final, Protocol, final

from krid._core.frozen import pack
from krid._core.strict_json import Json
from krid.did.methods.omn import AuthType, KeyReference, OmnDocument
from krid.did.methods.omn.proof import OmnProof
from krid.keys import Alg, PublicKey
from krid.model import Evidence, IssuerKey, RecordEntry
from krid.model.integrity import Integrity

NAME: Final = "opendid_vc"
"""krid's own word for the format: OpenID4VP has none for it."""

CERTIFICATE_TYPE: Final = "CertificateVC"


class Documents(Protocol):
    """Finds documents of OpenDID; `krid.did.omn.OmnDocuments` is one."""

    def find(self, did: str, *, version_id: str | None = None) -> OmnDocument:
        """Return the present document of a DID that holds, or an earlier version of it.

        Raises:
            KridError: it can't be had, is malformed, or the DID does not hold.
        """
        ...


@unique
class Unlocking(IntEnum):
    """How the holder must have unlocked the keys (`VERIFY_AUTH_TYPE` of the data specification).

    The kind of a key stands in the holder's document, whose registrar vouches for it.
    """

    ANY = 0
    """No restriction."""
    FREE = 1
    """No authentication is asked for, so that any key will do."""
    PIN = 2
    BIOMETRIC = 4
    PIN_OR_BIOMETRIC = 6
    PIN_AND_BIOMETRIC = 0x8006

    def allows(self, used: frozenset[AuthType]) -> bool:
        """Tell whether keys of these kinds are enough.

        >>> Unlocking.PIN_AND_BIOMETRIC.allows(frozenset({AuthType.PIN}))
        False
        """
        wanted = _WANTED[self]
        if self is Unlocking.PIN_AND_BIOMETRIC:
            return wanted <= used
        return not wanted or not wanted.isdisjoint(used)


_WANTED: Final[Mapping[Unlocking, frozenset[AuthType]]] = {
    Unlocking.ANY: frozenset(),
    Unlocking.FREE: frozenset(),
    Unlocking.PIN: frozenset({AuthType.PIN}),
    Unlocking.BIOMETRIC: frozenset({AuthType.BIOMETRIC}),
    Unlocking.PIN_OR_BIOMETRIC: frozenset({AuthType.PIN, AuthType.BIOMETRIC}),
    Unlocking.PIN_AND_BIOMETRIC: frozenset({AuthType.PIN, AuthType.BIOMETRIC}),
}


@unique
class Location(Enum):
    """Where the original of a claim is: in the value, at an address, or in a file beside."""

    INLINE = "inline"
    REMOTE = "remote"
    ATTACHED = "attach"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim; `value` is where to find the original when it is not inline.

    `integrity` is the digest of the original, which is not looked at here:
    `integrity.check(original)` does so.
    """

    code: str
    caption: str
    value: str = field(repr=False)
    type: str
    format: str
    location: Location
    integrity: Integrity | None = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerProof:
    """The issuer's proof: a signature over all claims, one for each claim, or both."""

    alg: Alg
    key: KeyReference
    reference: str
    whole: OmnProof | None = field(repr=False)
    each: bool
    members: Mapping[str, Json] = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential as it came, parsed and not verified. `schema` says of what kind it is."""

    document: Mapping[str, Json] = field(repr=False)
    id: str = field(repr=False)
    types: tuple[str, ...]
    issuer: str
    subject: str = field(repr=False)
    schema: str
    issued: datetime
    valid_from: datetime
    valid_until: datetime
    claims: tuple[Claim, ...] = field(repr=False)
    proof: IssuerProof

    @property
    def status(self) -> RecordEntry:
        """Where its status stands."""
        return RecordEntry(id=self.id, issuer=self.issuer, subject=self.subject, schema=self.schema)

    def values(self) -> dict[str, object]:
        """Return the claims by their codes: text, or an object for what is not inline."""
        return {claim.code: _shown(claim) for claim in self.claims}


def _shown(claim: Claim) -> object:
    if claim.location is Location.INLINE:
        return claim.value
    return {"location": claim.location.value, "value": claim.value}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class HolderProof:
    """A proof of the holder, parsed and not verified."""

    proof: OmnProof
    key: KeyReference
    created: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """A presentation as it came, parsed and not verified."""

    document: Mapping[str, Json] = field(repr=False)
    holder: str = field(repr=False)
    nonce: bytes = field(repr=False)
    valid_from: datetime
    valid_until: datetime
    credentials: tuple[Credential, ...]
    proofs: tuple[HolderProof, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedVc:
    """A credential whose every rule was checked. Made by `krid.opendid` alone.

    `claims` are its values by their codes. Whether the status was looked up, `evidence` says.
    """

    credential: Credential
    claims: Mapping[str, object] = field(repr=False)
    signer: IssuerKey
    evidence: tuple[Evidence, ...]

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return pack(self)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedVp:
    """A presentation whose every rule was checked. Made by `krid.opendid` alone.

    `keys` are those that the holder signed with, and `unlocked` their kinds.
    """

    holder: str = field(repr=False)
    keys: tuple[PublicKey, ...]
    unlocked: frozenset[AuthType]
    credentials: tuple[VerifiedVc, ...]
    evidence: tuple[Evidence, ...]
