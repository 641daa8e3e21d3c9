import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url
from krid._core.clock import SystemClock
from krid.did import Did, DidDocument, DidJwk, DidKey, Purpose, Resolver
from krid.errors import Code, ResolutionError
from krid.keys import Curve, LocalKey, PublicKey, jwk

KEYS = [LocalKey.generate_on(curve).public_key for curve in Curve]
RESOLVER = Resolver((DidKey(), DidJwk()), clock=SystemClock())
every_key = pytest.mark.parametrize("key", KEYS, ids=lambda key: key.curve.name)


def resolve(did: Did | str) -> DidDocument:
    return RESOLVER.resolve(str(did)).document


def read_again(document: DidDocument) -> DidDocument:
    """The same document as somebody would read it who got it from elsewhere."""
    return DidDocument.parse(json.dumps(document.to_json()).encode(), did=document.did)


@every_key
@pytest.mark.parametrize("create", [DidKey.create, DidJwk.create])
def test_what_is_generated_is_what_is_written(
    key: PublicKey, create: Callable[[PublicKey], Did]
) -> None:
    document = resolve(create(key))
    again = read_again(document)
    for purpose in Purpose:
        assert document.keys_for(purpose) == again.keys_for(purpose)
    assert [method.id for method in document.methods] == [method.id for method in again.methods]
    assert document.services == ()
    assert document.also_known_as == document.controllers == ()


@every_key
def test_did_key_holds_its_key(key: PublicKey) -> None:
    document = resolve(DidKey.create(key))
    fragment = "#" + document.did.identifier
    purpose = Purpose.KEY_AGREEMENT if key.curve is Curve.X25519 else Purpose.ASSERTION
    assert document.key_for(purpose, fragment) == key


@every_key
def test_did_jwk_holds_its_key(key: PublicKey) -> None:
    document = resolve(DidJwk.create(key))
    assert document.key_agreement_key("#0") == key
    assert [method.id for method in document.methods] == [f"{document.did}#0"]


@given(st.binary(min_size=32, max_size=32))
def test_the_derived_key_agrees_as_the_private_keys_do(seed: bytes) -> None:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    scalar = hashlib.sha512(seed).digest()[:32]
    expected = x25519.X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()
    document = resolve(DidKey.create(PublicKey.from_native(private.public_key())))
    (derived,) = document.keys_for(Purpose.KEY_AGREEMENT).values()
    assert (derived.curve, derived.raw) == (Curve.X25519, expected)


def test_did_key_with_a_version() -> None:
    plain = DidKey.create(KEYS[0])
    document = resolve(f"did:key:1:{plain.identifier}")
    assert str(document.did) == f"did:key:1:{plain.identifier}"
    assert document.assertion_key(f"#{plain.identifier}") == KEYS[0]


def jwk_did(**changes: object) -> str:
    members = {**jwk.encode_public(KEYS[0]), **changes}
    return "did:jwk:" + base64url.encode(json.dumps(members).encode())


def test_did_jwk_keeps_the_members_of_the_jwk() -> None:
    document = resolve(jwk_did(kid="mine", note=["x"]))
    written: Any = document.to_json()["verificationMethod"]
    assert written[0]["id"] == f"{document.did}#0"
    assert written[0]["publicKeyJwk"] == {
        **jwk.encode_public(KEYS[0]),
        "kid": "mine",
        "note": ["x"],
    }


@pytest.mark.parametrize("alg", ["ES384", "EdDSA"])
def test_did_jwk_marked_for_another_algorithm_signs_nothing(alg: str) -> None:
    document = resolve(jwk_did(alg=alg))
    with pytest.raises(ResolutionError) as error:
        document.assertion_key("#0")
    assert error.value.code is Code.DID_KEY_PURPOSE
