"""A transport for plain HTTP on this machine, which krid itself does not speak."""

from dataclasses import dataclass
from http.client import HTTPConnection
from typing import final
from urllib.parse import urlsplit

from krid.errors import Code, TransportError
from krid.net import Request, Response


@final
@dataclass
class Loopback:
    """Sends to 127.0.0.1 alone, and waits so many seconds."""

    seconds: float = 10.0

    def send(self, request: Request) -> Response:
        place = urlsplit(request.url)
        assert place.hostname == "127.0.0.1"
        connection = HTTPConnection("127.0.0.1", place.port, timeout=self.seconds)
        try:
            connection.request("POST", "/", request.body, dict(request.headers))
            answer = connection.getresponse()
            return Response(answer.status, body=answer.read(request.max_bytes))
        except TimeoutError as cause:
            raise TransportError(Code.NET_TIME) from cause
        except OSError as cause:
            raise TransportError(Code.NET_UNREACHABLE) from cause
        finally:
            connection.close()
