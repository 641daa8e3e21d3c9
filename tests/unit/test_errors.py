"""The error tree and the table of codes."""

import inspect
import pickle
import re
from pathlib import Path

import pytest

import krid.errors
from krid.errors import Code, KridError, MalformedError, RejectedError, SignatureError

SOURCE = Path(__file__).parents[2] / "src" / "krid"
ERRORS = [
    kind
    for _, kind in inspect.getmembers(krid.errors, inspect.isclass)
    if issubclass(kind, KridError)
]


def test_all_names_are_public() -> None:
    assert {kind.__name__ for kind in ERRORS} | {"Code"} == set(krid.errors.__all__)


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_travels_between_processes(kind: type[KridError]) -> None:
    error = kind(Code.JSON_DEPTH, "at level 65")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  a value made one line above
    assert type(copy) is kind
    assert (copy.code, copy.detail) == (Code.JSON_DEPTH, "at level 65")
    assert str(copy) == str(error)


def test_the_tree_of_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = re.findall(r"^ +[│ ]*[├└]── (\w+)", krid.errors.__doc__ or "", re.MULTILINE)
    assert set(drawn) == {kind.__name__ for kind in ERRORS} - {"KridError"}
    nested = re.findall(r"│   [├└]── (\w+)", krid.errors.__doc__ or "")
    assert {kind.__name__ for kind in RejectedError.__subclasses__()} == set(nested)


def test_text_is_the_message_with_the_detail_behind_it() -> None:
    assert str(MalformedError(Code.JSON_DEPTH)) == "the JSON text is nested deeper than the limit"
    assert str(SignatureError(Code.KB_NONCE, "card")) == (
        "the presentation answers another nonce (card)"
    )


def test_a_code_prints_as_programs_see_it() -> None:
    assert str(Code.KB_NONCE) == "kb.nonce"


def test_codes_and_messages_are_unique() -> None:
    assert len({code.value for code in Code}) == len(Code)
    assert len({code.message for code in Code}) == len(Code)


@pytest.mark.parametrize("code", list(Code), ids=str)
def test_a_code_is_its_name_with_a_dot(code: Code) -> None:
    area, _, name = code.name.lower().partition("_")
    assert code.value == f"{area}.{name}"


@pytest.mark.parametrize("code", list(Code), ids=str)
def test_a_message_is_one_line_without_final_stop(code: Code) -> None:
    assert 5 <= len(code.message) <= 90
    assert "\n" not in code.message
    assert not code.message.endswith((".", "!", " "))
    assert code.message == code.message.strip()


def test_every_code_is_used_by_the_library() -> None:
    texts = [path.read_text() for path in SOURCE.rglob("*.py") if path.name != "codes.py"]
    used = set(re.findall(r"\bCode\.([A-Z][A-Z0-9_]*)", "\n".join(texts)))
    assert sorted({code.name for code in Code} - used) == []


def test_every_used_code_exists() -> None:
    texts = [path.read_text() for path in SOURCE.rglob("*.py")]
    used = set(re.findall(r"\bCode\.([A-Z][A-Z0-9_]*)", "\n".join(texts)))
    assert sorted(used - {code.name for code in Code}) == []
