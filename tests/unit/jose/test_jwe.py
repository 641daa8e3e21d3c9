"""JWE: what it writes and reads, against jwcrypto in both directions."""

import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK

from krid._core import base64url
from krid.errors import KridError
from krid.jose import Enc, Jwe, jwe
from krid.keys import Curve, LocalKey, jwk

KEYS = {curve: LocalKey.generate_on(curve) for curve in (Curve.P256, Curve.X25519)}
KEY = KEYS[Curve.P256]


@pytest.mark.parametrize("curve", KEYS)
@pytest.mark.parametrize("enc", Enc)
def test_round_trip(curve: Curve, enc: Enc) -> None:
    text = jwe.encrypt(
        b"secret", to=KEYS[curve].public_key, enc=enc, key_id="1", apu=b"wallet", apv=b"nonce"
    )
    parsed = Jwe.parse(text)
    assert parsed.decrypt(KEYS[curve]) == b"secret"
    assert (parsed.enc, parsed.ephemeral.curve) == (enc, curve)
    assert parsed.header["kid"] == "1"
    assert parsed.header["apu"] == base64url.encode(b"wallet")
    assert parsed.header["apv"] == base64url.encode(b"nonce")


def test_what_is_not_given_is_not_written() -> None:
    header = Jwe.parse(jwe.encrypt(b"x", to=KEY.public_key, enc=Enc.A128GCM)).header
    assert set(header) == {"alg", "enc", "epk"}


@pytest.mark.parametrize("curve", KEYS)
@pytest.mark.parametrize("enc", Enc)
def test_jwcrypto_decrypts_what_krid_encrypts(curve: Curve, enc: Enc) -> None:
    text = jwe.encrypt(b"secret", to=KEYS[curve].public_key, enc=enc, apu=b"a", apv=b"b")
    oracle = JWE()
    oracle.deserialize(text, key=JWK(**jwk.encode_private(KEYS[curve])))
    assert oracle.payload == b"secret"


@pytest.mark.parametrize("curve", KEYS)
@pytest.mark.parametrize("enc", Enc)
def test_krid_decrypts_what_jwcrypto_encrypts(curve: Curve, enc: Enc) -> None:
    oracle = JWE(b"secret", protected=json.dumps({"alg": "ECDH-ES", "enc": enc.value}))
    oracle.add_recipient(JWK(**jwk.encode_public(KEYS[curve].public_key)))
    assert jwe.decrypt(oracle.serialize(compact=True), key=KEYS[curve]) == b"secret"


def test_the_ephemeral_key_is_fresh_each_time() -> None:
    texts = [jwe.encrypt(b"x", to=KEY.public_key, enc=Enc.A128GCM) for _ in range(2)]
    assert len({Jwe.parse(text).ephemeral for text in texts}) == 2


def test_rfc_7518_appendix_c_parties_are_bound() -> None:
    text = jwe.encrypt(b"x", to=KEY.public_key, enc=Enc.A128GCM, apu=b"Alice", apv=b"Bob")
    assert Jwe.parse(text).header["apu"] == "QWxpY2U"
    assert Jwe.parse(text).header["apv"] == "Qm9i"


def test_rfc_7518_appendix_c_gives_the_key_of_the_text() -> None:
    members = {"kty": "EC", "crv": "P-256"}
    alice = members | {
        "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
    }
    bob = members | {
        "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw",
    }
    header = {"alg": "ECDH-ES", "enc": "A128GCM", "apu": "QWxpY2U", "apv": "Qm9i", "epk": alice}
    protected = base64url.encode(json.dumps(header).encode())
    derived = base64url.decode("VqqN6vgjbSBcIijNcacQGg")
    iv = bytes(12)
    sealed = AESGCM(derived).encrypt(iv, b"secret", protected.encode())
    parts = (protected, "", *map(base64url.encode, (iv, sealed[:-16], sealed[-16:])))
    assert jwe.decrypt(".".join(parts), key=jwk.parse_private(bob)) == b"secret"


def test_members_of_epk_that_say_nothing_of_the_key_are_ignored() -> None:
    # Web Crypto writes keys so; what is not understood is ignored (RFC 7517, section 4).
    given, enc = LocalKey.generate_on(Curve.P256), Enc.A128GCM
    epk = jwk.encode_public(given.public_key) | {"ext": True, "key_ops": []}
    protected = base64url.encode(
        json.dumps({"alg": "ECDH-ES", "enc": enc.value, "epk": epk}).encode()
    )
    info = b"\0\0\0\x07A128GCM" + bytes(8) + b"\0\0\0\x80"
    derived = ConcatKDFHash(SHA256(), 16, info).derive(given.exchange(KEY.public_key))
    sealed = AESGCM(derived).encrypt(bytes(12), b"secret", protected.encode())
    parts = (protected, "", *map(base64url.encode, (bytes(12), sealed[:-16], sealed[-16:])))
    assert jwe.decrypt(".".join(parts), key=KEY) == b"secret"


@given(apu=st.binary(max_size=40), apv=st.binary(max_size=40), enc=st.sampled_from(Enc))
def test_any_parties_give_the_same_key_as_in_jwcrypto(apu: bytes, apv: bytes, enc: Enc) -> None:
    text = jwe.encrypt(b"x", to=KEY.public_key, enc=enc, apu=apu, apv=apv)
    assert jwe.decrypt(text, key=KEY) == b"x"


@given(st.binary(min_size=1, max_size=100))
def test_any_plaintext_comes_back(plaintext: bytes) -> None:
    text = jwe.encrypt(plaintext, to=KEY.public_key, enc=Enc.A256GCM)
    assert jwe.decrypt(text, key=KEY) == plaintext


@given(st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    text = jwe.encrypt(b"secret", to=KEY.public_key, enc=Enc.A256GCM)
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda character: character != text[position]))
    with pytest.raises(KridError):
        jwe.decrypt(text[:position] + other + text[position + 1 :], key=KEY)


@given(st.text(max_size=100))
def test_any_text_is_a_jwe_or_refused(text: str) -> None:
    with pytest.raises(KridError):
        Jwe.parse(text)


def test_what_is_inside_may_be_named() -> None:
    key = LocalKey.generate_on(Curve.P256)
    text = jwe.encrypt(b"krid", to=key.public_key, enc=Enc.A256GCM, content_type="JWT")
    assert Jwe.parse(text).header["cty"] == "JWT"
    assert "cty" not in Jwe.parse(jwe.encrypt(b"krid", to=key.public_key, enc=Enc.A256GCM)).header
