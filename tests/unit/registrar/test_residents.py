"""Taking people in, looking them up, and the tables themselves."""

from datetime import date
from pathlib import Path

import pytest
import registers
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from registers import DAY, NOW, Authority, note

from krid._core.database import Database
from krid.errors import Code, ContentError, MisuseError, StoreError
from krid.keys import jwk
from krid.registrar.book import migrate
from krid.registrar.book.book import Book
from krid.registrar.book.chain import Head
from krid.registrar.book.migrations import v0001_register
from krid.registrar.book.schema import METADATA
from krid.registrar.bulk import issue_chunk
from krid.registrar.csv_load import read_people
from krid.registrar.family.values import NewEntry
from krid.registrar.people import Relation
from krid.registrar.phones import InventedPhones
from krid.registrar.registrar import Registrar

SCRIPTS = Path(v0001_register.__file__).parent


def test_the_migrations_make_the_tables_of_the_code(registrar: Registrar) -> None:
    with registrar.book.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrate.VERSION_TABLE}
        )
        found = [
            each
            for each in compare_metadata(context, METADATA)
            if "krid_status" not in str(each)  # the lists in the same database have no migrations
        ]
    assert found == []


def test_a_database_is_upgraded_once(database: str) -> None:
    for opening in (Book.upgrade, Book.open, Book.upgrade):
        opening(database).close()


def test_a_register_of_an_older_krid_is_upgraded(file: Path, authority: Authority) -> None:
    database = Database.connect(file, code=Code.REGISTER_DATABASE)
    with database.creating() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrate.VERSION_TABLE}
        )
        with Operations.context(context):
            v0001_register.upgrade()
        context.stamp(
            ScriptDirectory(str(SCRIPTS.parent), version_locations=[str(SCRIPTS)]), "0001"
        )
    database.close()
    with pytest.raises(StoreError) as error:
        registers.begin(file)
    assert error.value.code is Code.REGISTER_VERSION
    Book.upgrade(file).close()
    registers.begin(file)
    with registers.opened(file, authority) as registrar:
        person = registrar.residents.enter(registers.person(), **note())
        registrar.family.enter(NewEntry(person_id=person, base="견본로 13"), **note())
        registrar.audit(expected=None)


def test_people_are_entered_in_batches(registrar: Registrar) -> None:
    head = registers.person(1)
    child = registers.member(2, head.number, Relation.CHILD)
    first = registrar.residents.enter_many([head, child], **note())
    spouse = registers.member(3, head.number, Relation.SPOUSE)
    second = registrar.residents.enter_many([spouse], **note())
    home = registrar.residents.residences(first[0])[0].household_id
    members = registrar.residents.household(home, day=DAY)
    assert members[0].person_id == first[0]
    assert {each.person_id for each in members} == {*first, *second}
    assert registrar.residents.by_number(spouse.number).id == second[0]
    assert [line.action for line in registrar.log.of(second[0])] == ["enter"]
    registrar.audit(expected=None)


def test_a_person_without_a_portrait_or_home(small: Registrar) -> None:
    person = small.residents.enter(registers.person(portrait=None, documents=()), **note())
    assert small.residents.person(person).portrait == b""
    assert small.residents.documents(person) == ()


def test_residents_come_from_a_csv_file(small: Registrar) -> None:
    header = "number,birth_date,sex,address,since,household,relation,invented,fact.name,fact.family_name_latin,fact.given_name_latin"
    lines = [
        header,
        "901301-1000001,1990-05-05,1,견본로 13,2020-01-01,,,yes,견본누람,Gyeon,Nuram",
        '951301-2000002,1995-05-05,2,"견본로 13",2020-01-01,901301-1000001,spouse,yes,보기솔,Bo,Gisol',
    ]
    raw = [f"{line}\r\n".encode() for line in lines]
    people = [each.person for each in read_people(raw, small.country, day=DAY)]
    handles = small.residents.enter_many(people, **note())
    (home,) = small.residents.residences(handles[1])
    assert (home.relation, home.since) == (Relation.SPOUSE, date(2020, 1, 1))


def test_values_show_nothing_of_a_person(small: Registrar) -> None:
    person = small.residents.enter(registers.person(), **note())
    shown = [
        registers.person(),
        small.residents.person(person),
        small.residents.residences(person),
        small.residents.documents(person),
        small,
        small.book,
    ]
    for text in map(repr, shown):
        assert "견본" not in text
        assert "901301" not in text
        assert "1990" not in text


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_a_head_is_read_as_it_was_written(seq: int, digest: bytes) -> None:
    head = Head(seq, digest)
    assert Head.parse(head.encode()) == head


def test_new_versions_of_card_types_are_taken(file: Path) -> None:
    registers.begin(file)
    registers.begin(file)
    from krid.cardtypes import bundled_text

    text = bundled_text("kr-resident").replace("renewal_days = 90", "renewal_days = 30")
    Registrar.begin(file, [text.encode()], actor="installer", now=NOW)
    with Registrar.open(file, signers={}) as registrar:
        assert registrar.country.types["kr-resident"].validity.renewal.days == 30
        assert [line.action for line in registrar.log.of("kr-resident")] == ["type", "type"]
        registrar.audit(expected=None)


PLAIN = b"""
format = 1
id = "plain"
country = "XP"
time_zone = "+00:00"
languages = ["en"]
vct = "urn:example:plain"
[name]
en = "Plain"
[validity]
years = 1
[formats."dc+sd-jwt"]
[eligibility]
[register]
number_pattern = "[0-9]{5}"
number_invented = "{serial:5}"
address = "hut {house}"
[[claims]]
path = ["number"]
from = "person.number"
labels = { en = "Number" }
"""


def test_a_country_that_asks_for_no_document_and_no_age(file: Path, authority: Authority) -> None:
    Registrar.begin(file, [PLAIN], actor="installer", now=NOW)
    with registers.opened(file, authority) as registrar:
        new = registers.person(number="00001", facts={}, portrait=None, documents=())
        person = registrar.residents.enter(new, **note())
        key = registers.phone()
        card = registers.carded(registrar, person, key=key, type_id="plain")
        assert [each.id for each in registrar.cards.on_phone(jwk.key_id(key.public_key))] == [card]
        other = registrar.residents.enter(
            registers.person(number="00002", facts={}, portrait=None, documents=()), **note()
        )
        done = issue_chunk(registrar, "plain", [person, other], InventedPhones("x"), **note())
        assert (done.issued, done.passed) == (1, 1)
        with pytest.raises(ContentError) as error:
            registrar.cards.challenge(
                registrar.cards.apply(
                    other, "plain", registers.phone().public_key, replaces=True, **note()
                ),
                **note(),
            )
        assert error.value.code is Code.REGISTER_NO_CARD
        with pytest.raises(ContentError) as error:
            issue_chunk(registrar, "plain", ["p-nobody"], InventedPhones("x"), **note())
        assert error.value.code is Code.REGISTER_UNKNOWN
        registrar.audit(expected=None)


def test_what_needs_a_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import krid.registrar

    assert krid.registrar.Registrar is Registrar
    with pytest.raises(AttributeError):
        _ = krid.registrar.Nothing
    monkeypatch.setattr(krid.registrar, "find_spec", lambda _name: None)
    with pytest.raises(MisuseError) as error:
        _ = krid.registrar.Desk
    assert error.value.code is Code.MISUSE_EXTRA
