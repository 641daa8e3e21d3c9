"""JSON pointers and what they select."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.ld import parse_pointer, select, write_pointer

DOCUMENT = {
    "@context": ["urn:c"],
    "id": "urn:x",
    "type": ["T"],
    "subject": {"id": "_:s", "type": "P", "names": ["a", "b", {"deep": 1, "other": 2}], "age": 3},
    "a/b~c": 4,
    "0": 5,
}


@given(st.lists(st.text() | st.integers(0, 9), max_size=5))
def test_pointers_come_back(path: list[str | int]) -> None:
    assert parse_pointer(write_pointer(path)) == tuple(map(str, path))


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        (["/subject/age"], {"subject": {"type": "P", "age": 3}}),
        (["/subject/names/1"], {"subject": {"type": "P", "names": ["b"]}}),
        (
            ["/subject/names/2/deep", "/subject/names/0"],
            {"subject": {"type": "P", "names": ["a", {"deep": 1}]}},
        ),
        (["/subject", "/subject/age"], {"subject": DOCUMENT["subject"]}),
        (["/a~1b~0c", "/0"], {"a/b~c": 4, "0": 5}),
        (["/type"], {}),
        (["/type/0", "/id"], {}),
        (["/subject/id"], {"subject": {"id": "_:s", "type": "P"}}),
    ],
)
def test_selection(pointers: list[str], expected: dict[str, object]) -> None:
    assert select(DOCUMENT, pointers) == {  # type: ignore[arg-type]  # JSON
        "@context": ["urn:c"],
        "id": "urn:x",
        "type": ["T"],
        **expected,
    }


def test_all_and_nothing() -> None:
    assert select(DOCUMENT, [""]) == DOCUMENT  # type: ignore[arg-type]  # JSON
    assert select(DOCUMENT, []) is None  # type: ignore[arg-type]  # JSON


@pytest.mark.parametrize(
    "pointer",
    [
        "subject",
        "/nothing",
        "/@context",
        "/@context/0",
        "/subject/names/3",
        "/type/1",
        "/subject/names/01",
        "/subject/names/-",
        "/subject/age/deeper",
        "/a~2b",
        "/a~",
    ],
)
def test_refused(pointer: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        select(DOCUMENT, [pointer])  # type: ignore[arg-type]  # JSON
    assert refusal.value.code is Code.LD_POINTER


def test_a_document_is_an_object() -> None:
    with pytest.raises(MalformedError) as refusal:
        select(["x"], ["/0"])  # type: ignore[arg-type]  # not an object
    assert refusal.value.code is Code.LD_POINTER


def test_number() -> None:
    with pytest.raises(MalformedError) as refusal:
        select({"a": 1}, ["/a"] * (limits.MAX_LD_POINTERS + 1))
    assert refusal.value.code is Code.LD_POINTER
