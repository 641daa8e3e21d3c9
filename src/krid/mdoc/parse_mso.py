"""Reading the mobile security object: the payload that the issuer signs (section 9.1.2.4).

Members that krid does not know are passed over, for the issuer signed them and later editions
add some; those that it knows have the type that the standard gives them, or it is refused.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar

from krid._core import cbor, shape, times
from krid._core.cbor import DateTime, Embedded
from krid.errors import Code, KridError, MalformedError
from krid.keys import PublicKey, cose_key
from krid.mdoc.model import (
    MAX_DIGEST_ID,
    DeviceKeyInfo,
    DigestAlg,
    KeyAuthorizations,
    MobileSecurityObject,
    ValidityInfo,
)
from krid.model import parse_status

T = TypeVar("T")

_SYNTAX: Final = Code.MDOC_MSO_SYNTAX
_OCTETS: Final = frozenset({bytes})


def parse_mso(payload: bytes | None) -> MobileSecurityObject:
    """Read MobileSecurityObjectBytes, the payload of `issuerAuth`; does not verify anything.

    Raises:
        MalformedError: `mdoc.mso_syntax`, `mdoc.device_key`, or a `cbor.*` code.
        UnsupportedError: `mdoc.digest_alg` or `status.mechanism`.
    """
    embedded = cbor.decode(shape.octets(payload, _SYNTAX))
    if not isinstance(embedded, Embedded):
        raise MalformedError(_SYNTAX, "not an embedded item")
    members = shape.mapping(cbor.decode(embedded.content), _SYNTAX)
    return MobileSecurityObject(
        version=shape.text(members.get("version"), _SYNTAX),
        digest_alg=DigestAlg.from_wire(shape.text(members.get("digestAlgorithm"), _SYNTAX)),
        value_digests=_table(members.get("valueDigests"), read_digests),
        device_key_info=_device_key_info(members.get("deviceKeyInfo")),
        doctype=shape.text(members.get("docType"), _SYNTAX),
        validity=_validity(members.get("validityInfo")),
        status=parse_status(members["status"]) if "status" in members else None,
    )


def _table(value: object, read: Callable[[object], T]) -> Mapping[str, T]:
    members = shape.mapping(value, _SYNTAX)
    return MappingProxyType({name: read(member) for name, member in members.items()})


def read_digests(value: object) -> Mapping[int, bytes]:
    """Read the digests of one namespace by their identifiers."""
    digests = shape.integer_map(value, _SYNTAX)
    if digests and not (min(digests) >= 0 and max(digests) <= MAX_DIGEST_ID):
        raise MalformedError(_SYNTAX, "digestID")
    if not _OCTETS.issuperset(map(type, digests.values())):
        raise MalformedError(_SYNTAX)
    return MappingProxyType(digests)


def _validity(value: object) -> ValidityInfo:
    members = shape.mapping(value, _SYNTAX)
    return ValidityInfo(
        signed=read_tdate(members.get("signed")),
        valid_from=read_tdate(members.get("validFrom")),
        valid_until=read_tdate(members.get("validUntil")),
        expected_update=read_tdate(members["expectedUpdate"])
        if "expectedUpdate" in members
        else None,
    )


def read_tdate(value: object) -> datetime:
    """Read a tdate; fractions and time zones, which an issuer must not write, are understood."""
    if not isinstance(value, DateTime):
        raise MalformedError(_SYNTAX, "tdate")
    try:
        return times.from_rfc3339(value.text)
    except MalformedError as cause:
        raise MalformedError(_SYNTAX, "tdate") from cause


def _device_key_info(value: object) -> DeviceKeyInfo:
    members = shape.mapping(value, _SYNTAX)
    key = read_device_key(members.get("deviceKey"))
    if "keyAuthorizations" not in members:
        return DeviceKeyInfo(key)
    return DeviceKeyInfo(key, read_authorizations(members["keyAuthorizations"]))


def read_device_key(value: object) -> PublicKey:
    """Read the device key, a COSE_Key."""
    try:
        return cose_key.parse(value)
    except KridError as cause:
        raise MalformedError(Code.MDOC_DEVICE_KEY) from cause


def read_authorizations(value: object) -> KeyAuthorizations:
    """A namespace is authorised as a whole or by elements, not both (section 9.1.2.4)."""
    members = shape.mapping(value, _SYNTAX)
    namespaces = _name_set(members.get("nameSpaces", ()))
    elements = _table(members.get("dataElements", {}), _name_set)
    if not namespaces.isdisjoint(elements):
        raise MalformedError(_SYNTAX, "keyAuthorizations")
    return KeyAuthorizations(namespaces, elements)


def _name_set(value: object) -> frozenset[str]:
    return frozenset(shape.texts(value, _SYNTAX))
