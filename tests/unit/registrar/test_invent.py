"""Invented people: the same from the same seed, impossible, and fit for the register."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import CARD, DAY, JPEG, LICENCE

from krid.cardtypes import CardType, Sex, bundled, parse_card_type
from krid.registrar.country import Country
from krid.registrar.faces import draw_faces
from krid.registrar.invent import Inventor
from krid.registrar.people import Relation
from krid.registrar.resident import ResidentNumber

KOREAN = (bundled(CARD), bundled(LICENCE))
FACES = {(sex, old): (JPEG,) for sex in Sex for old in (False, True)}


def inventor(types: tuple[CardType, ...] = KOREAN, seed: str = "seed") -> Inventor:
    return Inventor(types, seed, DAY, FACES)


def test_the_same_seed_invents_the_same_people() -> None:
    first, again = (list(inventor().people(50)) for _ in "12")
    assert first == again
    assert list(inventor(seed="other").people(50)) != first


@settings(max_examples=20)
@given(st.integers(0, 10**8 - 100), st.text(max_size=20))
def test_everybody_is_impossible_and_fits_into_the_register(start: int, seed: str) -> None:
    country = Country.of(KOREAN)
    people = list(inventor(seed=seed).people(30, start=start))
    for person in people:
        country.check_person(person, day=DAY)
        assert person.invented
        assert ResidentNumber.parse(person.number).is_impossible
    assert len({person.number for person in people}) == 30


def test_numbers_differ_over_a_million() -> None:
    numbers = {
        person.number
        for start in (0, 10**6, 2 * 10**6)
        for person in inventor().people(200, start=start)
    }
    assert len(numbers) == 600


def test_households_share_a_home_and_children_a_family_name() -> None:
    people = list(inventor().people(400))
    heads = {person.number: person for person in people if person.relation is Relation.HEAD}
    members = [person for person in people if person.household is not None]
    assert {person.relation for person in members} == {Relation.SPOUSE, Relation.CHILD}
    for person in members:
        head = heads[person.household or ""]
        assert person.address == head.address
        if person.relation is Relation.CHILD:
            assert person.facts["family_name_latin"] == head.facts["family_name_latin"]


def test_spellings_of_one_name_belong_together() -> None:
    words = bundled(CARD).register.words
    for person in inventor().people(50):
        name = person.facts["name"]
        family = words["family"]["hangul"].index(name[0])
        assert person.facts["name_hanja"][0] == words["family"]["hanja"][family]
        assert person.facts["name_latin"].startswith(words["family"]["latin"][family] + " ")


def test_documents_belong_to_who_is_old_enough() -> None:
    people = list(inventor().people(400))
    for person in people:
        kinds = {document.kind for document in person.documents}
        if person.birth_date > date(2010, 6, 1):
            assert kinds == set()
    with_both = [person for person in people if len(person.documents) == 2]
    assert len(with_both) > 200
    (licence,) = [each for each in with_both[0].documents if each.kind == "driving-licence"]
    assert re.fullmatch(r"00-\d\d-\d{6}-00", str(licence.facts["dlno"]))


@pytest.mark.parametrize("name", ["eu-pid", "kr-resident", "kr-licence"])
def test_every_bundled_card_type_invents_its_people(name: str) -> None:
    country = Country.of([bundled(name)])
    for person in inventor((bundled(name),)).people(100):
        country.check_person(person, day=DAY)


def test_a_country_without_family_names_or_documents() -> None:
    raw = b"""
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
    card_type = parse_card_type(raw)
    people = list(Inventor((card_type,), "s", DAY, None).people(10))
    assert [person.portrait for person in people] == [None] * 10
    assert {len(person.documents) for person in people} == {0}


def test_faces_are_drawn_from_the_seed() -> None:
    first, again = draw_faces("seed", 1), draw_faces("seed", 1)
    assert first == again
    assert all(face[0].startswith(b"\xff\xd8\xff") for face in first.values())
    assert len({face[0] for face in first.values()}) == 4
