"""krid and the cryptosuites of @digitalbazaar issue, derive and verify for each other."""

import copy
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.ld import BUNDLED, BUNDLED_PROCESSOR, PINNED
from krid.model import BEARER
from krid.proofs import Proof, ProofOptions, with_proof
from krid.trust import KeyTrust, PinnedKey
from krid.vcdi import EcdsaSd, ProofSecrets, Suites
from krid.vcdi.format import VcdiFormat
from krid.vcdi.holder import did_of, method_of

Peer: TypeAlias = Callable[..., Any]

CONTEXTS = {url: BUNDLED.load(url) for url in PINNED}
SD = "ecdsa-sd-2023"
KEYS = {
    "eddsa-rdfc-2022": LocalKey.generate(Alg.EDDSA),
    "ecdsa-rdfc-2019": LocalKey.generate(Alg.ES256),
    "ecdsa-rdfc-2019 P-384": LocalKey.generate(Alg.ES384),
    SD: LocalKey.generate(Alg.ES256),
}
MANDATORY = ["/issuer", "/validFrom", "/credentialSubject/visits/0"]
SELECTED = ["/credentialSubject/home/city", "/credentialSubject/visits/2"]
SHOWN = {"home": {"city": "Seoul"}, "visits": [{"town": "Busan"}, {"town": "Daegu"}]}


TRUST = KeyTrust(
    tuple(PinnedKey(key=key.public_key, issuer=did_of(key.public_key)) for key in KEYS.values())
)


def card(name: str) -> dict[str, Any]:
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "type": ["VerifiableCredential"],
        "issuer": did_of(KEYS[name].public_key),
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "name": "Hong Gildong",
            "home": {"city": "Seoul", "street": "Sejong-daero"},
            "visits": [{"town": "Busan"}, {"town": "Jeju"}, {"town": "Daegu"}],
            "height": 1.75,
        },
    }


def multikey_of(name: str) -> dict[str, str]:
    """The key of an issuer as the peers read it, its private half included."""
    key = KEYS[name]
    native: Any = key.native
    if isinstance(native, ed25519.Ed25519PrivateKey):
        secret = bytes.fromhex("8026") + native.private_bytes_raw()
    else:
        assert isinstance(native, ec.EllipticCurvePrivateKey)
        size = key.public_key.curve.size
        prefix = bytes.fromhex("8626" if size == 32 else "8726")
        secret = prefix + native.private_numbers().private_value.to_bytes(size, "big")
    method = method_of(key.public_key)
    return {
        "id": method,
        "controller": method.partition("#")[0],
        "publicKeyMultibase": method.partition("#")[2],
        "secretKeyMultibase": "z" + base58.b58encode(secret).decode(),
    }


def krid_issues(name: str) -> Any:
    key, document = KEYS[name], card(name)
    options = ProofOptions(
        verification_method=method_of(key.public_key),
        purpose="assertionMethod",
        created=None,
    )
    if name == SD:
        secrets = ProofSecrets(LocalKey.generate(Alg.ES256), bytes(range(32)))
        prepared = EcdsaSd(BUNDLED_PROCESSOR).prepare_base(
            document, options, mandatory=MANDATORY, secrets=secrets
        )
    else:
        suite = Suites().plain_named(name.partition(" ")[0])
        prepared = suite.prepare(document, options, alg=key.alg)
    return with_proof(document, prepared.sign_with(key))


def peer_issues(peer: Peer, name: str) -> Any:
    return peer(
        "issue",
        credential=card(name),
        key=multikey_of(name),
        name=name.partition(" ")[0],
        mandatory=MANDATORY,
        contexts=CONTEXTS,
    )


def krid_derives(secured: Any) -> Any:
    document = {name: value for name, value in secured.items() if name != "proof"}
    proof = Proof.parse(secured["proof"])
    return EcdsaSd(BUNDLED_PROCESSOR).derive(document, proof, selective=SELECTED)


def krid_verifies(secured: Any, now: datetime) -> Any:
    return VcdiFormat().verify(
        json.dumps(secured).encode(),
        issuers=TRUST,
        challenge=BEARER,
        now=now,
        skew=timedelta(minutes=1),
        max_age=timedelta(minutes=5),
    )


def peer_verifies(peer: Peer, secured: Any, name: str) -> Any:
    return peer("verify", secured=secured, name=name.partition(" ")[0], contexts=CONTEXTS)


@pytest.fixture(params=list(KEYS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_whole_cards(name: str, di_peer: Peer, refused: type[Exception], now: datetime) -> None:
    if name == SD:
        pytest.skip("shown in part alone")
    for secured in (krid_issues(name), peer_issues(di_peer, name)):
        assert krid_verifies(secured, now).claims["credentialSubject"]["height"] == 1.75
        assert peer_verifies(di_peer, secured, name)
        forged = copy.deepcopy(secured)
        forged["credentialSubject"]["height"] = 1.85
        with pytest.raises(KridError):
            krid_verifies(forged, now)
        with pytest.raises(refused):
            peer_verifies(di_peer, forged, name)


@pytest.mark.parametrize("issuer", ["krid", "peer"])
@pytest.mark.parametrize("holder", ["krid", "peer"])
def test_parts_of_cards(
    issuer: str, holder: str, di_peer: Peer, refused: type[Exception], now: datetime
) -> None:
    base = krid_issues(SD) if issuer == "krid" else peer_issues(di_peer, SD)
    if holder == "krid":
        shown = krid_derives(base)
    else:
        shown = di_peer("derive", secured=base, selective=SELECTED, contexts=CONTEXTS)
    assert shown["credentialSubject"] == SHOWN
    assert krid_verifies(shown, now).issuer == did_of(KEYS[SD].public_key)
    assert peer_verifies(di_peer, shown, SD)
    forged = copy.deepcopy(shown)
    forged["credentialSubject"]["home"]["city"] = "Busan"
    with pytest.raises(KridError):
        krid_verifies(forged, now)
    with pytest.raises(refused):
        peer_verifies(di_peer, forged, SD)
