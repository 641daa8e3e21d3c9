"""Telling an authority what a verifier asked: the request as it came, and nothing else."""

from dataclasses import dataclass
from typing import final

from krid._core import limits, strict_json
from krid.errors import Code, KridError, MalformedError, RejectedError, TransportError, TrustError
from krid.exchange import AuthenticatedRequest
from krid.net import Flow, Request, Response
from krid.openid.oauth.http import JSON
from krid.openid.vp.wallet.read import REQUEST_TYPE


@final
@dataclass(frozen=True, slots=True)
class Reported:
    """The authority took the report; `counted` is False where it knew of the request before."""

    counted: bool


def report(request: AuthenticatedRequest, address: str) -> Flow[Reported]:
    """Hand a signed request on to an authority, which proves for itself who signed it.

    Nothing goes along: no name, no key, no reason, no card. What the request holds the verifier
    made, but for the wallet's nonce, which is random and serves this request alone. The verifier
    knows which visitor it asked so: who is to stay unknown to it should not be named to it by the
    authority. Call this only when the person has said so.

    Raises:
        TrustError: `report.unsigned` for a request that nobody signed.
        RejectedError: `report.refused` with the authority's reason, where krid knows it.
        MalformedError: `oauth.response` for an answer that is not of its form.
        TransportError: the report could not be sent; redirects are not followed.
    """
    if not request.signed:
        raise TrustError(Code.REPORT_UNSIGNED)
    response = yield Request(
        address,
        "POST",
        {"Content-Type": REQUEST_TYPE, "Accept": JSON},
        request.signed.encode("ascii"),
        limits.MAX_OAUTH_BYTES,
        max_redirects=0,
    )
    return _read(response)


def _read(response: Response) -> Reported:
    if response.media_type != JSON:
        raise TransportError(Code.NET_STATUS, str(response.status))
    try:
        members = strict_json.loads_object(response.body, max_bytes=limits.MAX_OAUTH_BYTES)
    except KridError as cause:
        raise MalformedError(Code.OAUTH_RESPONSE) from cause
    if response.status in {200, 201}:
        return Reported(response.status == 201)
    said = members.get("code")
    known = {str(each) for each in Code}
    raise RejectedError(
        Code.REPORT_REFUSED, said if isinstance(said, str) and said in known else "other"
    )
