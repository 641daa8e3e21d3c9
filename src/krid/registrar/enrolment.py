"""Proving a person: what an enrolment looks at, and what it leaves behind."""

from sqlalchemy import select

from krid._core import limits
from krid.errors import Code, ContentError
from krid.registrar.book.act import Row
from krid.registrar.book.schema import CHALLENGE
from krid.registrar.eligible import check_may_apply
from krid.registrar.ic_card import challenge_key
from krid.registrar.known import Known
from krid.registrar.lifecycle import Stage, Step, after
from krid.registrar.mobile import Via
from krid.registrar.renewal import withdraw
from krid.registrar.work import Work


def known_of(work: Work, card_id: str) -> tuple[Known, Row]:
    """Hold a card and its person, and read all that an issue looks at."""
    card = work.hold_card(card_id)
    return Known.load(work, [card["person_id"]], card["type"]), card


def enrol(work: Work, card: Row, via: Via, *, replaces: bool) -> None:
    """Make a card the one that is about to be issued; another such one is withdrawn.

    Raises:
        ContentError: `register.stage`, and as `check_may_apply`.
    """
    after(Stage(card["state"]), Step.ENROL)
    person = work.hold_person(card["person_id"])
    held = check_may_apply(work, person, card["type"], replaces=replaces)
    for other in work.cards(card["person_id"], frozenset({Stage.ENROLLED}), card["type"]):
        withdraw(work, other)
    replaced = None if held is None else held["id"]
    work.step(work.line, card, Step.ENROL, via=via.value, replaces=replaced)


def chip(work: Work, card: Row) -> Row:
    """Find the IC card that stands beside a mobile card.

    Raises:
        ContentError: `register.no_card`, `register.ic_blocked`.
    """
    kind = work.country.type(card["type"]).eligibility.document
    document = None if kind is None else work.document(card["person_id"], kind)
    if document is None or document["chip_key"] is None:
        raise ContentError(Code.REGISTER_NO_CARD)
    if document["chip_blocked"]:
        raise ContentError(Code.REGISTER_IC_BLOCKED)
    return document


def use_challenge(work: Work, card: Row, value: bytes) -> None:
    """Take a challenge back that was made for a card.

    Raises:
        ContentError: `register.ic_challenge`.
    """
    key = challenge_key(value)
    statement = select(CHALLENGE).where(CHALLENGE.c.id == key).with_for_update()
    row = work.act.connection.execute(statement).mappings().one_or_none()
    is_open = row is not None and row["state"] == "open" and row["card_id"] == card["id"]
    if row is None or not is_open or work.at >= row["expires"]:
        raise ContentError(Code.REGISTER_IC_CHALLENGE)
    work.act.update(work.line, CHALLENGE, dict(row), state="used")


def make_room(work: Work, person_id: str, type_id: str, phone: str) -> None:
    """Withdraw what a phone applied for before, and the oldest of too many applications."""
    applied = work.cards(person_id, frozenset({Stage.APPLIED}), type_id)
    applied.sort(key=lambda card: (card["phone"] != phone, card["applied_at"]))
    ours = sum(card["phone"] == phone for card in applied)
    beyond = len(applied) - limits.MAX_APPLICATIONS + 1
    for card in applied[: max(ours, beyond)]:
        withdraw(work, card)
