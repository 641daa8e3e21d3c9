"""Any bytes as JWT VC issuer metadata, as its key set, and as the issuer's name.

The data is split at the first line feed: the issuer's name, and what its address answers.
"""

from contextlib import suppress

from krid.errors import KridError
from krid.net import Request, Response, run
from krid.sdjwt.issuer_metadata import fetch_issuer_keys, parse_key_set


class _Web:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def send(self, _request: Request, /) -> Response:
        return Response(200, {"Content-Type": "application/json"}, self._body)


def target(data: bytes) -> None:
    """Fetch and read; nothing but KridError may come out."""
    name, _, body = data.partition(b"\n")
    with suppress(KridError):
        parse_key_set(body)
    with suppress(KridError):
        run(fetch_issuer_keys(name.decode("latin-1")), _Web(body))
