"""Issuer, wallet and verifier over the example format: the roles alone, without the real formats."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from own_format import SignedJson

from krid import query
from krid.errors import Code, TrustError
from krid.exchange import (
    AuthenticatedRequest,
    IssuedCredential,
    MemorySessions,
    PresentationRequest,
)
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import NO_STATUS, IssuerHint, IssuerKey, Profile
from krid.verifier import Verifier

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ISSUER = "https://issuer.example"
TYPE = "urn:example:card"
FORMAT = "example+jwt"
Claims = Mapping[str, object]
DAY = timedelta(days=1)

PROFILE = Profile(
    name="test",
    algs=frozenset({Alg.ES256}),
    formats=frozenset({FORMAT}),
    max_lifetime=timedelta(days=365),
    max_age=timedelta(minutes=5),
    skew=timedelta(minutes=1),
    status_required=False,
)


@dataclass(frozen=True)
class Keys:
    """Trust in one key, whatever the hint."""

    key: PublicKey

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.issuer != ISSUER:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(key=self.key, issuer=ISSUER, path="pinned key")


class MovableClock:
    """A clock that a test moves."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Cast:
    """An issuer and a verifier that know each other."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.issuer_key = LocalKey.generate(Alg.ES256)
        self.trust = Keys(self.issuer_key.public_key)
        self.sessions = MemorySessions()
        self.issuer = self.make_issuer()
        self.verifier = self.make_verifier()

    def make_issuer(self, **changes: object) -> Issuer:
        words: dict[str, object] = {
            "signer": self.issuer_key,
            "profile": PROFILE,
            "formats": (SignedJson(),),
            "clock": self.clock,
        }
        return Issuer(ISSUER, **(words | changes))  # type: ignore[arg-type]  # named words

    def make_verifier(self, **changes: object) -> Verifier:
        words: dict[str, object] = {
            "trust": self.trust,
            "status": NO_STATUS,
            "profile": PROFILE,
            "sessions": self.sessions,
            "formats": (SignedJson(),),
            "clock": self.clock,
        }
        return Verifier("x509_san_dns:bank.example", **(words | changes))  # type: ignore[arg-type]

    def issue(
        self, holder: PublicKey, *, lifetime: timedelta = DAY, claims: Claims | None = None
    ) -> IssuedCredential:
        return self.issuer.issue(
            FORMAT,
            type=TYPE,
            claims=claims or {"name": "Kim", "city": "Seoul"},
            holder=holder,
            lifetime=lifetime,
            status=NO_STATUS,
        )

    def ask(self, *names: str) -> PresentationRequest:
        asked = replace(query.sdjwt("card", vct=TYPE, claims=names), format=FORMAT)
        return self.verifier.request(asked, purpose="Open an account")


def authenticated(request: PresentationRequest) -> AuthenticatedRequest:
    return AuthenticatedRequest(request=request, verifier="bank.example", path="test")
