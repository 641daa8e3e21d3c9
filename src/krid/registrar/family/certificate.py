"""What a certificate of the family register says: which relatives, and which lines of each.

After article 15 of Korea's Act on the Registration of Family Relations, as far as its public
translations and forms tell. The certificate of family relations:

- general: parents, the spouse, and living children whose parents are the person and that spouse
- detailed: also the parents by birth of who was adopted, and all children
- specific: of the detailed one the parts that were chosen

The certificate of marriage: general, the marriage that lasts; detailed, every marriage with its
end. Neither names brothers and sisters, nor spouses of before on the first one. Who was fully
adopted has no other parents on either.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, unique
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

from krid.cardtypes import Sex
from krid.errors import Code, MisuseError
from krid.registrar.family import kinship
from krid.registrar.family.values import EventKind, Families, Relative

if TYPE_CHECKING:
    from krid._core.strict_json import Json

_HIDDEN: Final = 6
"""Last digits of a number that the form blots out unless they are asked for."""


@unique
class FamilyCertificate(Enum):
    """The certificates, each by how much of the register it shows."""

    FAMILY_GENERAL = "family-general"
    FAMILY_DETAILED = "family-detailed"
    FAMILY_SPECIFIC = "family-specific"
    MARRIAGE_GENERAL = "marriage-general"
    MARRIAGE_DETAILED = "marriage-detailed"


@unique
class CertificateLine(Enum):
    """What may be asked for beside names and relations.

    PARENTS, SPOUSE, CHILDREN choose parts of the specific certificate. BASE is the registered
    base, BIRTH the birth dates of all who are named; NUMBERS their numbers without the last six
    digits, OWN_NUMBER the own one with them, FULL_NUMBERS all with them.
    """

    PARENTS = "parents"
    SPOUSE = "spouse"
    CHILDREN = "children"
    BASE = "base"
    BIRTH = "birth"
    NUMBERS = "numbers"
    OWN_NUMBER = "own_number"
    FULL_NUMBERS = "full_numbers"


_OF_ALL: Final = (
    CertificateLine.BASE,
    CertificateLine.BIRTH,
    CertificateLine.NUMBERS,
    CertificateLine.OWN_NUMBER,
    CertificateLine.FULL_NUMBERS,
)
_PARTS: Final = (CertificateLine.PARENTS, CertificateLine.SPOUSE, CertificateLine.CHILDREN)

LINES: Final[Mapping[FamilyCertificate, tuple[CertificateLine, ...]]] = MappingProxyType(
    {each: (*(_PARTS if each is FamilyCertificate.FAMILY_SPECIFIC else ()), *_OF_ALL)
     for each in FamilyCertificate}
)  # fmt: skip
"""The lines that each certificate may have."""


@final
@dataclass(frozen=True, slots=True)
class FamilyOrder:
    """A certificate of a person with some lines.

    Raises:
        MisuseError: `misuse.option` for a line that this certificate has not.
    """

    certificate: FamilyCertificate
    lines: frozenset[CertificateLine]

    def __post_init__(self) -> None:
        """Check the lines."""
        if not self.lines <= set(LINES[self.certificate]):
            raise MisuseError(Code.MISUSE_OPTION, "lines")


def certify(
    families: Families, person_id: str, order: FamilyOrder, *, day: date
) -> dict[str, "Json"]:
    """Say what the register says of a person on a day, in the lines that were asked for.

    Does not check who asks: a certificate is for the person, the spouse and who descends from or
    has descended to them.

    Raises:
        ContentError: `register.unknown`, `family.entry` for who has no entry.
    """
    person = families.relative(person_id)
    kinship.check_entry(person)
    claims: dict[str, Json] = dict(_about(person, _own(order.lines)))
    if CertificateLine.BASE in order.lines and person.entry is not None:
        claims["registered_base"] = person.entry.base
    if order.certificate in {
        FamilyCertificate.MARRIAGE_GENERAL,
        FamilyCertificate.MARRIAGE_DETAILED,
    }:
        claims["marriages"] = list(_marriages(families, person_id, order, day))
    else:
        claims["relations"] = list(_relations(families, person_id, order, day))
    return claims


def _relations(
    families: Families, person_id: str, order: FamilyOrder, day: date
) -> Iterator["Json"]:
    is_specific = order.certificate is FamilyCertificate.FAMILY_SPECIFIC
    parts = order.lines if is_specific else frozenset(_PARTS)
    if CertificateLine.PARENTS in parts:
        yield from _parents(families, person_id, order, day)
    spouse = kinship.spouse_on(families, person_id, day)
    if CertificateLine.SPOUSE in parts and spouse is not None:
        yield _named(families, spouse, "spouse", order, day)
    if CertificateLine.CHILDREN in parts:
        for child in _children(families, person_id, order, day):
            yield _named(families, child, "child", order, day)


def _parents(families: Families, person_id: str, order: FamilyOrder, day: date) -> Iterator["Json"]:
    """Name the parents in law; a detailed certificate tells those who adopted from the others."""
    adoption = kinship.adoption_on(families, person_id, day)
    is_plain = adoption is None or adoption.kind is EventKind.FULL_ADOPTION
    if is_plain or order.certificate is FamilyCertificate.FAMILY_GENERAL:
        for parent in kinship.parents_on(families, person_id, day):
            yield _named(families, parent, _parent(families, parent), order, day)
        return
    for parent in kinship.birth_parents(families, person_id):
        yield _named(families, parent, _parent(families, parent), order, day)
    for parent in () if adoption is None else adoption.others:
        relation = f"adoptive_{_parent(families, parent)}"
        yield _named(families, parent, relation, order, day)


def _parent(families: Families, parent_id: str) -> str:
    sex = families.relative(parent_id).sex
    return {Sex.MALE: "father", Sex.FEMALE: "mother", None: "parent"}[sex]


def _children(families: Families, person_id: str, order: FamilyOrder, day: date) -> Sequence[str]:
    """Name the children: on a general certificate those who live, of the marriage that lasts."""
    children = kinship.children_on(families, person_id, day)
    if order.certificate is not FamilyCertificate.FAMILY_GENERAL:
        return children
    couple = {person_id, kinship.spouse_on(families, person_id, day)}
    return [
        child
        for child in children
        if set(kinship.parents_on(families, child, day)) == couple
        and not kinship.is_dead(families, child, day)
    ]


def _marriages(
    families: Families, person_id: str, order: FamilyOrder, day: date
) -> Iterator["Json"]:
    for marriage in kinship.marriages(families, person_id):
        lasts = marriage.lasted_on(day)
        if marriage.since > day or not (
            lasts or order.certificate is FamilyCertificate.MARRIAGE_DETAILED
        ):
            continue
        told = {
            **_about(families.relative(marriage.spouse_id), order.lines),
            "since": marriage.since.isoformat(),
        }
        if not lasts and marriage.until is not None and marriage.ended_by is not None:
            told["until"] = marriage.until.isoformat()
            told["ended_by"] = marriage.ended_by.value
        yield told


def _named(
    families: Families, person_id: str, relation: str, order: FamilyOrder, day: date
) -> "Json":
    told: dict[str, Json] = {
        "relation": relation,
        **_about(families.relative(person_id), order.lines),
    }
    if kinship.is_dead(families, person_id, day):
        told["deceased"] = True
    return told


def _own(lines: frozenset[CertificateLine]) -> frozenset[CertificateLine]:
    return lines | {CertificateLine.FULL_NUMBERS} if CertificateLine.OWN_NUMBER in lines else lines


def _about(person: Relative, lines: frozenset[CertificateLine]) -> dict[str, str]:
    told = {"name": person.name}
    if CertificateLine.BIRTH in lines:
        told["birthdate"] = person.birth_date.isoformat()
    if CertificateLine.FULL_NUMBERS in lines:
        told["resident_registration_number"] = person.number
    elif CertificateLine.NUMBERS in lines:
        told["resident_registration_number"] = f"{person.number[:-_HIDDEN]}{'*' * _HIDDEN}"
    return told
