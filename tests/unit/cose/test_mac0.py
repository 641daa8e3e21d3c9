"""COSE_Mac0: made, written, read and verified."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core.cbor import Tagged
from krid.cose import Mac0, MacAlg, MacKey, Placement, Tagging
from krid.cose.mac0 import create
from krid.errors import Code, KridError, MisuseError, SignatureError

KEY = MacKey(bytes(range(32)))
MADE = create({}, {}, b"hello", key=KEY, alg=MacAlg.HMAC_256, placement=Placement.ATTACHED)
RAW = MADE.encode(Tagging.TAGGED)


@pytest.mark.parametrize("alg", list(MacAlg))
def test_each_algorithm_makes_a_tag_of_its_size(alg: MacAlg) -> None:
    made = create({}, {}, b"hello", key=KEY, alg=alg, placement=Placement.ATTACHED)
    read = Mac0.parse(made.encode(Tagging.UNTAGGED))
    read.verify(KEY)
    assert len(read.tag) == alg.size
    assert read.alg is alg


def test_tagged_and_untagged_are_the_same_message() -> None:
    assert RAW[0] == 0xD1
    assert Mac0.parse(RAW) == Mac0.parse(RAW[1:]) == MADE
    assert Mac0.from_value(Tagged(17, MADE.to_value())) == MADE


def test_a_detached_payload_is_handed_in() -> None:
    made = create({}, {}, b"hello", key=KEY, alg=MacAlg.HMAC_512, placement=Placement.DETACHED)
    Mac0.parse(made.encode(Tagging.UNTAGGED)).verify(KEY, payload=b"hello")


def test_external_data_is_a_part_of_what_is_maced() -> None:
    made = create(
        {}, {}, b"", key=KEY, alg=MacAlg.HMAC_256, placement=Placement.ATTACHED, external_aad=b"s"
    )
    made.verify(KEY, external_aad=b"s")
    with pytest.raises(SignatureError) as error:
        made.verify(KEY)
    assert error.value.code is Code.COSE_MAC


def test_an_empty_key_is_a_misuse() -> None:
    with pytest.raises(MisuseError) as error:
        MADE.verify(MacKey(b""))
    assert error.value.code is Code.KEY_SYNTAX


def test_a_key_can_not_be_printed() -> None:
    assert repr(KEY) == "MacKey(***)"


@given(st.integers(0, 8 * len(RAW) - 1))
def test_any_changed_bit_is_refused(position: int) -> None:
    changed = bytearray(RAW)
    changed[position // 8] ^= 1 << position % 8
    with pytest.raises(KridError):
        Mac0.parse(bytes(changed)).verify(KEY)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    with pytest.raises(KridError):
        Mac0.parse(raw).verify(KEY)
