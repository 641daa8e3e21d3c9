"""Where answers may go, and which pages may ask (sections 5.9.3, 8.2 and appendix A.2)."""

import re
from typing import Final

from krid._core import limits
from krid.errors import Code, MalformedError, TransportError, TrustError
from krid.net import HttpsUrl
from krid.openid.vp.client_id import ClientId, Prefix
from krid.openid.vp.parameters import KnownClient
from krid.openid.vp.senders import Sender

_ORIGIN: Final = re.compile(r"([a-z][a-z0-9+.-]*):[!-~]{1,512}", re.ASCII)
_UNSAFE: Final = frozenset(
    {"http", "ftp", "javascript", "data", "ws", "wss", "file", "blob", "about", "vbscript"}
)


def check_address(
    address: str, client: ClientId, *, sender: Sender | None, known: KnownClient | None
) -> None:
    """Check that an answer may go to an address: that it is the sender's.

    `sender` is None for a request that is not signed. Addresses that somebody trusted names for
    the sender are compared letter by letter; a pre-registered verifier must have some, and of a
    member of a federation the metadata must be known.

    Raises:
        TrustError: `request.address`.
    """
    fits = True
    if client.prefix is Prefix.REDIRECT_URI:
        fits = address == client.name
    if client.prefix is Prefix.PRE_REGISTERED:
        fits = known is not None and known.addresses is not None
    if client.prefix is Prefix.OPENID_FEDERATION:
        fits = known is not None
    if sender is not None and sender.addresses is not None:
        fits = fits and address in sender.addresses
    if sender is not None and sender.host is not None:
        fits = fits and host_of(address) == sender.host.lower()
    if known is not None and known.addresses is not None:
        fits = fits and address in known.addresses
    if not fits:
        raise TrustError(Code.REQUEST_ADDRESS)


def host_of(address: str) -> str:
    """Return the host of an https address.

    Raises:
        MalformedError: `request.syntax`.
    """
    try:
        return HttpsUrl.parse(address).host
    except TransportError as cause:
        raise MalformedError(Code.REQUEST_SYNTAX, "address") from cause


def check_origin(origin: str) -> str:
    """Check that an origin is of a kind that may ask, and return it as it is (appendix A.2).

    Origins of apps have schemes of their own; those of pages must be https.

    Raises:
        MalformedError: `request.origin`.

    >>> check_origin("https://bank.example")
    'https://bank.example'
    """
    found = _ORIGIN.fullmatch(origin) if len(origin) <= limits.MAX_VP_TEXT_CHARS else None
    if found is None or found[1] in _UNSAFE:
        raise MalformedError(Code.REQUEST_ORIGIN)
    return origin
