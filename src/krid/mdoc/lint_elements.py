"""Linting the elements of a credential: their digests, randoms, numbers and types."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from krid._core import cbor, limits, shape
from krid._core.cbor import FullDate
from krid.errors import Code
from krid.mdoc import verify
from krid.mdoc.model import MIN_RANDOM_BYTES, IssuerSignedItem, MobileSecurityObject
from krid.mdoc.parse import read_items
from krid.model import Findings

MDL: Final = "org.iso.18013.5.1.mDL"
MDL_NAMESPACE: Final = "org.iso.18013.5.1"

_LONG_RANDOM: Final = 32
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_SEXES: Final = frozenset({0, 1, 2, 9})
_MIN_IN_ORDER: Final = 4
"""So many elements in a row may be in order by chance one time in 24, fewer more often."""

Namespaces = Mapping[str, tuple[IssuerSignedItem, ...]]


def lint_namespaces(value: object, into: Findings) -> Namespaces:
    """Read each element for itself; those that could be read come back."""
    namespaces = into.check("nameSpaces", lambda: shape.mapping(value, Code.MDOC_SYNTAX)) or {}
    read: dict[str, tuple[IssuerSignedItem, ...]] = {}
    left = limits.MAX_ELEMENTS
    for namespace, items in namespaces.items():
        listed = into.check(namespace, partial(shape.sequence, items, Code.MDOC_SYNTAX)) or ()
        if len(listed) > left:
            into.add(Code.MDOC_LIMIT, namespace)
            break
        left -= len(listed)
        found = [
            into.check(f"{namespace}[{number}]", partial(read_items, [item]))
            for number, item in enumerate(listed)
        ]
        read[namespace] = tuple(item for items in found if items is not None for item in items)
    return read


def lint_items(namespaces: Namespaces, mso: MobileSecurityObject | None, into: Findings) -> None:
    """Check each element against the rules of section 9.1.2.5 and its digest."""
    for namespace, items in namespaces.items():
        _lint_once(namespace, items, into)
        for item in items:
            _lint_item(namespace, item, mso, into)
        numbers = [item.digest_id for item in items]
        if len(numbers) >= _MIN_IN_ORDER and numbers == list(range(len(numbers))):
            names = [item.identifier for item in items]
            if names == sorted(names):
                into.add(Code.MDOC_PREDICTABLE, namespace)


def _lint_once(namespace: str, items: Sequence[IssuerSignedItem], into: Findings) -> None:
    by_name: dict[str, list[tuple[str, IssuerSignedItem]]] = {}
    for item in items:
        by_name.setdefault(item.identifier, []).append((namespace, item))
    for name, same in by_name.items():
        into.check(f"{namespace}/{name}", partial(verify.check_elements_once, same))


def _lint_item(
    namespace: str, item: IssuerSignedItem, mso: MobileSecurityObject | None, into: Findings
) -> None:
    place = f"{namespace}/{item.identifier}"
    into.check(place, lambda: verify.check_randoms([(namespace, item)]))
    if MIN_RANDOM_BYTES <= len(item.random) < _LONG_RANDOM:
        into.add(Code.MDOC_SHORT_RANDOM, place)
    if mso is not None:
        digests = mso.value_digests.get(namespace, {})
        into.check(place, lambda: verify.check_digest(mso, digests, item))
    if namespace == MDL_NAMESPACE and not _fits(item):
        into.add(Code.MDOC_ELEMENT_TYPE, place)


def lint_mandatory(mso: MobileSecurityObject, into: Findings) -> None:
    """Check that as many digests are there as a driving licence has mandatory elements (7.2.1).

    Which elements they are for, digests do not tell; so this is the most that can be said.
    """
    count = len(mso.value_digests.get(MDL_NAMESPACE, {}))
    if mso.doctype == MDL and count < len(MANDATORY):
        into.add(Code.MDOC_MANDATORY, f"mso.valueDigests.{MDL_NAMESPACE}")


def lint_issued(namespaces: Namespaces, mso: MobileSecurityObject, into: Findings) -> None:
    """Name the mandatory elements that a whole driving licence lacks (7.2.1, table 5)."""
    if mso.doctype != MDL:
        return
    there = {item.identifier for item in namespaces.get(MDL_NAMESPACE, ())}
    for name in MANDATORY:
        if name not in there:
            into.add(Code.MDOC_MANDATORY, f"{MDL_NAMESPACE}/{name}")


def _fits(item: IssuerSignedItem) -> bool:
    """Tell whether an element of the driving licence has the type of table 5."""
    if item.identifier.startswith("age_over_"):
        return isinstance(item.value, bool)
    is_right = _TYPES.get(item.identifier)
    if is_right is None:
        return True
    members = shape.mapping(cbor.decode(item.embedded.content), Code.MDOC_SYNTAX)
    return is_right(members["elementValue"])


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 150


def _is_bytes(value: object) -> bool:
    return isinstance(value, bytes)


def _is_date(value: object) -> bool:
    return isinstance(value, FullDate)


def _is_any_date(value: object) -> bool:
    return isinstance(value, FullDate | cbor.DateTime)


def _is_country(value: object) -> bool:
    return isinstance(value, str) and _COUNTRY.fullmatch(value) is not None


def _is_sex(value: object) -> bool:
    return type(value) is int and value in _SEXES


def _is_number(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


_TYPES: Final[Mapping[str, Callable[[object], bool]]] = {
    **dict.fromkeys(
        (
            *("family_name", "given_name", "issuing_authority", "document_number"),
            *("un_distinguishing_sign", "administrative_number", "birth_place"),
            *("resident_address", "resident_city", "resident_state", "resident_postal_code"),
            *("family_name_national_character", "given_name_national_character"),
        ),
        _is_text,
    ),
    **dict.fromkeys(("issuing_country", "nationality", "resident_country"), _is_country),
    **dict.fromkeys(("issue_date", "expiry_date"), _is_any_date),
    **dict.fromkeys(("height", "weight", "age_in_years", "age_birth_year"), _is_number),
    "birth_date": _is_date,
    "portrait_capture_date": lambda value: isinstance(value, cbor.DateTime),
    "portrait": _is_bytes,
    "signature_usual_mark": _is_bytes,
    "driving_privileges": _is_list,
    "sex": _is_sex,
}

MANDATORY: Final = (
    *("family_name", "given_name", "birth_date", "issue_date", "expiry_date"),
    *("issuing_country", "issuing_authority", "document_number", "portrait"),
    *("driving_privileges", "un_distinguishing_sign"),
)
