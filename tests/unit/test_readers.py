"""Every public reader says what it needs where it is handed something of another type."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from krid._core import cbor_read
from krid.errors import Code, KridError

NAMES = Path(__file__).parents[1] / "architecture" / "public_names.txt"
WRONG: tuple[object, ...] = (None, 5, "x", b"x", [], {}, [[]], {"a": []})
KINDS = {"bytes": bytes, "str": str}
_READS = re.compile(r"parse|decode|read|load|looks_like|inspect|from_|split")


def _readers() -> Iterator[tuple[str, Callable[..., object], frozenset[type]]]:
    """List what takes nothing but one text or byte string, by name and kind."""
    for name in NAMES.read_text(encoding="utf-8").split():
        home, _, attribute = name.rpartition(".")
        found = getattr(importlib.import_module(home), attribute)
        functions: dict[str, Any] = {name: found}
        if inspect.isclass(found):
            functions = {
                f"{name}.{part}": method
                for part, method in inspect.getmembers(found, inspect.ismethod)
                if not part.startswith("_") and method.__self__ is found
            }
        for whole, function in functions.items():
            kinds = _kinds_of(function) if callable(function) else frozenset()
            if kinds and _READS.search(whole.rpartition(".")[2]):
                yield whole, function, kinds


def _kinds_of(function: Callable[..., object]) -> frozenset[type]:
    try:
        given = inspect.signature(function).parameters.values()
    except ValueError:
        return frozenset()
    needed = [
        each for each in given if each.default is each.empty and each.kind is not each.VAR_KEYWORD
    ]
    if len(needed) != 1 or needed[0].kind is not needed[0].POSITIONAL_OR_KEYWORD:
        return frozenset()
    annotation = needed[0].annotation
    text = (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__name__", str(annotation))
    )
    return (
        frozenset(KINDS[each] for each in text.split(" | "))
        if set(text.split(" | ")) <= KINDS.keys()
        else frozenset()
    )


READERS = {name: (function, kinds) for name, function, kinds in _readers()}


def test_there_are_readers() -> None:
    assert {
        "krid.did.Did.parse",
        "krid.mdoc.parse_issuer_signed",
        "krid.jose.Jws.parse",
    } <= READERS.keys()


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_reader_says_what_it_needs(name: str) -> None:
    function, kinds = READERS[name]
    for value in WRONG:
        try:
            function(value)
        except TypeError:
            assert cbor_read.COMPILED  # then the signature itself refuses
        except KridError as error:
            fits = isinstance(value, tuple(kinds))
            assert fits or error.code is Code.MISUSE_TYPE, (value, error)
