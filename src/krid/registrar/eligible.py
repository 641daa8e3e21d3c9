"""Who may have a card of a type: one function for each rule that its file declares."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from krid.cardtypes import CardType
from krid.errors import Code, ContentError
from krid.registrar.book.act import Row
from krid.registrar.book.schema import CARD, DOCUMENT, PERSON
from krid.registrar.book.values import holds_of, read_json
from krid.registrar.eligibility import check_age, check_document
from krid.registrar.lifecycle import HELD, Hold, Step
from krid.registrar.people import PersonState
from krid.registrar.resident import CardState
from krid.registrar.work import Work


def check_may_have(work: Work, person: Row, type_id: str) -> Row | None:
    """Check the rules of a card type, and return the document beside the card, if it asks for one.

    They hold when a card is applied for, enrolled and issued alike.

    Raises:
        ContentError: `register.type`, and as `check_rules`.
    """
    card_type = work.country.type(type_id)
    kind = card_type.eligibility.document
    document = None if kind is None else work.document(person["id"], kind)
    check_rules(card_type, person, document, day=work.day)
    return document


def check_rules(card_type: CardType, person: Row, document: Row | None, *, day: date) -> None:
    """Check the rules of a card type on what the register holds of a person.

    Raises:
        ContentError: `register.ended`, `register.too_young`, `register.no_card`;
            `register.person` and `register.document` with the name of what this card needs and
            nobody entered.
    """
    if person["state"] != PersonState.RESIDENT.value:
        raise ContentError(Code.REGISTER_ENDED)
    birth_date = date.fromisoformat(person["birth_date"])
    check_age(birth_date, day, minimum=card_type.eligibility.minimum_age)
    if card_type.eligibility.document is not None:
        check_document(None if document is None else CardState(document["state"]))
    if document is not None:
        _check_printed(card_type, document)
    check_facts(card_type, read_json(person["facts"]))


def check_facts(card_type: CardType, facts: Mapping[str, object]) -> None:
    """Check that all texts are there that a card needs: others of the country may need less.

    Raises:
        ContentError: `register.person` with the name of one that is missing.
    """
    for name in sorted(card_type.register.required - facts.keys()):
        raise ContentError(Code.REGISTER_PERSON, name)


def _check_printed(card_type: CardType, document: Row) -> None:
    """Check that all stands on a document that a card needs: others beside it may need less."""
    needed = card_type.register.document_facts.keys()
    for name in sorted(needed - read_json(document["facts"]).keys() if needed else ()):
        raise ContentError(Code.REGISTER_DOCUMENT, name)


def check_may_apply(work: Work, person: Row, type_id: str, *, replaces: bool) -> Row | None:
    """Check that a person may ask for a card, and return the one that another phone holds.

    A card whose last day has passed is noted as expired on the way, and stands against nothing.

    Raises:
        ContentError: as `check_may_have`; `register.police`; `register.active_phone` where a
            phone holds the card and it is not to be replaced.
    """
    check_may_have(work, person, type_id)
    for card in work.cards(person["id"], HELD, type_id):
        check_may_end(card)
        if has_passed(card, work.day):
            work.step(work.line_for(Step.EXPIRE.value, card["id"]), card, Step.EXPIRE)
        elif not replaces:
            raise ContentError(Code.REGISTER_ACTIVE_PHONE)
        else:
            return card
    return None


def check_may_begin(
    connection: Connection, card_type: CardType, person_id: str, *, day: date
) -> None:
    """Check the same by looking alone, for a person whom no phone's card is to be taken from.

    Raises:
        ContentError: `register.unknown`; as `check_may_apply`.
    """
    person = _one(connection, select(PERSON).where(PERSON.c.id == person_id))
    if person is None:
        raise ContentError(Code.REGISTER_UNKNOWN)
    standing = (DOCUMENT.c.person_id == person_id) & (DOCUMENT.c.state != CardState.ENDED.value)
    kind = DOCUMENT.c.kind == card_type.eligibility.document
    check_rules(
        card_type, person, _one(connection, select(DOCUMENT).where(standing, kind)), day=day
    )
    held = CARD.c.state.in_([each.value for each in HELD]) & (CARD.c.type == card_type.id)
    theirs = select(CARD).where(CARD.c.person_id == person_id, held)
    for card in connection.execute(theirs).mappings():
        check_may_end(dict(card))
        if not has_passed(dict(card), day):
            raise ContentError(Code.REGISTER_ACTIVE_PHONE)


def _one(connection: Connection, statement: Select[Any]) -> Row | None:
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else dict(row)


def has_passed(card: Row, day: date) -> bool:
    """Tell whether the last day of a card is over."""
    return card["expires_on"] is not None and card["expires_on"] < day.isoformat()


def check_may_end(card: Row) -> None:
    """Check that a card may give way: what the police suspended no new card gets around.

    Raises:
        ContentError: `register.police`.
    """
    if Hold.POLICE in holds_of(card):
        raise ContentError(Code.REGISTER_POLICE)
