"""Any claims as a reported request, signed by the right key, so that the age of it is judged."""

from dataclasses import dataclass
from datetime import UTC, datetime

from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import IssuerHint, IssuerKey
from krid.openid import vp

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Trusting:
    key: PublicKey

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=self.key, issuer="fuzz", path="fuzz")


_TERMS = vp.Terms(trust=_Trusting(_KEY.public_key), policy=vp.STANDARD, now=_NOW)


def target(data: bytes) -> None:
    """Read a reported request; what is taken held at its moment, and goes by its own digest."""
    signed = jws.sign({"typ": vp.REQUEST_TYP, "kid": "did:example:a#b"}, data, _KEY)
    for text in (signed, data.decode("latin-1")):
        try:
            found = vp.read_reported(text, _TERMS)
        except KridError:
            continue
        held = found.asked_at <= _NOW and found.asked_at < found.request.request.expires
        if not held or found.request.signed != text or len(found.digest) != 32:
            raise AssertionError("a report of a moment at which the request did not hold")
