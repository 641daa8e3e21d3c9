"""Whether a trust mark's issuer still stands by it (section 8.4 of draft 48)."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from krid._core import limits, shape
from krid.errors import Code, MalformedError, StatusError, TransportError, TrustError
from krid.net import Flow, Request
from krid.trust.federation.chain import TrustChain
from krid.trust.federation.marks import TrustMark
from krid.trust.federation.signed import Signed, check_times
from krid.trust.federation.visit import text_of

STATUS_TYP: Final = "trust-mark-status-response+jwt"
_STATUS_TYPE: Final = f"application/{STATUS_TYP}"
_ENDPOINT: Final = "federation_trust_mark_status_endpoint"


def check_mark_status(
    mark: TrustMark, *, issuer: TrustChain, now: datetime, skew: timedelta
) -> Flow[None]:
    """Ask the issuer whether a mark is active, and take no answer but its own for it.

    The issuer learns who is asked about. The text sets an answer no end, so that an old one could
    be shown again: TLS is what stands against that.

    Raises:
        StatusError: `federation.mark_status` when the mark is not active.
        TrustError: `federation.mark_issuer` when the chain is not the mark's issuer's,
            `federation.subject` when the answer is by another entity or about another mark.
        SignatureError: `federation.key`, `federation.signature`.
        ValidityError: `federation.not_yet_valid`.
        ContentError: `federation.typ`.
        MalformedError: `federation.endpoint`, `federation.media_type`, `federation.mark_syntax`.
        TransportError: the answer could not be had; `net.status` for a mark that is not known.
    """
    if issuer.subject != mark.issuer:
        raise TrustError(Code.FEDERATION_MARK_ISSUER)
    body = urlencode({"trust_mark": mark.signed.text}).encode("ascii")
    headers = {"Accept": _STATUS_TYPE, "Content-Type": "application/x-www-form-urlencoded"}
    url = issuer.configuration.endpoint(_ENDPOINT)
    most = 2 * limits.MAX_ENTITY_STATEMENT_CHARS
    response = yield Request(url, "POST", headers, body, max_bytes=most)
    if response.status != 200:
        raise TransportError(Code.NET_STATUS, str(response.status))
    if response.media_type != _STATUS_TYPE:
        raise MalformedError(Code.FEDERATION_MEDIA_TYPE)
    signed = Signed.parse(text_of(response), typ=STATUS_TYP, most=most)
    check_times(signed.moment("iat", Code.FEDERATION_MARK_SYNTAX), None, now=now, skew=skew)
    _check_answer(signed, mark, issuer)


def _check_answer(signed: Signed, mark: TrustMark, issuer: TrustChain) -> None:
    signed.verify(issuer.keys)
    if signed.claims.get("iss") != mark.issuer:
        raise TrustError(Code.FEDERATION_SUBJECT)
    if signed.claims.get("trust_mark") != mark.signed.text:
        raise TrustError(Code.FEDERATION_SUBJECT)
    if shape.text(signed.claims.get("status"), Code.FEDERATION_MARK_SYNTAX) != "active":
        raise StatusError(Code.FEDERATION_MARK_STATUS)
