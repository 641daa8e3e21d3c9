"""One forgery for each rule of the family register, in memory and in the database."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import registers
from families import BORN, Act, Book, InDatabase, InMemory, bear, told
from registers import DAY, Authority, note

from krid.errors import Code, KridError
from krid.registrar.family.csv_family import read_family
from krid.registrar.family.values import EventKind, NewEntry, NewEvent
from krid.registrar.people import PersonState

Kind = EventKind
LATE, LATER, DIED = date(2020, 5, 5), date(2021, 5, 5), date(1999, 6, 1)
HEADER = b"what,person,day,with,also,base,origin\n"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make()


@pytest.fixture(scope="module")
def template(
    tmp_path_factory: pytest.TempPathFactory, authority: Authority
) -> tuple[Path, dict[str, str]]:
    """A register that was told everything, to be copied."""
    place = tmp_path_factory.mktemp("families") / "register.db"
    registers.begin(place)
    with registers.opened(place, authority) as opened:
        book = InDatabase(opened)
        told(book)
        return place, book.handles


@pytest.fixture(params=["memory", "database"])
def book(request: pytest.FixtureRequest, tmp_path: Path, authority: Authority) -> Iterator[Book]:
    """A register that was told of three generations."""
    if request.param == "memory":
        memory = InMemory()
        told(memory)
        yield memory
        return
    place, handles = request.getfixturevalue("template")
    copied = shutil.copy(place, tmp_path / "register.db")
    with registers.opened(copied, authority) as opened:
        yield InDatabase(opened, handles)


@pytest.fixture(params=["memory", "database"])
def untold(request: pytest.FixtureRequest, tmp_path: Path, authority: Authority) -> Iterator[Book]:
    """A register that knows people and no families."""
    if request.param == "memory":
        yield InMemory()
        return
    place = tmp_path / "register.db"
    registers.begin(place)
    with registers.opened(place, authority) as opened:
        yield InDatabase(opened)


def refused(book: Book, code: Code, act: Act) -> None:
    """Check that something is refused with a code, and by the database also in its log."""
    with pytest.raises(KridError) as error:
        act(book)
    assert error.value.code is code
    if isinstance(book, InDatabase):
        assert str(code) in {line.refusal for line in book.registrar.log.newest(limit=5)}
        book.registrar.audit(expected=None)


RULES: list[tuple[Code, Act]] = [
    (Code.REGISTER_UNKNOWN, lambda book: book.record(Kind.BIRTH, "nobody", LATE)),
    (Code.FAMILY_UNKNOWN, lambda book: book.correct("e-nothing")),
    (Code.FAMILY_ENTRY, lambda book: book.enter("father")),
    (Code.FAMILY_EVENT, lambda book: book.record(Kind.MARRIAGE, "uncle", LATE)),
    (Code.FAMILY_EVENT, lambda book: book.record(Kind.ADOPTION, "daughter", LATE)),
    (Code.FAMILY_EVENT, lambda book: book.record(Kind.CORRECTION, "daughter", LATE)),
    (Code.FAMILY_SELF, lambda book: book.record(Kind.MARRIAGE, "uncle", LATE, "uncle")),
    (Code.FAMILY_SELF, lambda book: bear(book, "son", "father", "son")),
    (Code.FAMILY_SELF, lambda book: bear(book, "son", "father", "father")),
    (Code.FAMILY_REPEATED, lambda book: bear(book, "son", "father", "mother")),
    (
        Code.FAMILY_REPEATED,
        lambda book: [
            book.record(Kind.ADOPTION, "daughter", day, "uncle") for day in (LATE, LATER)
        ],
    ),
    (Code.FAMILY_AGE, lambda book: book.record(Kind.ADOPTION, "uncle", LATE, "son")),
    (Code.FAMILY_AGE, lambda book: book.record(Kind.FULL_ADOPTION, "son", LATE, "uncle")),
    (
        Code.FAMILY_AGE,
        lambda book: book.record(Kind.ADOPTION, "daughter", date(2013, 1, 1), "son"),
    ),
    (Code.FAMILY_AGE, lambda book: book.record(Kind.MARRIAGE, "uncle", LATE, "daughter")),
    (Code.FAMILY_DAY, lambda book: book.record(Kind.MARRIAGE, "uncle", DAY + timedelta(1), "son")),
    (
        Code.FAMILY_DAY,
        lambda book: book.record(Kind.ADOPTION, "daughter", date(2011, 1, 1), "uncle"),
    ),
    (Code.FAMILY_DAY, lambda book: book.record(Kind.DIVORCE, "father", date(1998, 1, 1), "mother")),
    (
        Code.FAMILY_DAY,
        lambda book: [
            book.record(kind, "daughter", LATE, *others)
            for kind, others in ((Kind.ADOPTION, ("uncle",)), (Kind.ADOPTION_END, ()))
        ],
    ),
    (Code.FAMILY_MARRIED, lambda book: book.record(Kind.MARRIAGE, "uncle", LATE, "mother")),
    (
        Code.FAMILY_MARRIED,
        lambda book: [
            book.record(Kind.DIVORCE, "father", LATER, "mother"),
            book.record(Kind.MARRIAGE, "father", LATE, "stranger"),
        ],
    ),
    (Code.FAMILY_NOT_MARRIED, lambda book: book.record(Kind.DIVORCE, "uncle", LATE, "mother")),
    (
        Code.FAMILY_NOT_MARRIED,
        lambda book: book.record(Kind.ADOPTION, "daughter", LATE, "uncle", "stranger"),
    ),
    (Code.FAMILY_KIN, lambda book: book.record(Kind.MARRIAGE, "son", LATER, "stepsister")),
    (
        Code.FAMILY_KIN,
        lambda book: [
            book.record(Kind.DIVORCE, "father", LATE, "mother"),
            book.record(Kind.MARRIAGE, "mother", LATER, "stepsister"),
        ],
    ),
    (Code.FAMILY_ADOPTION, lambda book: book.record(Kind.ADOPTION_END, "daughter", LATE)),
    (
        Code.FAMILY_ORDER,
        lambda book: [
            book.record(Kind.DIVORCE, "father", LATE, "mother"),
            book.correct(marriage(book)),
        ],
    ),
    (
        Code.FAMILY_ORDER,
        lambda book: [
            book.record(Kind.DIVORCE, "father", LATE, "mother"),
            book.record(Kind.MARRIAGE, "father", LATER, "stranger"),
            book.correct(last(book, "mother")),
        ],
    ),
    (
        Code.FAMILY_ORDER,
        lambda book: [
            book.record(Kind.DIVORCE, "father", LATE, "mother"),
            book.record(Kind.MARRIAGE, "father", LATER, "mother"),
            book.correct(marriage(book)),
        ],
    ),
    (
        Code.FAMILY_ORDER,
        lambda book: [
            book.record(Kind.ADOPTION, "daughter", LATE, "uncle"),
            book.record(Kind.ADOPTION_END, "daughter", LATER),
            book.correct(last(book, "uncle")),
        ],
    ),
    (
        Code.FAMILY_ORDER,
        lambda book: [
            book.record(Kind.ADOPTION, "daughter", LATE, "uncle"),
            book.correct(book.history("daughter")[0].id),
        ],
    ),
    (
        Code.FAMILY_REPEATED,
        lambda book: [book.correct(marriage(book)), book.correct(marriage(book))],
    ),
    (
        Code.FAMILY_UNKNOWN,
        lambda book: book.correct(book.correct(marriage(book))),
    ),
]


def marriage(book: Book) -> str:
    return next(each.id for each in book.history("mother") if each.kind is Kind.MARRIAGE)


def last(book: Book, name: str) -> str:
    return book.history(name)[-1].id


@pytest.mark.parametrize("rule", range(len(RULES)))
def test_what_no_family_has(book: Book, rule: int) -> None:
    code, act = RULES[rule]
    refused(book, code, act)


def test_who_has_no_entry(untold: Book) -> None:
    refused(untold, Code.FAMILY_ENTRY, lambda each: bear(each, "son"))


def test_a_child_that_is_born_before_its_parent_or_on_another_day(untold: Book) -> None:
    for name in BORN:
        untold.enter(name)
    refused(untold, Code.FAMILY_AGE, lambda each: bear(each, "grandpa", "father"))
    refused(untold, Code.FAMILY_DAY, lambda each: each.record(Kind.BIRTH, "son", LATE))


def test_the_dead_do_nothing_but_father_children_for_a_while(untold: Book) -> None:
    for name in BORN:
        untold.enter(name)
    if isinstance(untold, InDatabase):
        untold.registrar.residents.leave(
            untold.id("father"), PersonState.EMIGRATED, on=DAY, **note()
        )
    untold.record(Kind.DEATH, "father", DIED)
    refused(untold, Code.FAMILY_REPEATED, lambda each: each.record(Kind.DEATH, "father", DIED))
    refused(
        untold, Code.FAMILY_DAY, lambda each: each.record(Kind.MARRIAGE, "father", LATE, "mother")
    )
    refused(untold, Code.FAMILY_DAY, lambda each: bear(each, "daughter", "father"))
    bear(untold, "son", "father", "mother")


def test_a_death_before_what_the_person_did(book: Book) -> None:
    if isinstance(book, InDatabase):
        refused(book, Code.FAMILY_EVENT, lambda each: each.record(Kind.DEATH, "father", LATE))
        for name in ("father", "mother"):
            person = book.id(name)
            book.registrar.residents.leave(person, PersonState.EMIGRATED, on=DAY, **note())
    refused(book, Code.FAMILY_DAY, lambda each: each.record(Kind.DEATH, "father", date(1999, 6, 1)))
    refused(
        book, Code.FAMILY_DAY, lambda each: each.record(Kind.DEATH, "mother", date(1999, 12, 1))
    )


def test_a_base_that_is_no_line(untold: Book) -> None:
    if not isinstance(untold, InDatabase):
        pytest.skip("texts are checked where they are kept")
    registrar = untold.registrar
    for changes in ({"base": "two\nlines"}, {"base": "hut 1", "origin": ""}):
        entry = NewEntry(person_id=untold.id("son"), **changes)
        with pytest.raises(KridError) as error:
            registrar.family.enter(entry, **note())
        assert error.value.code is Code.REGISTER_PERSON
    event = NewEvent(kind=Kind.BIRTH, person_id="p-nobody", day=DAY)
    with pytest.raises(KridError) as error:
        registrar.family.enter_many([], [event], **note())
    assert error.value.code is Code.REGISTER_UNKNOWN
    with pytest.raises(KridError) as error:
        registrar.family.families("p-nobody")
    assert error.value.code is Code.REGISTER_UNKNOWN


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [b"what,person\n"],
        [HEADER, b"entry,1\n"],
        [HEADER, b"entry,,,,,base,\n"],
        [HEADER, b"entry,1,,,,,\n"],
        [HEADER, b"entry,1,2020-01-01,,,base,\n"],
        [HEADER, b"birth,1,2020-01-01,,,base,\n"],
        [HEADER, b"birth,1,2020-1-1,,,,\n"],
        [HEADER, b"correction,1,2020-01-01,,,,\n"],
        [HEADER, b"wedding,1,2020-01-01,2,,,\n"],
        [HEADER, b"entry,1,,,,\xff,\n"],
    ],
)
def test_lines_of_no_family(lines: list[bytes]) -> None:
    with pytest.raises(KridError) as error:
        list(read_family(lines))
    assert error.value.code is Code.REGISTER_CSV


def test_a_line_about_nobody() -> None:
    (line,) = read_family([HEADER, b"marriage,1,2020-01-01,2,,,\n"])
    with pytest.raises(KridError) as error:
        line.of({"1": "p-1"})
    assert error.value.code is Code.REGISTER_UNKNOWN
    assert error.value.detail == "line 2"
