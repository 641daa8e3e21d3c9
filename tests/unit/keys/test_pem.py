import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, KridError, MalformedError
from krid.keys import Curve, LocalKey, jwk, pem

KEYS = {curve: LocalKey.generate_on(curve) for curve in Curve}


@pytest.mark.parametrize("curve", Curve)
def test_reading_undoes_writing(curve: Curve) -> None:
    key = KEYS[curve]
    assert pem.parse_public(pem.encode_public(key.public_key)) == key.public_key
    assert pem.parse_public(pem.encode_public_der(key.public_key)) == key.public_key
    again = pem.parse_private(pem.encode_private(key))
    assert jwk.encode_private(again) == jwk.encode_private(key)


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_the_older_form_of_openssl_is_read(encoding: Encoding) -> None:
    key = KEYS[Curve.P256]
    raw = key.native.private_bytes(encoding, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    assert pem.parse_private(raw) == key


@pytest.mark.parametrize("size", [31, 33])
@pytest.mark.parametrize("curve", [Curve.ED25519, Curve.X25519])
def test_a_private_key_of_the_wrong_length_is_refused(curve: Curve, size: int) -> None:
    secret = bytes(size)
    oid = {Curve.ED25519: b"\x2b\x65\x70", Curve.X25519: b"\x2b\x65\x6e"}[curve]
    octets = bytes((4, size + 2, 4, size)) + secret
    body = b"\x02\x01\x00\x30\x05\x06\x03" + oid + octets
    with pytest.raises(MalformedError) as error:
        pem.parse_private(bytes((0x30, len(body))) + body)
    assert error.value.code is Code.KEY_SYNTAX


@given(
    st.sampled_from([b"", b"-----BEGIN PUBLIC KEY-----\n", b"-----BEGIN PRIVATE KEY-----\n"]),
    st.binary(max_size=100),
)
def test_any_bytes_are_a_key_or_refused(start: bytes, rest: bytes) -> None:
    for parse in (pem.parse_public, pem.parse_private):
        try:
            parse(start + rest)
        except KridError as error:
            assert error.code.value.startswith("key.")


@given(st.sampled_from(list(Curve)), st.data())
def test_one_changed_byte_is_a_key_or_refused(curve: Curve, data: st.DataObject) -> None:
    for raw in (pem.encode_public_der(KEYS[curve].public_key), pem.encode_private(KEYS[curve])):
        changed = bytearray(raw)
        changed[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        for parse in (pem.parse_public, pem.parse_private):
            try:
                parse(bytes(changed))
            except KridError as error:
                assert error.code.value.startswith("key.")
