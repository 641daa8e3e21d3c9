"""Fetching a status list: content negotiation, and the question whether it changed at all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias, final

from krid._core import limits
from krid.errors import Code, KridError, StatusError, TransportError
from krid.net import Flow, Request, Response
from krid.status.cwt_form import MEDIA_TYPE as CWT_MEDIA_TYPE

Fetch: TypeAlias = Callable[[str], str | bytes]
"""Called with the address of a list, returns the list as it is served.

Raises a `KridError`, an `OSError` or a `LookupError` when it can't be had; checks nothing.
"""

_OK: Final = 200
NOT_MODIFIED: Final = 304
_COSE_SIGN1: Final = b"\xd2"
_ETAG: Final = re.compile(r'(?:W/)?"[!#-~]{0,256}"', re.ASCII)
_HTTP_DATE: Final = re.compile(r"[A-Za-z0-9:, -]{1,40}", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said by which to ask whether a list changed (RFC 9110, section 8.8)."""

    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, etag: str, last_modified: str) -> Self:
        """Keep what may be sent back, and nothing else."""
        return cls(
            etag if _ETAG.fullmatch(etag) else "",
            last_modified if _HTTP_DATE.fullmatch(last_modified) else "",
        )

    @property
    def conditions(self) -> dict[str, str]:
        """The request headers; the stronger validator comes first."""
        if self.etag:
            return {"If-None-Match": self.etag}
        return {"If-Modified-Since": self.last_modified} if self.last_modified else {}


NO_VALIDATORS: Final = Validators()


def fetch_list(
    uri: str, media_types: Sequence[str], *, validators: Validators = NO_VALIDATORS
) -> Flow[Response]:
    """Fetch a list, or learn by `NOT_MODIFIED` that it is still the one of the validators.

    Raises:
        TransportError: `net.status`, `net.size`, and whatever the transport raises.
    """
    headers = {"Accept": ", ".join(media_types), **validators.conditions}
    response = yield Request(uri, headers=headers)
    if response.status == NOT_MODIFIED and validators.conditions:
        return response
    if response.status != _OK:
        raise TransportError(Code.NET_STATUS, str(response.status))
    if len(response.body) > limits.MAX_RESPONSE_BYTES:
        raise TransportError(Code.NET_SIZE)
    return response


def check_media_type(response: Response, media_types: Sequence[str]) -> str:
    """Return the media type, which says how to read the list (section 8.2).

    Raises:
        StatusError: `status.media_type`.
    """
    if response.media_type not in media_types:
        raise StatusError(Code.STATUS_MEDIA_TYPE)
    return response.media_type


@final
@dataclass(frozen=True, slots=True)
class Fetching:
    """A transport over a function that knows lists by their addresses, such as a dictionary's.

    >>> from krid.net import Request
    >>> lists = {"https://mois.example/status/1": b"..."}
    >>> Fetching(lists.__getitem__).send(Request("https://mois.example/status/1")).status
    200
    """

    fetch: Fetch

    def send(self, request: Request) -> Response:
        """Return what the function returns, under the media type that it looks like.

        Raises:
            TransportError: `net.unreachable`.
        """
        try:
            found = self.fetch(request.url)
        except (KridError, OSError, LookupError) as cause:
            raise TransportError(Code.NET_UNREACHABLE) from cause
        body = found.encode() if isinstance(found, str) else found
        wanted = request.headers.get("Accept", "").partition(",")[0]
        media_type = CWT_MEDIA_TYPE if body[:1] == _COSE_SIGN1 else wanted
        return Response(_OK, {"Content-Type": media_type}, body)
