import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url
from krid.errors import Code, MalformedError

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.binary(max_size=200))
def test_reading_undoes_writing(raw: bytes) -> None:
    text = base64url.encode(raw)
    assert base64url.decode(text) == raw
    assert text == base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        raw = base64url.decode(text)
    except MalformedError as error:
        assert error.code is Code.BASE64URL_SYNTAX
    else:
        assert base64url.encode(raw) == text


@given(st.text(alphabet=ALPHABET, max_size=40))
def test_a_byte_string_has_one_spelling(text: str) -> None:
    try:
        raw = base64url.decode(text)
    except MalformedError:
        leftover = len(text) % 4
        stray = {2: 0x0F, 3: 0x03}.get(leftover, 0)
        assert leftover == 1 or ALPHABET.index(text[-1]) & stray
    else:
        assert base64url.encode(raw) == text


@pytest.mark.parametrize("text", ["", "AA", "_-8"])
def test_edges_are_read(text: str) -> None:
    assert base64url.encode(base64url.decode(text)) == text
