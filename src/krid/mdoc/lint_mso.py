"""Linting the mobile security object member by member (section 9.1.2.4)."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from krid._core import cbor, shape
from krid._core.cbor import DateTime, Embedded
from krid.errors import Code, MalformedError
from krid.mdoc import parse_mso
from krid.mdoc.model import DigestAlg, MobileSecurityObject
from krid.model import Findings, parse_status

_PLACE: Final = "mso"
_PLAIN_TDATE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SYNTAX: Final = Code.MDOC_MSO_SYNTAX


def lint_mso(payload: bytes | None, into: Findings) -> MobileSecurityObject | None:
    """Check each member for itself, and return the whole where every one could be read."""
    members = into.check(_PLACE, lambda: _members(payload))
    if members is None:
        return None
    before = len(into.found)
    for name, read in _READERS.items():
        into.check(f"{_PLACE}.{name}", partial(read, members.get(name)))
    for name, read in _OPTIONAL.items():
        if name in members:
            into.check(f"{_PLACE}.{name}", partial(read, members[name]))
    _lint_dates(members.get("validityInfo"), into)
    _lint_authorizations(members.get("deviceKeyInfo"), into)
    whole = into if len(into.found) == before else Findings(into.rules)  # each is said once
    return whole.check(_PLACE, partial(parse_mso.parse_mso, payload))


def _members(payload: bytes | None) -> Mapping[str, object]:
    embedded = cbor.decode(shape.octets(payload, _SYNTAX))
    if not isinstance(embedded, Embedded):
        raise MalformedError(_SYNTAX, "not an embedded item")
    return shape.mapping(cbor.decode(embedded.content), _SYNTAX)


def _lint_authorizations(value: object, into: Findings) -> None:
    if isinstance(value, Mapping) and "keyAuthorizations" in value:
        into.check(
            f"{_PLACE}.deviceKeyInfo.keyAuthorizations",
            partial(parse_mso.read_authorizations, value["keyAuthorizations"]),
        )


def _lint_dates(value: object, into: Findings) -> None:
    """Check each date for itself; a fraction or another zone than Z must not be written."""
    if not isinstance(value, Mapping):
        return
    for name in ("signed", "validFrom", "validUntil", "expectedUpdate"):
        if name not in value and name == "expectedUpdate":
            continue
        place, tdate = f"{_PLACE}.validityInfo.{name}", value.get(name)
        if into.check(place, partial(parse_mso.read_tdate, tdate)) is None:
            continue
        if isinstance(tdate, DateTime) and not _PLAIN_TDATE.fullmatch(tdate.text):
            into.add(Code.MDOC_TDATE, place)


def _read_text(value: object) -> str:
    return shape.text(value, _SYNTAX)


def _read_digest_alg(value: object) -> DigestAlg:
    return DigestAlg.from_wire(_read_text(value))


def _read_value_digests(value: object) -> None:
    for digests in shape.mapping(value, _SYNTAX).values():
        parse_mso.read_digests(digests)


def _read_validity(value: object) -> None:
    shape.mapping(value, _SYNTAX)


def _read_device_key_info(value: object) -> None:
    members = shape.mapping(value, _SYNTAX)
    parse_mso.read_device_key(members.get("deviceKey"))


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "version": _read_text,
    "digestAlgorithm": _read_digest_alg,
    "valueDigests": _read_value_digests,
    "deviceKeyInfo": _read_device_key_info,
    "docType": _read_text,
    "validityInfo": _read_validity,
}

_OPTIONAL: Final[Mapping[str, Callable[[object], object]]] = {"status": parse_status}
