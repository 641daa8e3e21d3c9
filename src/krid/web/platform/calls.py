"""Requests of Starlette as calls of a protocol, and replies as answers."""

from typing import TYPE_CHECKING

from krid._core import limits
from krid.openid.oauth import Call, Reply

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def read_body(request: "Request", *, max_bytes: int) -> bytes | None:
    """Read a body; None for one that is too long, of which no more is read."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > max_bytes:
        return None
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > max_bytes:
            return None
    return bytes(raw)


async def call_of(request: "Request") -> Call | None:
    """Make a call of a request as it came in: path and query not decoded, headers one by one."""
    body = await read_body(request, max_bytes=limits.MAX_WEB_BODY_BYTES)
    if body is None:
        return None
    scope = request.scope
    raw: bytes = scope.get("raw_path") or scope["path"].encode("utf-8")
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    )
    return Call(
        request.method,
        raw.partition(b"?")[0].decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        body,
    )


def response_of(reply: Reply) -> "Response":
    """Make an answer of a reply."""
    from starlette.responses import Response

    return Response(reply.body, reply.status, dict(reply.headers))
