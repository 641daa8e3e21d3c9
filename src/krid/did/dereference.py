"""Dereferencing DID URLs (DID Resolution 1.0, section 5): documents, their parts, and services.

The section is marked at risk in the draft; krid does what its examples show: a fragment names
a part of the document, `service` with `relativeRef` names an address.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, final
from urllib.parse import unquote

from krid._core.frozen import thaw
from krid._core.strict_json import Json, JsonObject
from krid.did.document import DidDocument
from krid.did.resolution import MEDIA_TYPE, ResolutionResult
from krid.did.syntax import DidUrl
from krid.errors import Code, ResolutionError

_URI_LIST: Final = "text/uri-list"
_SERVICE: Final = "service"
_SERVICE_TYPE: Final = "serviceType"
_RELATIVE_REF: Final = "relativeRef"
_SERVICE_PARAMETERS: Final = frozenset({_SERVICE, _SERVICE_TYPE, _RELATIVE_REF})
_FILES: Final = "files"
_WHOIS: Final = "whois"
_RELATIVE: Final = re.compile(
    r"(?!//)(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*+"
    r"(?:\?(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*+)?",
    re.ASCII,
)
# Honest references are encoded once; each further round costs as much as the text is long.
_MAX_DECODINGS: Final = 8
VERSION_PARAMETERS: Final = frozenset({"versionId", "versionTime", "versionNumber"})


@final
@dataclass(frozen=True, slots=True)
class DereferencedObject:
    """A DID document, or the part of one that a fragment names."""

    content: JsonObject
    content_metadata: Mapping[str, Json] = field(default_factory=dict)

    def to_json(self) -> JsonObject:
        """Return the `application/did-url-dereferencing` object."""
        return _result(self.content, MEDIA_TYPE, self.content_metadata)


@final
@dataclass(frozen=True, slots=True)
class DereferencedUrls:
    """Addresses at a service of the DID. Nothing was fetched from them."""

    urls: tuple[str, ...]

    def to_json(self) -> JsonObject:
        """Return the `application/did-url-dereferencing` object."""
        return _result(list(self.urls), _URI_LIST, {})


Dereferenced: TypeAlias = DereferencedObject | DereferencedUrls


def dereference(
    url: DidUrl, parameters: Mapping[str, str], result: ResolutionResult
) -> Dereferenced:
    """Find what a DID URL with these parameters names, in the document of its DID.

    Raises:
        ResolutionError: `did.url_syntax` for a relative reference that leaves the service's
            path, `did.key_not_found` for a fragment or service that is not there, `did.option`
            for a parameter that krid does not know, or a path without a service for it.
    """
    unknown = parameters.keys() - VERSION_PARAMETERS - _SERVICE_PARAMETERS
    if unknown:
        raise ResolutionError(Code.DID_OPTION, "a parameter")
    if url.path:
        return _path_urls(url, parameters, result.document)
    if not {_SERVICE, _SERVICE_TYPE}.isdisjoint(parameters):
        return _service_urls(url, parameters, result.document)
    if _RELATIVE_REF in parameters:
        raise ResolutionError(Code.DID_URL_SYNTAX, "relativeRef without service")
    if url.fragment is None:
        return DereferencedObject(result.document.to_json(), result.document_metadata)
    return DereferencedObject(_part(url, result.document))


def _part(url: DidUrl, document: DidDocument) -> JsonObject:
    """Find the first object with this id (Controlled Identifiers 1.0, section 3.4)."""
    wanted = {f"#{url.fragment}", f"{document.did}#{url.fragment}"}
    for candidate in _objects(document.members):
        name = candidate.get("id")
        if isinstance(name, str) and name in wanted:
            context = document.members.get("@context")
            first = context[0] if isinstance(context, tuple) else context
            named: JsonObject = {} if first is None else {"@context": str(first)}
            return named | {each: _json(value) for each, value in candidate.items()}
    raise ResolutionError(Code.DID_KEY_NOT_FOUND)


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    """Go through all objects of a document, outer ones first."""
    if isinstance(value, Mapping):
        yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, tuple):
        for member in value:
            yield from _objects(member)


def _service_urls(
    url: DidUrl, parameters: Mapping[str, str], document: DidDocument
) -> DereferencedUrls:
    """Find the endpoints of the services with this id, and of this type."""
    services = document.services
    if _SERVICE in parameters:
        wanted = str(document.did) + "#" + parameters[_SERVICE].rpartition("#")[2]
        services = tuple(service for service in services if service.id == wanted)
    if _SERVICE_TYPE in parameters:
        kind = parameters[_SERVICE_TYPE]
        services = tuple(service for service in services if kind in service.types)
    if not services:
        raise ResolutionError(Code.DID_KEY_NOT_FOUND, "service")
    reference = parameters.get(_RELATIVE_REF, "")
    bases = [base for service in services for base in _bases(service.endpoint)]
    return DereferencedUrls(tuple(_endpoint_url(base, reference, url.fragment) for base in bases))


def _bases(endpoint: object) -> Iterator[str]:
    """Return the addresses of an endpoint; objects are left out."""
    for base in endpoint if isinstance(endpoint, tuple) else (endpoint,):
        if isinstance(base, str):
            yield base


def _path_urls(
    url: DidUrl, parameters: Mapping[str, str], document: DidDocument
) -> DereferencedUrls:
    """Find what a path names by the services for it, which all did:webvh DIDs have.

    `/whois` is the endpoint of `#whois`, any other path lies below that of `#files`.
    """
    if not _SERVICE_PARAMETERS.isdisjoint(parameters):
        raise ResolutionError(Code.DID_URL_SYNTAX, "a path and a service")
    name = _WHOIS if url.path == f"/{_WHOIS}" else _FILES
    bases = [
        base
        for service in document.services
        if service.id == f"{document.did}#{name}"
        for base in _bases(service.endpoint)
    ]
    if not bases:
        raise ResolutionError(Code.DID_OPTION, "a path")
    reference = "" if name == _WHOIS else url.path
    return DereferencedUrls(tuple(_endpoint_url(base, reference, url.fragment) for base in bases))


def _endpoint_url(base: str, reference: str, fragment: str | None) -> str:
    """Append a relative reference to an endpoint, and the fragment of the DID URL."""
    joined = _join(base, reference) if reference else base
    if fragment is None:
        return joined
    if "#" in joined:
        raise ResolutionError(Code.DID_URL_SYNTAX, "two fragments")
    return f"{joined}#{fragment}"


def _join(base: str, reference: str) -> str:
    """Append a relative reference to the path of an endpoint, and let it not climb out.

    The algorithm of the draft would replace an endpoint's path by an absolute one, its example
    and its security section keep it; krid keeps it.
    """
    segments = re.split(r"[/\\]", _decode_fully(reference.partition("?")[0]))
    if _RELATIVE.fullmatch(reference) is None or not {".", ".."}.isdisjoint(segments):
        raise ResolutionError(Code.DID_URL_SYNTAX, _RELATIVE_REF)
    if "?" in base or "#" in base:
        raise ResolutionError(Code.DID_URL_SYNTAX, "relativeRef to an endpoint with a query")
    return f"{base.rstrip('/')}/{reference.removeprefix('/')}"


def _decode_fully(text: str) -> str:
    """Undo percent-encoding as often as any server on the way might."""
    for _ in range(_MAX_DECODINGS):
        decoded = unquote(text)
        if decoded == text:
            return text
        text = decoded
    raise ResolutionError(Code.DID_URL_SYNTAX, "encoded over and over")


def _result(content: Json, content_type: str, metadata: Mapping[str, Json]) -> JsonObject:
    return {
        "content": content,
        "dereferencingMetadata": {"contentType": content_type},
        "contentMetadata": dict(metadata),
    }


def _json(value: object) -> Json:
    thawed: Json = thaw(value)  # type: ignore[assignment]  # what was JSON before freezing
    return thawed
