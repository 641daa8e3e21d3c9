"""Residents from a CSV file: one person a line, and every error with its line and column.

The first line names the columns: `number`, `birth_date`, `sex` (1, 2 or nothing), `address`,
`since`; `household` (the number of its head, or a handle) and `relation` for members;
`fact.NAME` for each fact of the country; `document.KIND.issued_on` and `document.KIND.FACT` for
documents, where text that begins with [ or { is JSON. Quotes are those of RFC 4180; a field is
one line.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, final

from krid._core import limits, strict_json
from krid._core.strict_json import Json
from krid.cardtypes import Sex
from krid.errors import Code, ContentError, KridError, MalformedError
from krid.registrar.country import Country
from krid.registrar.people import NewDocument, NewPerson, Relation

_REQUIRED: Final = ("number", "birth_date", "sex", "address", "since")
_OPTIONAL: Final = ("household", "relation", "invented")
_SEXES: Final = {"": None, "1": Sex.MALE, "2": Sex.FEMALE}


class Numbered(NamedTuple):
    """A person with the line of the file that tells of them."""

    line: int
    person: NewPerson


@final
@dataclass(frozen=True, slots=True)
class CsvErrors:
    """What is wrong with a file, in the order of its lines; empty for a good one."""

    errors: tuple[KridError, ...]


def read_people(lines: Iterable[bytes], country: Country, *, day: date) -> Iterator[Numbered]:
    """Read people one by one; memory does not grow with the file.

    Does not look for people who are there twice: the register does.

    Raises:
        MalformedError: `register.csv` with line and column.
        ContentError: what `Country.check_person` refuses, with the line.
    """
    source = rows(lines)
    header = next(source, None)
    if header is None:
        raise MalformedError(Code.REGISTER_CSV, "line 1: the names of columns are missing")
    columns = _columns(header[1], country)
    for number, row in source:
        if len(row) != len(columns):
            words = f"line {number}: {len(row)} fields, not {len(columns)}"
            raise MalformedError(Code.REGISTER_CSV, words)
        person = _person(number, dict(zip(columns, row, strict=True)), country)
        try:
            country.check_person(person, day=day)
        except ContentError as error:
            detail = f"line {number}{', ' if error.detail else ''}{error.detail}"
            raise ContentError(error.code, detail) from error
        yield Numbered(number, person)


def check_people(lines: Iterable[bytes], country: Country, *, day: date) -> CsvErrors:
    """List what is wrong with a file, line by line, up to a limit; nothing is written."""
    kept: list[KridError] = []
    source = iter(lines)
    try:
        header = next(source)
    except StopIteration:
        header = b""
    try:
        _columns(next(rows([header]), (1, []))[1], country)
    except KridError as error:
        return CsvErrors((error,))
    for number, line in enumerate(source, start=2):
        if len(kept) == limits.MAX_CSV_ERRORS:
            break
        try:
            list(_numbered(header, line, country, day, number))
        except KridError as error:
            kept.append(error)
    return CsvErrors(tuple(kept))


def _numbered(
    header: bytes, line: bytes, country: Country, day: date, number: int
) -> Iterator[Numbered]:
    """Read one line as if it followed the header, and name it by its own number."""
    try:
        yield from read_people([header, line], country, day=day)
    except KridError as error:
        detail = error.detail.replace("line 2", f"line {number}", 1)
        raise type(error)(error.code, detail) from error


def rows(lines: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Read the fields of each line, with its number.

    Raises:
        MalformedError: `register.csv` with the line.
    """
    for number, raw in enumerate(lines, start=1):
        if len(raw) > limits.MAX_CSV_LINE_BYTES:
            raise MalformedError(Code.REGISTER_CSV, f"line {number}: too long")
        try:
            text = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as cause:
            words = f"line {number}: byte {cause.start + 1} is not UTF-8"
            raise MalformedError(Code.REGISTER_CSV, words) from cause
        yield number, _fields(number, text)


def _fields(number: int, text: str) -> list[str]:
    if "\r" in text or "\n" in text or "\0" in text or text.count('"') % 2:
        raise MalformedError(Code.REGISTER_CSV, f"line {number}: a field is one line, in quotes")
    try:
        (row,) = csv.reader([text], strict=True) if text else ([],)
    except (csv.Error, ValueError) as cause:
        raise MalformedError(Code.REGISTER_CSV, f"line {number}: quotes") from cause
    if len(row) > limits.MAX_CSV_COLUMNS:
        raise MalformedError(Code.REGISTER_CSV, f"line {number}: too many fields")
    return row


def _columns(names: list[str], country: Country) -> list[str]:
    """Check the names of columns: none is missing, unknown or there twice."""
    known = {*_REQUIRED, *_OPTIONAL}
    known |= {f"fact.{name}" for name in country.required | country.optional}
    for kind, rule in country.documents.items():
        known |= {f"document.{kind}.{name}" for name in (*rule.kept, "issued_on")}
    for name in (*_REQUIRED, *sorted(f"fact.{each}" for each in country.required)):
        if name not in names:
            raise MalformedError(Code.REGISTER_CSV, f"line 1: the column {name} is missing")
    for at, name in enumerate(names, start=1):
        if name not in known:
            raise MalformedError(Code.REGISTER_CSV, f"line 1: column {at} has no known name")
        if names.index(name) != at - 1:
            raise MalformedError(Code.REGISTER_CSV, f"line 1: the column {name} is there twice")
    return names


def _person(line: int, row: Mapping[str, str], country: Country) -> NewPerson:
    sex = row["sex"]
    if sex not in _SEXES:
        raise wrong(line, "sex", "1, 2 or nothing")
    household = row.get("household") or None
    facts = {name.removeprefix("fact."): text for name, text in row.items() if _is_fact(name)}
    return NewPerson(
        number=row["number"],
        birth_date=read_day(line, row, "birth_date"),
        sex=_SEXES[sex],
        facts={name: text for name, text in facts.items() if text or name in country.required},
        address=row["address"],
        since=read_day(line, row, "since"),
        portrait=None,
        invented=_truth(line, row),
        documents=tuple(_documents(line, row, country)),
        household=household,
        relation=_relation(line, row, household),
    )


def _is_fact(name: str) -> bool:
    return name.startswith("fact.")


def _relation(line: int, row: Mapping[str, str], household: str | None) -> Relation:
    text = row.get("relation") or ("head" if household is None else "other")
    for relation in Relation:
        if relation.value == text:
            return relation
    raise wrong(line, "relation", ", ".join(each.value for each in Relation))


def _truth(line: int, row: Mapping[str, str]) -> bool:
    text = row.get("invented") or "no"
    if text not in {"yes", "no"}:
        raise wrong(line, "invented", "yes or no")
    return text == "yes"


def _documents(line: int, row: Mapping[str, str], country: Country) -> Iterator[NewDocument]:
    for kind in country.documents:
        place = f"document.{kind}."
        own = {name.removeprefix(place): name for name in row if name.startswith(place)}
        said = {short: row[name] for short, name in own.items() if row[name]}
        if not said:
            continue
        if "issued_on" not in said:
            raise wrong(line, f"{place}issued_on", "a day such as 2020-01-31")
        yield NewDocument(
            kind=kind,
            issued_on=read_day(line, row, f"{place}issued_on"),
            facts={
                short: _fact(line, own[short], text)
                for short, text in said.items()
                if short != "issued_on"
            },
        )


def _fact(line: int, column: str, text: str) -> Json:
    if text[:1] not in "[{":
        return text
    try:
        return strict_json.loads(text.encode("utf-8"))
    except KridError as cause:
        raise wrong(line, column, "not JSON") from cause


def read_day(line: int, row: Mapping[str, str], column: str) -> date:
    """Read a day.

    Raises:
        MalformedError: `register.csv` with line and column.
    """
    text = row[column]
    try:
        if len(text) == len("2020-01-31"):
            return date.fromisoformat(text)
    except ValueError as cause:
        raise wrong(line, column, "a day such as 2020-01-31") from cause
    raise wrong(line, column, "a day such as 2020-01-31")


def wrong(line: int, column: str, words: str) -> MalformedError:
    """Say what should stand in a column."""
    return MalformedError(Code.REGISTER_CSV, f"line {line}, column {column}: {words}")
