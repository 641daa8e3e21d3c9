import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import Code, MalformedError
from krid.x509 import der


def encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


@given(st.lists(st.tuples(st.sampled_from([0x02, 0x04, 0x30, 0xA3]), st.binary(max_size=300))))
def test_elements_side_by_side(items: list[tuple[int, bytes]]) -> None:
    raw = b"".join(encode(tag, content) for tag, content in items)
    found = der.elements(raw)
    assert [(each.tag, each.content) for each in found] == items
    assert b"".join(each.raw for each in found) == raw


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("02", id="no length"),
        pytest.param("0202ff", id="content cut off"),
        pytest.param("028201", id="length cut off"),
        pytest.param("0280", id="indefinite"),
        pytest.param("02810100", id="longer than need be"),
        pytest.param("02820080" + "00" * 128, id="leading zero in the length"),
        pytest.param("1f0100", id="tag of several bytes"),
    ],
)
def test_not_der(raw: str) -> None:
    with pytest.raises(MalformedError) as error:
        der.elements(bytes.fromhex(raw))
    assert error.value.code is Code.X509_SYNTAX


def test_leaves_in_order() -> None:
    inner = encode(0x30, encode(0x02, b"\x01") + encode(0x31, encode(0x0C, b"a")))
    found = der.leaves(inner + encode(0x05, b""))
    assert [(each.tag, each.content) for each in found] == [
        (0x02, b"\x01"),
        (0x0C, b"a"),
        (0x05, b""),
    ]


@pytest.mark.parametrize("raw", ["3000", "020101"])
def test_members_of_nothing(raw: str) -> None:
    (element,) = der.elements(bytes.fromhex(raw))
    with pytest.raises(MalformedError):
        der.members(element)


def test_deep_nesting_ends() -> None:
    raw = b""
    while len(raw) < 16_000:
        raw = encode(0x30, raw)
    assert list(der.leaves(raw)) == []
