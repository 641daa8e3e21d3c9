"""A DID resolver as a service: the HTTPS binding of W3C DID Resolution (section "Bindings").

A DID stands in the path as it is, or percent-encoded as a whole. As it is, the query after it is
part of the DID URL. Encoded, the query holds options. Every answer but a redirect is JSON.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final
from urllib.parse import parse_qsl, quote, unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from krid._core import limits, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.did import (
    DereferencedUrls,
    DidUrl,
    Problem,
    ResolutionFailure,
    ResolutionOptions,
    ResolutionResult,
    Resolver,
)
from krid.errors import Code, KridError, MalformedError, ResolutionError
from krid.web.resolver_openapi import DOCUMENT

PREFIX: Final = "/1.0/identifiers/"
RESOLUTION: Final = "application/did-resolution"
DEREFERENCING: Final = "application/did-url-dereferencing"
_OLD_RESOLUTION: Final = "https://w3id.org/did-resolution"
_DOCUMENT: Final = "application/did"
_GONE: Final = 410
_VERSIONS: Final = frozenset({"versionId", "versionTime", "versionNumber"})
_OPTIONS: Final = _VERSIONS | {"noCache"}
_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Vary": "Accept"}


def resolver_app(resolver: Resolver) -> Starlette:
    """Make the application; the resolver's transport decides what may be fetched.

    Threads of the server share the resolver, its memory and its flights.
    """
    service = _Service(resolver)
    return Starlette(
        routes=[
            Route(PREFIX + "{identifier:path}", service.answer, methods=["GET", "POST"]),
            Route("/openapi.json", _openapi, methods=["GET"]),
        ],
        exception_handlers={404: _not_found},
    )


async def _not_found(request: Request, _error: Exception) -> Response:
    """Answer for other paths, and for identifiers with line feeds, which no route matches."""
    if request.url.path.startswith(PREFIX):
        return _refusal(ResolutionError(Code.DID_SYNTAX), _wanted(request))
    return Response(status_code=404)


async def _openapi(_request: Request) -> Response:
    return _json(DOCUMENT, "application/json", 200)


@final
@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked: a DID URL, options, and how the answer is wanted."""

    url: DidUrl
    members: Mapping[str, str]
    wanted: str

    @property
    def is_resolution(self) -> bool:
        """Tell whether a DID is asked for, with a version at most, and nothing in its document."""
        return (
            not self.url.path
            and self.url.fragment is None
            and self.url.parameters.keys() <= _VERSIONS
            and self.wanted != DEREFERENCING
        )


@final
@dataclass(frozen=True, slots=True)
class _Service:
    resolver: Resolver

    async def answer(self, request: Request) -> Response:
        """Answer one question."""
        try:
            body = await _read_body(request)
            question = _read(request, body)
        except KridError as error:
            return _refusal(error, _wanted(request))
        return await run_in_threadpool(self._answer, question)

    def _answer(self, question: _Question) -> Response:
        try:
            if question.is_resolution:
                return self._resolve(question)
            return self._dereference(question)
        except KridError as error:
            return _refusal(error, question.wanted)

    def _resolve(self, question: _Question) -> Response:
        accept = _DOCUMENT if question.wanted == RESOLUTION else question.wanted
        members = {**question.url.parameters, **question.members, "accept": accept}
        options = ResolutionOptions.parse(members)
        result = self.resolver.resolve(str(question.url.did), options=options)
        status = _GONE if result.document_metadata.get("deactivated") is True else 200
        if question.wanted == RESOLUTION:
            return _json(result.to_json(), RESOLUTION, status)
        return _json(result.document.to_json(), _content_type(result), status)

    def _dereference(self, question: _Question) -> Response:
        url = _with_options(question)
        found = self.resolver.dereference(url)
        if question.wanted == DEREFERENCING:
            return _json(found.to_json(), DEREFERENCING, 200)
        if isinstance(found, DereferencedUrls):
            return _redirect(found)
        return _json(found.content, _DOCUMENT, 200)


async def _read_body(request: Request) -> JsonObject:
    """Read the options of a POST, which may have none."""
    if request.method != "POST":
        return {}
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limits.MAX_RESOLVER_BODY_BYTES:
            raise ResolutionError(Code.DID_OPTION_VALUE, "too long")
    try:
        return strict_json.loads_object(bytes(raw)) if raw.strip() else {}
    except MalformedError as cause:
        raise ResolutionError(Code.DID_OPTION_VALUE, str(cause.code)) from cause


def _read(request: Request, body: Mapping[str, Json]) -> _Question:
    """Read the path as it was sent: the server has decoded its own copy already."""
    raw = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
    text = raw.removeprefix(PREFIX)
    query = request.url.query
    members = {**_members(body)}
    if text.startswith("did:"):
        own = parse_qsl(query, keep_blank_values=True)
        members |= {name: value for name, value in own if name == "noCache"}
        rest = "&".join(part for part in query.split("&") if not part.startswith("noCache"))
        text = f"{text}?{rest}" if rest else text
    else:
        text = unquote(text, errors="replace")  # what is no UTF-8 is no DID either
        members |= _query(query)
    return _Question(_parse(text), members, _wanted(request))


def _parse(text: str) -> DidUrl:
    try:
        url = DidUrl.parse(text)
        url.parameters  # noqa: B018  reading them is the check
    except MalformedError as cause:
        did_alone = not {"/", "?", "#"} & set(text)
        raise ResolutionError(Code.DID_SYNTAX if did_alone else cause.code) from cause
    return url


def _members(body: Mapping[str, Json]) -> dict[str, str]:
    if not body.keys() <= _OPTIONS:
        raise ResolutionError(Code.DID_OPTION)
    found: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, str):
            found[name] = value
        else:
            raise ResolutionError(Code.DID_OPTION_VALUE)
    return found


def _query(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ResolutionError(Code.DID_OPTION_VALUE, "an option stands twice")
    return _members(found)


def _wanted(request: Request) -> str:
    """Return the media type to answer with, as the Accept header has it."""
    accept = request.headers.get("accept", "*/*") or "*/*"
    lowered = accept.lower()
    if RESOLUTION in lowered or _OLD_RESOLUTION in lowered:
        return RESOLUTION
    return DEREFERENCING if DEREFERENCING in lowered else accept


def _with_options(question: _Question) -> str:
    """Put options that name a version into the DID URL, where they mean the same."""
    given = {name: value for name, value in question.members.items() if name in _VERSIONS}
    if not given:
        return str(question.url)
    if not given.keys().isdisjoint(question.url.parameters):
        raise ResolutionError(Code.DID_OPTION_VALUE, "a version stands twice")
    added = "&".join(f"{name}={quote(value, safe=':')}" for name, value in given.items())
    query = f"{question.url.query}&{added}" if question.url.query else added
    url = question.url
    return str(DidUrl(url.did, url.path, query, url.fragment))


def _content_type(result: ResolutionResult) -> str:
    return str(result.resolution_metadata.get("contentType", _DOCUMENT))


def _redirect(found: DereferencedUrls) -> Response:
    """Lead to the first address; one that is no web address is told in the answer instead."""
    if not found.urls:
        raise ResolutionError(Code.DID_NOT_FOUND, "a service without an address")
    if not found.urls[0].startswith(("https://", "http://")):
        return _json(found.to_json(), DEREFERENCING, 200)
    return Response(status_code=303, headers={**_HEADERS, "Location": found.urls[0]})


def _refusal(error: KridError, wanted: str) -> Response:
    """Answer with the error in the words of the standard, whatever form was wanted.

    What went wrong in the network is not told: strangers would learn which names lie inside it.
    """
    if str(error.code).startswith("net."):
        error = ResolutionError(Code.NET_UNREACHABLE)
    cause = error if isinstance(error, ResolutionError) else ResolutionError(error.code)
    failure = ResolutionFailure(cause)
    status = _GONE if error.code is Code.DID_DEACTIVATED else Problem.of(error).http_status
    if wanted == DEREFERENCING:
        written: JsonObject = {
            "content": None,
            "dereferencingMetadata": failure.resolution_metadata,
            "contentMetadata": failure.document_metadata,
        }
        return _json(written, DEREFERENCING, status)
    return _json(failure.to_json(), RESOLUTION, status)


def _json(members: Mapping[str, Json], media_type: str, status: int) -> Response:
    return Response(
        strict_json.dumps(dict(members)),
        status_code=status,
        headers={**_HEADERS, "Content-Type": media_type},
    )
