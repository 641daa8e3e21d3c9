"""Sizes, nothing ambient, no hidden registries: over the whole of krid, and shown to bite."""

import ast
from pathlib import Path

import pytest
from imports import part, trees
from layers import ABOVE_ALL, LAYER_OF, TOP
from source import ambient, long_functions, shared_mutables

ROOT = Path(__file__).parents[2] / "src" / "krid"
MODULES = trees(ROOT)
BELOW_TOP = {
    name: tree
    for name, tree in MODULES.items()
    if part(name) not in ABOVE_ALL and LAYER_OF.get(part(name), 0) < TOP
}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40

LONG_FILES = {
    "codes.py",  # a table with one row for each reason, and nothing else
    "limits.py",  # another: one row for each limit
}

AMBIENT_ALLOWED = {
    ("krid._core.clock", "datetime.datetime.now"),  # the system clock itself
    ("krid.net", "time.monotonic"),  # deadlines: how long, never what time it is
}


def test_no_file_is_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in ROOT.rglob("*.py")
        if path.name not in LONG_FILES
    }
    assert {name: size for name, size in lengths.items() if size > MAX_FILE_LINES} == {}


@pytest.mark.parametrize("name", MODULES)
def test_no_function_is_long(name: str) -> None:
    assert long_functions(MODULES[name], most=MAX_FUNCTION_LINES) == []


@pytest.mark.parametrize("name", BELOW_TOP)
def test_nothing_is_ambient(name: str) -> None:
    package = ".".join(name.split(".")[:2])
    found = [
        (line, what)
        for line, what in ambient(BELOW_TOP[name])
        if (name, what) not in AMBIENT_ALLOWED and (package, what) not in AMBIENT_ALLOWED
    ]
    assert found == []


@pytest.mark.parametrize("name", BELOW_TOP)
def test_nothing_is_registered_in_a_module_or_class(name: str) -> None:
    assert shared_mutables(BELOW_TOP[name]) == []


@pytest.mark.parametrize("name", BELOW_TOP)
def test_no_assert_guards_anything(name: str) -> None:
    """Python drops assertions when it is asked to optimise."""
    lines = [node.lineno for node in ast.walk(BELOW_TOP[name]) if isinstance(node, ast.Assert)]
    assert lines == []


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def f():\n    print(1)", "print"),
        ("import os\nX = os.environ.get('A')", "os.environ"),
        ("from os import environ", "os.environ"),
        ("from os import getenv as g\nX = g('A')", "os.getenv"),
        ("from datetime import datetime\nX = datetime.now()", "datetime.datetime.now"),
        ("import datetime as dt\nX = dt.datetime.now(dt.UTC)", "datetime.datetime.now"),
        ("from datetime import date as d\ndef f():\n    return d.today()", "datetime.date.today"),
        ("import time\ndef f(clock=time.time):\n    pass", "time.time"),
        ("from time import monotonic", "time.monotonic"),
        ("import random", "random"),
        ("def f():\n    from random import choice", "random.choice"),
        ("import logging.handlers", "logging.handlers"),
    ],
)
def test_what_is_ambient_is_found(source: str, what: str) -> None:
    assert what in [name for _, name in ambient(ast.parse(source))]


@pytest.mark.parametrize(
    "source", ["clock.now()", "def f(time):\n    return time.time", "x.print()", "import os.path"]
)
def test_what_only_looks_ambient_is_not_found(source: str) -> None:
    found = [what for _, what in ambient(ast.parse(source)) if what != "time.time"]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "X = {}\ndef f(a):\n    X[a] = 1",
        "X = {}\ndef f(a):\n    del X[a]",
        "X: list[int] = []\ndef f(a):\n    X.append(a)",
        "X = set()\nclass A:\n    def f(self):\n        X.add(self)",
        "X = 0\ndef f():\n    global X\n    X = 1",
        "class A:\n    seen = []\n    def f(self):\n        A.seen.append(self)",
        "class A:\n    seen = {}\n    @classmethod\n    def f(cls):\n        cls.seen['a'] = 1",
    ],
)
def test_a_registry_is_found(source: str) -> None:
    assert shared_mutables(ast.parse(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        "X = {}\ndef f(a):\n    return X[a]",
        "X = {}\ndef f(X):\n    X['a'] = 1",
        "X = []\ndef f():\n    X = []\n    X.append(1)",
        "X = {1: 2}\nX.update({3: 4})",
        "class A:\n    def f(self):\n        self.seen.append(1)",
    ],
)
def test_a_table_is_no_registry(source: str) -> None:
    assert shared_mutables(ast.parse(source)) == []


def test_a_long_function_is_found() -> None:
    body = "\n".join("    x = 1" for _ in range(40))
    assert long_functions(ast.parse(f"def f():\n{body}"), most=40) == [(1, "f has 41 lines")]
    assert long_functions(ast.parse(f'def f():\n    """A."""\n{body}'), most=41) == []
