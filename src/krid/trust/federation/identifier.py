"""Entity identifiers and where their configurations lie (OpenID Federation 1.0, draft 48)."""

import re
from typing import Final
from urllib.parse import quote

from krid.errors import Code, MalformedError, TransportError
from krid.net import HttpsUrl

_WELL_KNOWN: Final = "/.well-known/openid-federation"
_AUTHORITY: Final = re.compile(r"https://[^/?#]+(/[^?#]*)?", re.ASCII)


def check_entity_id(text: str) -> str:
    """Return the identifier itself if it is one (sections 1.2 and 9).

    Identifiers are compared character by character, so nothing is set into a normal spelling. A
    path with dots or empty segments is refused, since the address made of it would be another.

    Raises:
        MalformedError: `federation.identifier` for anything but an https address with a host
            and perhaps a port and a path.

    >>> check_entity_id("https://mois.example/cards")
    'https://mois.example/cards'
    """
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise MalformedError(Code.FEDERATION_IDENTIFIER)
    segments = (match[1] or "").removesuffix("/").split("/")[1:]
    if not {"", ".", ".."}.isdisjoint(segments):
        raise MalformedError(Code.FEDERATION_IDENTIFIER, "path")
    _parse(text)
    return text


def host_of(entity_id: str) -> HttpsUrl:
    """Read an identifier as the address that it is.

    Raises:
        MalformedError: `federation.identifier`.
    """
    return _parse(entity_id)


def configuration_url(entity_id: str) -> str:
    """Form the address of an entity's configuration (section 9).

    Raises:
        MalformedError: `federation.identifier`.

    >>> configuration_url("https://mois.example/cards/")
    'https://mois.example/cards/.well-known/openid-federation'
    """
    return check_entity_id(entity_id).removesuffix("/") + _WELL_KNOWN


def subject_url(endpoint: str, entity_id: str) -> str:
    """Add the parameter `sub` to the address of a fetch endpoint (section 8.1.1).

    >>> subject_url("https://anchor.example/fetch?v=1", "https://mois.example")
    'https://anchor.example/fetch?v=1&sub=https%3A%2F%2Fmois.example'
    """
    joint = "&" if "?" in endpoint else "?"
    return f"{endpoint}{joint}sub={quote(entity_id, safe='')}"


def check_endpoint(text: str) -> str:
    """Return the address of an endpoint if it may be one: https, without a fragment (section 5.1).

    Raises:
        MalformedError: `federation.endpoint`.
    """
    if "#" in text:
        raise MalformedError(Code.FEDERATION_ENDPOINT, "fragment")
    try:
        HttpsUrl.parse(text)
    except TransportError as cause:
        raise MalformedError(Code.FEDERATION_ENDPOINT) from cause
    return text


def _parse(entity_id: str) -> HttpsUrl:
    try:
        return HttpsUrl.parse(entity_id)
    except TransportError as cause:
        raise MalformedError(Code.FEDERATION_IDENTIFIER) from cause
