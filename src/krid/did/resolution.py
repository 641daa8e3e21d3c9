"""The words of DID Resolution 1.0 (W3C Editor's Draft of 23 July 2026).

Errors are problem details of RFC 9457 there, as in this module. Earlier drafts and DID 1.0 had
plain words instead (`notFound`); where the two differ, this module follows the newer text. The
did:key errors have no URL of their own and get the prefix that DID Resolution prescribes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final, Protocol, Self, TypeAlias, final

from krid._core import times
from krid._core.strict_json import Json, JsonObject
from krid.did.document import DidDocument
from krid.did.syntax import Did
from krid.errors import Code, KridError, MalformedError, ResolutionError
from krid.net import Flow

MEDIA_TYPE: Final = "application/did"
# What clients of DID 1.0 ask for; the object is the same.
_ACCEPTABLE: Final = frozenset(
    {MEDIA_TYPE, "application/did+json", "application/did+ld+json", "application/json", "*/*"}
)

_DID_NS: Final = "https://www.w3.org/ns/did#"
_SECURITY_NS: Final = "https://w3id.org/security#"


@unique
class Caching(Enum):
    """Whether a document may come from the resolver's memory (the `noCache` option)."""

    ALLOWED = "false"
    BYPASSED = "true"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionOptions:
    """What a caller may ask of a resolution besides the DID (DID Resolution, section 4.1).

    `version_id` and `version_time` name a version and exclude each other. `version_number` is
    did:webvh's own, and must agree with the others. Relative DID URLs are
    never expanded in the document; krid compares them in absolute form anyway.
    """

    accept: str = MEDIA_TYPE
    version_id: str | None = None
    version_time: datetime | None = None
    version_number: int | None = None
    caching: Caching = Caching.ALLOWED

    @classmethod
    def parse(cls, members: Mapping[str, Json]) -> Self:
        """Read options as they come over a wire, by their names in the standard.

        Raises:
            ResolutionError: `did.option` for an option that krid does not support,
                `did.option_value` for a value that is none.
        """
        if not isinstance(members, Mapping):
            raise ResolutionError(Code.DID_OPTION_VALUE, "no object of options")
        if not members.keys() <= _OPTION_NAMES:
            raise ResolutionError(Code.DID_OPTION)
        if not all(isinstance(value, str) for value in members.values()):
            raise ResolutionError(Code.DID_OPTION_VALUE)
        texts = {name: str(value) for name, value in members.items()}
        return cls(
            accept=texts.get("accept", MEDIA_TYPE),
            version_id=texts.get("versionId"),
            version_time=_read_time(texts.get("versionTime")),
            version_number=_read_number(texts.get("versionNumber")),
            caching=_read_caching(texts.get("noCache", Caching.ALLOWED.value)),
        )

    @property
    def asks_for_version(self) -> bool:
        """Tell whether a version other than the newest may be meant."""
        asked = (self.version_id, self.version_time, self.version_number)
        return any(value is not None for value in asked)

    def check(self) -> None:
        """Check that the options make sense together.

        Raises:
            ResolutionError: `did.option_value`, or `did.representation`.
        """
        if self.version_id is not None and self.version_time is not None:
            raise ResolutionError(Code.DID_OPTION_VALUE, "versionId and versionTime")
        wanted = {part.partition(";")[0].strip().lower() for part in self.accept.split(",")}
        if _ACCEPTABLE.isdisjoint(wanted):
            raise ResolutionError(Code.DID_REPRESENTATION)

    def check_no_version(self) -> None:
        """Check that no version is asked for: for methods that keep none.

        Raises:
            ResolutionError: `did.option`.
        """
        if self.asks_for_version:
            raise ResolutionError(Code.DID_OPTION, "this method has no versions")


@final
@dataclass(frozen=True, slots=True)
class Resolved:
    """What a DID method found: the document and what the method says about it.

    `metadata` are the members of didDocumentMetadata, such as `versionId` and `updated`. `names`
    are other DIDs that the method proves to be the same subject's; the document may be about any
    of them. `lifetime` is how long the document may be kept at most, where the method says so.
    """

    document: DidDocument
    metadata: Mapping[str, Json] = field(default_factory=dict)
    names: frozenset[Did] = frozenset()
    lifetime: timedelta | None = None


class DidMethod(Protocol):
    """One way to turn a DID into a document; what it needs from the network it yields."""

    @property
    def name(self) -> str:
        """The method's name, the second part of its DIDs."""
        ...

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Find the document of a DID of this method.

        Raises:
            ResolutionError: with the code of what is wrong.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class Problem:
    """An error as DID Resolution writes it down: problem details (RFC 9457)."""

    type: str
    title: str
    detail: str
    http_status: int

    @classmethod
    def of(cls, error: KridError) -> Self:
        """Put one of krid's errors into the words of the standard."""
        type_ = _type(error.code)
        return cls(
            type=type_,
            title=error.code.message,
            detail=f"{error.code}: {error}",
            http_status=_HTTP_STATUS.get(type_, 500),
        )

    def to_json(self) -> JsonObject:
        """Return the error object."""
        return {"type": self.type, "title": self.title, "detail": self.detail}


@final
@dataclass(frozen=True, slots=True)
class ResolutionResult:
    """A DID resolution that succeeded."""

    document: DidDocument
    document_metadata: Mapping[str, Json] = field(default_factory=dict)
    resolution_metadata: Mapping[str, Json] = field(
        default_factory=lambda: {"contentType": MEDIA_TYPE}
    )

    def to_json(self) -> JsonObject:
        """Return the `application/did-resolution` object."""
        return {
            "didDocument": self.document.to_json(),
            "didResolutionMetadata": dict(self.resolution_metadata),
            "didDocumentMetadata": dict(self.document_metadata),
        }


@final
@dataclass(frozen=True, slots=True)
class ResolutionFailure:
    """A DID resolution that failed, and why.

    A DID that is deactivated is no error in the words of the standard; it has no document,
    and so krid's `Resolver.resolve` raises for it all the same.
    """

    error: ResolutionError

    def again(self) -> ResolutionError:
        """Return the error for raising once more, with no trace of where it was raised first."""
        return ResolutionError(self.error.code, self.error.detail)

    @property
    def problem(self) -> Problem:
        """The error in the words of the standard."""
        return Problem.of(self.error)

    @property
    def document_metadata(self) -> JsonObject:
        """The metadata: empty, or that the DID is deactivated."""
        return {"deactivated": True} if self._is_deactivated else {}

    @property
    def resolution_metadata(self) -> JsonObject:
        """The metadata: the error, unless the DID is deactivated."""
        return {} if self._is_deactivated else {"error": self.problem.to_json()}

    def to_json(self) -> JsonObject:
        """Return the `application/did-resolution` object."""
        return {
            "didDocument": None,
            "didResolutionMetadata": self.resolution_metadata,
            "didDocumentMetadata": self.document_metadata,
        }

    @property
    def _is_deactivated(self) -> bool:
        return self.error.code is Code.DID_DEACTIVATED


Resolution: TypeAlias = ResolutionResult | ResolutionFailure


def _type(code: Code) -> str:
    if str(code).startswith(_INVALID_LOGS):
        return _TYPES[Code.DID_SYNTAX]
    return _TYPES.get(code, _INTERNAL)


def _read_time(text: str | None) -> datetime | None:
    """Read versionTime: UTC, whole seconds (DID Resolution, section 3.1)."""
    if text is None:
        return None
    try:
        moment = times.from_rfc3339(text)
    except MalformedError as cause:
        raise ResolutionError(Code.DID_OPTION_VALUE, "versionTime") from cause
    if times.to_rfc3339(moment) != text:
        raise ResolutionError(Code.DID_OPTION_VALUE, "versionTime")
    return moment


def _read_number(text: str | None) -> int | None:
    if text is None:
        return None
    if _NUMBER.fullmatch(text) is None:
        raise ResolutionError(Code.DID_OPTION_VALUE, "versionNumber")
    return int(text)


def _read_caching(text: str) -> Caching:
    try:
        return Caching(text)
    except ValueError as cause:
        raise ResolutionError(Code.DID_OPTION_VALUE, "noCache") from cause


_OPTION_NAMES: Final = frozenset({"accept", "versionId", "versionTime", "versionNumber", "noCache"})
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)

_INTERNAL: Final = f"{_DID_NS}INTERNAL_ERROR"

_TYPES: Final[Mapping[Code, str]] = {
    Code.DID_SYNTAX: f"{_DID_NS}INVALID_DID",
    Code.DID_URL_SYNTAX: f"{_DID_NS}INVALID_DID_URL",
    Code.DID_METHOD: f"{_DID_NS}METHOD_NOT_SUPPORTED",
    Code.DID_NOT_FOUND: f"{_DID_NS}NOT_FOUND",
    Code.DID_DOCUMENT: f"{_DID_NS}INVALID_DID_DOCUMENT",
    Code.DID_DOCUMENT_ID: f"{_DID_NS}INVALID_DID_DOCUMENT",
    Code.DID_OPTION: f"{_DID_NS}FEATURE_NOT_SUPPORTED",
    Code.DID_OPTION_VALUE: f"{_DID_NS}INVALID_OPTIONS",
    Code.DID_REPRESENTATION: f"{_DID_NS}REPRESENTATION_NOT_SUPPORTED",
    Code.DID_PUBLIC_KEY: f"{_DID_NS}invalidPublicKey",
    Code.DID_PUBLIC_KEY_LENGTH: f"{_DID_NS}invalidPublicKeyLength",
    Code.DID_HASH: f"{_DID_NS}INVALID_DID",
    Code.OMN_SYNTAX: f"{_DID_NS}INVALID_DID_DOCUMENT",
    Code.OMN_PROOF: f"{_DID_NS}INVALID_DID_DOCUMENT",
    Code.OMN_SIGNATURE: f"{_DID_NS}INVALID_DID_DOCUMENT",
    Code.DID_KEY_TYPE: f"{_DID_NS}unsupportedPublicKeyType",
    Code.DID_KEY_NOT_FOUND: f"{_DID_NS}NOT_FOUND",
    Code.DID_KEY_PURPOSE: f"{_SECURITY_NS}INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
    Code.DID_KEY_CONTROLLER: f"{_SECURITY_NS}INVALID_VERIFICATION_METHOD",
    Code.DID_KEY_EXPIRED: f"{_SECURITY_NS}INVALID_VERIFICATION_METHOD",
}

# did:webvh calls everything that makes its DIDs invalid by one name.
_INVALID_LOGS: Final = "webvh."

# DID Resolution, section 12.1; every other error is 500.
_HTTP_STATUS: Final[Mapping[str, int]] = {
    f"{_DID_NS}INVALID_DID": 400,
    f"{_DID_NS}INVALID_DID_URL": 400,
    f"{_DID_NS}INVALID_OPTIONS": 400,
    f"{_DID_NS}NOT_FOUND": 404,
    f"{_DID_NS}REPRESENTATION_NOT_SUPPORTED": 406,
    f"{_DID_NS}METHOD_NOT_SUPPORTED": 501,
    f"{_DID_NS}FEATURE_NOT_SUPPORTED": 501,
}
