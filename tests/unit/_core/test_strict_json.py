import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from enum import Enum
from types import MappingProxyType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits, strict_json
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError

NUMBERS = st.integers(-(10**62), 10**62) | st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_reading_undoes_writing(value: Json) -> None:
    assert strict_json.loads(strict_json.dumps(value)) == value


@given(VALUES)
def test_it_reads_what_the_standard_library_writes(value: Json) -> None:
    assert strict_json.loads(json.dumps(value).encode()) == value


@given(
    st.binary(max_size=64) | st.text(max_size=64).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = strict_json.loads(raw)
    except MalformedError as error:
        assert error.code.value.startswith("json.")
    else:
        assert value == json.loads(raw)


@given(st.text(alphabet='{}[]:,"\\ud80019eE+-.truefalsn ', max_size=40))
def test_near_misses_are_read_or_refused(text: str) -> None:
    try:
        strict_json.dumps(strict_json.loads(text.encode()))
    except MalformedError as error:
        assert error.code.value.startswith("json.")


def test_depth_up_to_the_limit_is_read() -> None:
    depth = limits.MAX_JSON_DEPTH
    for leaf in (b"", b"1", b'"[["'):
        assert strict_json.loads(b"[" * depth + leaf + b"]" * depth) is not None
    assert strict_json.loads(b'{"a":' * depth + b"1" + b"}" * depth) is not None


def test_many_brackets_side_by_side_are_not_depth() -> None:
    assert strict_json.loads(b"[" + b"[]," * 100 + b"{}]") == [*([[]] * 100), {}]


def test_brackets_in_text_are_not_depth() -> None:
    assert strict_json.loads(b'"' + b"[" * 1_000 + b'"') == "[" * 1_000


def test_a_surrogate_pair_is_one_character() -> None:
    assert strict_json.loads(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


@pytest.mark.parametrize("size", [63, 64])
def test_long_numbers_up_to_the_limit_are_exact(size: int) -> None:
    assert strict_json.loads(b"9" * size) == 10**size - 1


def test_mappings_that_are_not_dicts_are_written() -> None:
    frozen: Json = MappingProxyType({"b": (1, 2), "a": MappingProxyType({})})
    assert strict_json.dumps(frozen) == b'{"b":[1,2],"a":{}}'


def test_objects_are_read_as_objects() -> None:
    assert strict_json.loads_object(b' {"a" : 1} ') == {"a": 1}


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800", b"bytes", {"a": {1, 2}}])
def test_what_has_no_json_form_is_not_written(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        strict_json.dumps(value)  # type: ignore[arg-type]  # the wrong type is the point
    assert error.value.code is Code.JSON_SYNTAX


def test_what_nests_without_end_is_not_written() -> None:
    endless: list[Json] = []
    endless.append(endless)
    with pytest.raises(MalformedError) as error:
        strict_json.dumps(endless)
    assert error.value.code is Code.JSON_SYNTAX


@pytest.mark.parametrize(
    ("bomb", "code"),
    [
        (b"[" * 100_000, Code.JSON_DEPTH),
        (b'{"a":' * 100_000, Code.JSON_DEPTH),
        (b"[" * 10_000_000, Code.JSON_DEPTH),
        (b"[" + b"[]," * 3_000_000 + b"0]", Code.JSON_SIZE),
        (b"{" + b'"a":0,' * 1_500_000 + b'"a":0}', Code.JSON_SIZE),
        (b"x," * 5_000_000, Code.JSON_SIZE),
        (b"1" * 10_000_000, Code.JSON_NUMBER),
        (b"0." + b"1" * 10_000_000, Code.JSON_NUMBER),
        (b"1e" + b"1" * 10_000_000, Code.JSON_NUMBER),
        (b" " * (limits.MAX_INPUT_BYTES + 1), Code.JSON_SIZE),
    ],
    ids=lambda value: value.value if isinstance(value, Code) else "",
)
def test_bombs_are_refused_at_once(bomb: bytes, code: Code) -> None:
    start = time.thread_time()
    with pytest.raises(KridError) as error:
        strict_json.loads(bomb)
    assert error.value.code is code
    assert time.thread_time() - start < 5


SPELLINGS = st.sampled_from([None, 1, 2])


def _careful(raw: bytes) -> object:
    """Read by the standard library alone, with all rules: the oracle of the quick way."""
    value = strict_json._parse(raw)
    if strict_json._SURROGATE_ESCAPE.search(raw):
        strict_json._check_surrogates(value)
    strict_json._check_depth(value)
    return value


def _outcome(read: Callable[[bytes], object], raw: bytes) -> object:
    try:
        return repr(read(raw))  # tells 1 from 1.0 and True
    except MalformedError as error:
        return error.code


@given(VALUES, SPELLINGS, st.booleans())
def test_the_quick_way_reads_what_the_careful_one_reads(
    value: Json, indent: int | None, ascii_alone: bool
) -> None:
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_alone).encode()
    assert _outcome(strict_json.loads, raw) == _outcome(_careful, raw)


@given(st.text(alphabet='{}[]:,"ab \\u0d819eE+-.\n', max_size=30))
def test_both_ways_refuse_the_same(text: str) -> None:
    raw = text.encode()
    assert _outcome(strict_json.loads, raw) == _outcome(_careful, raw)


@pytest.mark.parametrize(
    "raw",
    [
        *(b'{"a":1,"a":1}', b'{"a":1, "a":2}', b'[{"a":"b","a":"b"}]', b'{"a b":1,"ab":1}'),
        *(b"[18446744073709551616]", b"-9223372036854775809", b"1E2", b"-0", b"1.0", b"1e999"),
        *(b'["\\ud800"]', b'{"\\u0061":1,"a":2}', b"[" * 200 + b"]" * 200, b"[" * 300 + b"]" * 300),
        *(b'\xef\xbb\xbf["a"]', b"NaN", b'["a"]\0', b'["\x7f"]', b" [ ] ", b"9" * 65, b"{}"),
    ],
)
def test_the_ways_agree_where_orjson_is_loose(raw: bytes) -> None:
    assert _outcome(strict_json.loads, raw) == _outcome(_careful, raw)


@given(VALUES)
def test_writing_quickly_is_writing(value: Json) -> None:
    assert strict_json.dumps(value) == strict_json._write(value)


class _Named(Enum):
    ONE = 1


@pytest.mark.parametrize("value", [_Named.ONE, UUID(int=1), [UUID(int=1)], {"a": _Named.ONE}])
def test_what_orjson_writes_by_itself_has_no_json_form_here(value: object) -> None:
    with pytest.raises(MalformedError) as error:
        strict_json.dumps(value)  # type: ignore[arg-type]  # the wrong type is the point
    assert error.value.code is Code.JSON_SYNTAX


def test_large_numbers_and_what_nests_are_written_by_the_standard_library() -> None:
    assert strict_json.dumps([2**70]) == b"[1180591620717411303424]"
    deep: Json = 1
    for _ in range(12):
        deep = [deep]
    assert strict_json.dumps(deep) == b"[" * 12 + b"1" + b"]" * 12


@given(st.lists(VALUES, max_size=5))
def test_reading_in_one_go_is_reading_each(values: list[Json]) -> None:
    raws = [strict_json.dumps(value) for value in values]
    assert strict_json.loads_each(raws) == values


@pytest.mark.parametrize(
    ("raws", "code"),
    [
        ([b'["a"]', b'{"a":1,"a":1}'], Code.JSON_DUPLICATE_NAME),
        ([b'["a"]', b"["], Code.JSON_SYNTAX),
        ([b'["a"],["b"]', b""], Code.JSON_SYNTAX),
        ([b"[" + b'"",' * limits.MAX_JSON_VALUES + b'""]'], Code.JSON_SIZE),
    ],
)
def test_one_bad_text_among_many_is_refused(raws: list[bytes], code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        strict_json.loads_each(raws)
    assert error.value.code is code


@given(st.lists(st.lists(VALUES, max_size=4), max_size=4))
def test_writing_in_one_go_is_writing_each(arrays: list[list[Json]]) -> None:
    assert strict_json.dumps_each(arrays) == [strict_json.dumps(array) for array in arrays]


def test_a_flat_array_without_a_json_form_is_not_written() -> None:
    assert strict_json.dumps_each([[2**70]]) == [b"[1180591620717411303424]"]
    with pytest.raises(MalformedError):
        strict_json.dumps_each([["\ud800"]])


def test_a_bomb_is_refused_by_a_program_that_may_recurse_deeply() -> None:
    """The decoder underneath would follow it until the stack is full, and the process gone."""
    code = (
        "import sys; sys.setrecursionlimit(10**6)\n"
        "from krid._core import strict_json\n"
        "for bomb in (b'[' * 10**6, b'{\"a\":' * 10**5, b'[\"\\\\\"' + b'[' * 10**5):\n"
        "    try: strict_json.loads(bomb)\n"
        "    except strict_json.MalformedError as error: print(error.code)\n"
    )
    done = subprocess.run(  # noqa: S603  the command is made of constants
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["json.depth", "json.depth", "json.syntax"]


def test_brackets_in_a_text_are_no_nesting() -> None:
    text = "[{" * 200 + '"'
    assert strict_json.loads(strict_json.dumps({"a": [text], "b": 1.0})) == {"a": [text], "b": 1.0}
    assert strict_json.loads(b'{"a": 1.0, "b": [' + b"[], " * 90 + b"0]}")


def test_a_caller_whose_stack_is_full_gets_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def decode(self, text: str) -> Json:
            raise RecursionError

    monkeypatch.setattr(strict_json, "_DECODER", Full())
    with pytest.raises(MalformedError) as error:
        strict_json.loads(b'{"a": 1.00}')
    assert error.value.code is Code.JSON_DEPTH
