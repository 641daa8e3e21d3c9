"""The flow most often needed: fetch one thing with GET, or say why not."""

from krid._core import limits
from krid.errors import Code, TransportError
from krid.net.flow import Flow
from krid.net.message import Request, Response


def fetch(url: str, *, accept: str, max_bytes: int = limits.MAX_RESPONSE_BYTES) -> Flow[Response]:
    """Fetch an address with GET and insist on status 200.

    `accept` are the media types wanted. What type the answer has is for the caller to check.

    Raises:
        TransportError: `net.status` with the status as detail, and whatever the transport raises.
    """
    response = yield Request(url, headers={"Accept": accept}, max_bytes=max_bytes)
    if response.status != 200:
        raise TransportError(Code.NET_STATUS, str(response.status))
    if len(response.body) > max_bytes:
        raise TransportError(Code.NET_SIZE)
    return response
