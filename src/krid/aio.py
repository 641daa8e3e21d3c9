"""The asynchronous driver: the same flows as everywhere in krid, with await.

A flow is protocol logic that yields requests and receives responses (`krid.net`); nothing of it
is written twice.

>>> import asyncio
>>> from krid import aio
>>> from krid.did import Resolver
>>> did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
>>> flow = Resolver.standard().resolve_flow(did)
>>> asyncio.run(aio.run(flow, aio.in_threads())).document.did.method
'key'
"""

import asyncio
from dataclasses import dataclass
from typing import final

from krid.net import AsyncTransport, HttpsTransport, Request, Response, Transport
from krid.net import run_async as run


@final
@dataclass(frozen=True, slots=True)
class ThreadTransport:
    """Sends each request by a synchronous transport in a thread of its own."""

    transport: Transport

    async def send(self, request: Request) -> Response:
        """Send a request without blocking the event loop.

        Raises:
            TransportError: whatever the transport raises.
        """
        return await asyncio.to_thread(self.transport.send, request)


def in_threads(transport: Transport | None = None) -> AsyncTransport:
    """Return an asynchronous transport over a synchronous one, krid's HTTPS by default."""
    return ThreadTransport(transport or HttpsTransport())


__all__ = ["ThreadTransport", "in_threads", "run"]
