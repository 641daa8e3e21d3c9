"""Any claims as a Status List Token, signed by the right key, so that every rule is met."""

from datetime import UTC, datetime, timedelta

from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey
from krid.status import StatusListToken, verify

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_SKEW = timedelta(seconds=60)


class _Issuer:
    """Trusts the one key of this target."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=_KEY.public_key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    """Verify a token and look up statuses; nothing but KridError may come out."""
    try:
        token = StatusListToken.parse(jws.sign({"typ": "statuslist+jwt"}, data, _KEY))
        verified = verify(
            token,
            uri="https://mois.example/status/1",
            issuers=_Issuer(),
            now=_NOW,
            skew=_SKEW,
        )
    except KridError:
        return
    if not verified.issued_at - _SKEW <= _NOW <= verified.valid_until + _SKEW:
        raise AssertionError("a list is believed before it was issued or after it has ended")
    for index in (0, verified.statuses.size - 1, verified.statuses.size, -1):
        try:
            verified.statuses.value_at(index)
        except KridError:
            continue
