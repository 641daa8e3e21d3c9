"""Reading a table of TOML key by key, so that each error names its place exactly."""

import re
from collections.abc import Iterator, Mapping
from typing import Final, Self, TypeVar, final

from krid.errors import Code, MalformedError

Value = TypeVar("Value", str, int, bool, list[object], dict[str, object])

_TYPES: Final = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}
_REQUIRED: Final = object()


def refuse(code: Code, place: str, words: str) -> MalformedError:
    """Make the error of one place."""
    return MalformedError(code, f"{place}: {words}")


@final
class Table:
    """One table, at a place; `end` refuses what nobody asked for."""

    __slots__ = ("_left", "_members", "place")

    def __init__(self, members: object, place: str) -> None:
        """Take a table.

        Raises:
            MalformedError: `cardtype.value` when it is none.
        """
        if not isinstance(members, dict):
            raise refuse(Code.CARDTYPE_VALUE, place or "the file", "a table is expected")
        self._members: Mapping[str, object] = members
        self._left = set(members)
        self.place = place

    def at(self, name: str) -> str:
        """Name a key for an error."""
        return f"{self.place}.{name}" if self.place else name

    def names(self) -> tuple[str, ...]:
        """Return all keys in the order of the file."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        """Tell whether the file says anything there."""
        return name in self._members

    def text(self, name: str, *, pattern: str, words: str, default: str | None = None) -> str:
        """Read a text that has a form, described by `words` where it does not.

        Raises:
            MalformedError: `cardtype.key` when it is missing, `cardtype.value`.
        """
        value = self.take(name, str, default)
        if re.fullmatch(pattern, value, re.ASCII if words.startswith("ASCII") else 0) is None:
            raise refuse(Code.CARDTYPE_VALUE, self.at(name), words)
        return value

    def number(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """Read a whole number within bounds.

        Raises:
            MalformedError: `cardtype.key`, `cardtype.value`.
        """
        value = self.take(name, int, default)
        if isinstance(value, bool) or not least <= value <= most:
            raise refuse(Code.CARDTYPE_VALUE, self.at(name), f"from {least} to {most}")
        return value

    def take(self, name: str, kind: type[Value], default: Value | None = None) -> Value:
        """Read a value of a type.

        Raises:
            MalformedError: `cardtype.key`, `cardtype.value`.
        """
        value = self.raw(name, _REQUIRED if default is None else default)
        if not isinstance(value, kind):
            raise refuse(Code.CARDTYPE_VALUE, self.at(name), f"{_TYPES[kind]} is expected")
        return value

    def raw(self, name: str, default: object = _REQUIRED) -> object:
        """Read any value.

        Raises:
            MalformedError: `cardtype.key` when it is missing and has no default.
        """
        self._left.discard(name)
        value = self._members.get(name, default)
        if value is _REQUIRED:
            raise refuse(Code.CARDTYPE_KEY, self.at(name), "is missing")
        return value

    def table(self, name: str) -> Self:
        """Read a table below this one; an absent one is empty.

        Raises:
            MalformedError: `cardtype.value`.
        """
        return type(self)(self.raw(name, {}), self.at(name))

    def tables(self, name: str, *, most: int) -> Iterator[Self]:
        """Read a list of tables.

        Raises:
            MalformedError: `cardtype.value` for what is none, or too many of them.
        """
        found = self.take(name, list, [])
        if len(found) > most:
            raise refuse(Code.CARDTYPE_VALUE, self.at(name), f"more than {most}")
        for index, each in enumerate(found):
            yield type(self)(each, f"{self.at(name)}[{index}]")

    def texts(self, name: str, *, pattern: str, words: str, most: int) -> tuple[str, ...]:
        """Read a list of texts of one form; an absent one is empty.

        Raises:
            MalformedError: `cardtype.value`.
        """
        found = self.take(name, list, [])
        if len(found) > most:
            raise refuse(Code.CARDTYPE_VALUE, self.at(name), f"more than {most}")
        texts = [each for each in found if isinstance(each, str)]
        if len(texts) != len(found) or any(re.fullmatch(pattern, each) is None for each in texts):
            raise refuse(Code.CARDTYPE_VALUE, self.at(name), words)
        return tuple(texts)

    def end(self) -> None:
        """Refuse keys that nobody asked for: a rule that is misspelt must not be passed over.

        Raises:
            MalformedError: `cardtype.key`.
        """
        if self._left:
            raise refuse(Code.CARDTYPE_KEY, self.at(min(self._left)), "is not a key krid knows")
