from collections.abc import Callable
from types import MappingProxyType

import pytest

from krid._core import shape
from krid.errors import Code, MalformedError

Reader = Callable[[object, Code], object]

SAMPLES: list[object] = [
    "a",
    b"a",
    1,
    0,
    True,
    False,
    1.0,
    None,
    [],
    ["a"],
    ("a", "b"),
    ["a", 1],
    {},
    {"a": 1},
    {1: 1},
    {"a": 1, 1: 1},
    {True: 1},
    {1.0: 1},
    {b"a": 1},
    MappingProxyType({"a": 1}),
]


def _taken(reader: Reader) -> list[object]:
    taken = []
    for sample in SAMPLES:
        try:
            taken.append(reader(sample, Code.INPUT_UNKNOWN))
        except MalformedError as error:
            assert error.code is Code.INPUT_UNKNOWN
    return taken


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (shape.text, ["a"]),
        (shape.octets, [b"a"]),
        (shape.integer, [1, 0]),
        (shape.boolean, [True, False]),
        (shape.sequence, [[], ["a"], ("a", "b"), ["a", 1]]),
        (shape.texts, [(), ("a",), ("a", "b")]),
        (shape.mapping, [{}, {"a": 1}, {"a": 1}]),
        (shape.label_map, [{}, {"a": 1}, {1: 1}, {"a": 1, 1: 1}, {"a": 1}]),
        (shape.integer_map, [{}, {1: 1}]),
    ],
)
def test_each_reader_takes_its_type_alone(reader: Reader, expected: list[object]) -> None:
    taken = _taken(reader)
    assert taken == expected
    assert [type(value) for value in taken if isinstance(value, bool)] == [
        type(value) for value in expected if isinstance(value, bool)
    ]
