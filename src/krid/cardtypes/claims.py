"""From what a register knows to the claims of a card, in both formats."""

import base64
from collections.abc import Mapping
from datetime import date
from typing import Final, assert_never

from krid.cardtypes import days
from krid.cardtypes.holder import Holder
from krid.cardtypes.values import (
    AgeOver,
    CardType,
    Claim,
    Constant,
    Fact,
    Kind,
    OfYear,
    Place,
    Printed,
)
from krid.errors import Code, MisuseError
from krid.sdjwt import sd

_DATE_LENGTH: Final = len("2026-06-01")


def claims_in(card_type: CardType, format_name: str, holder: Holder) -> Mapping[str, object]:
    """Make the claims of a card as the issuer of a format takes them.

    Raises:
        MisuseError: `misuse.claims` with the place of a claim that can't be made;
            `misuse.format` for a format that the card does not come in.
    """
    if card_type.type_in(format_name) == card_type.doctype:
        return mdoc_claims(card_type, holder)
    return sdjwt_claims(card_type, holder)


def sdjwt_claims(card_type: CardType, holder: Holder) -> Mapping[str, object]:
    """Make the claims of the SD-JWT VC, each personal one marked as selectively disclosable.

    Several claims of one group are marked one by one inside a group that is itself withheld, so
    that a presentation without them does not even show the group. A claim that is alone in its
    group is withheld with it. Dates are text (ISO 8601), images are data URLs (RFC 2397).

    Raises:
        MisuseError: `misuse.claims`.
    """
    groups: dict[str, dict[str, tuple[Claim, object]]] = {}
    claims: dict[str, object] = {}
    for claim in card_type.claims:
        value = _text_form(claim, holder)
        if claim.path is None or value is None:
            continue
        top = str(claim.path[0])
        if len(claim.path) > 1:
            groups.setdefault(top, {})[str(claim.path[1])] = claim, value
            claims[top] = None
        else:
            claims[top] = sd(value) if claim.is_withholdable else value
    return claims | {name: _group(members) for name, members in groups.items()}


def _group(members: Mapping[str, tuple[Claim, object]]) -> object:
    if all(not claim.is_withholdable for claim, _ in members.values()):
        return {name: value for name, (_, value) in members.items()}
    if len(members) == 1:
        return sd({name: value for name, (_, value) in members.items()})
    return sd(
        {
            name: sd(value) if claim.is_withholdable else value
            for name, (claim, value) in members.items()
        }
    )


def mdoc_claims(card_type: CardType, holder: Holder) -> Mapping[str, Mapping[str, object]]:
    """Make the data elements of the mdoc, by namespace and element identifier.

    Dates are `datetime.date` (a `full-date` on the wire), images are the JPEG itself.

    Raises:
        MisuseError: `misuse.claims`.
    """
    spaces: dict[str, dict[str, object]] = {}
    for claim in card_type.claims:
        value = None if claim.element is None else _value(claim, holder)
        if claim.element is not None and value is not None:
            native = _with_dates(value) if claim.kind is Kind.STRUCTURE else value
            spaces.setdefault(claim.namespace, {})[claim.element] = native
    return spaces


def _text_form(claim: Claim, holder: Holder) -> object:
    value = _value(claim, holder)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return "data:image/jpeg;base64," + base64.b64encode(value).decode("ascii")
    return value


def _with_dates(value: object) -> object:
    """Turn the texts of days inside a structure into days."""
    if isinstance(value, Mapping):
        return {name: _with_dates(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_with_dates(member) for member in value]
    if isinstance(value, str) and len(value) == _DATE_LENGTH:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _value(claim: Claim, holder: Holder) -> object:
    """Look a claim up; what is missing is left out, or refused where the card can't do without."""
    value = _look_up(claim, holder)
    if value is None or value == "":
        if claim.optional:
            return None
        raise MisuseError(Code.MISUSE_CLAIMS, _named(claim))
    if claim.kind is Kind.DATE and isinstance(value, str):
        return _as_date(claim, value)
    return value


def _as_date(claim: Claim, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, _named(claim)) from cause


def _named(claim: Claim) -> str:
    return ".".join(map(str, claim.path)) if claim.path is not None else str(claim.element)


def _look_up(claim: Claim, holder: Holder) -> object:
    source = claim.source
    match source:
        case Fact(name):
            return holder.facts.get(name)
        case Printed(name):
            return holder.document.get(name)
        case Constant(value):
            return list(value) if isinstance(value, tuple) else value
        case AgeOver(age):
            return days.age_on(holder.birth_date, holder.issued_on) >= age
        case OfYear(age):
            return holder.issued_on.year - holder.birth_date.year >= age
        case Place():
            return _of_person(source, holder)
        case _ as never:
            assert_never(never)


def _of_person(place: Place, holder: Holder) -> object:
    values: Mapping[Place, object] = {
        Place.BIRTH_DATE: holder.birth_date,
        Place.SEX: None if holder.sex is None else int(holder.sex),
        Place.NUMBER: holder.number,
        Place.ADDRESS: holder.address,
        Place.PORTRAIT: holder.portrait or None,
        Place.ISSUED_ON: holder.issued_on,
        Place.EXPIRES_ON: holder.expires_on,
        Place.AGE_IN_YEARS: days.age_on(holder.birth_date, holder.issued_on),
        Place.BIRTH_YEAR: holder.birth_date.year,
    }
    return values[place]
