"""What pages say, in Korean and English: tables of texts, and which language a person reads."""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, NamedTuple, Self, final

from krid.errors import Code, MisuseError
from krid.web.negotiate import choose

_BRAND: Final = ".brand"


@unique
class Language(StrEnum):
    """A language of the pages, by its BCP 47 tag."""

    KOREAN = "ko"
    ENGLISH = "en"

    @property
    def other(self) -> "Language":
        """The other one, which the switch offers."""
        return Language.ENGLISH if self is Language.KOREAN else Language.KOREAN

    @classmethod
    def named(cls, text: str | None) -> Self | None:
        """Return the language of a tag, None where there is none such."""
        return next((each for each in cls if each.value == text), None)

    @classmethod
    def accepted(cls, header: str | None) -> Self:
        """Choose by `Accept-Language`; without a wish it is Korean.

        >>> Language.accepted("de, en-GB;q=0.8, ko;q=0.5")
        <Language.ENGLISH: 'en'>
        """
        # Language ranges with their regions cut off have the form of media types' weights.
        wanted = ",".join(_without_region(part) for part in (header or "ko").split(","))
        offered = tuple(f"{each.value}/x" for each in cls)
        found = choose(wanted, offered) or offered[0]
        return cls(found.partition("/")[0])


class Text(NamedTuple):
    """One text in both languages."""

    korean: str
    english: str

    def in_language(self, language: Language) -> str:
        """Return it in one of them."""
        return self.korean if language is Language.KOREAN else self.english


@final
class Texts:
    """Tables of texts by their keys, such as `desk.title`; of one key the last table counts.

    >>> texts = Texts({"hello": Text("{name}님", "Hello, {name}")})
    >>> texts.say("hello", Language.ENGLISH, name="Hong")
    'Hello, Hong'
    """

    def __init__(self, *tables: Mapping[str, Text]) -> None:
        merged: dict[str, Text] = {}
        for table in tables:
            merged |= table
        self._texts: Final = MappingProxyType(merged)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def check_named(self) -> None:
        """Check that a table says what the application is called: each page does.

        Raises:
            MisuseError: `misuse.option`.
        """
        if not any(key.endswith(_BRAND) for key in self._texts):
            raise MisuseError(Code.MISUSE_OPTION, "texts: none is its name, such as bank.brand")

    def look_of(self, name: str) -> str:
        """Return whose name and colours pages have: an application may be called what it likes.

        Its own where a table has `NAME.brand`, otherwise those of the pages that it is made of.

        >>> Texts({"bank.brand": Text("견본은행", "Sample Bank")}).look_of("acme")
        'bank'
        """
        branded = (key.removesuffix(_BRAND) for key in self._texts if key.endswith(_BRAND))
        return name if name + _BRAND in self._texts else next(branded, name)

    def say(self, key: str, language: Language, **values: object) -> str:
        """Return a text with values in the places of their names; `KeyError` for a wrong key."""
        return self._texts[key].in_language(language).format_map(values)


def _without_region(part: str) -> str:
    tag, mark, weight = part.strip().partition(";")
    primary = tag.partition("-")[0].strip()
    return f"{primary if primary == '*' else primary + '/x'}{mark}{weight}".replace("*", "*/*")
