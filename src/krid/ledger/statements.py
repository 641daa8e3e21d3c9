"""The statements of a ledger: a closed set of values about organisations, never about people.

None has free text. Names are https addresses without a query, DIDs and URNs; documents stand
there as digests alone. Whoever names a person's own DID as an issuer puts it there for ever.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique
from hashlib import sha256
from typing import Final, Self, TypeAlias, final

from krid._core import limits
from krid._core.times import aware
from krid.errors import Code, MalformedError
from krid.keys import Curve, PublicKey
from krid.ledger.subjects import (
    Subject,
    SubjectKind,
    check_name,
    check_origin,
    check_type,
)

DIGEST_BYTES: Final = 32


@unique
class Role(Enum):
    """What an issuer on a ledger is trusted to do."""

    ISSUER = "issuer"
    STATUS = "status"
    VERIFIER = "verifier"


@unique
class Removal(Enum):
    """Why an issuer was taken back."""

    ENDED = "ended"
    COMPROMISED = "compromised"
    SUPERSEDED = "superseded"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuerAdded:
    """An issuer is trusted from now on: by its keys, or by those in the document of its DID.

    It replaces whatever was said of the issuer before. `types` are `vct` values and doctypes.
    `valid_from` and `valid_until` are whole seconds; None leaves the period open.
    """

    issuer: str
    roles: frozenset[Role]
    types: frozenset[str]
    keys: tuple[PublicKey, ...] = ()
    did: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what can't stand on a ledger.

        Raises:
            MalformedError: `ledger.statement`.
            MisuseError: `misuse.naive_time`.
        """
        check_name(self.issuer)
        for name in self.types:
            check_type(name)
        _check(bool(self.roles), "no role")
        _check(len(self.types) <= limits.MAX_STATEMENT_TYPES, "too many types")
        _check(len(self.keys) <= limits.MAX_STATEMENT_KEYS, "too many keys")
        _check(len(set(self.keys)) == len(self.keys), "a key twice")
        _check(all(key.curve is not Curve.X25519 for key in self.keys), "a key that can't sign")
        _check(bool(self.keys) != (self.did is not None), "keys or did")
        if self.did is not None:
            check_name(self.did)
            _check(self.did.startswith("did:"), "did")
        _check_period(self.valid_from, self.valid_until)

    @property
    def subject(self) -> Subject:
        """The issuer."""
        return Subject(SubjectKind.ISSUER, self.issuer)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuerRemoved:
    """An issuer is trusted no longer, in any role."""

    issuer: str
    reason: Removal

    def __post_init__(self) -> None:
        check_name(self.issuer)

    @property
    def subject(self) -> Subject:
        """The issuer."""
        return Subject(SubjectKind.ISSUER, self.issuer)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaAnchored:
    """A schema at an address has this SHA-256 digest."""

    uri: str
    digest: bytes

    def __post_init__(self) -> None:
        check_name(self.uri)
        _check_digest(self.digest)

    @classmethod
    def of(cls, uri: str, document: bytes) -> Self:
        """Anchor a document."""
        return cls(uri=uri, digest=sha256(document).digest())

    @property
    def subject(self) -> Subject:
        """The schema."""
        return Subject(SubjectKind.SCHEMA, self.uri)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TypeMetadataAnchored:
    """The type metadata document of a `vct` has this SHA-256 digest."""

    vct: str
    digest: bytes

    def __post_init__(self) -> None:
        check_type(self.vct)
        _check_digest(self.digest)

    @classmethod
    def of(cls, vct: str, document: bytes) -> Self:
        """Anchor a document."""
        return cls(vct=vct, digest=sha256(document).digest())

    @property
    def subject(self) -> Subject:
        """The type."""
        return Subject(SubjectKind.TYPE, self.vct)

    @property
    def integrity(self) -> str:
        """The digest as `vct#integrity` writes it (W3C Subresource Integrity)."""
        from base64 import b64encode

        return f"sha256-{b64encode(self.digest).decode('ascii')}"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class StatusListAnchored:
    """The newest status list at an address has this SHA-256 digest, over the token as served."""

    uri: str
    digest: bytes

    def __post_init__(self) -> None:
        check_name(self.uri)
        _check_digest(self.digest)

    @classmethod
    def of(cls, uri: str, token: bytes) -> Self:
        """Anchor a token."""
        return cls(uri=uri, digest=sha256(token).digest())

    @property
    def subject(self) -> Subject:
        """The status list."""
        return Subject(SubjectKind.STATUS_LIST, self.uri)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointAnchored:
    """Another log had this size and root: two ledgers that hold each other to their word."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        _check(0 <= self.size <= limits.MAX_LEDGER_SIZE, "size")
        _check_digest(self.root)

    @property
    def subject(self) -> Subject:
        """The other log."""
        return Subject(SubjectKind.LOG, self.origin)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The ledger's own statement: at this moment, all before it comes to this state.

    It is the last entry under every checkpoint, so that whoever signs or witnesses a checkpoint
    signs the moment and the state, too. `at` is in whole seconds.
    """

    at: datetime
    state: bytes

    def __post_init__(self) -> None:
        _check_whole(self.at)
        _check_digest(self.state)


Statement: TypeAlias = (
    TrustedIssuerAdded
    | TrustedIssuerRemoved
    | SchemaAnchored
    | TypeMetadataAnchored
    | StatusListAnchored
    | CheckpointAnchored
)
"""What a program may append; `Sealed` is appended by sealing alone."""


def _check(holds: bool, what: str) -> None:  # noqa: FBT001  the rule itself
    if not holds:
        raise MalformedError(Code.LEDGER_STATEMENT, what)


def _check_digest(digest: bytes) -> None:
    _check(len(digest) == DIGEST_BYTES, "a digest")


def _check_period(start: datetime | None, end: datetime | None) -> None:
    for moment in (start, end):
        if moment is not None:
            _check_whole(moment)
    _check(start is None or end is None or start <= end, "the period")


def _check_whole(moment: datetime) -> None:
    _check(aware(moment).microsecond == 0, "a fraction of a second")
