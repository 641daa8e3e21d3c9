"""Names and descriptions: text in languages (sections 4.6 and 11.1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.model.w3c.values import Members

_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_KEYS: Final = frozenset({"@value", "@language", "@direction"})


@unique
class Direction(Enum):
    """In which direction text runs."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


@final
@dataclass(frozen=True, slots=True)
class LanguageText:
    """Text with its language, a BCP 47 tag, and its direction, where the issuer says them."""

    value: str
    language: str | None = None
    direction: Direction | None = None


def parse_texts(members: Members, name: str, place: str) -> tuple[LanguageText, ...]:
    """Read a name or description: text, a language value object, or a list of these.

    Raises:
        MalformedError: `w3c.text`.
    """
    if name not in members:
        return ()
    value, at = members[name], f"{place}{name}"
    if isinstance(value, str):
        return (LanguageText(value),)
    listed = value if isinstance(value, list | tuple) else (value,)
    if not 0 < len(listed) <= limits.MAX_W3C_OBJECTS:
        raise MalformedError(Code.W3C_TEXT, at)
    return tuple(_language_text(each, at) for each in listed)


def _language_text(value: object, at: str) -> LanguageText:
    if not isinstance(value, Mapping) or not _KEYS.issuperset(value):
        raise MalformedError(Code.W3C_TEXT, at)
    text, language, direction = (value.get(key) for key in ("@value", "@language", "@direction"))
    if not isinstance(text, str):
        raise MalformedError(Code.W3C_TEXT, at)
    if "@language" in value and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
        raise MalformedError(Code.W3C_TEXT, at)
    if "@direction" not in value:
        return LanguageText(text, language)
    if direction not in ("ltr", "rtl"):
        raise MalformedError(Code.W3C_TEXT, at)
    return LanguageText(text, language, Direction(direction))
