"""A revocation list that goes back behind one seen before, by whichever way it comes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from crls import DAY, NOW, Ca
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from krid._core import limits
from krid.errors import Code, KridError, TransportError
from krid.net import Request, Response
from krid.trust import Crls
from krid.x509 import Certificate, Entry, RevocationList, RevocationReason, sign_crl
from krid.x509.chain import CertificationPath

HOUR = timedelta(hours=1)
FIRST, SECOND = "https://a.example/crl", "https://b.example/crl"


@dataclass
class Scene:
    """A CA, one of its certificates, and two lists: in the newer one it is revoked."""

    ca: Ca = field(default_factory=Ca.make)

    def __post_init__(self) -> None:
        self.leaf = self.leaf_at(FIRST, SECOND)
        self.older = self.list_of(9, {})
        self.newer = self.list_of(10, {self.leaf.serial: REVOKED})

    def leaf_at(self, *uris: str) -> Certificate:
        """Make a certificate of the CA that names these addresses of its list."""
        known = self.ca.leaf().native
        builder = x509.CertificateBuilder(
            known.issuer,
            known.subject,
            known.public_key(),
            x509.random_serial_number(),
            known.not_valid_before_utc.replace(tzinfo=None),
            known.not_valid_after_utc.replace(tzinfo=None),
        )
        points = [
            x509.DistributionPoint([x509.UniformResourceIdentifier(uri)], None, None, None)
            for uri in uris
        ]
        made = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
        return Certificate.parse(made.sign(self.ca.native, SHA256()).public_bytes(Encoding.DER))

    def list_of(
        self, number: int, revoked: dict[int, Entry], until: datetime = NOW + 10 * DAY
    ) -> bytes:
        return sign_crl(
            revoked,
            ca=self.ca.certificate,
            ca_key=self.ca.key,
            number=number,
            this_update=NOW - DAY,
            next_update=until,
        ).der

    def check(self, crls: Crls, *, now: datetime, leaf: Certificate | None = None) -> Code:
        with pytest.raises(KridError) as error:
            crls.check(CertificationPath((leaf or self.leaf, self.ca.certificate)), now=now)
        return error.value.code


REVOKED = Entry(NOW - DAY, RevocationReason.KEY_COMPROMISE)


@dataclass
class Line:
    """A network that answers by a function of the address."""

    answer: Callable[[str], bytes | None]

    def send(self, request: Request) -> Response:
        body = self.answer(request.url)
        if body is None:
            raise TransportError(Code.NET_UNREACHABLE)
        return Response(200, {"Content-Type": "application/pkix-crl"}, body)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_from_another_address(scene: Scene) -> None:
    served: dict[str, bytes | None] = {FIRST: scene.newer, SECOND: scene.older}
    crls = Crls.fetched(Line(served.get), keep_for=HOUR)
    assert scene.check(crls, now=NOW) is Code.X509_REVOKED
    served[FIRST] = None
    assert scene.check(crls, now=NOW + 2 * HOUR) is Code.X509_CRL_EXPIRED


def test_while_another_thread_saw_the_newer_one(scene: Scene) -> None:
    turns = iter((True, False))

    def answer(_uri: str) -> bytes:
        if next(turns, False):  # meanwhile somebody else asks, and gets the newer list
            other = Crls.fetched(Line(lambda _: scene.newer), keep_for=HOUR)
            other._newest = crls._newest  # type: ignore[misc]  # one object, two threads
            assert scene.check(other, now=NOW) is Code.X509_REVOKED
        return scene.older

    crls = Crls.fetched(Line(answer), keep_for=HOUR)
    assert scene.check(crls, now=NOW) is Code.X509_CRL_EXPIRED
    assert scene.check(crls, now=NOW + 2 * HOUR) is Code.X509_CRL_EXPIRED


def test_behind_a_known_list_that_has_ended(scene: Scene) -> None:
    ended = scene.list_of(10, {scene.leaf.serial: REVOKED}, until=NOW - HOUR)
    known = [RevocationList.parse(ended)]
    crls = Crls.fetched(Line(lambda _: scene.older), keep_for=HOUR, known=known)
    assert scene.check(crls, now=NOW) is Code.X509_CRL_EXPIRED
    assert scene.check(crls, now=NOW + HOUR) is Code.X509_CRL_EXPIRED


def test_after_many_addresses_that_lead_nowhere(scene: Scene) -> None:
    served: dict[str, bytes | None] = {FIRST: scene.newer}
    crls = Crls.fetched(Line(served.get), keep_for=timedelta(seconds=30))
    assert scene.check(crls, now=NOW) is Code.X509_REVOKED
    served[FIRST] = scene.older
    later = NOW + timedelta(minutes=2)
    for number in range(limits.MAX_CRLS):
        stranger = scene.leaf_at(f"https://x{number}.example/crl")
        assert scene.check(crls, now=later, leaf=stranger) is Code.X509_CRL_MISSING
    assert scene.check(crls, now=later) is Code.X509_CRL_EXPIRED


def test_more_lists_than_can_be_watched(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CRL_NUMBERS", 0)
    crls = Crls.fetched(Line(lambda _: scene.older), keep_for=HOUR)
    assert scene.check(crls, now=NOW) is Code.X509_CRL_MISSING
