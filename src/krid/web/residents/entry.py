"""A person's own entry in the register, as the person sees it."""

from typing import TYPE_CHECKING

from krid.web.office import Office
from krid.web.platform import Visit
from krid.web.platform.words import Row
from krid.web.residents.family import family_rows

if TYPE_CHECKING:
    from krid.registrar import MobileCard, Person


def entry_of(office: Office, person: "Person", visit: Visit, *, waits: bool) -> dict[str, object]:
    """Read everything that both registers say of a person, and the household.

    `waits` says that a card waits for the phone.
    """
    residents, now = office.registrar.residents, office.clock.now()
    homes = residents.residences(person.id)
    together = residents.household(homes[-1].household_id, day=office.registrar.country.day(now))
    cards = office.registrar.cards.of_person(person.id)
    return {
        "name": person.facts["name"],
        "rows": [
            Row(visit.say("entry.name"), person.facts["name"]),
            Row(visit.say("entry.birth"), person.birth_date.isoformat()),
            Row(visit.say("entry.number"), person.number, is_sensitive=True),
            Row(visit.say("entry.address"), homes[-1].address),
        ],
        "homes": [Row(each.since.isoformat(), each.address) for each in reversed(homes)],
        "household": [
            Row(
                visit.say(f"relation.{each.relation.value}"),
                residents.person(each.person_id).facts["name"],
            )
            for each in together
        ],
        "family": family_rows(office, person.id, visit),
        "waits": waits,
        "cards": [
            Row(
                visit.say(f"stage.{each.stage.value}"),
                f"{_name(office, each, visit)} · {each.applied_at:%Y-%m-%d} · {each.id}",
            )
            for each in reversed(cards)
        ],
    }


def _name(office: Office, card: "MobileCard", visit: Visit) -> str:
    return office.registrar.country.type(card.type).names[visit.language.value]
