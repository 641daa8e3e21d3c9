"""Asking an ASGI application without a server."""

import asyncio
from collections.abc import MutableMapping
from typing import Any


def post(app: Any, path: str, body: bytes) -> tuple[int, bytes]:
    """Post bytes; return the status and the body of the answer."""
    return asyncio.run(_post(app, path, body))


async def _post(app: Any, path: str, body: bytes) -> tuple[int, bytes]:
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    chunks = [message.get("body", b"") for message in sent[1:]]
    return sent[0]["status"], b"".join(chunks)
