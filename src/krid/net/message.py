"""What goes out and what comes back, as frozen values that keep their secrets in `repr`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MisuseError

Headers = Mapping[str, str]

_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_HEADER_VALUE: Final = re.compile(r"[!-~]([ \t!-~]*[!-~])?|", re.ASCII)
_NOT_FOR_CALLERS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


@final
@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """A request to send; making one sends nothing and checks no address.

    `max_bytes` is the largest body of an answer that the caller will read; the transport's
    own limit holds as well, and so it is with `max_redirects`. Headers that steer the connection
    itself are refused.

    Raises:
        MisuseError: `net.request` for a method, header name or value that may not be sent.

    >>> Request("https://verifier.example/response?state=secret", "POST", body=b"response=...")
    Request(POST https://verifier.example, 12 bytes)
    """

    url: str
    method: str = "GET"
    headers: Headers = field(default_factory=dict)
    body: bytes = b""
    max_bytes: int = limits.MAX_RESPONSE_BYTES
    max_redirects: int = limits.MAX_REDIRECTS

    def __post_init__(self) -> None:
        if self.method not in _METHODS:
            raise MisuseError(Code.NET_REQUEST, "method")
        for name, value in self.headers.items():
            _check_header(name, value)
        object.__setattr__(self, "headers", MappingProxyType(dict(self.headers)))

    def __repr__(self) -> str:
        return f"Request({self.method} {_origin(self.url)}, {len(self.body)} bytes)"


@final
@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """An answer: header names are in lower case, repeated fields joined by a comma and a space.

    A status that says failure is a response like any other; whoever asked judges it.

    >>> Response(200, {"Content-Type": "application/json"}, b"{}").header("content-TYPE")
    'application/json'
    """

    status: int
    headers: Headers = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self) -> None:
        lowered = {name.lower(): value for name, value in self.headers.items()}
        object.__setattr__(self, "headers", MappingProxyType(lowered))

    def header(self, name: str) -> str:
        """Return a header's value, or no text where it is absent; case does not matter."""
        return self.headers.get(name.lower(), "")

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


def _check_header(name: str, value: str) -> None:
    if _HEADER_NAME.fullmatch(name) is None or name.lower() in _NOT_FOR_CALLERS:
        raise MisuseError(Code.NET_REQUEST, "header name")
    if _HEADER_VALUE.fullmatch(value) is None:
        raise MisuseError(Code.NET_REQUEST, "header value")


def _origin(url: str) -> str:
    """Return scheme and host: the rest of an address may hold a secret."""
    scheme, _, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return f"{scheme}://{authority.rpartition('@')[2]}"
