"""A person's own entry in the register, as the person sees it."""

from typing import TYPE_CHECKING

from krid.registrar.lifecycle import Stage
from krid.registrar.mobile import Via
from krid.web.office import Office
from krid.web.platform import Visit
from krid.web.platform.words import Row

if TYPE_CHECKING:
    from krid.registrar import MobileCard, Person


def entry_of(office: Office, person: "Person", visit: Visit) -> dict[str, object]:
    """Read everything that the register says of a person, and the household."""
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
        "waits": any(
            waiting_card(office, person.id, type_id) for type_id in office.registrar.country.types
        ),
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


def waiting_card(office: Office, person_id: str, type_id: str) -> "MobileCard | None":
    """Find the card that a change of the register enrolled for the phone that has the old one."""
    for card in reversed(office.registrar.cards.of_person(person_id)):
        is_waiting = card.stage is Stage.ENROLLED and card.via is Via.SAME_PHONE
        if is_waiting and card.type == type_id:
            return card
    return None
