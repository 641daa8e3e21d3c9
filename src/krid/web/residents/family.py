"""What the family register says, as claims of a credential and as rows of a page."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from krid.errors import Code, ContentError
from krid.registrar.family.certificate import LINES as LINES_OF
from krid.registrar.family.certificate import (
    CertificateLine,
    FamilyCertificate,
    FamilyOrder,
    certify,
)
from krid.sdjwt import sd
from krid.web.platform.words import Row

if TYPE_CHECKING:
    from datetime import date

    from krid.registrar.family.values import Families
    from krid.web.office import Office
    from krid.web.platform import Visit

CERTIFICATES: Final[Mapping[str, str]] = {
    each.value: f"urn:krid:kr:certificate:{each.value}:1" for each in FamilyCertificate
}
"""The certificates of the family register and their types, which are krid's own."""

LINES: Final[Mapping[str, tuple[str, ...]]] = {
    each.value: tuple(line.value for line in lines) for each, lines in LINES_OF.items()
}


def family_claims(
    office: "Office", person_id: str, kind: str, lines: Iterable[str]
) -> dict[str, object]:
    """Say what the register says now; each relative can be shown without the others.

    Raises:
        ContentError: `register.unknown`, `family.entry`.
    """
    order = FamilyOrder(FamilyCertificate(kind), frozenset(map(CertificateLine, lines)))
    claims = certify(_families(office, person_id), person_id, order, day=_day(office))
    return {
        name: [sd(each) for each in value] if isinstance(value, list) else value
        for name, value in claims.items()
    }


def family_rows(office: "Office", person_id: str, visit: "Visit") -> list[Row]:
    """Name the relatives that the general certificate names; nobody for who has no entry."""
    order = FamilyOrder(FamilyCertificate.FAMILY_GENERAL, frozenset({CertificateLine.BASE}))
    try:
        claims = certify(_families(office, person_id), person_id, order, day=_day(office))
    except ContentError as error:
        if error.code is not Code.FAMILY_ENTRY:
            raise
        return []
    base = Row(visit.say("family.base"), str(claims["registered_base"]))
    return [base, *_relations(claims["relations"], visit)]


def _relations(relations: object, visit: "Visit") -> Iterable[Row]:
    for each in relations if isinstance(relations, list) else ():
        yield Row(visit.say(f"relation.{each['relation']}"), each["name"])


def _families(office: "Office", person_id: str) -> "Families":
    return office.registrar.family.families(person_id)


def _day(office: "Office") -> "date":
    return office.registrar.country.day(office.clock.now())
