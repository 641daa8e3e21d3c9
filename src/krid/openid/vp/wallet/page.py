"""Requests that the platform hands to a wallet: the Digital Credentials API (appendix A)."""

from collections.abc import Mapping

from krid._core.strict_json import JsonObject
from krid.exchange import AuthenticatedRequest, PresentationResponse
from krid.openid.vp.dc_api import open_page_request, page_answer
from krid.openid.vp.wallet.setup import WalletSetup


def read_page_request(
    setup: WalletSetup, *, protocol: str, data: Mapping[str, object], origin: str
) -> AuthenticatedRequest:
    """Read a request that came through the Digital Credentials API.

    `protocol` and `data` are the page's. `origin` is the page itself, as the platform vouches for
    it, never as the page says.

    Raises:
        KridError: as `krid.openid.vp.dc_api.open_page_request`.
    """
    return open_page_request(protocol, data, setup.terms(origin=origin))


def answer_page(request: AuthenticatedRequest, response: PresentationResponse) -> JsonObject:
    """Return the `data` of the answer, for the platform to hand to the page.

    Raises:
        MisuseError: `misuse.option` for a request that came another way.
    """
    return page_answer(request.request, response)
