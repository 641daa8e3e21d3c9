import time

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multiformats import multibase, multicodec

from krid._core import limits
from krid.errors import Code, KridError, MalformedError
from krid.keys import Curve, LocalKey, multikey

KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in Curve}
MULTICODECS = {curve.multicodec for curve in Curve}
PREFIXES = st.sampled_from([*"zmMuUfFbBcCvVtThkKR79QpZ018~", "\x00", "", "\N{ROCKET}"])


@pytest.mark.parametrize("curve", Curve)
def test_reading_undoes_writing(curve: Curve) -> None:
    assert multikey.parse(multikey.encode(KEYS[curve])) == KEYS[curve]


@pytest.mark.parametrize("curve", Curve)
def test_it_is_what_multiformats_writes(curve: Curve) -> None:
    code = multicodec.get(code=curve.multicodec)
    wrapped = code.wrap(KEYS[curve].compressed)
    assert multikey.encode(KEYS[curve]) == multibase.encode(wrapped, "base58btc")


@pytest.mark.parametrize("base", ["base64url", "base64", "base16", "base16upper", "base32"])
def test_other_bases_are_read(base: str) -> None:
    text = multibase.encode(multikey.decode_multibase(multikey.encode(KEYS[Curve.P256])), base)
    assert multikey.parse(text) == KEYS[Curve.P256]


@given(st.binary(min_size=1, max_size=80))
def test_base58_is_that_of_multiformats_and_base58(raw: bytes) -> None:
    text = multibase.encode(raw, "base58btc")
    assert multikey.decode_multibase(text) == multibase.decode(text) == raw
    assert multikey.decode_base58btc(base58.b58encode(raw).decode()) == raw


@given(PREFIXES, st.text(max_size=30) | st.text(alphabet="0123456789abcdefABCDEF=-_ ", max_size=30))
def test_any_text_is_read_or_refused(prefix: str, text: str) -> None:
    try:
        multikey.parse(prefix + text)
    except KridError as error:
        assert error.code.value.startswith("key.")


@given(st.sampled_from(list(Curve)), st.data())
def test_one_changed_character_is_another_key_or_refused(curve: Curve, data: st.DataObject) -> None:
    text = multikey.encode(KEYS[curve])
    index = data.draw(st.integers(0, len(text) - 1))
    changed = text[:index] + data.draw(st.characters()) + text[index + 1 :]
    try:
        key = multikey.parse(changed)
    except KridError as error:
        assert error.code.value.startswith("key.")
    else:
        assert (key == KEYS[curve]) is (changed == text)


def code_of(raw: bytes) -> Code:
    with pytest.raises(KridError) as caught:
        multikey.from_multicodec(raw)
    return caught.value.code


@given(st.integers(0, 2**63 - 1), st.binary(max_size=5))
def test_a_varint_is_read_as_it_was_written(number: int, rest: bytes) -> None:
    assert multikey.split(multikey._varint(number) + rest) == (number, rest)


@given(st.integers(0, 2**63 - 1).filter(lambda code: code not in MULTICODECS), st.binary())
def test_a_varint_of_no_key_is_a_foreign_type(number: int, rest: bytes) -> None:
    assert code_of(multikey._varint(number) + rest) is Code.KEY_TYPE


@given(st.integers(0, 2**56 - 1), st.binary())
def test_a_varint_that_could_be_shorter_is_none(number: int, rest: bytes) -> None:
    written = bytearray(multikey._varint(number))
    written[-1] |= 0x80
    assert code_of(bytes(written) + b"\0" + rest) is Code.KEY_SYNTAX


@given(st.binary(max_size=9))
def test_a_varint_without_an_end_is_none(raw: bytes) -> None:
    assert code_of(bytes(each | 0x80 for each in raw)) is Code.KEY_SYNTAX
    assert code_of(bytes([0x80] * 9) + raw) is Code.KEY_SYNTAX


@pytest.mark.parametrize("prefix", ["z", "9", "f", "u", "k"])
def test_the_longest_text_is_read_at_once(prefix: str) -> None:
    start = time.thread_time()
    with pytest.raises(KridError):
        multikey.parse(prefix + "2" * (limits.MAX_BASE58_CHARS - 1))
    assert time.thread_time() - start < 5


def test_longer_text_is_refused_before_it_is_read() -> None:
    start = time.thread_time()
    for parse in (multikey.parse, multikey.decode_base58btc):
        with pytest.raises(MalformedError) as error:
            parse("z" + "2" * 10_000_000)
        assert error.value.code is Code.KEY_SYNTAX
    assert time.thread_time() - start < 5
