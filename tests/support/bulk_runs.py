"""Runs of bulk issue over registers of the tests, and what has to hold after them."""

import os
from dataclasses import dataclass, replace

import registers
from registers import CARD, DAY, NOW, Authority, note
from sqlalchemy import func, select

from krid._core.clock import FixedClock
from krid.cardtypes import bundled
from krid.keys import PublicKey
from krid.registrar.book.schema import CARD as CARD_TABLE
from krid.registrar.book.schema import CREDENTIAL
from krid.registrar.bulk_run import BulkIssue
from krid.registrar.invent import Inventor
from krid.registrar.phones import InventedPhones
from krid.registrar.registrar import Registrar

PHONES = InventedPhones("test")
INVENTOR = Inventor((bundled("kr-resident"), bundled("kr-licence")), "test", DAY, None)


def people(registrar: Registrar, count: int) -> list[str]:
    invented = [replace(each, portrait=registers.JPEG) for each in INVENTOR.people(count)]
    return registrar.residents.enter_many(invented, **note())


def check_one_each(registrar: Registrar, count: int) -> None:
    """Check that so many people have one active card with one credential of each format."""
    with registrar.book.reading() as connection:
        cards = connection.execute(
            select(CARD_TABLE.c.person_id, func.count())
            .where(CARD_TABLE.c.state == "active")
            .group_by(CARD_TABLE.c.person_id)
        ).all()
        credentials = connection.execute(
            select(CREDENTIAL.c.card_id, CREDENTIAL.c.format, func.count())
            .join(CARD_TABLE, CARD_TABLE.c.id == CREDENTIAL.c.card_id)
            .where(CARD_TABLE.c.state == "active", CREDENTIAL.c.state == "signed")
            .group_by(CREDENTIAL.c.card_id, CREDENTIAL.c.format)
        ).all()
        places = connection.execute(select(CREDENTIAL.c.list_uri, CREDENTIAL.c.list_index)).all()
    assert len(cards) == count
    assert {each[1] for each in cards} == {1}
    assert len(credentials) == 2 * count
    assert {each[2] for each in credentials} == {1}
    assert len(set(places)) == len(places)


@dataclass(frozen=True)
class Opener:
    place: str
    authority: Authority

    def __hash__(self) -> int:
        return hash(self.place)

    def __call__(self) -> Registrar:
        return registers.opened(self.place, self.authority)


def bulk(place: str, authority: Authority, workers: int) -> BulkIssue:
    return BulkIssue(
        opener=Opener(place, authority),
        type_id=CARD,
        phones=PHONES,
        clock=FixedClock(NOW),
        workers=workers,
        actor="bulk-1",
        reason="test",
    )


class Deadly:
    """A function that gives no key, but ends the process."""

    def __call__(self, _person: str) -> PublicKey:
        os._exit(9)
