"""A transport that asks an issuer in this process: for tests, examples and one-process set-ups."""

from typing import final

from krid.errors import Code, TransportError
from krid.net import HttpsUrl, Request, Response
from krid.openid.oauth.http import Call
from krid.openid.vci.server.issuer import CredentialIssuer


@final
class IssuerTransport:
    """Hands each request for one host to an issuer; every other host can't be reached.

    `host` is the name in the addresses, with the port if it is not the usual one.
    """

    def __init__(self, host: str, issuer: CredentialIssuer) -> None:
        self._host = host
        self._issuer = issuer

    def send(self, request: Request) -> Response:
        """Ask the issuer.

        Raises:
            TransportError: `net.unreachable` for another host, `net.size` for an answer that is
                larger than the request allows.
        """
        url = HttpsUrl.parse(request.url)
        if url.authority != self._host:
            raise TransportError(Code.NET_UNREACHABLE, "another host")
        path, _, query = url.target.partition("?")
        headers = tuple(request.headers.items())
        reply = self._issuer.answer(Call(request.method, path, query, headers, request.body))
        if len(reply.body) > request.max_bytes:
            raise TransportError(Code.NET_SIZE)
        return Response(reply.status, dict(reply.headers), reply.body)
