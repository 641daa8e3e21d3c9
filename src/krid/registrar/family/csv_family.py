"""The family register from a CSV file: one entry or event a line, people by their numbers.

The first line names the columns: `what` (`entry`, or the name of an event such as `marriage`),
`person`, `day`, `with` and `also` for parents, adopters or the spouse, `base` and `origin` for
entries. What a kind does not have stays empty. Quotes as in `krid.registrar.csv_load`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

from krid.errors import Code, ContentError, MalformedError
from krid.registrar.csv_load import read_day, rows, wrong
from krid.registrar.family.values import EventKind, NewEntry, NewEvent

COLUMNS: Final = ("what", "person", "day", "with", "also", "base", "origin")
_ENTRY: Final = "entry"

Told: TypeAlias = NewEntry | NewEvent


@final
@dataclass(frozen=True, slots=True)
class FamilyLine:
    """What a line of the file tells; its people are named by their numbers."""

    line: int
    told: Told

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of everybody who is named."""
        match self.told:
            case NewEntry(person_id=person):
                return (person,)
            case NewEvent(person_id=person, others=others):
                return (person, *others)

    def of(self, handles: Mapping[str, str]) -> Told:
        """Put handles where numbers are.

        Raises:
            ContentError: `register.unknown` with the line.
        """
        try:
            person, *others = (handles[each] for each in self.numbers)
        except KeyError:
            raise ContentError(Code.REGISTER_UNKNOWN, f"line {self.line}") from None
        match self.told:
            case NewEntry() as entry:
                return replace(entry, person_id=person)
            case NewEvent() as event:
                return replace(event, person_id=person, others=tuple(others))


def read_family(lines: Iterable[bytes]) -> Iterator[FamilyLine]:
    """Read lines one by one; memory does not grow with the file.

    Does not check what the register alone knows, such as whether two are married.

    Raises:
        MalformedError: `register.csv` with line and column.
    """
    source = rows(lines)
    header = next(source, (1, []))[1]
    if sorted(header) != sorted(COLUMNS):
        raise MalformedError(Code.REGISTER_CSV, f"line 1: the columns are {', '.join(COLUMNS)}")
    for number, fields in source:
        if len(fields) != len(header):
            words = f"line {number}: {len(fields)} fields, not {len(header)}"
            raise MalformedError(Code.REGISTER_CSV, words)
        row = dict(zip(header, fields, strict=True))
        yield FamilyLine(number, _told(number, row))


def _told(line: int, row: Mapping[str, str]) -> Told:
    if not row["person"]:
        raise wrong(line, "person", "a number")
    if row["what"] == _ENTRY:
        _check_empty(line, row, "day", "with", "also")
        if not row["base"]:
            raise wrong(line, "base", "the registered base")
        return NewEntry(person_id=row["person"], base=row["base"], origin=row["origin"] or None)
    _check_empty(line, row, "base", "origin")
    return NewEvent(
        kind=_kind(line, row),
        person_id=row["person"],
        day=read_day(line, row, "day"),
        others=tuple(each for each in (row["with"], row["also"]) if each),
    )


def _check_empty(line: int, row: Mapping[str, str], *columns: str) -> None:
    for column in columns:
        if row[column]:
            raise wrong(line, column, "nothing, for this kind of line")


def _kind(line: int, row: Mapping[str, str]) -> EventKind:
    for kind in EventKind:
        if kind.value == row["what"] and kind is not EventKind.CORRECTION:
            return kind
    raise wrong(line, "what", "entry or the name of an event")
