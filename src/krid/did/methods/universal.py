"""Any DID method, through somebody else's resolver: the HTTPS binding of DID Resolution.

What comes back is the word of that resolver. krid checks that the document is one, and about the
DID that was asked for; the proofs of the method, if it has any, were for the resolver to check.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final
from urllib.parse import quote

from krid._core import limits, shape, strict_json, times
from krid._core.strict_json import Json, JsonObject
from krid.did.document import DidDocument
from krid.did.resolution import Caching, ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.errors import Code, KridError, ResolutionError
from krid.net import Flow, Request, Response

_MEDIA_TYPE: Final = "application/did-resolution"
# What resolvers in the field answer with: an older name for the same object.
_ACCEPT: Final = (
    f"{_MEDIA_TYPE}, "
    'application/ld+json;profile="https://w3id.org/did-resolution";q=0.9, application/json;q=0.8'
)
_MAX_BYTES: Final = 2 * limits.MAX_DID_DOCUMENT_BYTES
_DEACTIVATED: Final = 410

_ERRORS: Final[Mapping[str, Code]] = {
    "INVALID_DID": Code.DID_SYNTAX,
    "INVALID_DID_DOCUMENT": Code.DID_DOCUMENT,
    "NOT_FOUND": Code.DID_NOT_FOUND,
    "METHOD_NOT_SUPPORTED": Code.DID_METHOD,
    "FEATURE_NOT_SUPPORTED": Code.DID_OPTION,
    "INVALID_OPTIONS": Code.DID_OPTION_VALUE,
    "REPRESENTATION_NOT_SUPPORTED": Code.DID_REPRESENTATION,
    # The words of DID 1.0.
    "invalidDid": Code.DID_SYNTAX,
    "notFound": Code.DID_NOT_FOUND,
    "methodNotSupported": Code.DID_METHOD,
    "representationNotSupported": Code.DID_REPRESENTATION,
}
_STATUS: Final[Mapping[int, Code]] = {
    400: Code.DID_SYNTAX,
    404: Code.DID_NOT_FOUND,
    406: Code.DID_REPRESENTATION,
    501: Code.DID_METHOD,
}


@final
@dataclass(frozen=True, slots=True)
class RemoteMethod:
    """One DID method that a resolver elsewhere implements.

    `endpoint` is its address up to `/1.0/identifiers/`. That resolver learns every DID that is
    asked for, and its word is believed.
    """

    method: str
    endpoint: str

    @property
    def name(self) -> str:
        """The method's name."""
        return self.method

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Ask the resolver for the document of a DID.

        Raises:
            ResolutionError: the code of the error that the resolver names, `did.deactivated`, or
                `resolver.answer` when it does not answer as the standard says.
            MalformedError: `did.document`, or `did.document_id`.
            TransportError: whatever the transport raises.
        """
        response = yield Request(
            self.endpoint + _identifier(did, options),
            headers={"Accept": _ACCEPT},
            max_bytes=_MAX_BYTES,
        )
        answer = _read(response)
        metadata = _member(answer, "didDocumentMetadata")
        if response.status == _DEACTIVATED or metadata.get("deactivated") is True:
            _check_current(answer, options)
        if response.status not in {200, _DEACTIVATED}:
            raise ResolutionError(_error(response, answer))
        members = shape.mapping(answer.get("didDocument"), Code.RESOLVER_ANSWER)
        return Resolved(DidDocument.from_members(members, did=did), metadata)


def _check_current(answer: Mapping[str, Json], options: ResolutionOptions) -> None:
    """Refuse a DID that is deactivated, but for an earlier version that was asked for."""
    if not options.asks_for_version or answer.get("didDocument") is None:
        raise ResolutionError(Code.DID_DEACTIVATED)


def _identifier(did: Did, options: ResolutionOptions) -> str:
    """Write the path and query: a DID alone as it is, encoded where options follow."""
    given: dict[str, str] = {}
    if options.version_id is not None:
        given["versionId"] = options.version_id
    if options.version_time is not None:
        given["versionTime"] = times.to_rfc3339(options.version_time)
    if options.version_number is not None:
        given["versionNumber"] = str(options.version_number)
    if options.caching is Caching.BYPASSED:
        given["noCache"] = options.caching.value
    if not given:
        return str(did)
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in given.items())
    return f"{quote(str(did), safe='')}?{query}"


def _read(response: Response) -> JsonObject:
    """Read the answer; one with an error status may have no body that says more."""
    try:
        return strict_json.loads_object(response.body, max_bytes=_MAX_BYTES)
    except KridError as cause:
        if response.status == 200:
            raise ResolutionError(Code.RESOLVER_ANSWER, str(cause.code)) from cause
        return {}


def _error(response: Response, answer: Mapping[str, Json]) -> Code:
    """Find what an error means: by its type, an older word, or the status alone."""
    error = _member(answer, "didResolutionMetadata").get("error")
    word = error.get("type") if isinstance(error, Mapping) else error
    if isinstance(word, str) and (code := _ERRORS.get(word.rpartition("#")[2])) is not None:
        return code
    return _STATUS.get(response.status, Code.RESOLVER_ANSWER)


def _member(answer: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = answer.get(name)
    return value if isinstance(value, Mapping) else {}
