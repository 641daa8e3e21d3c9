"""Any text as the link that opens a wallet, and as the fragment that a browser brings back."""

from datetime import UTC, datetime

from krid.errors import KridError
from krid.openid import vp
from krid.openid.vp.link import RequestParameters, RequestValue, read_fragment, read_link
from krid.openid.vp.request_object import open_unsigned
from krid.openid.vp.response import read_form
from krid.trust import NOBODY

_TERMS = vp.Terms(trust=NOBODY, policy=vp.STANDARD, now=datetime(2026, 6, 1, tzinfo=UTC))


def target(data: bytes) -> None:
    """Read links and fragments; nothing but KridError may come out."""
    text = data.decode("latin-1")
    for start in ("", "openid4vp://?"):
        try:
            link = read_link(start + text)
            if isinstance(link, RequestParameters):
                open_unsigned(link.members, _TERMS)
            if isinstance(link, RequestValue):
                vp.open_request(link.text, _TERMS)
        except KridError:
            continue
    try:
        read_form(read_fragment(text))
    except KridError:
        return
