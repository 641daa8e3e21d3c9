"""The npm peers as functions, and an invented issuer and holder of this very moment."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias, final

import pytest
from openid_town import Town
from serving import Authority

from krid import mdoc
from krid._core.entropy import system_entropy
from krid.keys import Alg, LocalKey, jwk
from krid.model import NO_STATUS
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import MDOC_SIGNER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate

HERE = Path(__file__).parent
SECONDS_EACH = 120.0
DOCTYPE = "org.iso.18013.5.1.mDL"
NAMESPACE = "org.iso.18013.5.1"

Peer: TypeAlias = Callable[..., Any]
ServingPeer: TypeAlias = Callable[..., AbstractContextManager[Iterator[Any]]]


class PeerRefusedError(Exception):
    """The peer answered that it refuses, in its own words."""


def _peer(script: str, *, authority: Authority | None = None) -> Peer:
    trusted = {} if authority is None else {"NODE_EXTRA_CA_CERTS": str(authority.certificate)}

    def ask(job: str, **words: object) -> Any:
        node = shutil.which("node")
        assert node is not None
        done = subprocess.run(  # noqa: S603  a script of this folder
            [node, script],
            cwd=HERE,
            env=os.environ | trusted,
            input=json.dumps({"do": job, **words}),
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS_EACH,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        if "refused" in answer:
            raise PeerRefusedError(answer["refused"])
        return answer["ok"]

    return ask


@contextmanager
def _served(script: str, words: dict[str, object]) -> Iterator[Iterator[Any]]:
    """Run a peer that serves until it has said all; gives what it says, thing by thing."""
    node = shutil.which("node")
    assert node is not None
    with subprocess.Popen(  # noqa: S603  a script of this folder
        [node, script],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(json.dumps(words))
        running.stdin.close()
        try:
            yield map(json.loads, running.stdout)
        finally:
            running.kill()


def _installed(package: str) -> None:
    if shutil.which("node") is None:
        pytest.skip("node is not on this machine")
    if not (HERE / "node_modules" / package).is_dir():
        pytest.skip(f"{package} is not installed: run `make interop`")


@pytest.fixture(scope="session")
def sdjwt_peer() -> Peer:
    """@sd-jwt/sd-jwt-vc: the jobs issue, present, verify and json of sdjwt.mjs."""
    _installed("@sd-jwt/sd-jwt-vc")
    return _peer("sdjwt.mjs")


@pytest.fixture(scope="session")
def mdl_peer() -> Peer:
    """@auth0/mdl: the jobs issue, present and verify of mdl.mjs."""
    _installed("@auth0/mdl")
    return _peer("mdl.mjs")


@pytest.fixture(scope="session")
def owf_peer() -> Peer:
    """@owf/mdoc: the jobs transcript, issue, present and verify of owf_mdoc.mjs."""
    _installed("@owf/mdoc")
    return _peer("owf_mdoc.mjs")


@pytest.fixture(scope="session")
def vp_peer() -> Peer:
    """@openid4vc/openid4vp: the jobs read, answer, ask and parse of openid4vp.mjs."""
    _installed("@openid4vc/openid4vp")
    return _peer("openid4vp.mjs")


@pytest.fixture(scope="session")
def dcql_peer() -> Peer:
    """dcql: the job match of dcql.mjs."""
    _installed("dcql")
    return _peer("dcql.mjs")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Vouches for the servers of this run; peers that go over the network trust it."""
    pytest.importorskip("starlette", reason="needs krid[web]")
    pytest.importorskip("uvicorn", reason="needs krid[web]")
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def vci_peer(authority: Authority) -> Peer:
    """@openid4vc/openid4vci: the job obtain of openid4vci.mjs."""
    _installed("@openid4vc/openid4vci")
    return _peer("openid4vci.mjs", authority=authority)


@pytest.fixture(scope="session")
def wallet_peer(authority: Authority) -> Peer:
    """@openid4vc/openid4vp with @sd-jwt/sd-jwt-vc and @owf/mdoc: the job present of wallet.mjs."""
    _installed("@openid4vc/openid4vp")
    _installed("@owf/mdoc")
    return _peer("wallet.mjs", authority=authority)


@pytest.fixture(scope="session")
def wary_peer() -> Peer:
    """The same wallet, which trusts no authority of this run."""
    _installed("@openid4vc/openid4vp")
    return _peer("wallet.mjs")


@pytest.fixture(scope="session")
def verifier_peer(authority: Authority) -> ServingPeer:
    """@openid4vc/openid4vp with @sd-jwt/sd-jwt-vc and @owf/mdoc: verifier.mjs, which serves."""
    _installed("@openid4vc/openid4vp")
    _installed("@owf/mdoc")
    server = str(authority.server)
    return lambda **words: _served("verifier.mjs", {"server": server, **words})


@pytest.fixture(scope="session")
def issuer_peer(authority: Authority) -> ServingPeer:
    """@openid4vc/openid4vci with @sd-jwt/sd-jwt-vc and @owf/mdoc: issuer.mjs, which serves."""
    _installed("@openid4vc/openid4vci")
    _installed("@owf/mdoc")
    server = str(authority.server)
    return lambda **words: _served("issuer.mjs", {"server": server, **words})


@pytest.fixture(scope="session")
def bbs_peer() -> Peer:
    """@digitalbazaar/bbs-2023-cryptosuite: the jobs issue, derive and verify of bbs2023.mjs."""
    _installed("@digitalbazaar/bbs-2023-cryptosuite")
    return _peer("bbs2023.mjs")


@pytest.fixture(scope="session")
def di_peer() -> Peer:
    """The suites of @digitalbazaar: the jobs issue, derive and verify of data_integrity.mjs."""
    _installed("@digitalbazaar/ecdsa-sd-2023-cryptosuite")
    return _peer("data_integrity.mjs")


@pytest.fixture(scope="session")
def refused() -> type[PeerRefusedError]:
    """What a peer's refusal is raised as."""
    return PeerRefusedError


@pytest.fixture(scope="session")
def now() -> datetime:
    """This moment: @auth0/mdl takes its clock from the machine and can't be told another."""
    return datetime.now(UTC).replace(microsecond=0)


@final
@dataclass(frozen=True)
class Office:
    """An issuing authority with its root, and a phone."""

    root: Certificate
    signer: LocalKey
    certificate: Certificate
    device: LocalKey
    now: datetime

    @property
    def validity(self) -> mdoc.ValidityInfo:
        return mdoc.ValidityInfo(self.now, self.now, self.now + timedelta(days=7))

    @property
    def issuers(self) -> CertificateTrust:
        return CertificateTrust((self.root,), revocation=NO_REVOCATION)

    def issue(self, claims: mdoc.Elements, **options: Any) -> mdoc.IssuerSigned:
        return mdoc.prepare(
            doctype=DOCTYPE,
            claims=claims,
            holder=self.device.public_key,
            alg=self.signer.alg,
            certificates=(self.certificate.der,),
            validity=self.validity,
            status=NO_STATUS,
            entropy=system_entropy,
            **options,
        ).sign_with(self.signer)

    def verify(
        self,
        response: bytes,
        transcript: mdoc.SessionTranscript,
        *,
        reader_key: mdoc.ReaderKey = mdoc.NO_READER_KEY,
    ) -> mdoc.VerifiedDocument:
        (document,) = mdoc.verify(
            mdoc.parse_device_response(response),
            issuers=self.issuers,
            transcript=transcript,
            reader_key=reader_key,
            now=self.now,
            skew=timedelta(minutes=1),
        )
        return document


@pytest.fixture(scope="session")
def make_office(now: datetime) -> Callable[[Alg, Alg], Office]:
    """Set up an authority and a phone, each with the algorithm it signs with."""

    def make(signing: Alg, device: Alg) -> Office:
        root_key, signer = LocalKey.generate(Alg.ES256), LocalKey.generate(signing)
        first, last = now - timedelta(days=1), now + timedelta(days=100)
        root = self_signed_ca(
            root_key,
            common_name="Invented root",
            country="KR",
            valid_from=first,
            valid_until=last,
            issuer_uri="https://issuer.example",
            entropy=system_entropy,
        )
        certificate = sign_certificate(
            signer.public_key,
            ca=root,
            ca_key=root_key,
            leaf=MDOC_SIGNER,
            common_name="Invented signer",
            valid_from=first,
            valid_until=last,
            entropy=system_entropy,
        )
        return Office(root, signer, certificate, LocalKey.generate(device), now)

    return make


@pytest.fixture(scope="session")
def office(make_office: Callable[[Alg, Alg], Office]) -> Office:
    """An authority and a phone that sign with P-256, as most do."""
    return make_office(Alg.ES256, Alg.ES256)


@pytest.fixture(scope="session")
def town(now: datetime, authority: Authority) -> Town:
    """An authority that issues over HTTPS, and a bank that asks over HTTPS."""
    return Town.found(now, authority)


@pytest.fixture(scope="session")
def private_jwk() -> Callable[[LocalKey], dict[str, Any]]:
    """Write a private key for a peer; all keys of these tests are made for one run."""
    return lambda key: dict(jwk.encode_private(key))
