"""A new card for the phone that holds the old one: after a move, and before the end."""

from krid.registrar.book.act import Line, Row
from krid.registrar.book.schema import CARD
from krid.registrar.lifecycle import PENDING, Stage, Step
from krid.registrar.mobile import Via
from krid.registrar.work import Work


def replace_in_place(work: Work, person_id: str) -> list[str]:
    """Enrol a new card on the same phone for each active card of a person; return the handles.

    A suspended card is left alone: whoever has the phone must not get a new one.
    """
    active = frozenset({Stage.ACTIVE, Stage.ISSUED})
    return [
        str(enrol_again(work, work.line_for("renew", card["id"]), card)["id"])
        for card in work.cards(person_id, active)
    ]


def enrol_again(work: Work, line: Line, card: Row) -> Row:
    """Enrol a card that replaces another one on the same phone."""
    for pending in work.cards(card["person_id"], PENDING, card["type"]):
        withdraw(work, pending)
    row = {
        "id": work.core.handle("c"),
        "person_id": card["person_id"],
        "type": card["type"],
        "phone": card["phone"],
        "key": card["key"],
        "state": Stage.ENROLLED.value,
        "holds": "[]",
        "via": Via.SAME_PHONE.value,
        "replaces": card["id"],
        "applied_at": work.at,
    }
    work.act.insert(line, CARD, row)
    return row


def withdraw(work: Work, card: Row) -> None:
    """Withdraw a card that was never issued."""
    work.step(work.line_for(Step.WITHDRAW.value, card["id"]), card, Step.WITHDRAW)
