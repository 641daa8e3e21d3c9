"""Filling the patterns of a card type's file, to invent people."""

import re
from collections.abc import Mapping
from typing import Final

from krid._core.strict_json import Json

_SLOT: Final = re.compile(r"\{([a-z0-9_.]+)(?::([1-9]))?\}")


def fill(pattern: str, values: Mapping[str, str]) -> str:
    """Put values into the slots of a pattern; `{serial:6}` takes the last six digits.

    >>> fill("{first.latin}-{serial:4}", {"first.latin": "Gara", "serial": "7"})
    'Gara-0007'
    """

    def value_of(slot: re.Match[str]) -> str:
        text = values[slot[1]]
        return text.zfill(int(slot[2]))[-int(slot[2]) :] if slot[2] else text

    return _SLOT.sub(value_of, pattern)


def fill_all(value: Json, values: Mapping[str, str]) -> Json:
    """Fill every text inside a structure."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, Mapping):
        return {name: fill_all(member, values) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [fill_all(member, values) for member in value]
    return value
