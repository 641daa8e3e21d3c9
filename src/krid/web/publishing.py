"""What an issuer publishes: status lists, metadata, types and certificates, for everybody.

One application answers GET and HEAD, and keeps no state between requests but compressed copies.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, final

from krid._core import times
from krid._core.clock import Clock
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError, StatusError
from krid.web.answers import Answer, Compressed, Found, RefusedError, served
from krid.web.documents import Document
from krid.web.lists import VC_JWT_TYPE, PublishedList, PublishedLists
from krid.web.negotiate import choose

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

Log: TypeAlias = Callable[[JsonObject], None]
"""Called after each answer with what may be known of it; see `publishing_app`."""

_ALLOWED: Final = {"Allow": "GET, HEAD, OPTIONS"}
_METHODS: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_TIME: Final = re.compile(r"[0-9]{1,11}", re.ASCII)
_PAST_KEPT_FOR: Final = 86_400
_AGGREGATION_KEPT_FOR: Final = timedelta(minutes=5)


def publishing_app(
    *,
    lists: PublishedLists | None,
    documents: Mapping[str, Document],
    aggregation_path: str | None,
    clock: Clock,
    timer: Callable[[], float],
    log: Log,
) -> "Starlette":
    """Make an ASGI application that publishes lists and documents by their paths.

    A list is served as Token Status List, section 8, asks: by `Accept` in JWT or CWT form, gzipped
    where that helps, `?time=` for a past one; a list of bitstrings by `?timestamp=`.
    `aggregation_path` shows the addresses of all lists of the first kind.

    `log` is called with the method, what was asked for (its kind, never the path, the query or
    the client), the status, the bytes and the milliseconds by `timer`, which counts seconds.
    Nothing else is kept of a request.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    published = _Published(lists, documents, aggregation_path, clock, Compressed())

    def answer(request: "Request") -> "Response":
        begun = timer()
        kind, made = _answer(published, request)
        response = made.to_response(head=request.method == "HEAD")
        log(
            {
                "method": request.method,
                "kind": kind,
                "status": made.status,
                "bytes": len(response.body),
                "ms": round((timer() - begun) * 1000, 1),
            }
        )
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=list(_METHODS))])


@final
@dataclass(frozen=True, slots=True)
class _Published:
    """All that the application shows."""

    lists: PublishedLists | None
    documents: Mapping[str, Document]
    aggregation_path: str | None
    clock: Clock
    compressed: Compressed


def _answer(published: _Published, request: "Request") -> tuple[str, Answer]:
    """Say what was asked for, and answer it."""
    kind = "unknown"
    try:
        kind, find = _finder(published, request)
        _check_method(request)
        vary = "Accept, Accept-Encoding" if kind == "status list" else "Accept-Encoding"
        return kind, served(find(), request, published.compressed, vary=vary)
    except RefusedError as refused:
        return kind, refused.answer
    except KridError:
        return kind, RefusedError(503, "not available now", {"Retry-After": "30"}).answer


def _finder(published: _Published, request: "Request") -> tuple[str, Callable[[], Found]]:
    """Say what a path names, and how to find it: 404 goes before 405, and 405 before reading."""
    path, lists = _path(request), published.lists
    if path in published.documents:
        return "document", partial(_of_document, published.documents[path])
    if lists is not None and path == published.aggregation_path:
        return "aggregation", partial(_of_aggregation, lists, published.clock)
    if lists is not None and lists.covers(path):
        return "status list", partial(_of_list, lists, request, published.clock)
    raise RefusedError(404, "not found")


def _path(request: "Request") -> str:
    """Return the path as the server decoded it: a parsed URL would lose its line ends."""
    return str(request.scope["path"])


def _check_method(request: "Request") -> None:
    if request.method == "OPTIONS":
        raise RefusedError(204, "", _ALLOWED)
    if request.method not in {"GET", "HEAD"}:
        raise RefusedError(405, "only GET and HEAD", _ALLOWED)


def _of_document(document: Document) -> Found:
    seconds = int(document.keep_for.total_seconds())
    return Found(document.body, document.media_type, document.etag, seconds)


def _of_aggregation(lists: PublishedLists, clock: Clock) -> Found:
    """Show where all lists lie (Token Status List, section 9.3)."""
    written = lists.aggregation(now=clock.now())
    return _of_document(Document(written, "application/json", _AGGREGATION_KEPT_FOR))


def _of_list(lists: PublishedLists, request: "Request", clock: Clock) -> Found:
    """Choose the form and the moment (Token Status List, sections 8.1, 8.2 and 8.4).

    A list of the W3C is asked for in its own way (Bitstring Status List, section 3.2).
    """
    path, now = _path(request), clock.now()
    offered = lists.media_types(path)
    media_type = choose(request.headers.get("accept"), offered)
    if media_type is None:
        raise RefusedError(406, f"offered: {', '.join(offered)}")
    at = _timestamp(request, now) if media_type == VC_JWT_TYPE else _moment(request, now)
    found = _list_at(lists, path, media_type, at)
    if found is None:
        raise RefusedError(404, "not found" if at is None else "no list for this moment")
    age = _max_age(found, now) if at is None else _PAST_KEPT_FOR
    return Found(found.token, media_type, found.etag, age)


def _list_at(
    lists: PublishedLists, path: str, media_type: str, at: datetime | None
) -> PublishedList | None:
    """Return a list, None when there is none for the moment."""
    try:
        return lists.find(path, media_type, at=at)
    except StatusError as error:
        if error.code is Code.STATUS_UNAVAILABLE:
            return None
        raise


def _moment(request: "Request", now: datetime) -> datetime | None:
    """Read `?time=`, seconds since 1970; what lies ahead was not served yet."""
    given = request.query_params.getlist("time")
    if not given:
        return None
    if len(given) > 1 or _TIME.fullmatch(given[0]) is None:
        raise RefusedError(400, "time is one number of seconds")
    seconds = int(given[0])
    if seconds > now.timestamp():
        raise RefusedError(404, "no list for this moment")
    return datetime.fromtimestamp(seconds, UTC)


def _timestamp(request: "Request", now: datetime) -> datetime | None:
    """Read `?timestamp=`, a date-time with its zone (Bitstring Status List, section 3.2)."""
    given = request.query_params.getlist("timestamp")
    if not given:
        return None
    if len(given) > 1:
        raise RefusedError(400, "timestamp is one date-time")
    try:
        moment = times.from_rfc3339(given[0])
    except MalformedError:
        raise RefusedError(400, "timestamp is one date-time with its zone") from None
    if moment > now:
        raise RefusedError(404, "no list for this moment")
    return moment


def _max_age(found: PublishedList, now: datetime) -> int:
    """Let nobody keep a list past its time or its end (section 13.7)."""
    until = found.expires_at
    if found.ttl is not None:
        until = min(until, found.issued_at + found.ttl)
    return max(0, int((until - now).total_seconds()))
