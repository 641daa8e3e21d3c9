"""base58btc, compared with the `base58` package."""

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.keys import base58btc

DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@given(st.text(DIGITS, min_size=1, max_size=130))
def test_reads_what_the_package_reads(text: str) -> None:
    assert base58btc.decode(text) == base58.b58decode(text)


@given(st.binary(min_size=1, max_size=90))
def test_reading_undoes_writing(raw: bytes) -> None:
    assert base58btc.decode(base58.b58encode(raw).decode()) == raw


@pytest.mark.parametrize("length", [1, 2, 63, 64, 65, 128])
@pytest.mark.parametrize("digit", DIGITS)
def test_every_digit_at_every_place(length: int, digit: str) -> None:
    for text in (digit * length, "1" * (length - 1) + digit, digit + "1" * (length - 1)):
        assert base58btc.decode(text) == base58.b58decode(text)


@given(st.text(min_size=1, max_size=70).filter(lambda text: not set(text) <= set(DIGITS)))
def test_a_foreign_character_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        base58btc.decode(text)
    assert caught.value.code is Code.KEY_SYNTAX


@pytest.mark.parametrize("text", ["", "2" * (limits.MAX_BASE58_CHARS + 1), "2 ", "0", "O", "\n2"])
def test_no_text_or_too_much_is_refused(text: str) -> None:
    with pytest.raises(MalformedError) as caught:
        base58btc.decode(text)
    assert caught.value.code is Code.KEY_SYNTAX
