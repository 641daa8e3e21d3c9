import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor, cbor_read, limits
from krid._core.cbor import DateTime, Embedded, FullDate
from krid._core.cbor_read import UnsureError, read_each
from krid.errors import MalformedError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
INTEGERS = st.integers(-(2**64), 2**64 - 1)
LEAVES = (
    st.none()
    | st.booleans()
    | INTEGERS
    | TEXT
    | st.binary(max_size=300)
    | st.builds(DateTime, TEXT)
    | st.builds(FullDate, TEXT)
    | st.builds(Embedded.wrap, st.binary(max_size=300))
)
KEYS = INTEGERS | TEXT | st.binary(max_size=30)
COMMON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
TEXTS = {0: DateTime, 1004: FullDate}


def read(raw: bytes, depth: int = limits.MAX_CBOR_DEPTH, most: int = 10_000) -> object:
    return read_each([raw], depth, most, Embedded, TEXTS)[0]


@given(COMMON)
def test_it_reads_what_krid_writes(value: object) -> None:
    assert read(cbor.encode(value)) == value


@given(st.binary(max_size=64))
def test_what_it_reads_the_other_reader_reads_alike(raw: bytes) -> None:
    try:
        value = read(raw)
    except ValueError:
        return
    assert repr(cbor.decode(raw)) == repr(value)


@given(COMMON, st.data())
def test_with_a_byte_changed_it_reads_what_the_other_reads_or_nothing(
    value: object, data: st.DataObject
) -> None:
    raw = bytearray(cbor.encode(value))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = read(bytes(raw))
    except ValueError:
        return
    assert repr(cbor.decode(bytes(raw))) == repr(found)


@given(st.lists(COMMON, max_size=4))
def test_it_reads_each_of_several(values: list[object]) -> None:
    raws = [cbor.encode(value) for value in values]
    assert read_each(raws, limits.MAX_CBOR_DEPTH, 10_000, Embedded, TEXTS) == values


def test_an_embedded_item_keeps_the_bytes_it_came_in() -> None:
    raw = bytes.fromhex("82d81841f600")
    assert read(raw) == [Embedded(bytes.fromhex("d81841f6"), b"\xf6"), 0]


UNSURE = {
    "nothing": "",
    "bytes after the item": "0000",
    "an integer longer than need be": "1817",
    "two bytes where one is enough": "1900ff",
    "four bytes where two are enough": "1a0000ffff",
    "eight bytes where four are enough": "1b00000000ffffffff",
    "a reserved length": "1c",
    "an indefinite length": "9fff",
    "a length cut off": "19ff",
    "text cut off": "6261",
    "bytes cut off": "4261",
    "a very long byte string": "5bffffffffffffffff00",
    "an array cut off": "8101"[:2],
    "an array of more members than bytes": "9bffffffffffffffff",
    "a map of more members than bytes": "bbffffffffffffffff",
    "a key twice": "a201000100",
    "a key that is an array": "a18000",
    "a key that is true": "a1f500",
    "a key that is a number with a fraction": "a1f93c0000",
    "a number with a fraction": "f93c00",
    "undefined": "f7",
    "a simple value": "e0",
    "a tag of two bytes that is not known": "d81900",
    "a tag 24 before text": "d8186161",
    "a tag 0 before bytes": "c04161",
    "a tag 24 spelt longer": "d900184161",
    "text that is not UTF-8": "61ff",
    "a key that is not UTF-8": "a161ff00",
    "a tagged text that is not UTF-8": "c061ff",
}


@pytest.mark.parametrize("spelt", UNSURE.values(), ids=UNSURE.keys())
def test_it_leaves_the_rest_to_the_other_reader(spelt: str) -> None:
    with pytest.raises((UnsureError, UnicodeDecodeError)):
        read(bytes.fromhex(spelt))


def test_members_stand_no_deeper_than_asked_for() -> None:
    assert read(bytes.fromhex("818100"), depth=2) == [[0]]
    assert read(bytes.fromhex("a100a10000"), depth=2) == {0: {0: 0}}
    for spelt in ("81818100", "a100a100a10000"):
        with pytest.raises(UnsureError):
            read(bytes.fromhex(spelt), depth=2)


def test_items_are_counted_those_inside_too() -> None:
    raw = bytes.fromhex("82a1000101")  # an array, a map with a key and a value, a number
    assert read(raw, most=5) == [{0: 1}, 1]
    with pytest.raises(UnsureError):
        read(raw, most=4)


@given(COMMON, st.integers(0, 3))
def test_both_readers_agree_on_depth(value: object, around: int) -> None:
    levels = limits.MAX_CBOR_DEPTH - 2 + around
    raw = b"\x81" * levels + cbor.encode(value)
    try:
        found = read(raw)
    except UnsureError:
        return
    assert cbor.decode(raw) == found


def test_the_compiled_reader_goes_first_and_the_other_decides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cbor, "_decode_quickly", None)
    monkeypatch.setattr(cbor_read, "COMPILED", 1)
    assert cbor.decode(bytes.fromhex("82d81841f600")) == [Embedded.wrap(b"\xf6"), 0]
    assert cbor.decode_each([b"\x01", b"\x61a"]) == [1, "a"]
    assert cbor.decode(cbor2.dumps(1.5)) == 1.5
    with pytest.raises(MalformedError):
        cbor.decode(b"\xa2\x01\x00\x01\x00")
