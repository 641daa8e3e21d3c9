"""Reading a VICAL: a COSE_Sign1 with CBOR inside (ISO 18013-5, annex C.1.7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self, final

from krid._core import cbor, limits, shape, times
from krid._core.cbor import BigNumber, DateTime
from krid.cose import Sign1
from krid.errors import Code, KridError, MalformedError, TrustError, UnsupportedError
from krid.trust.vical.model import LeftOut, Vical, VicalEntry, key_id
from krid.x509 import Certificate

_VERSION_1: Final = re.compile(r"1(\.[0-9]{1,4}){0,2}", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class SignedVical:
    """A VICAL as it came: read, not verified."""

    sign1: Sign1 = field(repr=False)
    vical: Vical
    certificates: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a COSE_Sign1, tagged or not, with the list inside; checks no signature.

        What an entry says about its certificate must be so. An entry whose certificate krid
        can't read is left out, with the reason; members that krid does not know are passed over,
        as the annex asks.

        Raises:
            MalformedError: `list.syntax`, `cose.*`, `cbor.*`, `time.rfc3339`, `input.size`.
            UnsupportedError: `list.version`, `alg.unknown`, `cose.crit`.
            TrustError: `list.entry` when an entry contradicts its certificate.
        """
        if len(raw) > limits.MAX_LIST_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        sign1 = Sign1.parse(raw)
        if sign1.payload is None:
            raise MalformedError(Code.LIST_SYNTAX, "no payload")
        vical = _vical(cbor.decode_with_big_numbers(sign1.payload))
        return cls(sign1, vical, sign1.x5chain())


def _vical(value: object) -> Vical:
    members = shape.mapping(value, Code.LIST_SYNTAX)
    version = _text(members, "version")
    if _VERSION_1.fullmatch(version) is None:
        raise UnsupportedError(Code.LIST_VERSION)
    rows = shape.sequence(members.get("certificateInfos"), Code.LIST_SYNTAX)
    if len(rows) > limits.MAX_LIST_ENTRIES:
        raise MalformedError(Code.INPUT_SIZE)
    found = [_entry(shape.mapping(row, Code.LIST_SYNTAX)) for row in rows]
    return Vical(
        version=version,
        provider=_text(members, "vicalProvider"),
        issued_at=_moment(members, "date"),
        issue=_issue(members),
        next_update=_moment(members, "nextUpdate") if "nextUpdate" in members else None,
        entries=tuple(each for each in found if isinstance(each, VicalEntry)),
        left_out=tuple(each for each in found if isinstance(each, LeftOut)),
    )


def _entry(members: Mapping[str, Any]) -> VicalEntry | LeftOut:
    der = shape.octets(members.get("certificate"), Code.LIST_SYNTAX)
    doctypes = shape.texts(members.get("docType"), Code.LIST_SYNTAX)
    named = shape.octets(members.get("ski"), Code.LIST_SYNTAX)
    serial = _serial(members.get("serialNumber"))
    if not doctypes:
        raise MalformedError(Code.LIST_SYNTAX, "docType")
    try:
        certificate = Certificate.parse(der)
    except KridError as refusal:
        return LeftOut(named, refusal.code)
    _check_facts(members, certificate, named, serial)
    return VicalEntry(
        certificate=certificate,
        doctypes=frozenset(doctypes),
        profiles=shape.texts(members.get("certificateProfile", ()), Code.LIST_SYNTAX),
        issuing_authority=_text_or_none(members, "issuingAuthority"),
        issuing_country=_text_or_none(members, "issuingCountry"),
        state_or_province=_text_or_none(members, "stateOrProvinceName"),
    )


def _check_facts(
    members: Mapping[str, Any], certificate: Certificate, named: bytes, serial: int
) -> None:
    """Check that what an entry says of its certificate is so."""
    facts: dict[str, object] = {
        "issuer": certificate.parts.issuer,
        "subject": certificate.parts.subject,
        "notBefore": certificate.not_before,
        "notAfter": certificate.not_after,
    }
    for name in facts.keys() & members.keys():
        is_moment = isinstance(facts[name], datetime)
        if facts[name] != (_moment(members, name) if is_moment else members[name]):
            raise TrustError(Code.LIST_ENTRY, name)
    if named != key_id(certificate) or serial != certificate.serial:
        raise TrustError(Code.LIST_ENTRY)


def _serial(value: object) -> int:
    """Read a serial number, which has tag 2; small ones without it are read too."""
    if isinstance(value, BigNumber):
        return value.value
    return shape.integer(value, Code.LIST_SYNTAX)


def _issue(members: Mapping[str, Any]) -> int | None:
    if "vicalIssueID" not in members:
        return None
    number = shape.integer(members["vicalIssueID"], Code.LIST_SYNTAX)
    if number < 0:
        raise MalformedError(Code.LIST_SYNTAX, "vicalIssueID")
    return number


def _moment(members: Mapping[str, Any], name: str) -> datetime:
    value = members.get(name)
    if not isinstance(value, DateTime):
        raise MalformedError(Code.LIST_SYNTAX, name)
    return times.from_rfc3339(value.text)


def _text(members: Mapping[str, Any], name: str) -> str:
    return shape.text(members.get(name), Code.LIST_SYNTAX)


def _text_or_none(members: Mapping[str, Any], name: str) -> str | None:
    return _text(members, name) if name in members else None
