"""COSE_Sign1: made, written, read and verified."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import cbor
from krid._core.cbor import Tagged
from krid.cose import KID, X5CHAIN, Placement, Sign1, Tagging, prepare
from krid.errors import Code, KridError, SignatureError
from krid.keys import Alg, LocalKey

KEY = LocalKey.generate(Alg.ES256)
MADE = prepare({}, {KID: b"11"}, b"hello", alg=Alg.ES256, placement=Placement.ATTACHED).sign_with(
    KEY
)
RAW = MADE.encode(Tagging.TAGGED)


@pytest.mark.parametrize("alg", list(Alg))
def test_each_algorithm_signs_and_verifies(alg: Alg) -> None:
    key = LocalKey.generate(alg)
    prepared = prepare({}, {}, b"hello", alg=alg, placement=Placement.ATTACHED)
    read = Sign1.parse(prepared.sign_with(key).encode(Tagging.UNTAGGED))
    read.verify(key.public_key)
    assert read.alg is alg
    assert read.payload == b"hello"


def test_tagged_and_untagged_are_the_same_message() -> None:
    assert RAW[0] == 0xD2
    assert Sign1.parse(RAW) == Sign1.parse(RAW[1:]) == MADE
    assert MADE.encode(Tagging.UNTAGGED) == RAW[1:]


def test_a_message_inside_another_structure_is_read() -> None:
    assert Sign1.from_value(Tagged(18, MADE.to_value())) == MADE
    assert Sign1.from_value(MADE.to_value()) == MADE


def test_a_detached_payload_is_handed_in() -> None:
    prepared = prepare({}, {}, b"hello", alg=Alg.ES256, placement=Placement.DETACHED)
    made = prepared.sign_with(KEY)
    assert made.payload is None
    Sign1.parse(made.encode(Tagging.UNTAGGED)).verify(KEY.public_key, payload=b"hello")


def test_external_data_is_a_part_of_what_is_signed() -> None:
    prepared = prepare(
        {}, {}, b"", alg=Alg.ES256, placement=Placement.ATTACHED, external_aad=b"session"
    )
    made = prepared.sign_with(KEY)
    made.verify(KEY.public_key, external_aad=b"session")
    with pytest.raises(SignatureError):
        made.verify(KEY.public_key)


def test_protected_bytes_stay_as_they_came() -> None:
    protected = bytes.fromhex("a1013806")  # -7 in two bytes
    message = cbor.encode(["Signature1", protected, b"", b"hello"])
    raw = cbor.encode([protected, {}, b"hello", KEY.sign(message)])
    read = Sign1.parse(raw)
    read.verify(KEY.public_key)
    assert read.encode(Tagging.UNTAGGED) == raw


def test_the_certificates_are_those_of_the_headers() -> None:
    prepared = prepare({}, {X5CHAIN: b"der"}, b"", alg=Alg.ES256, placement=Placement.ATTACHED)
    assert prepared.sign_with(KEY).x5chain() == (b"der",)


def test_the_repr_shows_neither_payload_nor_signature() -> None:
    assert "hello" not in repr(MADE)
    assert "signature" not in repr(MADE)


@given(st.integers(0, 8 * len(RAW) - 1))
def test_any_changed_bit_is_refused(position: int) -> None:
    changed = bytearray(RAW)
    changed[position // 8] ^= 1 << position % 8
    try:
        message = Sign1.parse(bytes(changed))
        message.verify(KEY.public_key)
    except KridError:
        return
    # The unprotected header, here a kid, is signed by nobody.
    assert message.payload == b"hello"
    assert message.headers.protected == MADE.headers.protected
    assert message.headers.unprotected != MADE.headers.unprotected


@settings(max_examples=50)
@given(st.binary(max_size=64), st.binary(max_size=16))
def test_what_is_written_is_read(payload: bytes, key_id: bytes) -> None:
    prepared = prepare({KID: key_id}, {}, payload, alg=Alg.ES256, placement=Placement.ATTACHED)
    made = prepared.sign_with(KEY)
    assert Sign1.parse(made.encode(Tagging.TAGGED)) == made


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    try:
        Sign1.parse(raw).verify(KEY.public_key, refusal=Code.COSE_SIGNATURE)
    except KridError as error:
        assert isinstance(error.code, Code)
    else:
        pytest.fail("nobody signed this")
