import json
import math
import struct
import time
import tracemalloc

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor, cbor_walk, cbor_write, limits
from krid._core.cbor import DateTime, Embedded, FullDate, Tagged
from krid.errors import Code, KridError, MalformedError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
INTEGERS = st.integers(-(2**64), 2**64 - 1)
LEAVES = (
    st.none()
    | st.booleans()
    | INTEGERS
    | st.floats(allow_nan=False)
    | TEXT
    | st.binary(max_size=30)
    | st.builds(DateTime, TEXT)
    | st.builds(FullDate, TEXT)
    | st.builds(Embedded.wrap, st.binary(max_size=300))
)
KEYS = st.integers(-300, 300) | INTEGERS | TEXT | st.binary(max_size=30)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
PLAIN = st.recursive(
    INTEGERS | TEXT | st.binary(max_size=30) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_reading_undoes_writing(value: object) -> None:
    assert cbor.decode(cbor.encode(value)) == value


@given(st.sampled_from([17, 18, 61]), LEAVES)
def test_the_tags_of_cose_and_cwt_are_kept(tag: int, value: object) -> None:
    assert cbor.decode(cbor.encode(Tagged(tag, [value]))) == Tagged(tag, [value])


@given(st.binary(max_size=64))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = cbor.decode(raw)
    except MalformedError as error:
        assert error.code.value.startswith("cbor.")
    else:
        assert cbor.decode(cbor.encode(value)) == value


@given(VALUES, st.data())
def test_one_changed_byte_is_read_or_refused(value: object, data: st.DataObject) -> None:
    raw = bytearray(cbor.encode(value))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        cbor.decode(bytes(raw))
    except MalformedError as error:
        assert error.code.value.startswith("cbor.")


@given(PLAIN)
def test_another_decoder_reads_what_is_written(value: object) -> None:
    assert cbor2.loads(cbor.encode(value)) == value


@given(st.dictionaries(KEYS, st.none(), max_size=12))
def test_keys_stand_in_the_order_of_their_encoded_bytes(value: dict[object, None]) -> None:
    keys = list(cbor2.loads(cbor.encode(value)))
    assert keys == sorted(value, key=cbor2.dumps)


SAME_ORDER = st.recursive(
    LEAVES.filter(lambda leaf: not isinstance(leaf, Embedded | DateTime | FullDate)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(SAME_ORDER)
def test_with_text_keys_it_agrees_with_the_canonical_form_of_cbor2(value: object) -> None:
    assert cbor.encode(value) == cbor2.dumps(value, canonical=True)


@given(st.floats())
def test_floats_are_as_short_as_they_can_be(value: float) -> None:
    if math.isnan(value):
        with pytest.raises(MalformedError) as error:
            cbor.encode(value)
        assert error.value.code is Code.CBOR_NAN
    else:
        assert cbor.encode(value) == cbor2.dumps(value, canonical=True)


# RFC 8949, appendix A, as far as krid takes it.
EXAMPLES = [
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1bffffffffffffffff", 18446744073709551615),
    ("3bffffffffffffffff", -18446744073709551616),
    ("20", -1),
    ("3903e7", -1000),
    ("f90000", 0.0),
    ("f98000", -0.0),
    ("f93c00", 1.0),
    ("fb3ff199999999999a", 1.1),
    ("f97bff", 65504.0),
    ("fa47c35000", 100000.0),
    ("fb7e37e43c8800759c", 1.0e300),
    ("f90001", 5.960464477539063e-8),
    ("f97c00", math.inf),
    ("f9fc00", -math.inf),
    ("f4", False),
    ("f5", True),
    ("f6", None),
    ("40", b""),
    ("4401020304", b"\x01\x02\x03\x04"),
    ("60", ""),
    ("62c3bc", "\u00fc"),
    ("64f0908591", "\U00010151"),
    ("80", []),
    ("8301820203820405", [1, [2, 3], [4, 5]]),
    ("a0", {}),
    ("a201020304", {1: 2, 3: 4}),
    ("a26161016162820203", {"a": 1, "b": [2, 3]}),
]


@pytest.mark.parametrize(("spelt", "value"), EXAMPLES)
def test_examples_of_the_standard(spelt: str, value: object) -> None:
    assert cbor.decode(bytes.fromhex(spelt)) == value
    assert cbor.encode(value).hex() == spelt


LONGER = [  # tag and length of h'f6' spelt longer than need be
    "d8185801f6",
    "d818590001f6",
    "d8185a00000001f6",
    "d8185b0000000000000001f6",
    "d9001841f6",
    "da0000001841f6",
    "db000000000000001841f6",
    "d900185801f6",
]


@pytest.mark.parametrize("spelt", ["d81841f6", *LONGER])
def test_embedded_items_keep_their_exact_bytes(spelt: str) -> None:
    raw = bytes.fromhex(spelt)
    assert cbor.decode(raw) == Embedded(raw, b"\xf6")
    assert cbor.decode(b"\x82" + raw + b"\x00") == [Embedded(raw, b"\xf6"), 0]
    assert cbor.decode(b"\xd2\x81" + raw) == Tagged(18, [Embedded(raw, b"\xf6")])


@pytest.mark.parametrize("spelt", LONGER)
def test_a_decoy_in_the_shortest_spelling_is_not_taken_for_the_item(spelt: str) -> None:
    raw, short = bytes.fromhex(spelt), bytes.fromhex("d81841f6")
    longer = Embedded(raw, b"\xf6")
    assert cbor.decode(b"\x82" + raw + b"\x44" + short) == [longer, short]
    assert cbor.decode(b"\x82\x44" + short + raw) == [short, longer]
    assert cbor.decode(b"\x82" + raw + short) == [longer, Embedded(short, b"\xf6")]


@given(st.lists(st.tuples(st.binary(max_size=300), st.integers(0, 7)), max_size=6))
def test_every_spelling_is_kept(items: list[tuple[bytes, int]]) -> None:
    spelt = [_spell(content, form) for content, form in items]
    assert cbor.decode(bytes((0x80 + len(items),)) + b"".join(spelt)) == [
        Embedded(exact, content) for exact, (content, _) in zip(spelt, items, strict=True)
    ]


def _spell(content: bytes, form: int) -> bytes:
    if form == 0:
        return Embedded.wrap(content).raw
    tag = bytes.fromhex("d818") if form < 4 else bytes.fromhex("d90018")
    code, size = ((0x59, 2), (0x5A, 4), (0x5B, 8), (0x59, 2))[form % 4]
    return tag + bytes((code,)) + len(content).to_bytes(size, "big") + content


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "d81840"),
        (23, "d81857"),
        (24, "d8185818"),
        (255, "d81858ff"),
        (256, "d818590100"),
        (65535, "d81859ffff"),
        (65536, "d8185a00010000"),
    ],
)
def test_embedding_writes_the_shortest_head(size: int, head: str) -> None:
    item = Embedded.wrap(bytes(size))
    assert item.raw == bytes.fromhex(head) + bytes(size)
    assert cbor.decode(item.raw) == item


def test_embedding_more_than_any_length_is_refused() -> None:
    with pytest.raises(MalformedError) as error:
        cbor_write._embedded_head(2**32)
    assert error.value.code is Code.CBOR_SIZE


def test_embedding_encodes_the_value() -> None:
    assert Embedded.of({"a": 1}).content == bytes.fromhex("a1616101")


def test_dates_are_kept_as_text() -> None:
    raw = bytes.fromhex(
        "82c074323032362d30362d30315430303a30303a30305ad903ec6a323032362d30362d3031"
    )
    value = [DateTime("2026-06-01T00:00:00Z"), FullDate("2026-06-01")]
    assert cbor.decode(raw) == value
    assert cbor.encode(value) == raw


def test_depth_up_to_the_limit_is_read() -> None:
    depth = limits.MAX_CBOR_DEPTH
    assert cbor.decode(b"\x81" * (depth - 1) + b"\x80") is not None


@pytest.mark.parametrize("value", [["\ud800"], {"\ud800": 1}])
def test_lone_surrogates_are_not_written(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.encode(value)
    assert error.value.code is Code.CBOR_VALUE


def test_what_nests_without_end_is_not_written() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(MalformedError) as error:
        cbor.encode(endless)
    assert error.value.code is Code.CBOR_VALUE


def colliding_keys(count: int) -> bytes:
    """Make a map whose keys are arrays with one and the same hash in CPython."""
    word, prime_1, prime_2 = 2**64, 11400714785074694791, 14029467366897019727
    start, target = 2870177450012600261, 0x1234567
    wanted = target * pow(prime_1, -1, word) % word
    wanted = (wanted >> 31 | wanted << 33) % word
    members: list[bytes] = []
    first = 0
    while len(members) < count:
        first += 1
        state = (start + first * prime_2) % word
        state = (state << 31 | state >> 33) * prime_1 % word
        second = (wanted - state) * pow(prime_2, -1, word) % word
        if second < 2**61 - 1:
            members.append(b"\x82" + cbor2.dumps(first) + cbor2.dumps(second) + b"\x00")
    return b"\xb9" + struct.pack(">H", count) + b"".join(members)


def test_the_colliding_keys_do_collide() -> None:
    keys = cbor2.loads(colliding_keys(50))
    assert len({hash(key) for key in keys}) == 1


HUGE = struct.pack(">Q", 2**62)
BOMBS = [
    (b"\x81" * 100_000, Code.CBOR_DEPTH),
    (b"\x81" * 10_000_000, Code.CBOR_DEPTH),
    (b"\xa1\x00" * 100_000, Code.CBOR_DEPTH),
    (b"\xd2" * 100_000 + b"\x00", Code.CBOR_DEPTH),
    (b"\x9b" + HUGE, Code.CBOR_SYNTAX),
    (b"\xbb" + HUGE, Code.CBOR_SYNTAX),
    (b"\x5b" + HUGE, Code.CBOR_SYNTAX),
    (b"\x7b" + HUGE, Code.CBOR_SYNTAX),
    (b"\x9b" + HUGE + bytes(30_000), Code.CBOR_SYNTAX),
    (b"\x9b" + HUGE + bytes(limits.MAX_CBOR_ITEMS), Code.CBOR_SIZE),
    (b"\x9a" + struct.pack(">I", 10_000_000) + b"\x80" * 10_000_000, Code.CBOR_SIZE),
    (b"\x9a" + struct.pack(">I", 5_000_000) + b"\xf9\x7e\x00" * 3_000_000, Code.CBOR_SIZE),
    (colliding_keys(10_000), Code.CBOR_KEY),
    (b"\x9f" + bytes(100_000), Code.CBOR_INDEFINITE),
    (bytes(limits.MAX_INPUT_BYTES + 1), Code.CBOR_SIZE),
]


@pytest.mark.parametrize(("bomb", "code"), BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_refused_at_once(bomb: bytes, code: Code) -> None:
    start = time.thread_time()
    with pytest.raises(KridError) as error:
        cbor.decode(bomb)
    assert error.value.code is code
    assert time.thread_time() - start < 5


@pytest.mark.parametrize("first", [b"\x9b", b"\xbb", b"\x5b", b"\x7b"])
def test_a_huge_length_takes_no_memory(first: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(MalformedError):
        cbor.decode(first + HUGE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


LARGE = cbor.encode({"portrait": bytes(40_000), "a": [1, {2: "x"}, Embedded.of(1)], 3: None})


def test_large_inputs_are_walked_and_read() -> None:
    assert len(LARGE) > limits.MAX_CBOR_UNWALKED_BYTES
    assert cbor.decode(LARGE) == {
        "portrait": bytes(40_000),
        "a": [1, {2: "x"}, Embedded.of(1)],
        3: None,
    }


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (b"", Code.CBOR_SYNTAX),
        (b"\x00\x00", Code.CBOR_TRAILING),
        (b"\x1c", Code.CBOR_SYNTAX),
        (b"\x18", Code.CBOR_SYNTAX),
        (b"\xff", Code.CBOR_SYNTAX),
        (b"\x7f", Code.CBOR_INDEFINITE),
        (b"\xa1\x80\x00", Code.CBOR_KEY),
        (b"\xa1\xa0\x00", Code.CBOR_KEY),
        (b"\xa1\xd2\x00\x00", Code.CBOR_KEY),
        (b"\xc1\x00", Code.CBOR_TAG),
        (b"\x78\xff", Code.CBOR_SYNTAX),
    ],
)
def test_large_and_small_inputs_are_refused_alike(end: bytes, code: Code) -> None:
    for filler in (b"\x40", b"\x59\xff\xff" + bytes(65_535)):
        with pytest.raises(MalformedError) as error:
            cbor.decode(b"\x82" + filler + end)
        assert error.value.code is code


@given(VALUES)
def test_the_walk_lets_pass_what_the_decoder_reads(value: object) -> None:
    cbor_walk.check_bounds(cbor.encode(value), max_items=limits.MAX_CBOR_ITEMS)


@given(st.binary(max_size=64))
def test_the_walk_refuses_nothing_that_the_decoder_reads(raw: bytes) -> None:
    try:
        cbor_walk.check_bounds(raw, max_items=limits.MAX_CBOR_ITEMS)
    except MalformedError:
        with pytest.raises(MalformedError):
            cbor.decode(raw)


@given(VALUES)
def test_the_walk_finds_each_embedded_item(value: object) -> None:
    found: list[Embedded] = []
    _collect(value, found)
    spans = cbor_walk.embedded_items(cbor.encode(value))
    assert sorted(spans) == sorted(item.raw for item in found)


def _collect(value: object, found: list[Embedded]) -> None:
    if isinstance(value, Embedded):
        found.append(value)
    elif isinstance(value, list):
        for member in value:
            _collect(member, found)
    elif isinstance(value, dict):
        _collect(list(value.values()), found)


def test_json_values_are_cbor_values() -> None:
    value = json.loads('{"a": [1, 2.5, "x", null, true, {"b": -1}]}')
    assert cbor.decode(cbor.encode(value)) == value


def test_keys_of_every_kind_stand_in_order() -> None:
    """Without chance, so that each branch is taken in every run."""
    value = {"b": 0, b"b": 1, 24: 2, -1: 3, 0: 4, "aa": 5, b"": 6, -300: 7}
    assert list(cbor2.loads(cbor.encode(value))) == [0, 24, -1, -300, b"", b"b", "b", "aa"]


@given(st.lists(PLAIN, max_size=6))
def test_reading_in_one_go_is_reading_each(values: list[object]) -> None:
    assert cbor.decode_each([cbor.encode(value) for value in values]) == values


@given(st.lists(st.binary(max_size=12), max_size=4))
def test_any_byte_strings_are_read_in_one_go_or_refused_as_each_is(raws: list[bytes]) -> None:
    try:
        expected: object = [cbor.decode(raw) for raw in raws]
    except MalformedError as error:
        expected = error.code
    try:
        found: object = cbor.decode_each(raws)
    except MalformedError as error:
        found = error.code
    assert found == expected


@pytest.mark.parametrize("raws", [[b"\x01\x02", b""], [b"\x82\x01", b"\x02"], [b"\x61", b"a"]])
def test_items_do_not_run_into_each_other(raws: list[bytes]) -> None:
    with pytest.raises(MalformedError):
        cbor.decode_each(raws)


def test_many_bytes_are_read_one_by_one() -> None:
    large = bytes(limits.MAX_CBOR_UNWALKED_BYTES)
    assert cbor.decode_each([cbor.encode(large), b"\x01"]) == [large, 1]


@given(PLAIN | st.dictionaries(INTEGERS | TEXT, TEXT | st.binary(max_size=9), max_size=6))
def test_the_package_underneath_reads_what_is_written(value: object) -> None:
    assert cbor2.loads(cbor.encode(value)) == value


@pytest.mark.parametrize("value", [{"a": "\ud800"}, {2**64: "a"}, {-1 - 2**64: b""}])
def test_maps_of_text_without_a_cbor_form_are_not_written(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.encode(value)
    assert error.value.code is Code.CBOR_VALUE


def test_subclasses_are_written_as_what_they_are() -> None:
    class Name(str):
        __slots__ = ()

    class Number(int):
        pass

    assert cbor.encode([Name("a"), Number(24)]) == bytes.fromhex("8261611818")


def test_many_items_in_small_arrays_are_too_many() -> None:
    inner = b"\x99\x03\xe8" + b"\xf6" * 1_000
    with pytest.raises(MalformedError) as error:
        cbor.decode(b"\x99\x01\x2c" + inner * 300)
    assert error.value.code is Code.CBOR_SIZE


@pytest.mark.parametrize("head", ["9a000f4240", "ba0007a120"])
def test_more_members_announced_than_there_are_bytes_is_not_cbor(head: str) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.decode(bytes.fromhex(head) + b"\x00" * 30_000)
    assert error.value.code is not Code.CBOR_SIZE


@given(st.integers(0, 2**200))
def test_big_numbers_are_read_where_they_are_asked_for(number: int) -> None:
    raw = cbor.encode({"serial": cbor.BigNumber(number)})
    assert cbor.decode_with_big_numbers(raw) == {"serial": cbor.BigNumber(number)}
    with pytest.raises(MalformedError) as error:
        cbor.decode(raw)
    assert error.value.code is Code.CBOR_TAG


def test_big_numbers_in_a_large_item() -> None:
    value = [cbor.BigNumber(5), bytes(limits.MAX_CBOR_UNWALKED_BYTES)]
    assert cbor.decode_with_big_numbers(cbor.encode(value)) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xc2\x61a", Code.CBOR_TAG),
        (b"\xc3\x41\x01", Code.CBOR_TAG),
        (b"\xa1\xc2\x41\x01\x01", Code.CBOR_KEY),
        (bytes(limits.MAX_INPUT_BYTES + 1), Code.CBOR_SIZE),
    ],
)
def test_big_numbers_that_are_none(raw: bytes, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        cbor.decode_with_big_numbers(raw)
    assert error.value.code is code


def test_a_negative_big_number_has_no_form() -> None:
    with pytest.raises(MalformedError) as error:
        cbor.encode(cbor.BigNumber(-1))
    assert error.value.code is Code.CBOR_VALUE


@pytest.mark.parametrize("filler", [0, limits.MAX_CBOR_UNWALKED_BYTES])
def test_as_many_items_as_asked_for_are_read_and_no_more(filler: int) -> None:
    """In both builds and at every size: an array, its numbers, and one long string."""
    raw = cbor.encode([*range(99), bytes(filler)])
    assert cbor.decode(raw, max_items=101) == [*range(99), bytes(filler)]
    with pytest.raises(MalformedError) as error:
        cbor.decode(raw, max_items=100)
    assert error.value.code is Code.CBOR_SIZE
