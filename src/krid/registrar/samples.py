"""Invented people to try krid with: figures of folk tales and names from sample forms.

None of them exists, and none can be taken for somebody: each resident number has a month of 13,
so number and birth date cannot agree, addresses lie in streets called Sample (견본), the
portraits are drawings, and every entry is marked as invented.
"""

from datetime import date
from typing import Final, NamedTuple

from krid.cardtypes import Sex
from krid.errors import Code, MisuseError
from krid.registrar.eligibility import MINIMUM_AGE
from krid.registrar.register import Entry, Register
from krid.registrar.resident import CardState, PhysicalCard, Resident, ResidentNumber

_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2099
_OFFICE: Final = "서울특별시 견본구청장"


class _Person(NamedTuple):
    """A row of the table: age is the number of the year less that of the year of birth."""

    slug: str
    name: str
    hanja: str
    latin: str
    sex: Sex
    years: int
    birthday: tuple[int, int]
    house: int
    state: CardState | None = CardState.IN_FORCE
    phone: str | None = None


_HONG: Final = _Person("hong-gildong", "홍길동", "洪吉童", "Hong Gildong", Sex.MALE, 34, (4, 5), 1)
_KIM: Final = _Person(
    "kim-cheolsu", "김철수", "金哲洙", "Kim Cheolsu", Sex.MALE, 46, (9, 9), 2, CardState.LOST
)
_LEE: Final = _Person(
    "lee-younghee",
    "이영희",
    "李英姬",
    "Lee Younghee",
    Sex.FEMALE,
    29,
    (2, 28),
    3,
    phone="sample-phone-1",
)
_SEONG: Final = _Person(
    "seong-chunhyang", "성춘향", "成春香", "Seong Chunhyang", Sex.FEMALE, 16, (1, 1), 4, None
)
_YI: Final = _Person("yi-mongryong", "이몽룡", "李夢龍", "Yi Mongryong", Sex.MALE, 17, (1, 1), 5)
_SIM: Final = _Person("sim-cheong", "심청", "沈淸", "Sim Cheong", Sex.FEMALE, 19, (12, 31), 6)
_PARK: Final = _Person("park-cheomji", "박첨지", "朴僉知", "Park Cheomji", Sex.MALE, 71, (3, 1), 7)

_PEOPLE: Final = (_HONG, _KIM, _LEE, _SEONG, _YI, _SIM, _PARK)


def sample_register(*, day: date) -> Register:
    """Make the sample register as it stands on a day in Korea.

    Birth dates follow the year of that day, so the same people show the same rules whenever the
    samples are used. All handles start with `sample-`:

    - `hong-gildong`, `park-cheomji` (past 65): adults who may have the card
    - `kim-cheolsu`: the plastic card is reported lost
    - `lee-younghee`: a phone holds the mobile card already
    - `seong-chunhyang`: 16 all year, without a plastic card
    - `yi-mongryong`: 17 all year
    - `sim-cheong`: 18 until 31 December, and yet adult under the Youth Protection Act

    Raises:
        MisuseError: `misuse.option` for a day outside the years 2000 to 2099, in which
            resident numbers could not be written.
    """
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise MisuseError(Code.MISUSE_OPTION, "sample people live from 2000 to 2099")
    return Register(_entry(person, day.year) for person in _PEOPLE)


def _entry(person: _Person, year: int) -> Entry:
    birth_year = year - person.years
    return Entry(
        Resident(
            id=f"sample-{person.slug}",
            name=person.name,
            name_hanja=person.hanja,
            name_latin=person.latin,
            birth_date=date(birth_year, *person.birthday),
            sex=person.sex,
            number=_impossible_number(birth_year, person.sex),
            address=f"서울특별시 견본구 견본로 13, {person.house}호 (견본동)",
            portrait=_portrait(person.slug),
            invented=True,
        ),
        _plastic_card(person, birth_year),
        person.phone,
    )


def _plastic_card(person: _Person, birth_year: int) -> PhysicalCard | None:
    """Whoever has a card received it on the seventeenth birthday."""
    if person.state is None:
        return None
    return PhysicalCard(
        issued_on=date(birth_year + MINIMUM_AGE, *person.birthday),
        issuing_office=_OFFICE,
        state=person.state,
    )


def _impossible_number(birth_year: int, sex: Sex) -> ResidentNumber:
    """Write a number whose month is 13."""
    mark = int(sex) + (0 if birth_year < 2000 else 2)
    return ResidentNumber.parse(f"{birth_year % 100:02d}1301-{mark}000000")


def _portrait(slug: str) -> bytes:
    from importlib.resources import files

    return files("krid.registrar").joinpath("portraits", f"{slug}.jpg").read_bytes()
