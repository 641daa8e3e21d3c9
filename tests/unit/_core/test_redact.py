import copy
import pickle
from dataclasses import dataclass

import pytest

from krid._core.redact import Secret, same
from krid.errors import Code, MisuseError


class Token(Secret):
    """A secret of some kind."""


@dataclass
class Holder:
    token: Token


@pytest.mark.parametrize("write", [str, repr, ascii, "{}".format, "{!r:>20}".format])
def test_no_text_form_shows_the_value(write: object) -> None:
    assert callable(write)
    for value in (Token(b"sesame"), [Token(b"sesame")], Holder(Token(b"sesame"))):
        text = str(write(value))
        assert "sesame" not in text
        assert "Token(***)" in text


def test_it_has_no_place_for_other_attributes() -> None:
    assert not hasattr(Secret(b"sesame"), "__dict__")


@pytest.mark.parametrize(
    "use", [hash, pickle.dumps, copy.copy, copy.deepcopy, lambda value: {value}]
)
def test_it_is_neither_hashed_nor_copied_nor_pickled(use: object) -> None:
    assert callable(use)
    with pytest.raises(MisuseError) as error:
        use(Token(b"sesame"))
    assert error.value.code is Code.MISUSE_SECRET
    assert "sesame" not in str(error.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_pickle_protocol_takes_it(protocol: int) -> None:
    with pytest.raises(MisuseError):
        pickle.dumps(Holder(Token(b"sesame")), protocol)


def test_equality_is_that_of_the_bytes() -> None:
    assert Token(b"sesame") == Token(b"sesame")
    assert Token(b"sesame") != Token(b"Sesame")
    assert Token(b"sesame") != b"sesame"


def test_the_value_is_a_copy() -> None:
    source = bytearray(b"sesame")
    secret = Token(bytes(source))
    source[0] = 0
    assert secret.reveal() == b"sesame"


def test_same_compares_bytes() -> None:
    assert same(b"a", b"a")
    assert not same(b"a", b"b")
    assert not same(b"a", b"aa")
