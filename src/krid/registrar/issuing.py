"""Issuing in two transactions with the signatures between them, so that nothing waits for a key.

The first reserves: it checks the rules and gives out places in the status lists. The second takes
the credentials in: it checks once more, for a loss may have been reported meanwhile, ends what is
replaced, and makes the new card the one in force. A process that dies in between leaves reserved
places behind, which the next attempt uses; no credential leaves before the second has ended.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

from sqlalchemy import insert

from krid.cardtypes import end_of_day
from krid.errors import Code, ContentError
from krid.exchange import IssuedCredential
from krid.keys import jwk
from krid.registrar.book.act import Line, Row
from krid.registrar.book.schema import CARD, CREDENTIAL, DELIVERY
from krid.registrar.book.values import read_json, reference_of
from krid.registrar.eligible import check_may_end, check_rules
from krid.registrar.known import Known
from krid.registrar.lifecycle import HELD, Stage, Step, after
from krid.registrar.signing import Order, holder_of
from krid.registrar.work import Work
from krid.status import StatusType
from krid.status.registry import moments

RESERVED: Final = "reserved"
SIGNED: Final = "signed"


class Lined(NamedTuple):
    """A card with the line of the log that what is done to it belongs to."""

    line: Line
    card: Row


def check_may_issue(work: Work, known: Known, card: Row) -> None:
    """Check that a card may be issued now.

    Raises:
        ContentError: `register.stage`, `register.expired`, `register.ended`,
            `register.too_young`, `register.no_card`.
    """
    after(Stage(card["state"]), Step.ISSUE)
    person_id = card["person_id"]
    check_rules(
        known.card_type, known.people[person_id], known.documents.get(person_id), day=work.day
    )
    if Stage(card["state"]) in HELD and card["expires_on"] < work.day.isoformat():
        raise ContentError(Code.REGISTER_EXPIRED)


def reserve(work: Work, known: Known, cards: Sequence[Lined]) -> list[Order]:
    """Give checked cards their days and places in the status lists; return what is to be signed."""
    dated = [Lined(line, _with_days(work, known, line, card)) for line, card in cards]
    rows = _reserved(work, known, dated)
    return [_order(work, known, card, row) for (_, card) in dated for row in rows[card["id"]]]


def _with_days(work: Work, known: Known, line: Line, card: Row) -> Row:
    """Give a card its first and last day, which a second issue does not move."""
    if Stage(card["state"]) in HELD or card["issued_on"] == work.day.isoformat():
        return card
    days = {
        "issued_on": work.day.isoformat(),
        "expires_on": known.card_type.validity.last_day(work.day).isoformat(),
    }
    return work.act.update(line, CARD, card, **days)


def _reserved(work: Work, known: Known, cards: Sequence[Lined]) -> Mapping[str, list[Row]]:
    """Return one reserved row for each format, those of an attempt that was cut off first."""
    found = {
        card["id"]: [row for row in known.credentials[card["id"]] if row["state"] == RESERVED]
        for _, card in cards
    }
    missing = [
        (line, card, name)
        for line, card in cards
        for name in known.card_type.formats
        if name not in {row["format"] for row in found[card["id"]]}
    ]
    if missing:
        ends = [date.fromisoformat(card["expires_on"]) for _, card, _ in missing]
        until = end_of_day(max(ends), known.card_type.zone)
        given = work.status.allocate_many(len(missing), until=until)
        new = [
            (
                line,
                {
                    "id": work.core.handle("v"),
                    "card_id": card["id"],
                    "format": name,
                    "list_uri": reference.uri,
                    "list_index": reference.index,
                    "state": RESERVED,
                    "until": moments.to_number(until),
                },
            )
            for (line, card, name), reference in zip(missing, given, strict=True)
        ]
        work.act.insert_many(CREDENTIAL, new)
        for _, row in new:
            found[str(row["card_id"])].append(row)
    return found


def _order(work: Work, known: Known, card: Row, row: Row) -> Order:
    person_id = card["person_id"]
    return Order(
        entry_id=row["id"],
        card_type=known.card_type,
        format=row["format"],
        holder=holder_of(
            known.people[person_id],
            address=known.address(person_id),
            portrait=known.portrait(person_id),
            document=known.documents.get(person_id),
            days=(
                date.fromisoformat(card["issued_on"]),
                date.fromisoformat(card["expires_on"]),
            ),
        ),
        key=jwk.parse_public(read_json(card["key"])),
        status=reference_of(row),
        now=work.now,
    )


def check_may_take_in(
    work: Work, known: Known, card: Row, made: Mapping[str, IssuedCredential]
) -> None:
    """Check that signed credentials may become the ones in force.

    Raises:
        ContentError: `register.stage` when the card was withdrawn, suspended or issued meanwhile,
            `register.active_phone` when another came first, `register.police`; as
            `check_may_issue`.
    """
    check_may_issue(work, known, card)
    if {row["id"] for row in _reserved_of(known, card)} != made.keys():
        raise ContentError(Code.REGISTER_STAGE, "issued meanwhile")
    for other in known.cards[card["person_id"]]:
        check_may_end(other)
        if _stands_against(other, card) and not _is_over(work, other):
            raise ContentError(Code.REGISTER_ACTIVE_PHONE)


def check_unchanged(work: Work, known: Known, card: Row, orders: Mapping[str, Order]) -> None:
    """Check that what was signed is what the register says still: somebody may have moved.

    `orders` are what was signed, by the handles of the reserved places.

    Raises:
        ContentError: `register.changed`.
    """
    for row in _reserved_of(known, card)[:1]:  # all forms of a card say the same
        if _order(work, known, card, row).holder != orders[row["id"]].holder:
            raise ContentError(Code.REGISTER_CHANGED)


def _reserved_of(known: Known, card: Row) -> list[Row]:
    return [row for row in known.credentials[card["id"]] if row["state"] == RESERVED]


def _stands_against(other: Row, card: Row) -> bool:
    is_other = other["id"] not in {card["id"], card["replaces"]}
    return is_other and Stage(other["state"]) in HELD


def _is_over(work: Work, card: Row) -> bool:
    return str(card["expires_on"]) < work.day.isoformat()


def take_in(
    work: Work, known: Known, cards: Sequence[Lined], made: Mapping[str, IssuedCredential]
) -> list[Row]:
    """Make signed credentials of checked cards the ones in force, in place of what was before.

    `made` holds the credentials by the handles of their reserved places. The cards come back as
    they are now; what was made waits to be fetched.
    """
    for line, card in cards:
        _end_replaced(work, known, card)
        _end_signed(work, known, line, card)
    steps = [
        (line, card, {"state": after(Stage(card["state"]), Step.ISSUE).value})
        for line, card in cards
    ]
    work.act.update_many(CARD, steps)
    signed = [
        (line, row, {"state": SIGNED, "digest": sha256(made[row["id"]].raw).hexdigest()})
        for line, card in cards
        for row in _reserved_of(known, card)
    ]
    work.act.update_many(CREDENTIAL, signed)
    waiting = [
        {"credential_id": row["id"], "credential": made[row["id"]].raw} for _, row, _ in signed
    ]
    if waiting:
        work.act.connection.execute(insert(DELIVERY), waiting)
    return [{**card, **values} for _, card, values in steps]


def _end_replaced(work: Work, known: Known, card: Row) -> None:
    """Revoke the card that this one replaces, and note one that is over as expired."""
    for other in known.cards[card["person_id"]]:
        if other["id"] != card["id"] and Stage(other["state"]) in HELD:
            step = Step.EXPIRE if _is_over(work, other) else Step.REVOKE
            work.step(work.line_for(step.value, other["id"]), other, step)


def _end_signed(work: Work, known: Known, line: Line, card: Row) -> None:
    """Revoke the card's own earlier credentials, which new ones replace."""
    earlier = [row for row in known.credentials[card["id"]] if row["state"] == SIGNED]
    if earlier:
        work.show(line, earlier, StatusType.INVALID, ends=True)
        work.drop_deliveries(card["id"])
