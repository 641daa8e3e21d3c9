"""Addresses to fetch, and the addresses that DIDs of did:web stand for."""

from contextlib import suppress

from krid.did import Did
from krid.did.methods.web import document_url
from krid.errors import KridError
from krid.net import FetchPolicy, HttpsUrl


def target(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    with suppress(KridError):
        FetchPolicy().check_url(text)
        _check_again(HttpsUrl.parse(text))
    with suppress(KridError):
        _check_again(HttpsUrl.parse(document_url(Did.parse(f"did:web:{text}"))))


def _check_again(url: HttpsUrl) -> None:
    """What was taken is taken again, and is the same; a refusal here would be a fault."""
    try:
        again = HttpsUrl.parse(str(url))
    except KridError as error:
        raise AssertionError("an address was refused the second time") from error
    if again != url:
        raise AssertionError("an address changed on its way")
