"""A transport that asks a server in this process: for tests, examples and one-process set-ups."""

from typing import Protocol, final

from krid.errors import Code, TransportError
from krid.net import HttpsUrl, Request, Response
from krid.openid.oauth.http import Call, Reply


class Answering(Protocol):
    """Something that answers requests: an issuer, a verifier."""

    def answer(self, call: Call, /) -> Reply:
        """Answer a request."""
        ...


@final
class EndpointTransport:
    """Hands each request for one host to its server; every other host can't be reached.

    `host` is the name in the addresses, with the port if it is not the usual one.
    """

    def __init__(self, host: str, server: Answering) -> None:
        self._host = host
        self._server = server

    def send(self, request: Request) -> Response:
        """Ask the server.

        Raises:
            TransportError: `net.unreachable` for another host, `net.size` for an answer that is
                larger than the request allows.
        """
        url = HttpsUrl.parse(request.url)
        if url.authority != self._host:
            raise TransportError(Code.NET_UNREACHABLE, "another host")
        path, _, query = url.target.partition("?")
        headers = tuple(request.headers.items())
        reply = self._server.answer(Call(request.method, path, query, headers, request.body))
        if len(reply.body) > request.max_bytes:
            raise TransportError(Code.NET_SIZE)
        return Response(reply.status, dict(reply.headers), reply.body)
