"""Keys and raw signatures against Project Wycheproof and the RFCs."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from krid._core import base64url
from krid.errors import KridError
from krid.keys import Alg, jwk, pem

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)


def _cases(name: str) -> list[Any]:
    path = VECTORS / "wycheproof" / name
    if not path.is_file():
        return []
    groups = json.loads(path.read_bytes())["testGroups"]
    return [
        pytest.param(group, case, id=str(case["tcId"]))
        for group in groups
        for case in group["tests"]
    ]


def _check_signature(group: dict[str, Any], case: dict[str, Any], alg: Alg) -> None:
    public = pem.parse_public(group["publicKeyPem"].encode())
    assert jwk.parse_public(group.get("publicKeyJwk", jwk.encode_public(public))) == public
    assert public == pem.parse_public(bytes.fromhex(group["publicKeyDer"]))
    public.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]), alg=alg)


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("group", "case"), _cases("ecdsa_secp256r1_sha256_p1363_test.json"))
def test_es256(group: dict[str, Any], case: dict[str, Any]) -> None:
    if case["result"] == "valid":
        _check_signature(group, case, Alg.ES256)
    else:
        with pytest.raises(KridError):
            _check_signature(group, case, Alg.ES256)


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("group", "case"), _cases("ed25519_test.json"))
def test_ed25519(group: dict[str, Any], case: dict[str, Any]) -> None:
    if case["result"] == "valid":
        _check_signature(group, case, Alg.EDDSA)
    else:
        with pytest.raises(KridError):
            _check_signature(group, case, Alg.EDDSA)


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("group", "case"), _cases("ecdh_secp256r1_webcrypto_test.json"))
def test_ecdh(group: dict[str, Any], case: dict[str, Any]) -> None:
    assert group["curve"] == "P-256"
    if case["result"] == "invalid":
        with pytest.raises(KridError):
            jwk.parse_private(case["private"]).exchange(jwk.parse_public(case["public"]))
    else:
        secret = jwk.parse_private(case["private"]).exchange(jwk.parse_public(case["public"]))
        assert secret == bytes.fromhex(case["shared"])


def test_rfc_8037(vectors: Path) -> None:
    example = json.loads((vectors / "jose-jcs" / "rfc7638_rfc8037.json").read_bytes())["rfc8037_a"]
    key = jwk.parse_private(example["jwk"])
    assert jwk.key_id(key.public_key) == example["thumbprint"]
    assert base64url.encode(key.sign(example["signing_input"].encode())) == example["signature"]
