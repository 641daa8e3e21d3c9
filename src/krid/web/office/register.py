"""The people of a registrar as the pages of the desk show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from krid.cardtypes import Sex
from krid.registrar import PhysicalCard, Resident, ResidentNumber
from krid.web.office.office import Office

if TYPE_CHECKING:
    from krid.registrar import Person


@final
@dataclass(frozen=True, slots=True)
class OfficeRegister:
    """The port `desk.PeopleRegister` over a registrar of Korean people and one of its cards."""

    office: Office

    @property
    def residents(self) -> Sequence[Resident]:
        """Everybody whom the desk shows."""
        return [self.resident(each) for each in self.office.people]

    def resident(self, resident_id: str) -> Resident:
        """Find a person.

        Raises:
            ContentError: `register.unknown`.
        """
        person = self.office.shown(resident_id)
        homes = self.office.registrar.residents.residences(resident_id)
        return _resident(person, homes[-1].address if homes else "")

    def card(self, resident_id: str) -> PhysicalCard | None:
        """Find a person's plastic card, the newest one."""
        kind = self.office.registrar.country.type(self.office.card_type).eligibility.document
        found = self.office.registrar.residents.documents(resident_id)
        for each in reversed(found):
            if each.kind == kind:
                office = str(each.facts.get("office", ""))
                return PhysicalCard(
                    issued_on=each.issued_on, issuing_office=office, state=each.state
                )
        return None

    def active_phone(self, resident_id: str) -> str | None:
        """Name the phone that holds the mobile card, also while it is suspended."""
        cards = [
            each for each in self.office.held(resident_id) if each.type == self.office.card_type
        ]
        return cards[-1].phone if cards else None


def _resident(person: "Person", address: str) -> Resident:
    return Resident(
        id=person.id,
        name=person.facts["name"],
        name_hanja=person.facts.get("name_hanja"),
        name_latin=person.facts.get("name_latin"),
        birth_date=person.birth_date,
        sex=person.sex or Sex.MALE,
        number=ResidentNumber.parse(person.number),
        address=address,
        portrait=person.portrait,
        invented=person.invented,
    )
