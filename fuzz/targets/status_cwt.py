"""Any CBOR as the claims of a Status List Token in CWT form, signed by the right key."""

from datetime import UTC, datetime, timedelta

from krid.cose import TYP, Placement, Tagging, prepare
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey
from krid.status import StatusListToken, verify

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_TYPE = "application/statuslist+cwt"


class _Issuer:
    """Trusts the one key of this target."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=_KEY.public_key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    """Read the bytes as a token, then as claims; nothing but KridError may come out."""
    signed = prepare({TYP: _TYPE}, {}, data, alg=_KEY.alg, placement=Placement.ATTACHED)
    for raw in (data, signed.sign_with(_KEY).encode(Tagging.TAGGED)):
        try:
            token = StatusListToken.parse(raw)
            found = verify(
                token,
                uri="https://mois.example/status/1",
                issuers=_Issuer(),
                now=_NOW,
                skew=timedelta(0),
            )
            found.statuses.value_at(found.statuses.size - 1)
        except KridError:
            continue
        if not found.issued_at <= _NOW < found.valid_until:
            raise AssertionError("a list is believed outside of its time")
