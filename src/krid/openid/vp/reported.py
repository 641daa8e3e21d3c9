"""A signed request as evidence of what was asked, for whoever keeps a register of verifiers.

A wallet hands on the request object as it came (`krid.openid.vp.wallet.report`). Whoever gets it
believes nothing but the verifier's own signature, and proves it by the code that wallets use.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits, times
from krid.errors import Code, MalformedError, ValidityError
from krid.exchange import AuthenticatedRequest
from krid.jose import Jws
from krid.openid.vp.policy import STANDARD
from krid.openid.vp.request_object import Terms, open_request

WINDOW: Final = timedelta(days=limits.REPORT_DAYS)
_MOMENT: Final = timedelta(seconds=1)
_OPEN: Final = timedelta(hours=1)
"""For how long a request is believed to have been open: an older date would excuse anything."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRequest:
    """A request that its sender signed, and the moment at which that was.

    `digest` is the SHA-256 of the request object as it came. `asked_at` is when it was signed, as
    it says, but an hour before its last second at the most; that second where it does not say so.
    """

    request: AuthenticatedRequest = field(repr=False)
    digest: bytes
    asked_at: datetime


def read_reported(text: str, terms: Terms) -> ReportedRequest:
    """Prove who signed a request that somebody reports, as of the moment for which it holds.

    A request that has ended counts for seven days more, as of its last second: certificate and
    key of the verifier must have held then. `terms` are those of the wallets whose reports come,
    without a `client_id` and a `wallet_nonce`: what a wallet asked of the request is not known.

    Raises:
        ValidityError: `report.stale`, also for a request that says neither when it ends nor when
            it was signed.
        KridError: as `krid.openid.vp.open_request`.
    """
    if len(text) > limits.MAX_VP_REQUEST_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    claims = Jws.parse(text).claims()
    moment = _moment(claims, terms.now)
    return ReportedRequest(
        request=open_request(text, replace(terms, now=moment)),
        digest=hashlib.sha256(text.encode("ascii")).digest(),
        asked_at=_asked_at(claims, moment),
    )


def _moment(claims: Mapping[str, object], now: datetime) -> datetime:
    """Return the moment to judge by: now, or the last second of what has ended not long ago."""
    if "exp" in claims:
        ends = times.from_numeric_date(claims["exp"])
    elif "iat" in claims:
        ends = min(times.from_numeric_date(claims["iat"]), now) + STANDARD.lifetime
    else:
        raise ValidityError(Code.REPORT_STALE)
    if now - ends >= WINDOW:
        raise ValidityError(Code.REPORT_STALE)
    return min(now, ends - _MOMENT)


def _asked_at(claims: Mapping[str, object], moment: datetime) -> datetime:
    """Return when a request was signed: what ends while it is open does not make it wrong."""
    if "iat" not in claims:
        return moment
    signed = times.from_numeric_date(claims["iat"])
    return min(moment, max(signed, moment - _OPEN))
