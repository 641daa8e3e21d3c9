"""Answers over HTTP as values: conditional, and compressed where it helps."""

import gzip
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid._core import limits
from krid.web.negotiate import is_known, takes_gzip

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Access-Control-Allow-Origin": "*",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Everything here is public, for pages of every origin; nothing of it is to be shown or run."""

_WORTH_COMPRESSING: Final = 512


@final
@dataclass(frozen=True, slots=True)
class Found:
    """Bytes to serve, and for how many seconds they may be kept."""

    body: bytes
    media_type: str
    etag: str
    max_age: int


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, before it is one of Starlette's."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def to_response(self, *, head: bool) -> "Response":
        """Return it as Starlette's; for HEAD without the body, but with its length."""
        from starlette.responses import Response

        headers = {**SECURITY_HEADERS, **self.headers}
        if self.status not in {204, 304}:
            headers["Content-Length"] = str(len(self.body))
        return Response(b"" if head else self.body, self.status, headers)


class RefusedError(Exception):
    """Not to be served: the answer says why."""

    def __init__(self, status: int, words: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        plain = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
        body = b"" if status == 204 else f"{words}\n".encode()
        self.answer: Final = Answer(status, {**plain, **(headers or {})}, body)


@final
class Compressed:
    """Gzipped copies by entity tag, a bounded number of them; several threads may use it."""

    def __init__(self) -> None:
        self._copies: Final[dict[str, bytes]] = {}
        self._lock: Final = threading.Lock()

    def of(self, found: Found) -> bytes:
        """Return the gzipped bytes, made once for each entity tag."""
        with self._lock:
            copy = self._copies.get(found.etag)
        if copy is not None:
            return copy
        copy = gzip.compress(found.body, 6, mtime=0)
        with self._lock:
            while len(self._copies) >= limits.MAX_WEB_COMPRESSED:
                del self._copies[next(iter(self._copies))]
            self._copies[found.etag] = copy
        return copy


def served(found: Found, request: "Request", compressed: Compressed, *, vary: str) -> Answer:
    """Serve bytes: all, gzipped, or 304 when the client holds them already."""
    body, etag = found.body, found.etag
    headers = {
        "Content-Type": found.media_type,
        "Cache-Control": f"public, max-age={found.max_age}",
        "Vary": vary,
    }
    if takes_gzip(request.headers.get("accept-encoding")) and len(body) >= _WORTH_COMPRESSING:
        smaller = compressed.of(found)
        if len(smaller) < len(body):
            # The tag of another encoding is another tag (RFC 9110, section 8.8.3.3).
            body, etag = smaller, f'{etag[:-1]}-gzip"'
            headers["Content-Encoding"] = "gzip"
    headers["ETag"] = etag
    if is_known(request.headers.get("if-none-match"), etag):
        kept = ("Cache-Control", "Vary", "ETag")
        return Answer(304, {name: headers[name] for name in kept})
    return Answer(200, headers, body)
