"""Read-only copies of JSON and CBOR values, so that a verified claim stays what was verified."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Final

_LEAVES: Final = frozenset({str, int, bytes, bool, float, type(None)})


def freeze(value: object) -> object:
    """Copy dicts into read-only mappings and lists into tuples, all the way down.

    >>> freeze({"a": [1, {"b": 2}]})
    mappingproxy({'a': (1, mappingproxy({'b': 2}))})
    """
    if type(value) in _LEAVES:
        return value
    if isinstance(value, Mapping):
        return freeze_object(value)
    if isinstance(value, list | tuple):
        if _LEAVES.issuperset(map(type, value)):
            return tuple(value)
        return tuple(freeze(member) for member in value)
    return value


def freeze_object(value: Mapping[str, object]) -> Mapping[str, object]:
    """Copy a mapping with text keys into a read-only one, all the way down."""
    if _LEAVES.issuperset(map(type, value.values())):
        return MappingProxyType(dict(value))
    return MappingProxyType({name: freeze(member) for name, member in value.items()})


def pack(value: object) -> tuple[Callable[..., object], tuple[object, ...]]:
    """Return what a frozen dataclass with read-only mappings travels as between processes.

    For `__reduce__`: a read-only mapping can't be pickled itself, a dict in its place can.
    """
    members = {each.name: getattr(value, each.name) for each in fields(value)}  # type: ignore[arg-type]  # the caller is a dataclass
    return _unpack, (type(value), {name: _packed(member) for name, member in members.items()})


def _packed(member: object) -> object:
    return thaw(member) if isinstance(member, MappingProxyType) else member


def _unpack(kind: Callable[..., object], members: Mapping[str, object]) -> object:
    thawed = {name: freeze(each) for name, each in members.items() if type(each) is dict}
    return kind(**{**members, **thawed})


def thaw(value: object) -> object:
    """Copy a frozen value back into dicts and lists that a JSON or CBOR encoder takes.

    >>> thaw(freeze({"a": [1, {"b": 2}]}))
    {'a': [1, {'b': 2}]}
    """
    if isinstance(value, Mapping):
        return {name: thaw(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [thaw(member) for member in value]
    return value
