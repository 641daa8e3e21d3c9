"""Any claims as a presentation request, signed by the right key, so that every rule is met."""

from dataclasses import dataclass, replace
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


_TERMS = vp.Terms(
    trust=_Trusting(_KEY.public_key),
    policy=vp.STANDARD,
    now=_NOW,
    transaction_types=(vp.TransactionType(name="a", optional={"b": str}),),
    clients=vp.ListedClients({"bank": vp.KnownClient(addresses=frozenset({"https://a.example/"}))}),
)


def target(data: bytes) -> None:
    """Read a request, signed and unsigned; nothing but KridError may come out."""
    signed = jws.sign({"typ": vp.REQUEST_TYP, "kid": "did:example:a#b"}, data, _KEY)
    certified = jws.sign({"typ": vp.REQUEST_TYP, "x5c": ["AAAA"]}, data, _KEY)
    for text in (signed, certified, data.decode("latin-1")):
        for origin in (None, "https://bank.example"):
            try:
                vp.open_request(text, replace(_TERMS, origin=origin))
            except KridError:
                continue
