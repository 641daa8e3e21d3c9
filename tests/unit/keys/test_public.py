import base64
import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK

from krid.errors import Code, KridError, MalformedError
from krid.keys import Alg, Curve, LocalKey, PublicKey, jwk, public

KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in Curve}
PRIVATE = {alg: LocalKey.generate(alg) for alg in Alg}


@pytest.mark.parametrize("curve", Curve)
def test_every_form_leads_to_the_same_key(curve: Curve) -> None:
    key = KEYS[curve]
    assert PublicKey.from_raw(curve, key.raw) == key
    assert PublicKey.from_compressed(curve, key.compressed) == key
    assert PublicKey.from_native(key.native) == key
    assert hash(PublicKey.from_raw(curve, key.raw)) == hash(key)


def test_a_key_with_leading_zeros_keeps_them() -> None:
    native = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(),
        bytes.fromhex("02" + "00" * 31 + "05"),
    )
    key = PublicKey.from_native(native)
    assert key.raw[:32] == bytes(31) + b"\x05"
    assert key.compressed == bytes.fromhex("02" + "00" * 31 + "05")
    assert PublicKey.from_raw(Curve.P256, key.raw) == key


@pytest.mark.parametrize("curve", Curve)
def test_the_thumbprint_is_that_of_jwcrypto(curve: Curve) -> None:
    members = jwk.encode_public(KEYS[curve])
    expected = JWK(**members).thumbprint()
    assert jwk.key_id(KEYS[curve]) == expected


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    key = jwk.parse_public(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    )
    assert jwk.key_id(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_thumbprint_is_the_hash_of_the_required_members_in_order() -> None:
    key = KEYS[Curve.P521]
    text = json.dumps(jwk.encode_public(key), sort_keys=True, separators=(",", ":"))
    assert key.thumbprint() == hashlib.sha256(text.encode()).digest()


@pytest.mark.parametrize("alg", Alg)
def test_a_signature_verifies(alg: Alg) -> None:
    key = PRIVATE[alg]
    signature = key.sign(b"message")
    assert len(signature) == alg.signature_size
    key.public_key.verify(b"message", signature, alg=alg)
    assert key.alg is key.public_key.alg is alg


@pytest.mark.parametrize("alg", Alg)
def test_jwcrypto_verifies_what_krid_signs(alg: Alg) -> None:
    from jwcrypto.jwa import JWA

    key = PRIVATE[alg]
    theirs = JWK(**jwk.encode_public(key.public_key))
    JWA.signing_alg(alg.jose).verify(theirs, b"message", key.sign(b"message"))


@pytest.mark.parametrize("alg", Alg)
def test_krid_verifies_what_jwcrypto_signs(alg: Alg) -> None:
    from jwcrypto.jwa import JWA

    key = PRIVATE[alg]
    theirs = JWK(**jwk.encode_private(key))
    signature = JWA.signing_alg(alg.jose).sign(theirs, b"message")
    key.public_key.verify(b"message", signature, alg=alg)


SIGNED = {alg: PRIVATE[alg].sign(b"message") for alg in Alg}


@given(st.sampled_from(list(Alg)), st.integers(0, 131), st.integers(0, 7))
def test_any_changed_bit_of_a_signature_is_refused(alg: Alg, index: int, bit: int) -> None:
    changed = bytearray(SIGNED[alg])
    changed[index % len(changed)] ^= 1 << bit
    with pytest.raises(KridError) as error:
        PRIVATE[alg].public_key.verify(b"message", bytes(changed), alg=alg)
    assert error.value.code is Code.JWS_SIGNATURE


@given(st.sampled_from(list(Alg)), st.binary(max_size=140))
def test_any_bytes_are_no_signature(alg: Alg, signature: bytes) -> None:
    with pytest.raises(KridError) as error:
        PRIVATE[alg].public_key.verify(b"message", signature, alg=alg, refusal=Code.COSE_SIGNATURE)
    assert error.value.code is Code.COSE_SIGNATURE


@given(st.sampled_from(list(Curve)), st.binary(max_size=140))
def test_any_bytes_are_a_key_or_refused(curve: Curve, raw: bytes) -> None:
    for make in (PublicKey.from_raw, PublicKey.from_compressed):
        try:
            key = make(curve, raw)
        except MalformedError as error:
            assert error.code is Code.KEY_POINT
        else:
            assert key.curve is curve


def test_a_key_that_agrees_does_not_verify() -> None:
    with pytest.raises(KridError) as error:
        public._verify(KEYS[Curve.X25519].native, b"message", bytes(64), Alg.EDDSA)
    assert error.value.code is Code.ALG_KEY


def test_the_repr_shows_no_object_of_another_library() -> None:
    assert "native" not in repr(KEYS[Curve.P256])
    assert "cryptography" not in repr(KEYS[Curve.P256])


def test_base64_of_the_coordinates_is_not_cut() -> None:
    members = jwk.encode_public(KEYS[Curve.P521])
    x = members["x"]
    assert isinstance(x, str)
    assert len(base64.urlsafe_b64decode(x + "==")) == 66
