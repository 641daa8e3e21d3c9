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


@given(st.integers(0, 70).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size))))
def test_writing_in_one_go_is_writing_each(raws: list[bytes]) -> None:
    assert base64url.encode_each(raws) == [base64url.encode(raw) for raw in raws]


@given(
    st.lists(st.binary(max_size=40).map(base64url.encode) | st.text(ALPHABET + "~=+", max_size=5))
)
def test_reading_in_one_go_is_reading_each(texts: list[str]) -> None:
    try:
        expected: object = [base64url.decode(text) for text in texts]
    except MalformedError as error:
        expected = error.code
    try:
        found: object = base64url.decode_each(texts)
    except MalformedError as error:
        found = error.code
    assert found == expected


@pytest.mark.parametrize("texts", [["AA~AA"], ["AB"], ["A"], ["AA", "+A"], ["\u00fc"]])
def test_one_bad_text_among_many_is_refused(texts: list[str]) -> None:
    with pytest.raises(MalformedError) as error:
        base64url.decode_each(["AA", *texts])
    assert error.value.code is Code.BASE64URL_SYNTAX
