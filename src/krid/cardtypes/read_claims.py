"""The claims of a card type: `[[claims]]` and `[[groups]]` of its file."""

from collections.abc import Iterator, Mapping
from typing import Final

from krid._core import limits
from krid.cardtypes.table import Table, refuse
from krid.cardtypes.values import (
    AgeOver,
    Claim,
    Constant,
    Fact,
    Kind,
    OfYear,
    Place,
    Printed,
    RegisterRules,
    Release,
    Source,
)
from krid.errors import Code
from krid.model import ClaimPath

_MAX_AGE: Final = 150
_TEXT: Final = r"[^\x00-\x1f\x7f]{1,200}"
_NAME: Final = r"[A-Za-z0-9_{}.-]{1,64}"
_OF_PLACES: Final = {
    Place.BIRTH_DATE: Kind.DATE,
    Place.ISSUED_ON: Kind.DATE,
    Place.EXPIRES_ON: Kind.DATE,
    Place.PORTRAIT: Kind.IMAGE,
    Place.SEX: Kind.NUMBER,
    Place.AGE_IN_YEARS: Kind.NUMBER,
    Place.BIRTH_YEAR: Kind.NUMBER,
    Place.NUMBER: Kind.TEXT,
    Place.ADDRESS: Kind.TEXT,
}
_RESERVED: Final = frozenset({"_sd", "_sd_alg", "...", "cnf", "status", "vct", "iss", "exp", "nbf"})
"""Members of an SD-JWT VC that are not the register's to say."""


def read_labels(table: Table, name: str, languages: tuple[str, ...]) -> Mapping[str, str]:
    """Read a text in each language of the file.

    Raises:
        MalformedError: `cardtype.label` when one is missing, `cardtype.value`, `cardtype.key`.
    """
    below = table.table(name)
    for language in languages:
        if language not in below:
            raise refuse(Code.CARDTYPE_LABEL, below.at(language), "is missing")
    found = {
        language: below.text(language, pattern=_TEXT, words="a line of up to 200 letters")
        for language in languages
    }
    below.end()
    return found


def read_claims(
    table: Table, languages: tuple[str, ...], namespace: str, register: RegisterRules
) -> tuple[Claim, ...]:
    """Read all claims, those written once for several ages one by one.

    Raises:
        MalformedError: `cardtype.twice` when two stand in one place, and the others.
    """
    found: list[Claim] = []
    places: dict[tuple[str, ...], str] = {}
    for each in table.tables("claims", most=limits.MAX_CARDTYPE_CLAIMS):
        for claim in _read_claim(each, languages, namespace, register):
            _check_place(places, claim, each.place)
            found.append(claim)
    if not found:
        raise refuse(Code.CARDTYPE_KEY, "claims", "is missing")
    if len(found) > limits.MAX_CARDTYPE_CLAIMS:
        raise refuse(Code.CARDTYPE_VALUE, "claims", f"more than {limits.MAX_CARDTYPE_CLAIMS}")
    return tuple(found)


def _check_place(places: dict[tuple[str, ...], str], claim: Claim, place: str) -> None:
    """No claim stands where another does, nor where another's group does."""
    keys: list[tuple[str, ...]] = []
    if claim.element is not None:
        keys.append(("element", claim.namespace, claim.element))
    if claim.path is not None:
        path = tuple(map(str, claim.path))
        keys.append(("path", *path))
        if len(path) > 1 and places.get(("path", path[0]), "group") != "group":
            raise refuse(Code.CARDTYPE_TWICE, place, f"as {places['path', path[0]]}")
    for key in keys:
        if key in places:
            raise refuse(Code.CARDTYPE_TWICE, place, f"as {places[key]}")
        places[key] = place
    if claim.path is not None and len(claim.path) > 1:
        places["path", str(claim.path[0])] = "group"


def _read_claim(
    table: Table, languages: tuple[str, ...], namespace: str, register: RegisterRules
) -> Iterator[Claim]:
    labels = read_labels(table, "labels", languages)
    path, element = _path(table), None
    if "element" in table:
        element = table.text("element", pattern=_NAME, words="an element identifier")
    if path is None and element is None:
        raise refuse(Code.CARDTYPE_KEY, table.at("path"), "is missing, and so is element")
    space = table.text(
        "namespace", pattern=r"[\x21-\x7e]{1,200}", words="a namespace", default=namespace
    )
    release = _release(table)
    optional = table.take("optional", bool, default=False)
    for age, source, kind in _sources(table, register):
        yield Claim(
            path=None if path is None else tuple(_aged(str(step), age) for step in path),
            namespace=space,
            element=None if element is None else _aged(element, age),
            source=source,
            kind=kind,
            release=release,
            labels={language: _aged(text, age) for language, text in labels.items()},
            optional=optional,
        )
    table.end()


def _aged(text: str, age: int | None) -> str:
    return text if age is None else text.replace("{age}", str(age))


def _path(table: Table) -> ClaimPath | None:
    if "path" not in table:
        return None
    steps = table.texts("path", pattern=_NAME, words="one or two names", most=2)
    if not steps:
        raise refuse(Code.CARDTYPE_VALUE, table.at("path"), "one or two names")
    if steps[0] in _RESERVED or "_sd" in steps or "..." in steps:
        raise refuse(Code.CARDTYPE_VALUE, table.at("path"), "a name that the format itself uses")
    return steps


def _release(table: Table) -> Release:
    text = table.take("release", str, Release.ON_REQUEST.value)
    for release in Release:
        if release.value == text:
            return release
    raise refuse(Code.CARDTYPE_VALUE, table.at("release"), "always, on request or explicit")


def _sources(table: Table, register: RegisterRules) -> Iterator[tuple[int | None, Source, Kind]]:
    """Say where a claim comes from, once for each age that it is written for."""
    if "constant" in table:
        yield None, *_constant(table)
        return
    text = table.text("from", pattern=_NAME, words="a place such as person.birth_date")
    if text == "age.over":
        ages = _ages(table)
        yield from ((age, AgeOver(age), Kind.BOOLEAN) for age in ages)
    elif text == "age.of_year":
        age = table.number("age", least=1, most=_MAX_AGE)
        yield age, OfYear(age), Kind.BOOLEAN
    else:
        yield None, *_plain_source(table, text, register)


def _constant(table: Table) -> tuple[Source, Kind]:
    value = table.raw("constant")
    if isinstance(value, list):
        texts = table.texts("constant", pattern=_TEXT, words="a list of texts", most=100)
        return Constant(texts), Kind.STRUCTURE
    if isinstance(value, bool):
        return Constant(value), Kind.BOOLEAN
    if isinstance(value, int) and abs(value) < 2**53:
        return Constant(value), Kind.NUMBER
    return Constant(
        table.text("constant", pattern=_TEXT, words="a text, number or truth")
    ), Kind.TEXT


def _ages(table: Table) -> list[int]:
    raw = table.take("ages", list)
    ages = [age for age in raw if type(age) is int and 1 <= age <= _MAX_AGE]
    if not ages or len(ages) != len(raw) or len(set(ages)) != len(ages):
        raise refuse(Code.CARDTYPE_VALUE, table.at("ages"), f"ages from 1 to {_MAX_AGE}, each once")
    places = [name for name in ("path", "element") if name in table]
    if any("{age}" not in str(table.raw(name)) for name in places):
        raise refuse(Code.CARDTYPE_VALUE, table.at(places[0]), "has no {age} in it")
    return ages


def _plain_source(table: Table, text: str, register: RegisterRules) -> tuple[Source, Kind]:
    for place, kind in _OF_PLACES.items():
        if place.value == text:
            return place, kind
    home, _, name = text.partition(".")
    if home == "fact" and name in register.facts:
        return Fact(name), _kind(table)
    if home == "document" and name in register.document_facts:
        return Printed(name), _kind(table)
    raise refuse(Code.CARDTYPE_SOURCE, table.at("from"), text)


def _kind(table: Table) -> Kind:
    text = table.take("kind", str, Kind.TEXT.value)
    for kind in (Kind.TEXT, Kind.DATE, Kind.STRUCTURE):
        if kind.value == text:
            return kind
    raise refuse(Code.CARDTYPE_VALUE, table.at("kind"), "text, date or structure")


def read_groups(table: Table, languages: tuple[str, ...]) -> Mapping[ClaimPath, Mapping[str, str]]:
    """Read what screens call a whole group of claims.

    Raises:
        MalformedError: `cardtype.label`, `cardtype.value`, `cardtype.key`.
    """
    groups: dict[ClaimPath, Mapping[str, str]] = {}
    for each in table.tables("groups", most=limits.MAX_CARDTYPE_CLAIMS):
        path = _path(each)
        if path is None:
            raise refuse(Code.CARDTYPE_KEY, each.at("path"), "is missing")
        groups[path] = read_labels(each, "labels", languages)
        each.end()
    return groups
