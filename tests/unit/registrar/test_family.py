"""The family register, in memory and in the database: events, corrections, certificates."""

from datetime import date, timedelta
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
import registers
from families import BORN, Book, InDatabase, InMemory, bear, certified, relations, told
from registers import DAY, Authority, note

from krid.errors import Code, ContentError, KridError, MisuseError
from krid.registrar.family import kinship
from krid.registrar.family.certificate import (
    LINES,
    CertificateLine,
    FamilyCertificate,
    FamilyOrder,
    certify,
)
from krid.registrar.family.inventing import invent_families
from krid.registrar.family.memory import FamilyInMemory
from krid.registrar.family.values import EventKind, NewEntry, NewEvent, Relative
from krid.registrar.invent import Inventor
from krid.registrar.people import PersonState
from krid.registrar.registrar import Registrar

GENERAL, DETAILED = FamilyCertificate.FAMILY_GENERAL, FamilyCertificate.FAMILY_DETAILED
SPECIFIC = FamilyCertificate.FAMILY_SPECIFIC
ONE, EVERY = FamilyCertificate.MARRIAGE_GENERAL, FamilyCertificate.MARRIAGE_DETAILED
BASE, BIRTH = CertificateLine.BASE, CertificateLine.BIRTH
DIVORCED = date(2020, 5, 5)


@pytest.fixture(params=["memory", "database"])
def book(request: pytest.FixtureRequest) -> Book:
    if request.param == "memory":
        return InMemory()
    return InDatabase(request.getfixturevalue("small"))


def test_what_each_certificate_names(book: Book) -> None:
    told(book)
    assert relations(book, "father", GENERAL) == [
        "father grandpa", "mother grandma", "spouse mother", "child son",
    ]  # fmt: skip
    assert relations(book, "father", DETAILED)[-2:] == ["child son", "child daughter"]
    assert relations(book, "son", GENERAL) == ["father father", "mother mother"]
    assert relations(book, "stranger", GENERAL) == []  # a child of no marriage that lasts
    assert relations(book, "stranger", DETAILED) == ["child daughter"]
    assert relations(book, "father", SPECIFIC) == []
    assert relations(book, "father", SPECIFIC, CertificateLine.SPOUSE) == ["spouse mother"]
    parts = (CertificateLine.PARENTS, CertificateLine.CHILDREN)
    assert relations(book, "father", SPECIFIC, *parts) == [
        "father grandpa", "mother grandma", "child son", "child daughter",
    ]  # fmt: skip


def test_a_divorce_is_named_on_the_detailed_certificate_of_marriage_alone(book: Book) -> None:
    told(book)
    book.record(EventKind.DIVORCE, "mother", DIVORCED, "father")
    assert relations(book, "father", DETAILED) == [
        "father grandpa", "mother grandma", "child son", "child daughter",
    ]  # fmt: skip
    assert relations(book, "father", GENERAL) == ["father grandpa", "mother grandma"]
    assert certified(book, "father", ONE) == {"name": "father", "marriages": []}
    book.record(EventKind.MARRIAGE, "stranger", DIVORCED, "father")
    assert certified(book, "father", ONE)["marriages"] == [
        {"name": "stranger", "since": "2020-05-05"}
    ]
    assert certified(book, "father", EVERY)["marriages"] == [
        {"name": "mother", "since": "1999-05-05", "until": "2020-05-05", "ended_by": "divorce"},
        {"name": "stranger", "since": "2020-05-05"},
    ]
    assert certified(book, "father", EVERY, day=date(2010, 1, 1))["marriages"] == [
        {"name": "mother", "since": "1999-05-05"}
    ]
    assert relations(book, "father", GENERAL)[-2:] == ["spouse stranger", "child daughter"]
    assert relations(book, "son", GENERAL) == ["father father", "mother mother"]


def test_the_same_two_marry_again(book: Book) -> None:
    told(book)
    book.record(EventKind.DIVORCE, "mother", DIVORCED, "father")
    book.record(EventKind.MARRIAGE, "mother", DIVORCED, "father")
    found = certified(book, "mother", EVERY)["marriages"]
    assert [each.get("ended_by") for each in found] == ["divorce", None]


def test_lines_that_were_asked_for_and_no_others(book: Book) -> None:
    told(book)
    plain = certified(book, "son", GENERAL)
    assert plain == {
        "name": "son",
        "relations": [
            {"relation": "father", "name": "father"},
            {"relation": "mother", "name": "mother"},
        ],
    }
    assert certified(book, "son", GENERAL, BASE)["registered_base"] == "견본로 13"
    assert certified(book, "son", GENERAL, BIRTH)["relations"][0]["birthdate"] == "1970-01-01"
    number = "resident_registration_number"
    hidden = certified(book, "son", GENERAL, CertificateLine.NUMBERS)
    assert hidden[number].endswith("-" + hidden[number][-7] + "******")
    assert hidden["relations"][0][number] == "701301-1******"
    own = certified(book, "son", GENERAL, CertificateLine.OWN_NUMBER)
    assert "*" not in own[number]
    assert number not in own["relations"][0]
    full = certified(book, "son", GENERAL, CertificateLine.FULL_NUMBERS)
    assert "*" not in full["relations"][0][number]
    assert CertificateLine.SPOUSE not in LINES[GENERAL]
    with pytest.raises(MisuseError):
        FamilyOrder(GENERAL, frozenset({CertificateLine.SPOUSE}))


def test_adoptions(book: Book) -> None:
    told(book)
    book.record(EventKind.ADOPTION, "daughter", date(2015, 5, 5), "mother")
    # One adopter who is married to a parent by birth: the two are the parents.
    assert relations(book, "daughter", GENERAL) == ["mother mother", "father father"]
    assert relations(book, "daughter", DETAILED) == [
        "father father", "mother stranger", "adoptive_mother mother",
    ]  # fmt: skip
    assert relations(book, "mother", GENERAL)[-2:] == ["child son", "child daughter"]
    assert relations(book, "stranger", DETAILED) == ["child daughter"]
    book.record(EventKind.ADOPTION_END, "daughter", date(2016, 5, 5))
    assert relations(book, "daughter", GENERAL) == ["father father", "mother stranger"]
    assert relations(book, "mother", DETAILED)[-2:] == ["child son", "child stepsister"]
    book.record(EventKind.FULL_ADOPTION, "daughter", date(2017, 5, 5), "grandpa", "grandma")
    for kind in (GENERAL, DETAILED):
        assert relations(book, "daughter", kind) == ["father grandpa", "mother grandma"]
    assert relations(book, "stranger", DETAILED) == []
    assert relations(book, "grandma", DETAILED)[-1] == "child daughter"


def test_a_parent_whose_spouse_adopted_fully_stays_one_after_a_divorce(book: Book) -> None:
    told(book)
    book.record(EventKind.FULL_ADOPTION, "daughter", date(2015, 5, 5), "mother")
    book.record(EventKind.DIVORCE, "mother", DIVORCED, "father")
    for kind in (GENERAL, DETAILED):
        assert relations(book, "daughter", kind) == ["mother mother", "father father"]
    assert relations(book, "father", DETAILED)[-1] == "child daughter"
    assert relations(book, "stranger", DETAILED) == []


def test_one_who_adopts_alone_is_the_only_parent(book: Book) -> None:
    told(book)
    book.record(EventKind.ADOPTION, "daughter", date(2015, 5, 5), "uncle")
    assert relations(book, "daughter", GENERAL) == ["father uncle"]
    assert relations(book, "uncle", DETAILED)[-1] == "child daughter"
    assert relations(book, "uncle", GENERAL)[-1] == "mother grandma"


def test_what_was_corrected_stays_in_the_history(book: Book) -> None:
    told(book)
    wrong = book.record(EventKind.ADOPTION, "daughter", date(2015, 5, 5), "uncle")
    correction = book.correct(wrong)
    assert relations(book, "daughter", GENERAL) == ["father father", "mother stranger"]
    found = {each.id: each for each in book.history("uncle")}
    assert found[wrong].is_corrected
    assert (found[correction].kind, found[correction].corrects) == (EventKind.CORRECTION, wrong)
    (birth,) = [each for each in book.history("daughter") if each.kind is EventKind.BIRTH]
    book.correct(birth.id)
    bear(book, "daughter", "uncle", "stranger")
    assert relations(book, "daughter", GENERAL) == ["father uncle", "mother stranger"]


def test_the_dead_are_named_as_such_and_leave_widows(small: Registrar) -> None:
    book = InDatabase(small)
    told(book)
    for name, day in (("grandpa", date(2020, 1, 1)), ("father", date(2021, 1, 1))):
        person = book.id(name)
        small.residents.leave(person, PersonState.DEAD, on=day, **note())
    assert relations(book, "grandma", GENERAL) == []
    assert relations(book, "grandma", DETAILED) == ["child father", "child uncle"]
    found = certified(book, "son", GENERAL)["relations"]
    assert [each.get("deceased") for each in found] == [True, None]
    (marriage,) = certified(book, "grandma", EVERY)["marriages"]
    assert (marriage["until"], marriage["ended_by"]) == ("2020-01-01", "death")
    line = small.log.of(book.id("father"))[-1]
    assert line.action == "dead"
    small.audit(expected=None)


def test_deaths_of_who_has_no_entry_or_left_before(small: Registrar) -> None:
    book = InDatabase(small)
    small.residents.leave(book.id("uncle"), PersonState.DEAD, on=DAY, **note())
    assert book.history("uncle") == ()
    book.enter("stranger")
    small.residents.leave(book.id("stranger"), PersonState.EMIGRATED, on=DAY, **note())
    book.record(EventKind.DEATH, "stranger", DAY)
    with pytest.raises(ContentError) as error:
        small.residents.leave(book.id("stranger"), PersonState.DEAD, on=DAY, **note())
    assert error.value.code is Code.REGISTER_ENDED


def test_somebody_without_a_known_sex_is_a_parent() -> None:
    born = {"parent": date(1980, 1, 1), "child": date(2010, 1, 1)}
    people = [
        Relative(id=name, name=name, number="", birth_date=day, sex=None)
        for name, day in born.items()
    ]
    register = FamilyInMemory(people, day=DAY)
    for name in born:
        register.enter(NewEntry(person_id=name, base="hut 1", origin="the hills"))
    register.record(
        NewEvent(kind=EventKind.BIRTH, person_id="child", day=born["child"], others=("parent",))
    )
    order = FamilyOrder(GENERAL, frozenset())
    claims: Any = certify(register.families, "child", order, day=DAY)
    assert claims["relations"] == [{"relation": "parent", "name": "parent"}]


def test_a_country_that_keeps_names_in_parts(file: Path, authority: Authority) -> None:
    registers.begin(file, "eu-pid")
    with registers.opened(file, authority) as registrar:
        types = tuple(registrar.country.types.values())
        (new,) = Inventor(types, "parts", DAY, None).people(1)
        person = registrar.residents.enter(new, **note())
        registrar.family.enter(NewEntry(person_id=person, base="hut 1"), **note())
        claims = certify(
            registrar.family.families(person), person, FamilyOrder(GENERAL, frozenset()), day=DAY
        )
    assert claims["name"] == f"{new.facts['given_name']} {new.facts['family_name']}"


def test_both_forms_refuse_the_same_and_nobody_has_two_spouses(small: Registrar) -> None:
    memory, database = InMemory(), InDatabase(small)
    luck, kinds = Random("families"), list(EventKind)  # noqa: S311  repeatable on purpose
    names, days = list(BORN), [date(year, 6, 1) for year in range(1960, 2027, 6)]
    for book in (memory, database):
        for name in names:
            book.enter(name)
    seen = set[object]()
    for _ in range(90):
        kind, name = luck.choice(kinds), luck.choice(names)
        others = luck.sample(names, luck.choice((0, 1, 1, 2)))
        day = BORN[name][0] if kind is EventKind.BIRTH else luck.choice(days)
        outcomes = [tried(book, kind, name, day, others) for book in (memory, database)]
        if kind is not EventKind.DEATH:  # the database hears of deaths elsewhere
            assert outcomes[0] == outcomes[1]
            seen.add(outcomes[0])
    assert {"done", Code.FAMILY_AGE, Code.FAMILY_SELF, Code.FAMILY_DAY} <= seen
    for name in names:
        assert certified(memory, name, DETAILED) == certified(database, name, DETAILED)
        check_sane(memory, name)
    small.audit(expected=None)


def tried(book: Book, kind: EventKind, name: str, day: date, others: list[str]) -> object:
    if kind is EventKind.DEATH:
        return None
    try:
        book.record(kind, name, day, *others)
    except ContentError as error:
        return error.code
    return "done"


def check_sane(book: Book, name: str) -> None:
    found = kinship.marriages(book.families(name), name)
    for day in (DAY - timedelta(days=step * 800) for step in range(25)):
        assert sum(each.lasted_on(day) for each in found) <= 1
        line = {name}
        while line:  # ends, for descent has no circles
            line = {
                parent
                for each in line
                for parent in kinship.parents_on(book.families(name), each, day)
            }
            assert name not in line


def test_two_marriages_of_one_person_at_once(registrar: Registrar) -> None:
    book = InDatabase(registrar)
    for name in BORN:
        book.enter(name)
    outcomes = list[object]()

    def marry(other: str) -> None:
        try:
            outcomes.append(book.record(EventKind.MARRIAGE, "father", DIVORCED, other))
        except KridError as error:
            outcomes.append(error.code)

    threads = [Thread(target=marry, args=(other,)) for other in ("mother", "stranger")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert Code.FAMILY_MARRIED in outcomes
    assert len(certified(book, "father", EVERY)["marriages"]) == 1
    registrar.audit(expected=None)


def test_invented_households_become_families(small: Registrar) -> None:
    types = tuple(small.country.types.values())
    people = list(Inventor(types, "families-0", DAY, None).people(150))
    small.residents.enter_many(people, **note())
    for found in invent_families(small.book, "families-0", day=DAY, size=20):
        small.family.enter_many(found.entries, found.events, **note())
    assert list(invent_families(small.book, "families-0", day=DAY)) == []
    handles = small.residents.handles(each.number for each in people)
    kinds = set[EventKind]()
    for person in people:
        history = small.family.history(handles[person.number])
        kinds |= {each.kind for each in history}
        assert [each.kind for each in history].count(EventKind.BIRTH) >= 1
    assert kinds >= {EventKind.BIRTH, EventKind.MARRIAGE, EventKind.DIVORCE, EventKind.ADOPTION}
    small.audit(expected=None)
