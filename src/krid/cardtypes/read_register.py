"""What the register of a country holds: `[register]` and `[words]` of a card type's file."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from krid._core import limits
from krid._core.strict_json import Json
from krid.cardtypes.table import Table, refuse
from krid.cardtypes.values import NumberRule, RegisterRules
from krid.errors import Code

KOREAN_NUMBER: Final = NumberRule(pattern=r"[0-9]{6}-[0-9]{7}", spells_birth=True)
_KOREAN_WORDS: Final = "kr.rrn"
_KOREAN_INVENTED: Final = "{yy}13{dd}-{mark}{serial:6}"

_FACT: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SLOT: Final = re.compile(r"\{([a-z0-9_.:]*)\}")
_BUILT_IN: Final = frozenset(
    {"yy", "yyyy", "dd", "mark", "house", "birth_date", "issued_on", "ends_on"}
)
_PATTERN: Final = r"(\[[A-Z0-9a-z-]{1,12}\]\{\d{1,2}\}|[A-Za-z0-9-]){1,20}"
_SERIAL: Final = re.compile(r"serial:[1-9]")
_MAX_TEXT: Final = 400
_DEPTH: Final = 4


def read_register(table: Table) -> RegisterRules:
    """Read `[register]` and `[words]`.

    Raises:
        MalformedError: `cardtype.key`, `cardtype.value`, `cardtype.source` for a pattern with a
            slot that nothing fills.
    """
    words = _words(table.table("words"))
    register = table.table("register")
    number, invented = _number(register)
    facts = register.table("facts")
    document = register.table("document")
    rules = RegisterRules(
        number=number,
        invented_number=invented,
        facts={name: _pattern(facts, name) for name in facts.names()},
        optional=frozenset(_optional(register)),
        address=register.text("address", pattern=r".{1,400}", words="a pattern of a line"),
        document_facts={name: _json(document, name) for name in document.names()},
        words=words,
    )
    register.end()
    _check_slots(rules, register.place)
    return rules


def _number(table: Table) -> tuple[NumberRule, str]:
    """Read the rule of the register's number: one that krid knows, or a pattern."""
    if "number" in table:
        words = f"{_KOREAN_WORDS}, or write number_pattern"
        table.text("number", pattern=re.escape(_KOREAN_WORDS), words=words)
        return KOREAN_NUMBER, _KOREAN_INVENTED
    words = "letters, digits, hyphens, and classes such as [0-9]{8}"
    pattern = table.text("number_pattern", pattern=_PATTERN, words=words)
    try:
        re.compile(pattern)
    except re.error as cause:
        raise refuse(Code.CARDTYPE_VALUE, table.at("number_pattern"), "not a pattern") from cause
    invented = table.text("number_invented", pattern=r".{1,64}", words="a pattern with {serial:8}")
    if re.search(r"\{serial:[1-9]\}", invented) is None:
        raise refuse(Code.CARDTYPE_VALUE, table.at("number_invented"), "has no {serial:8} in it")
    return NumberRule(pattern=pattern, spells_birth=False), invented


def _optional(table: Table) -> tuple[str, ...]:
    words = "names of facts"
    return table.texts("optional", pattern=_FACT.pattern, words=words, most=100)


def _pattern(table: Table, name: str) -> str:
    if _FACT.fullmatch(name) is None:
        raise refuse(Code.CARDTYPE_VALUE, table.at(name), "small letters, digits and _ in names")
    return table.text(name, pattern=r".{1,400}", words="a pattern of a line")


def _json(table: Table, name: str) -> Json:
    """Read a fact of the document, which may be a structure of texts, numbers and truths."""
    if _FACT.fullmatch(name) is None:
        raise refuse(Code.CARDTYPE_VALUE, table.at(name), "small letters, digits and _ in names")
    value = table.raw(name)
    if not _is_json(value, 0):
        words = f"texts of up to {_MAX_TEXT} letters, numbers and truths"
        raise refuse(Code.CARDTYPE_VALUE, table.at(name), words)
    return value  # type: ignore[return-value]  # it was just looked through


def _is_json(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return len(value) <= _MAX_TEXT
    if depth == _DEPTH:
        return False
    if isinstance(value, dict):
        return all(_is_json(member, depth + 1) for member in value.values())
    if isinstance(value, list):
        return len(value) <= _MAX_TEXT and all(_is_json(member, depth + 1) for member in value)
    return isinstance(value, int) and abs(value) < 2**53


def _words(table: Table) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Read sets of words; those of several scripts stand side by side, so are equally many."""
    sets: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for name in table.names():
        below = table.table(name)
        scripts = {
            script: below.texts(
                script, pattern=r".{1,40}", words="words", most=limits.MAX_CARDTYPE_WORDS
            )
            for script in below.names()
        }
        if len({len(words) for words in scripts.values()}) != 1 or not all(scripts.values()):
            raise refuse(Code.CARDTYPE_VALUE, below.place, "lists of one length, and not empty")
        sets[name] = scripts
    return sets


def _check_slots(rules: RegisterRules, place: str) -> None:
    """Every slot of every pattern is filled by something."""
    known = {f"{name}.{script}" for name, scripts in rules.words.items() for script in scripts}
    for at, text in _patterns(rules):
        for slot in _SLOT.findall(text):
            if slot not in known | _BUILT_IN and _SERIAL.fullmatch(slot) is None:
                raise refuse(Code.CARDTYPE_SOURCE, f"{place}.{at}", f"{{{slot}}}")
        if "{" in _SLOT.sub("", text) or "}" in _SLOT.sub("", text):
            raise refuse(Code.CARDTYPE_VALUE, f"{place}.{at}", "a brace without its partner")


def _patterns(rules: RegisterRules) -> Iterator[tuple[str, str]]:
    yield "number_invented", rules.invented_number
    yield "address", rules.address
    yield from ((f"facts.{name}", text) for name, text in rules.facts.items())
    for name, value in rules.document_facts.items():
        yield from ((f"document.{name}", text) for text in _texts(value))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member)
