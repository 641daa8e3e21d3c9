"""RFC 7638, RFC 8037 and Wycheproof, as far as they concern krid's algorithms."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from krid._core import base64url
from krid.errors import Code, KridError, UnsupportedError
from krid.jose import Jwe, Jws, jws
from krid.keys import Alg, LocalKey, PublicKey, jwk

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)


def load(name: str) -> dict[str, Any]:
    path = VECTORS / name
    document: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return document


def groups(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = load(f"wycheproof/{name}.json").get("testGroups", [])
    return found


def cases(name: str) -> list[Any]:
    return [
        pytest.param(group, case, id=f"{group['comment']}-{case['tcId']}")
        for group in groups(name)
        for case in group["tests"]
    ]


def test_rfc_8037_appendix_a(vectors: Path) -> None:
    vector = load("jose-jcs/rfc7638_rfc8037.json")["rfc8037_a"]
    key = jwk.parse_private(vector["jwk"])
    assert jwk.key_id(key.public_key) == vector["thumbprint"]
    prepared = jws.prepare({}, b"Example of Ed25519 signing", alg=Alg.EDDSA)
    assert prepared.to_be_signed.decode() == vector["signing_input"]
    assert prepared.sign_with(key) == vector["jws"]
    parsed = Jws.parse(vector["jws"])
    parsed.verify(key.public_key)
    assert base64url.encode(parsed.signature) == vector["signature"]


def test_rfc_7638_uses_rsa_which_krid_does_not_implement(vectors: Path) -> None:
    vector = load("jose-jcs/rfc7638_rfc8037.json")["rfc7638"]
    with pytest.raises(UnsupportedError) as error:
        jwk.parse_public(vector["jwk"])
    assert error.value.code is Code.KEY_TYPE


@pytest.mark.parametrize(("group", "case"), cases("json_web_crypto_test"))
def test_json_web_crypto(group: dict[str, Any], case: dict[str, Any]) -> None:
    """Keys other than EC, and JWE with key wrapping, are valid here and refused by krid."""
    if case["result"] == "valid" and group["comment"] == "jws_ec":
        Jws.parse(case["jws"]).verify(jwk.parse_public(group["public"]))
        return
    with pytest.raises(KridError) as error:
        open_message(group, case)
    if case["result"] == "valid":
        assert error.value.code in {Code.ALG_UNKNOWN, Code.JWE_ALG}


def open_message(group: dict[str, Any], case: dict[str, Any]) -> None:
    """Parse first, so that a valid message of another algorithm is refused for that."""
    if "jwe" in case:
        message = Jwe.parse(as_text(case["jwe"]))
        message.decrypt(jwk.parse_private(group["private"]))
        return
    parsed = Jws.parse(as_text(case["jws"]))
    parsed.verify(jwk.parse_public(group.get("public", group["private"])))


def as_text(message: object) -> str:
    """Messages in the JSON serialisation stand in the file as objects."""
    return message if isinstance(message, str) else json.dumps(message)


@pytest.mark.parametrize(
    ("name", "alg", "ran"),
    [("ecdsa_secp256r1_sha256_p1363_test", Alg.ES256, 262), ("ed25519_test", Alg.EDDSA, 151)],
)
def test_signatures(vectors: Path, name: str, alg: Alg, ran: int) -> None:
    wrong, count = [], 0
    for group in groups(name):
        key = public_key(group)
        for case in group["tests"]:
            count += 1
            if accepts(key, alg, case) != (case["result"] == "valid"):
                wrong.append((case["tcId"], case["comment"]))
    assert (wrong, count) == ([], ran)


def public_key(group: dict[str, Any]) -> PublicKey:
    if "publicKeyJwk" in group:
        return jwk.parse_public(group["publicKeyJwk"])
    from krid.keys import pem

    return pem.parse_public(group["publicKeyPem"].encode())


def accepts(key: PublicKey, alg: Alg, case: dict[str, Any]) -> bool:
    try:
        key.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]), alg=alg)
    except KridError:
        return False
    return True


def test_ecdh_over_jwk(vectors: Path) -> None:
    wrong, count = [], 0
    for group in groups("ecdh_secp256r1_webcrypto_test"):
        for case in group["tests"]:
            count += 1
            if agreed(case) != (case["shared"] if case["result"] == "valid" else None):
                wrong.append((case["tcId"], case["comment"]))
    assert (wrong, count) == ([], 353)


def agreed(case: dict[str, Any]) -> str | None:
    try:
        ours: LocalKey = jwk.parse_private(case["private"])
        return ours.exchange(jwk.parse_public(case["public"])).hex()
    except KridError:
        return None
