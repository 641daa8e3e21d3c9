"""Any bytes as the file of a card type: a value whose people can be invented, or a refusal."""

from datetime import date

from krid.cardtypes import parse_card_type
from krid.errors import KridError
from krid.registrar.country import Country
from krid.registrar.invent import Inventor

_DAY = date(2026, 6, 1)


def target(data: bytes) -> None:
    try:
        card_type = parse_card_type(data)
    except KridError:
        return
    inventor = Inventor((card_type,), "fuzz", _DAY, None)
    for person in inventor.people(2):
        try:
            Country.of([card_type]).check_person(person, day=_DAY)
        except KridError:
            return
