"""Who of the town may drive: the plastic licences of the sample people."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from krid.cardtypes import completed_years
from krid.registrar import NewDocument, Resident

if TYPE_CHECKING:
    from krid._core.strict_json import Json

LICENCE: Final = "driving-licence"
_OFFICE: Final = "견본시경찰청장"
_YEARS: Final = 10


class _Licence(NamedTuple):
    """A row of the table; `age` is that on the day of the test."""

    asort: str
    conditions: str
    age: int
    categories: tuple[str, ...]
    codes: tuple[str, ...] = ()


_LICENCES: Final[Mapping[str, _Licence]] = MappingProxyType(
    {
        "sample-hong-gildong": _Licence("1종보통", "A", 20, ("B", "C1"), ("78",)),
        "sample-kim-cheolsu": _Licence("1종대형", "", 22, ("B", "C", "D")),
        "sample-lee-younghee": _Licence("2종보통", "", 19, ("B",)),
        "sample-yi-mongryong": _Licence("2종원동기", "", 16, ("AM",)),
        "sample-park-cheomji": _Licence("2종보통", "D", 30, ("B",)),
    }
)
"""Whoever is missing has none: one is 16, and one never learnt to drive."""


def licence_of(person: Resident, *, day: date) -> NewDocument | None:
    """Make the plastic licence of one of the sample people, None for who has none.

    It was renewed every ten years since the test, so that it is in force on the day.
    """
    row = _LICENCES.get(person.id)
    if row is None:
        return None
    tested = _later(person.birth_date, row.age)
    begun = _later(tested, completed_years(tested, day) // _YEARS * _YEARS)
    ends, serial = _later(begun, _YEARS), person.number.encode()[:2]
    facts: dict[str, Json] = {
        "office": _OFFICE,
        "dlno": f"00-{tested.year % 100:02d}-0000{serial}-00",
        "asort": row.asort,
        "conditions": row.conditions,
        "inspctbegend": f"{begun} ~ {ends}",
        "passwordsn": f"0000{serial}",
        "inorgdonnyn": "N",
        "driving_privileges": [_privilege(each, tested, ends, row) for each in row.categories],
    }
    return NewDocument(kind=LICENCE, issued_on=begun, facts=facts)


def _privilege(category: str, since: date, until: date, row: _Licence) -> "dict[str, Json]":
    found: dict[str, Json] = {
        "vehicle_category_code": category,
        "issue_date": since.isoformat(),
        "expiry_date": until.isoformat(),
    }
    return found | ({"codes": [{"code": code} for code in row.codes]} if row.codes else {})


def _later(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February has none in most of them."""
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)
