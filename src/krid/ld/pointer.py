"""JSON pointers (RFC 6901), and the selection of a part of a document by them.

VC Data Integrity ECDSA 1.0, sections 3.4.10 to 3.4.13: what a pointer selects comes with the
`id` and `type` of everything on the way to it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from krid._core import limits
from krid._core.arguments import typed
from krid._core.frozen import thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError

Path: TypeAlias = tuple[str, ...]

CONTEXT: Final = "@context"

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_ESCAPE: Final = re.compile(r"~([01])|~")
_IDENTIFIERS: Final = ("id", "@id")
_COMPANIONS: Final = ("type", "@type", "@index")


def parse_pointer(text: str) -> Path:
    """Read a JSON pointer into its steps; whether one is an index shows in the document.

    Raises:
        MalformedError: `ld.pointer`.

    >>> parse_pointer("/a~1b/0")
    ('a/b', '0')
    """
    typed("text", text, str)
    if text and not text.startswith("/"):
        raise MalformedError(Code.LD_POINTER)
    return tuple(_ESCAPE.sub(_unescaped, step) for step in text.split("/")[1:])


def write_pointer(path: Sequence[str | int]) -> str:
    """Write steps as a JSON pointer.

    Raises:
        MisuseError: `misuse.type`, also for one text, whose letters would be the steps.

    >>> write_pointer(["a/b", 0])
    '/a~1b/0'
    """
    typed("path", path, list, tuple)
    for step in path:
        typed("each step", step, str, int)
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def select(document: Mapping[str, Json], pointers: Sequence[str]) -> JsonObject | None:
    """Return the part of a document that pointers select, its context included; None for none.

    Raises:
        MalformedError: `ld.pointer`.

    >>> select({"@context": "urn:c", "id": "urn:x", "a": [1, 2], "b": 3}, ["/a/1"])
    {'@context': 'urn:c', 'id': 'urn:x', 'a': [2]}
    """
    if not pointers:
        return None
    if len(pointers) > limits.MAX_LD_POINTERS:
        raise MalformedError(Code.LD_POINTER, "more than the limit")
    selected = _select(document, [parse_pointer(pointer) for pointer in pointers])
    if not isinstance(selected, dict):
        raise MalformedError(Code.LD_POINTER)
    return {CONTEXT: _thawed(document.get(CONTEXT)), **selected}


def _select(value: Json, paths: Sequence[Path]) -> Json:
    if not all(paths):
        return _thawed(value)
    if isinstance(value, Mapping):
        return _select_members(value, paths)
    if isinstance(value, list | tuple):
        by_index = _by_step(paths)
        found = sorted((_index(step, len(value)), rest) for step, rest in by_index.items())
        return [_select(value[index], rest) for index, rest in found]
    raise MalformedError(Code.LD_POINTER)


def _select_members(node: Mapping[str, Json], paths: Sequence[Path]) -> JsonObject:
    """Select from an object, in its order, what identifies it included (section 3.4.11)."""
    wanted = _by_step(paths)
    if CONTEXT in wanted or not wanted.keys() <= node.keys():
        raise MalformedError(Code.LD_POINTER)
    chosen = {name: _select(node[name], paths) for name, paths in wanted.items()}
    return {
        name: _thawed(member) if _identifies(name, member) else chosen[name]
        for name, member in node.items()
        if name in wanted or _identifies(name, member)
    }


def _identifies(name: str, member: Json) -> bool:
    if name in _IDENTIFIERS:
        return not (isinstance(member, str) and member.startswith("_:"))
    return name in _COMPANIONS


def _by_step(paths: Sequence[Path]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for first, *rest in paths:
        found.setdefault(first, []).append(tuple(rest))
    return found


def _index(step: str, length: int) -> int:
    if _INDEX.fullmatch(step) is None or int(step) >= length:
        raise MalformedError(Code.LD_POINTER)
    return int(step)


def _thawed(value: Json) -> Json:
    return thaw(value)  # type: ignore[return-value]  # JSON stays JSON


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        raise MalformedError(Code.LD_POINTER)
    return "/" if found[1] == "1" else "~"
