"""Transports without a network: one that answers from a script, and one that refuses."""

from collections.abc import Mapping
from typing import NoReturn, final

from krid.errors import Code, TransportError
from krid.net.message import Request, Response


@final
class ScriptedTransport:
    """A network that consists of what a test wrote down, and remembers what was asked.

    `answers` maps an address to the response, or to the error to raise. An address that it
    does not hold can't be reached.

    >>> transport = ScriptedTransport({"https://a.example/": Response(200, body=b"hello")})
    >>> transport.send(Request("https://a.example/")).body
    b'hello'
    >>> len(transport.requests)
    1
    """

    __slots__ = ("_answers", "_requests")

    def __init__(self, answers: Mapping[str, Response | TransportError]) -> None:
        self._answers = dict(answers)
        self._requests: list[Request] = []

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked so far, in order."""
        return tuple(self._requests)

    def send(self, request: Request) -> Response:
        """Return the answer written down for the request's address.

        Raises:
            TransportError: the one written down, or `net.unreachable`.
        """
        self._requests.append(request)
        answer = self._answers.get(request.url)
        if answer is None:
            raise TransportError(Code.NET_UNREACHABLE, "not in the script")
        if isinstance(answer, TransportError):
            raise type(answer)(answer.code, answer.detail)
        return answer


@final
class NoNetwork:
    """A transport for work that must get by without a network."""

    __slots__ = ()

    def send(self, request: Request) -> NoReturn:
        """Send nothing.

        Raises:
            TransportError: `net.offline`, always.
        """
        raise TransportError(Code.NET_OFFLINE, repr(request))
