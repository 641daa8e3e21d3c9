"""One invented licence, its issuer and its phone, for all tests of mdoc."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from krid import mdoc
from krid._core.entropy import system_entropy
from krid.errors import Code, TrustError
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, Challenge, IssuerHint, IssuerKey

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DOCTYPE = "org.iso.18013.5.1.mDL"
NAMESPACE = "org.iso.18013.5.1"
CLAIMS: mdoc.Elements = {
    NAMESPACE: {
        "family_name": "Invented",
        "birth_date": date(1990, 2, 3),
        "portrait": b"\xff\xd8\xff\xd9",
        "driving_privileges": [{"vehicle_category_code": "B", "issue_date": date(2018, 8, 9)}],
    },
    "org.example.1": {"score": 1.5},
}


@dataclass
class FakeIssuers:
    """Trusts the certificates it is given, byte for byte, and remembers what it was asked."""

    known: dict[bytes, IssuerKey]
    asked: list[tuple[IssuerHint, datetime]] = field(default_factory=list)

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        self.asked.append((hint, now))
        if not hint.certificates or hint.certificates[0] not in self.known:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return self.known[hint.certificates[0]]


@dataclass
class World:
    """Who takes part."""

    signer: LocalKey
    device: LocalKey
    credential: mdoc.IssuerSigned
    issuers: FakeIssuers
    challenge: Challenge
    transcript: mdoc.SessionTranscript

    def respond(self, *names: str) -> mdoc.DeviceResponse:
        prepared = mdoc.prepare_response(
            self.credential,
            disclose=[(NAMESPACE, name) for name in names],
            transcript=self.transcript,
            alg=self.device.alg,
        )
        return prepared.sign_with(self.device)

    def verify(self, response: mdoc.DeviceResponse) -> tuple[mdoc.VerifiedDocument, ...]:
        return mdoc.verify(
            response,
            issuers=self.issuers,
            transcript=self.transcript,
            reader_key=mdoc.NO_READER_KEY,
            now=NOW,
            skew=timedelta(0),
        )


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def validity() -> mdoc.ValidityInfo:
    return mdoc.ValidityInfo(NOW - timedelta(days=2), NOW - timedelta(days=1), NOW + timedelta(30))


@pytest.fixture(scope="session")
def world(validity: mdoc.ValidityInfo) -> World:
    signer, device = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    credential = mdoc.prepare(
        doctype=DOCTYPE,
        claims=CLAIMS,
        holder=device.public_key,
        alg=signer.alg,
        certificates=(b"certificate",),
        validity=validity,
        status=NO_STATUS,
        entropy=system_entropy,
    ).sign_with(signer)
    key = IssuerKey(key=signer.public_key, issuer="CN=Invented", path="a fake")
    challenge = Challenge(
        audience="x509_san_dns:bank.example", nonce="n-1", response_uri="https://bank.example/r"
    )
    transcript = mdoc.SessionTranscript.of_challenge(challenge)
    return World(
        signer, device, credential, FakeIssuers({b"certificate": key}), challenge, transcript
    )
