"""Who may have a card of a type: one function for each rule that its file declares."""

from datetime import date

from krid.cardtypes import CardType
from krid.errors import Code, ContentError
from krid.registrar.book.act import Row
from krid.registrar.book.values import holds_of
from krid.registrar.eligibility import check_age, check_document
from krid.registrar.lifecycle import HELD, Hold, Step
from krid.registrar.people import PersonState
from krid.registrar.resident import CardState
from krid.registrar.work import Work


def check_may_have(work: Work, person: Row, type_id: str) -> Row | None:
    """Check the rules of a card type, and return the document beside the card, if it asks for one.

    They hold when a card is applied for, enrolled and issued alike.

    Raises:
        ContentError: `register.type`, `register.ended`, `register.too_young`, `register.no_card`.
    """
    card_type = work.country.type(type_id)
    kind = card_type.eligibility.document
    document = None if kind is None else work.document(person["id"], kind)
    check_rules(card_type, person, document, day=work.day)
    return document


def check_rules(card_type: CardType, person: Row, document: Row | None, *, day: date) -> None:
    """Check the rules of a card type on what the register holds of a person.

    Raises:
        ContentError: `register.ended`, `register.too_young`, `register.no_card`.
    """
    if person["state"] != PersonState.RESIDENT.value:
        raise ContentError(Code.REGISTER_ENDED)
    birth_date = date.fromisoformat(person["birth_date"])
    check_age(birth_date, day, minimum=card_type.eligibility.minimum_age)
    if card_type.eligibility.document is not None:
        check_document(None if document is None else CardState(document["state"]))


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
        if card["expires_on"] is not None and card["expires_on"] < work.day.isoformat():
            work.step(work.line_for(Step.EXPIRE.value, card["id"]), card, Step.EXPIRE)
        elif not replaces:
            raise ContentError(Code.REGISTER_ACTIVE_PHONE)
        else:
            return card
    return None


def check_may_end(card: Row) -> None:
    """Check that a card may give way: what the police suspended no new card gets around.

    Raises:
        ContentError: `register.police`.
    """
    if Hold.POLICE in holds_of(card):
        raise ContentError(Code.REGISTER_POLICE)
