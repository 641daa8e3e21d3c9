"""One HTTP/1.1 exchange over a connection, capped in bytes and in time (RFC 9112)."""

import io
from typing import TYPE_CHECKING, Final, Protocol, final

from krid._core import limits
from krid.errors import Code, KridError, TransportError
from krid.net.deadline import Deadline
from krid.net.message import Request, Response
from krid.net.url import HttpsUrl

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from _typeshed import WriteableBuffer

_CHUNK: Final = 64 * 1024


class Connection(Protocol):
    """The part of a TLS socket that an exchange needs."""

    def settimeout(self, value: float) -> None:
        """Limit the next operation to some seconds."""
        ...

    def send(self, data: memoryview, /) -> int:
        """Send some of the bytes and return how many."""
        ...

    def recv_into(self, buffer: memoryview, /) -> int:
        """Receive some bytes and return how many; 0 at the end."""
        ...


def exchange(
    connection: Connection, url: HttpsUrl, request: Request, *, max_bytes: int, deadline: Deadline
) -> Response:
    """Send a request and read the whole answer.

    Raises:
        TransportError: `net.time`, `net.size`, or `net.answer` for what is not HTTP, comes
            compressed although nobody asked for that, or ends before it is whole.
    """
    from http.client import HTTPException

    _send(connection, _head(url, request) + request.body, deadline)
    source = _Source(connection, deadline)
    try:
        return _read(source, request, max_bytes)
    except KridError:
        raise
    # The parser of the standard library lets ValueError out on some garbage.
    except (HTTPException, ValueError) as cause:
        raise TransportError(Code.NET_ANSWER) from cause


def _head(url: HttpsUrl, request: Request) -> bytes:
    lines = [f"{request.method} {url.target} HTTP/1.1", f"Host: {url.authority}"]
    lines += ["User-Agent: krid", "Accept-Encoding: identity", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if request.body or request.method in {"PATCH", "POST", "PUT"}:
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _send(connection: Connection, message: bytes, deadline: Deadline) -> None:
    rest = memoryview(message)
    while rest:
        connection.settimeout(deadline.left())
        rest = rest[connection.send(rest[:_CHUNK]) :]


def _read(source: "_Source", request: Request, max_bytes: int) -> Response:
    from http.client import HTTPResponse

    # HTTPResponse asks its socket for a file and for nothing else.
    answer = HTTPResponse(source, method=request.method)  # type: ignore[arg-type]
    with answer:
        answer.begin()
        _check_encoding(answer)
        source.allow(max_bytes)
        body = _read_body(answer, max_bytes)
    headers: dict[str, str] = {}
    for name, value in answer.headers.items():
        lowered = name.lower()
        headers[lowered] = f"{headers[lowered]}, {value}" if lowered in headers else value
    return Response(answer.status, headers, body)


def _check_encoding(answer: "HTTPResponse") -> None:
    if answer.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise TransportError(Code.NET_ANSWER, "content encoding")


def _read_body(answer: "HTTPResponse", max_bytes: int) -> bytes:
    if answer.length is not None and answer.length > max_bytes:
        raise TransportError(Code.NET_SIZE)
    body = answer.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TransportError(Code.NET_SIZE)
    if answer.length:
        raise TransportError(Code.NET_ANSWER, "the body is shorter than announced")
    return body


@final
class _Source(io.RawIOBase):
    """The receiving side of a connection: a file that knows its limits in bytes and time."""

    def __init__(self, connection: Connection, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._allowance = limits.MAX_HEADER_BYTES

    def allow(self, size: int) -> None:
        """Let so many bytes of a body follow; the framing of chunks takes at most as many."""
        self._allowance += 2 * size

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Return the buffered file that the parser reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Tell that this file is for reading."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Receive what is there, within the limits.

        Raises:
            TransportError: `net.size` or `net.time`.
        """
        if self._allowance <= 0:
            raise TransportError(Code.NET_SIZE)
        self._connection.settimeout(self._deadline.left())
        received = self._connection.recv_into(memoryview(buffer)[: self._allowance])
        self._allowance -= received
        return received
