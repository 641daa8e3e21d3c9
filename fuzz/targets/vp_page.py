"""Any JSON as what a page asks through the Digital Credentials API, and as what it gets back."""

from datetime import UTC, datetime

from krid.errors import KridError
from krid.openid import vp
from krid.openid.vp.dc_api import open_page_request
from krid.openid.vp.response import read_incoming
from krid.trust import NOBODY

_TERMS = vp.Terms(
    trust=NOBODY,
    policy=vp.STANDARD,
    now=datetime(2026, 6, 1, tzinfo=UTC),
    origin="https://bank.example",
    transaction_types=(vp.TransactionType(name="a", optional={"b": str}),),
)


def target(data: bytes) -> None:
    """Read it in each protocol and as an answer; nothing but KridError may come out."""
    try:
        members = vp.read_page_data(data)
    except KridError:
        return
    for protocol in vp.PageProtocol:
        try:
            open_page_request(protocol.value, members, _TERMS)
        except KridError:
            continue
    try:
        read_incoming(members)
    except KridError:
        return
