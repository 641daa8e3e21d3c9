"""What a driving licence allows, in words: categories of vehicles, classes and conditions.

A code that is not in the tables is shown as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from krid.model import ClaimPath
from krid.web.platform.texts import Language, Text

_CATEGORIES: Final = {
    "AM": Text("원동기장치자전거", "mopeds"),
    "A1": Text("소형 이륜자동차", "light motorcycles"),
    "A2": Text("중형 이륜자동차", "medium motorcycles"),
    "A": Text("이륜자동차", "motorcycles"),
    "B1": Text("소형 사륜자동차", "light four-wheelers"),
    "B": Text("승용·소형 화물자동차", "cars and light vans"),
    "BE": Text("승용·소형 화물자동차와 견인", "cars and light vans with a trailer"),
    "C1": Text("중형 화물자동차", "medium lorries"),
    "C1E": Text("중형 화물자동차와 견인", "medium lorries with a trailer"),
    "C": Text("대형 화물자동차", "lorries"),
    "CE": Text("대형 화물자동차와 견인", "lorries with a trailer"),
    "D1": Text("중형 승합자동차", "small buses"),
    "D1E": Text("중형 승합자동차와 견인", "small buses with a trailer"),
    "D": Text("대형 승합자동차", "buses"),
    "DE": Text("대형 승합자동차와 견인", "buses with a trailer"),
}
"""Categories of vehicles as most countries name them (Vienna Convention on Road Traffic)."""

_CODES: Final = {
    "01": Text("시력 교정", "with glasses or lenses"),
    "03": Text("의수·의족", "with a prosthesis"),
    "78": Text("자동변속기", "automatic transmission only"),
}

_CLASSES: Final = {
    "1종대형": "Class 1, large vehicles",
    "1종보통": "Class 1, ordinary",
    "1종소형": "Class 1, small",
    "1종특수": "Class 1, special",
    "2종보통": "Class 2, ordinary",
    "2종소형": "Class 2, motorcycles",
    "2종원동기": "Class 2, mopeds",
}
"""The classes of Korea's Road Traffic Act (article 80)."""

_CONDITIONS: Final = {
    "A": Text("자동변속기", "automatic transmission"),
    "B": Text("의수", "prosthetic arm"),
    "C": Text("의족", "prosthetic leg"),
    "D": Text("보청기", "hearing aid"),
    "E": Text("청각장애인 표지·볼록거울", "sign of the deaf and convex mirror"),
    "F": Text("수동 제동기·가속기", "hand brake and hand throttle"),
    "G": Text("특수 제작·승인 차량", "specially built or approved vehicle"),
    "H": Text("우측 방향지시기", "indicator on the right"),
    "I": Text("왼쪽 가속페달", "throttle on the left"),
}
"""What the letters on the back of a Korean licence stand for."""

_PRIVILEGES: Final = frozenset({"driving_privileges"})
_CLASS: Final = frozenset({"licence_class", "asort"})
_CONDITION: Final = frozenset({"conditions"})
_DONOR: Final = frozenset({"organ_donor", "inorgdonnyn"})
_YES_NO: Final = {"Y": Text("예", "Yes"), "N": Text("아니요", "No")}


def driving_words(path: ClaimPath, value: object, language: Language) -> str | None:
    """Say what a claim of a driving licence means, None for any other claim.

    Each privilege has a line of its own.

    >>> driving_words(("conditions",), "AD", Language.ENGLISH)
    'AD: automatic transmission, hearing aid'
    >>> driving_words(("licence_class",), "2종보통", Language.ENGLISH)
    '2종보통 (Class 2, ordinary)'
    """
    match value:
        case list() | tuple() if path[-1] in _PRIVILEGES:
            return "\n".join(_privilege(each, language) for each in value)
        case str() if path[-1] in _CLASS:
            return _licence_class(value, language)
        case str() if path[-1] in _DONOR and value in _YES_NO:
            return _YES_NO[value].in_language(language)
        case str() if path[-1] in _CONDITION:
            return _conditions(value, language)
        case _:
            return None


def _licence_class(value: str, language: Language) -> str:
    english = _CLASSES.get(value)
    return value if english is None or language is Language.KOREAN else f"{value} ({english})"


def _conditions(value: str, language: Language) -> str:
    """Letters stand one after the other, with commas or spaces or without."""
    letters = [each for each in value if each not in ", "]
    if not all(each in _CONDITIONS for each in letters):
        return value
    return f"{value}: {', '.join(_CONDITIONS[each].in_language(language) for each in letters)}"


def _privilege(value: object, language: Language) -> str:
    """Write one privilege (ISO/IEC 18013-5, 7.2.4): category, from, until, and its limits."""
    if not isinstance(value, Mapping):
        return str(value)
    category = str(value.get("vehicle_category_code", ""))
    words = _CATEGORIES.get(category)
    named = category if words is None else f"{category} ({words.in_language(language)})"
    codes = value.get("codes")
    limits = codes if isinstance(codes, Sequence) and not isinstance(codes, str) else ()
    return ", ".join([named, *_days(value, language), *(_limit(each, language) for each in limits)])


def _days(value: Mapping[str, object], language: Language) -> list[str]:
    """Write the days between which a privilege holds; either may be missing."""
    since, until = value.get("issue_date"), value.get("expiry_date")
    if since is not None and until is not None:
        words = Text("{since} ~ {until}", "{since} to {until}")
    elif since is not None:
        words = Text("{since}부터", "from {since}")
    elif until is not None:
        words = Text("{until}까지", "until {until}")
    else:
        return []
    return [words.in_language(language).format(since=since, until=until)]


def _limit(value: object, language: Language) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    words = _CODES.get(str(value.get("code")))
    if words is not None:
        return words.in_language(language)
    return " ".join(str(value[name]) for name in ("code", "sign", "value") if name in value)
