"""Suspending and restoring cards for a reason that somebody gives."""

from krid.errors import Code, ContentError
from krid.registrar.book.act import Line, Row
from krid.registrar.book.values import holds_of, write_holds
from krid.registrar.lifecycle import HELD, Hold, Role, Stage, Step, check_may_lift, check_may_place
from krid.registrar.work import Work


def place(work: Work, line: Line, card: Row, hold: Hold, *, role: Role) -> Row:
    """Suspend a card for a reason.

    Raises:
        ContentError: `register.right`, also for police where the card type does not let them;
            `register.suspended`, `register.stage`.
    """
    check_may_place(hold, role)
    if hold is Hold.POLICE and not work.country.type(card["type"]).police_may_suspend:
        raise ContentError(Code.REGISTER_RIGHT, hold.value)
    holds = holds_of(card)
    if hold in holds:
        raise ContentError(Code.REGISTER_SUSPENDED, hold.value)
    return work.step(line, card, Step.SUSPEND, holds=write_holds(holds | {hold}))


def lift(work: Work, line: Line, card: Row, hold: Hold, *, role: Role) -> Row:
    """End a suspension for one reason; the card is active again when no other is left.

    Raises:
        ContentError: `register.right`, `register.hold`, `register.stage`.
    """
    check_may_lift(hold, role)
    holds = holds_of(card)
    if hold not in holds:
        raise ContentError(Code.REGISTER_HOLD, hold.value)
    left = holds - {hold}
    step = Step.SUSPEND if left else Step.RESTORE
    return work.step(line, card, step, holds=write_holds(left))


def place_on_all(
    work: Work, person_id: str, hold: Hold, *, role: Role, type_id: str | None = None
) -> list[str]:
    """Suspend a person's cards and withdraw what they have applied for; return the handles.

    A card that is suspended for this reason already stays so: a loss may be reported twice.

    Raises:
        ContentError: `register.right`.
    """
    check_may_place(hold, role)
    work.withdraw(person_id, type_id=type_id)
    placed = []
    for card in work.cards(person_id, HELD, type_id):
        if hold not in holds_of(card):
            place(work, work.line_for("suspend", card["id"]), card, hold, role=role)
            placed.append(card["id"])
    return placed


def lift_from_all(
    work: Work, person_id: str, hold: Hold, *, role: Role, type_id: str | None = None
) -> None:
    """End the suspension of a person's cards for one reason, where there is one.

    Raises:
        ContentError: `register.right`.
    """
    check_may_lift(hold, role)
    for card in work.cards(person_id, frozenset({Stage.SUSPENDED}), type_id):
        if hold in holds_of(card):
            lift(work, work.line_for("restore", card["id"]), card, hold, role=role)
