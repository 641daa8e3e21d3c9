"""Any text as a Status List Token; one that reads is verified by a key that believes nothing."""

from datetime import UTC, datetime, timedelta

from krid.errors import Code, KridError, TrustError
from krid.model import IssuerHint, IssuerKey
from krid.status import StatusBits, StatusListIssuer, StatusListToken, verify

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Nobody:
    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER, f"{hint.format} at {now}")


def target(data: bytes) -> None:
    _token(data.decode("latin-1"))
    try:
        StatusListIssuer.from_bytes(data)
    except KridError:
        return


def _token(text: str) -> None:
    try:
        token = StatusListToken.parse(text)
        StatusBits.inflate(token.claims.bits, token.claims.compressed)
        verify(token, uri=token.claims.uri, issuers=Nobody(), now=NOW, skew=timedelta(0))
    except KridError:
        return
