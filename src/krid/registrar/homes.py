"""Moving: homes end and begin, households follow or split, and somebody is always at the head."""

from collections.abc import Mapping, Sequence
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
    homes = hold_household(work, person_id)
    if movers is Movers.HOUSEHOLD:
        for home in homes.values():
            _move_one(work, home, {"address": address}, since)
        return list(homes)
    leave_household(work, homes, person_id, since)
    household = work.core.handle("h")
    work.act.insert(work.line, HOUSEHOLD, {"id": household, "head": person_id})
    new = {"household_id": household, "relation": Relation.HEAD.value, "address": address}
    _move_one(work, homes[person_id], new, since)
    return [person_id]


def hold_household(work: Work, person_id: str) -> dict[str, Row]:
    """Hold a person and who lives with them, always in one order; return their homes.

    Raises:
        ContentError: `register.unknown`, `register.ended`.
    """
    ours = select(RESIDENCE.c.household_id).where(
        RESIDENCE.c.person_id == person_id, RESIDENCE.c.until.is_(None)
    )
    members = select(RESIDENCE.c.person_id).where(
        RESIDENCE.c.household_id == ours.scalar_subquery(), RESIDENCE.c.until.is_(None)
    )
    people = sorted({person_id, *work.act.connection.execute(members).scalars()})
    for each in people:
        work.hold_person(each)
    work.hold_resident(person_id)
    homes = {each: home for each in people if (home := work.residence(each)) is not None}
    if person_id not in homes:
        raise ContentError(Code.REGISTER_ENDED)
    household = homes[person_id]["household_id"]  # who moved out meanwhile is left alone
    return {each: home for each, home in homes.items() if home["household_id"] == household}


def _move_one(work: Work, home: Row, new: Row, since: date) -> None:
    """End one home on the day that another begins."""
    day = since.isoformat()
    if day <= home["since"] or since > work.day:
        raise ContentError(Code.REGISTER_DAY)
    work.act.update(work.line, RESIDENCE, home, until=day)
    row = {**home, **new, "id": work.core.handle("r"), "since": day, "until": None}
    work.act.insert(work.line, RESIDENCE, row)


def leave_household(work: Work, homes: Mapping[str, Row], person_id: str, day: date) -> None:
    """Pass a held household on where its head leaves: to the spouse, or who is there longest."""
    household = work.act.find(HOUSEHOLD, homes[person_id]["household_id"])
    others = [home for each, home in homes.items() if each != person_id]
    if household["head"] != person_id or not others:
        return
    others.sort(key=lambda home: (home["relation"] != Relation.SPOUSE.value, home["since"]))
    work.act.update(work.line, HOUSEHOLD, household, head=others[0]["person_id"])
    _become_head(work, others[0], day.isoformat())


def _become_head(work: Work, home: Row, day: str) -> None:
    """Begin a new entry at the same address, so that the history keeps who was head before."""
    if day <= home["since"]:
        work.act.update(work.line, RESIDENCE, home, relation=Relation.HEAD.value)
        return
    work.act.update(work.line, RESIDENCE, home, until=day)
    new = {"id": work.core.handle("r"), "relation": Relation.HEAD.value, "since": day}
    work.act.insert(work.line, RESIDENCE, {**home, **new, "until": None})
