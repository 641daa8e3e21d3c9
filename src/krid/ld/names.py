"""Names that krid gives while it works, and that no document may use."""

import re
from collections.abc import Mapping
from typing import Final, NoReturn

from krid._core.strict_json import Json
from krid.errors import Code, MalformedError

RELATIVE_SCHEME: Final = "krid-relative:"
RELATIVE: Final = f"{RELATIVE_SCHEME}//relative.invalid/"
"""What relative addresses are resolved against, so that they can be told from absolute ones."""

_TERM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,63}")

MARK: Final = "krid-node:"
"""What an `@index` begins with that is a blank node's name while a document is taken apart."""


def is_mark(value: object) -> bool:
    """Tell whether a value is a mark."""
    return isinstance(value, str) and value.startswith(MARK)


def refuse_undefined(name: object) -> NoReturn:
    """Refuse a term or type, and name it where it looks like one: it may be anything of a document.

    Raises:
        MalformedError: `ld.undefined`.
    """
    known = isinstance(name, str) and _TERM.fullmatch(name.removeprefix(RELATIVE)) is not None
    raise MalformedError(Code.LD_UNDEFINED, str(name).removeprefix(RELATIVE) if known else "")


def check_unmarked(value: Json) -> None:
    """Refuse a document from outside that holds a mark anywhere, or values that no node has.

    JSON-LD drops what stands in a `@graph` and is no node, and leaves no trace of it.

    Raises:
        MalformedError: `ld.syntax`, `ld.lost`.
    """
    if isinstance(value, Mapping):
        if "@graph" in value:
            _check_nodes(value["@graph"])
        for member in value.values():
            check_unmarked(member)
    elif isinstance(value, list | tuple):
        for member in value:
            check_unmarked(member)
    elif is_mark(value):
        raise MalformedError(Code.LD_SYNTAX, "a name of krid's own")


def _check_nodes(graph: Json) -> None:
    members = graph if isinstance(graph, list | tuple) else [graph]
    if not all(isinstance(member, Mapping) for member in members):
        raise MalformedError(Code.LD_LOST, "a value that belongs to no node")
