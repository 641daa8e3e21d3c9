"""Where metadata stands: between the host of an identifier and its path (RFC 8414, section 3)."""

import re
from typing import Final

from krid.errors import Code, MalformedError, TransportError
from krid.net import HttpsUrl

_IDENTIFIER: Final = re.compile(r"(https://[^/?#]+)((?:/[^/?#]+)*)/?", re.ASCII)


def well_known_url(identifier: str, name: str, *, refusal: Code) -> str:
    """Form the address of the metadata of a server or an issuer.

    The identifier is an https address without query and fragment (RFC 8414, section 2; OpenID4VCI
    1.0, section 12.2.1). Dots and empty segments in its path are refused, for they would lead
    elsewhere.

    Raises:
        MalformedError: `refusal`.

    >>> well_known_url("https://a.example/b", "oauth-authorization-server", refusal=Code.OAUTH_ISS)
    'https://a.example/.well-known/oauth-authorization-server/b'
    """
    match = _IDENTIFIER.fullmatch(identifier)
    if match is None or not {".", ".."}.isdisjoint(match[2].split("/")):
        raise MalformedError(refusal, "identifier")
    url = f"{match[1]}/.well-known/{name}{match[2]}"
    try:
        HttpsUrl.parse(url)
    except TransportError as cause:
        raise MalformedError(refusal, "identifier") from cause
    return url


def path_of(url: str) -> str:
    """Return the path of an address that is known to be one.

    >>> path_of("https://a.example/b/token?x=1")
    '/b/token'
    """
    return HttpsUrl.parse(url).target.partition("?")[0]
