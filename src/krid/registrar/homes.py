"""Moving: homes end and begin, households follow or split, and somebody is always at the head."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from krid.errors import Code, ContentError
from krid.registrar.book.act import Row
from krid.registrar.book.schema import HOUSEHOLD, RESIDENCE
from krid.registrar.people import Movers, Relation
from krid.registrar.work import Work


def move(work: Work, person_id: str, address: str, *, movers: Movers, since: date) -> Sequence[str]:
    """Move a person, or the whole household, and return who moved.

    Raises:
        ContentError: `register.unknown`, `register.ended`, `register.day`.
    """
    homes = _hold_movers(work, person_id, movers)
    if movers is Movers.ALONE:
        (home,) = homes
        leave_household(work, home, since)
        household = work.core.handle("h")
        row = {"id": household, "head": person_id}
        work.act.insert(work.line, HOUSEHOLD, row)
        new = {"household_id": household, "relation": Relation.HEAD.value, "address": address}
        _move_one(work, home, new, since)
        return [person_id]
    for home in homes:
        _move_one(work, home, {"address": address}, since)
    return [home["person_id"] for home in homes]


def _hold_movers(work: Work, person_id: str, movers: Movers) -> list[Row]:
    """Hold those who move, always in one order, and return where they live."""
    people = [person_id]
    if movers is Movers.HOUSEHOLD:
        ours = select(RESIDENCE.c.household_id).where(
            RESIDENCE.c.person_id == person_id, RESIDENCE.c.until.is_(None)
        )
        members = select(RESIDENCE.c.person_id).where(
            RESIDENCE.c.household_id == ours.scalar_subquery(), RESIDENCE.c.until.is_(None)
        )
        people = sorted({person_id, *work.act.connection.execute(members).scalars()})
    for each in people:
        work.hold_resident(each)
    homes = [home for each in people if (home := work.residence(each)) is not None]
    if not any(home["person_id"] == person_id for home in homes):
        raise ContentError(Code.REGISTER_ENDED)
    return homes


def _move_one(work: Work, home: Row, new: Row, since: date) -> None:
    """End one home on the day that another begins."""
    day = since.isoformat()
    if day <= home["since"] or since > work.day:
        raise ContentError(Code.REGISTER_DAY)
    work.act.update(work.line, RESIDENCE, home, until=day)
    row = {**home, **new, "id": work.core.handle("r"), "since": day, "until": None}
    work.act.insert(work.line, RESIDENCE, row)


def leave_household(work: Work, home: Row, day: date) -> None:
    """Pass the household on where its head leaves: to the spouse, or who is there longest."""
    household = work.act.find(HOUSEHOLD, home["household_id"])
    if household["head"] != home["person_id"]:
        return
    statement = select(RESIDENCE).where(
        RESIDENCE.c.household_id == household["id"],
        RESIDENCE.c.until.is_(None),
        RESIDENCE.c.person_id != home["person_id"],
    )
    order = (RESIDENCE.c.since, RESIDENCE.c.id)
    others = [
        dict(row) for row in work.act.connection.execute(statement.order_by(*order)).mappings()
    ]
    if others:
        spouses = [each for each in others if each["relation"] == Relation.SPOUSE.value]
        next_head = (spouses or others)[0]
        work.act.update(work.line, HOUSEHOLD, household, head=next_head["person_id"])
        _become_head(work, next_head, day.isoformat())


def _become_head(work: Work, home: Row, day: str) -> None:
    """Begin a new entry at the same address, so that the history keeps who was head before."""
    if day <= home["since"]:
        work.act.update(work.line, RESIDENCE, home, relation=Relation.HEAD.value)
        return
    work.act.update(work.line, RESIDENCE, home, until=day)
    new = {"id": work.core.handle("r"), "relation": Relation.HEAD.value, "since": day}
    work.act.insert(work.line, RESIDENCE, {**home, **new, "until": None})
