"""Read-only copies of JSON and CBOR values, so that a verified claim stays what was verified."""

from collections.abc import Mapping
from types import MappingProxyType


def freeze(value: object) -> object:
    """Copy dicts into read-only mappings and lists into tuples, all the way down.

    >>> freeze({"a": [1, {"b": 2}]})
    mappingproxy({'a': (1, mappingproxy({'b': 2}))})
    """
    if isinstance(value, Mapping):
        return MappingProxyType({name: freeze(member) for name, member in value.items()})
    if isinstance(value, list | tuple):
        return tuple(freeze(member) for member in value)
    return value


def freeze_object(value: Mapping[str, object]) -> Mapping[str, object]:
    """Copy a mapping with text keys into a read-only one, all the way down."""
    return MappingProxyType({name: freeze(member) for name, member in value.items()})


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
