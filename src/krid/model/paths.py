"""Claims path pointers (OpenID4VP 1.0, section 7): where in a credential a claim stands."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from krid._core.arguments import NoSuchNameError
from krid.errors import Code

ClaimPath: TypeAlias = tuple[str | int | None, ...]
"""Member names, array indexes, and None for every element of an array; never empty.

In an mdoc it is the namespace and the element identifier.
"""


def select(claims: object, path: ClaimPath) -> tuple[ClaimPath, ...]:
    """Return the concrete paths, without None, that a pointer selects; empty when none exist.

    A step that does not fit one of the values selected so far, such as a name in an array, ends
    the search with nothing (section 7.1.1); a value that merely lacks the step is passed over.

    >>> select({"nationalities": ["KR", "DE"]}, ("nationalities", None))
    (('nationalities', 0), ('nationalities', 1))
    >>> select({"name": "Kim"}, ("address",))
    ()
    """
    found: list[tuple[ClaimPath, object]] = [((), claims)]
    for step in path:
        if not all(_takes(value, step) for _, value in found):
            return ()
        found = [
            ((*taken, key), child)
            for taken, value in found
            for key, child in _children(value, step)
        ]
    return tuple(taken for taken, _ in found)


def value_at(claims: object, path: ClaimPath) -> object:
    """Return the value at a concrete path that `select` gave.

    Raises:
        MisuseError: `misuse.option` where there is none, which is a `KeyError`, too.
    """
    value = claims
    for step in path:
        children = _children(value, step)
        if len(children) != 1:
            raise NoSuchNameError(Code.MISUSE_OPTION, "no claim stands at this path")
        value = children[0][1]
    return value


def _takes(value: object, step: str | int | None) -> bool:
    return isinstance(value, Mapping) if isinstance(step, str) else isinstance(value, list | tuple)


def _children(value: object, step: str | int | None) -> Sequence[tuple[str | int, object]]:
    if isinstance(step, str):
        return [(step, value[step])] if isinstance(value, Mapping) and step in value else []
    if not isinstance(value, list | tuple):
        return []
    if step is None:
        return list(enumerate(value))
    return [(step, value[step])] if 0 <= step < len(value) else []
