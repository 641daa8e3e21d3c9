"""Any bytes as the answer of a server: a whole response within its limits, or a refusal."""

from krid.errors import KridError
from krid.net.deadline import Deadline
from krid.net.http1 import exchange
from krid.net.message import Request
from krid.net.url import HttpsUrl

_MAX_BODY = 256
_URL = HttpsUrl.parse("https://issuer.example/did.json")
_REQUEST = Request(str(_URL))


class _Answers:
    """A connection on which the answer comes in pieces of eleven bytes."""

    def __init__(self, data: bytes) -> None:
        self._left = memoryview(data)

    def settimeout(self, value: float) -> None:
        pass

    def send(self, data: memoryview, /) -> int:
        return len(data)

    def recv_into(self, buffer: memoryview, /) -> int:
        piece = self._left[: min(11, len(buffer))]
        buffer[: len(piece)] = piece
        self._left = self._left[len(piece) :]
        return len(piece)


def target(data: bytes) -> None:
    deadline = Deadline.after(1, lambda: 0)
    try:
        response = exchange(_Answers(data), _URL, _REQUEST, max_bytes=_MAX_BODY, deadline=deadline)
    except KridError:
        return
    if len(response.body) > _MAX_BODY:
        raise AssertionError("a body beyond the limit was read")
    _ = response.media_type
