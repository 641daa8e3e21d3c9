"""Issuing in two transactions with the signatures between them, so that nothing waits for a key.

The first reserves: it checks the rules and gives out places in the status lists. The second takes
the credentials in: it checks once more, for a loss may have been reported meanwhile, ends what is
replaced, and makes the new card the one in force. A process that dies in between leaves reserved
places behind, which the next attempt uses; no credential leaves before the second has ended.
"""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, insert, select

from krid.cardtypes import CardType, end_of_day
from krid.errors import Code, ContentError
from krid.exchange import IssuedCredential
from krid.keys import jwk
from krid.registrar.book.act import Line, Row
from krid.registrar.book.schema import CARD, CREDENTIAL, DELIVERY, PORTRAIT
from krid.registrar.book.values import read_json, reference_of
from krid.registrar.eligible import check_may_have
from krid.registrar.lifecycle import HELD, Stage, Step, after
from krid.registrar.signing import Order, holder_of
from krid.registrar.work import Work
from krid.status import StatusType
from krid.status.registry import moments

RESERVED: Final = "reserved"
SIGNED: Final = "signed"


def reserve(work: Work, line: Line, card: Row) -> list[Order]:
    """Give a card its days and places in the status lists, and return what is to be signed.

    Raises:
        ContentError: `register.stage`, and as `check_may_have`.
    """
    after(Stage(card["state"]), Step.ISSUE)
    person = work.hold_person(card["person_id"])
    document = check_may_have(work, person, card["type"])
    card_type = work.country.type(card["type"])
    days = _days(work, card, card_type)
    if card["issued_on"] is None:
        issued_on, expires_on = (day.isoformat() for day in days)
        work.act.update(line, CARD, card, issued_on=issued_on, expires_on=expires_on)
    home = work.residence(card["person_id"])
    holder = holder_of(
        person,
        address="" if home is None else home["address"],
        portrait=_portrait(work, person),
        document=document,
        days=days,
    )
    key = jwk.parse_public(read_json(card["key"]))
    return [
        Order(
            entry_id=row["id"],
            card_type=card_type,
            format=row["format"],
            holder=holder,
            key=key,
            status=reference_of(row),
            now=work.now,
        )
        for row in _reserved(work, line, card, card_type, days[1])
    ]


def _days(work: Work, card: Row, card_type: CardType) -> tuple[date, date]:
    """The first and last day of a card, which a second issue does not move."""
    if card["issued_on"] is not None and Stage(card["state"]) in HELD:
        days = date.fromisoformat(card["issued_on"]), date.fromisoformat(card["expires_on"])
        if days[1] < work.day:
            raise ContentError(Code.REGISTER_EXPIRED)
        return days
    return work.day, card_type.validity.last_day(work.day)


def _portrait(work: Work, person: Row) -> bytes:
    statement = select(PORTRAIT.c.jpeg).where(PORTRAIT.c.digest == person["portrait"])
    return work.act.connection.execute(statement).scalar_one_or_none() or b""


def _reserved(work: Work, line: Line, card: Row, card_type: CardType, last: date) -> list[Row]:
    """Return one reserved row for each format, those of an attempt that was cut off first."""
    rows = [row for row in work.credentials(card["id"]) if row["state"] == RESERVED]
    missing = [name for name in card_type.formats if name not in {row["format"] for row in rows}]
    if missing:
        until = end_of_day(last, card_type.zone)
        given = work.status.allocate_many(len(missing), until=until)
        for name, reference in zip(missing, given, strict=True):
            row = {
                "id": work.core.handle("v"),
                "card_id": card["id"],
                "format": name,
                "list_uri": reference.uri,
                "list_index": reference.index,
                "state": RESERVED,
                "until": moments.to_number(until),
                "digest": None,
            }
            work.act.insert(line, CREDENTIAL, row)
    return [row for row in work.credentials(card["id"]) if row["state"] == RESERVED]


def take_in(work: Work, line: Line, card: Row, made: Mapping[str, IssuedCredential]) -> Row:
    """Make signed credentials the ones in force, in place of what was before.

    `made` holds the credentials by the handles of their reserved places.

    Raises:
        ContentError: `register.stage` when the card was withdrawn, suspended or issued meanwhile,
            `register.active_phone` when another came first; as `check_may_have`.
    """
    after(Stage(card["state"]), Step.ISSUE)
    person = work.hold_person(card["person_id"])
    check_may_have(work, person, card["type"])
    reserved = [row for row in work.credentials(card["id"]) if row["state"] == RESERVED]
    if {row["id"] for row in reserved} != made.keys():
        raise ContentError(Code.REGISTER_STAGE, "issued meanwhile")
    _end_replaced(work, card)
    _end_signed(work, line, card)
    issued = work.step(line, card, Step.ISSUE)
    for row in reserved:
        raw = made[row["id"]].raw
        digest = sha256(raw).hexdigest()
        work.act.update(line, CREDENTIAL, row, state=SIGNED, digest=digest)
        values = {"credential_id": row["id"], "credential": raw}
        work.act.connection.execute(insert(DELIVERY).values(values))
    return issued


def _end_replaced(work: Work, card: Row) -> None:
    """Revoke the card that this one replaces; any other in the world stands against it."""
    for other in work.cards(card["person_id"], HELD, card["type"]):
        if other["id"] == card["id"]:
            continue
        is_over = other["expires_on"] < work.day.isoformat()
        if other["id"] != card["replaces"] and not is_over:
            raise ContentError(Code.REGISTER_ACTIVE_PHONE)
        step = Step.EXPIRE if is_over else Step.REVOKE
        work.step(work.line_for(step.value, other["id"]), other, step)
        drop_deliveries(work, other["id"])


def _end_signed(work: Work, line: Line, card: Row) -> None:
    """Revoke the card's own earlier credentials, which new ones replace."""
    earlier = [row for row in work.credentials(card["id"]) if row["state"] == SIGNED]
    work.show(line, earlier, StatusType.INVALID, ends=True)
    drop_deliveries(work, card["id"])


def drop_deliveries(work: Work, card_id: str) -> None:
    """Forget credentials that wait to be fetched."""
    theirs = select(CREDENTIAL.c.id).where(CREDENTIAL.c.card_id == card_id)
    work.act.connection.execute(delete(DELIVERY).where(DELIVERY.c.credential_id.in_(theirs)))
