"""JWS: what it writes and reads, against jwcrypto in both directions."""

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from krid._core import base64url
from krid.errors import KridError
from krid.jose import Jws, jws
from krid.keys import Alg, LocalKey, jwk

KEYS = {alg: LocalKey.generate(alg) for alg in Alg}
KEY = KEYS[Alg.ES256]


@pytest.mark.parametrize("alg", Alg)
def test_round_trip(alg: Alg) -> None:
    text = jws.sign({"typ": "JWT", "kid": "1"}, b'{"sub":"x"}', KEYS[alg])
    parsed = Jws.parse(text)
    parsed.verify(KEYS[alg].public_key)
    assert parsed.alg is alg
    assert dict(parsed.header) == {"alg": alg.jose, "typ": "JWT", "kid": "1"}
    assert parsed.payload == b'{"sub":"x"}'
    assert parsed.claims() == {"sub": "x"}
    assert parsed.signing_input == text.rpartition(".")[0].encode()


def test_alg_stands_first_in_the_header() -> None:
    header = base64url.decode(jws.sign({"typ": "JWT"}, b"", KEY).split(".")[0])
    assert header == b'{"alg":"ES256","typ":"JWT"}'


def test_prepare_sign_complete() -> None:
    prepared = jws.prepare({"typ": "JWT"}, b"{}", alg=Alg.ES256)
    text = prepared.complete(KEY.sign(prepared.to_be_signed))
    Jws.parse(text).verify(KEY.public_key)
    assert text.startswith(prepared.to_be_signed.decode() + ".")


@pytest.mark.parametrize("alg", Alg)
def test_jwcrypto_verifies_what_krid_signs(alg: Alg) -> None:
    oracle = JWS()
    oracle.allowed_algs = [alg.jose]
    oracle.deserialize(jws.sign({"typ": "JWT"}, b"payload", KEYS[alg]))
    oracle.verify(JWK(**jwk.encode_public(KEYS[alg].public_key)))
    assert oracle.payload == b"payload"


@pytest.mark.parametrize("alg", Alg)
def test_krid_verifies_what_jwcrypto_signs(alg: Alg) -> None:
    oracle = JWS(b"payload")
    oracle.allowed_algs = [alg.jose]
    protected = json.dumps({"alg": alg.jose, "typ": "JWT"})
    oracle.add_signature(JWK(**jwk.encode_private(KEYS[alg])), alg=alg.jose, protected=protected)
    parsed = Jws.parse(oracle.serialize(compact=True))
    parsed.verify(KEYS[alg].public_key)
    assert parsed.payload == b"payload"


def test_the_fully_specified_name_is_read() -> None:
    signing_input = base64url.encode(b'{"alg":"Ed25519"}') + "."
    signature = KEYS[Alg.EDDSA].sign(signing_input.encode())
    parsed = Jws.parse(f"{signing_input}.{base64url.encode(signature)}")
    parsed.verify(KEYS[Alg.EDDSA].public_key)
    assert parsed.alg is Alg.EDDSA


@pytest.mark.parametrize(
    ("typ", "expected"),
    [
        ("JWT", "JWT"),
        ("jwt", "JWT"),
        ("application/jwt", "JWT"),
        ("KB+JWT", "application/kb+jwt"),
        ("application/KB+jwt", "application/kb+jwt"),
        ("text/plain", "TEXT/plain"),
        ("application/a/b", "application/a/b"),
    ],
)
def test_media_types_compare_as_rfc_7515_says(typ: str, expected: str) -> None:
    Jws.parse(jws.sign({"typ": typ}, b"", KEY)).check_typ("other", expected)


def test_certificates_are_der_in_order() -> None:
    chain = [b64encode(der).decode() for der in (b"leaf", b"\xfb\xff")]
    assert Jws.parse(jws.sign({"x5c": chain}, b"", KEY)).certificates() == (b"leaf", b"\xfb\xff")
    assert Jws.parse(jws.sign({}, b"", KEY)).certificates() == ()


def test_the_header_is_read_only_all_the_way_down() -> None:
    header = Jws.parse(jws.sign({"a": {"b": [1]}}, b"", KEY)).header
    assert header["a"] == {"b": (1,)}
    with pytest.raises(TypeError):
        header["a"]["b"] = 2  # type: ignore[index]  # the point of the test


def test_the_text_form_shows_no_claims() -> None:
    assert "secret" not in repr(Jws.parse(jws.sign({}, b"secret", KEY)))


@given(st.binary(max_size=200), st.text(max_size=20).filter(str.isascii))
def test_any_payload_comes_back(payload: bytes, kid: str) -> None:
    parsed = Jws.parse(jws.sign({"kid": kid}, payload, KEY))
    assert (parsed.payload, parsed.header["kid"]) == (payload, kid)


@given(st.text(max_size=100))
def test_any_text_is_a_jws_or_refused(text: str) -> None:
    try:
        Jws.parse(text)
    except KridError:
        return
    assert text.count(".") == 2
