"""Asking an ASGI application without a server."""

import asyncio
from collections.abc import MutableMapping
from typing import Any


def post(app: Any, path: str, body: bytes) -> tuple[int, bytes]:
    """Post bytes; return the status and the body of the answer."""
    return asyncio.run(_post(app, path, body))


def get(app: Any, path: str, accept: str) -> tuple[int, str, bytes]:
    """Get a path; return the status, the media type and the body of the answer."""
    sent = asyncio.run(_ask(app, "GET", path, b"", (b"accept", accept.encode())))
    media_type = dict(sent[0]["headers"])[b"content-type"].decode()
    return sent[0]["status"], media_type, _body(sent)


async def _post(app: Any, path: str, body: bytes) -> tuple[int, bytes]:
    sent = await _ask(app, "POST", path, body, (b"content-type", b"application/json"))
    return sent[0]["status"], _body(sent)


def _body(sent: list[MutableMapping[str, Any]]) -> bytes:
    return b"".join(message.get("body", b"") for message in sent[1:])


async def _ask(
    app: Any, method: str, path: str, body: bytes, header: tuple[bytes, bytes]
) -> list[MutableMapping[str, Any]]:
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [header],
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent
