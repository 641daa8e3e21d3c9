"""Writing a credential from an order: what the issuer says, and what the order sets."""

from collections.abc import Mapping
from typing import Final

from krid._core import times
from krid._core.frozen import thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MisuseError
from krid.model.bitstring_entry import encode_bitstring_entry
from krid.model.credential import Order
from krid.model.status import bitstring_entries
from krid.model.status_entry import BitstringEntry
from krid.model.w3c.contexts import Version
from krid.model.w3c.credential import TYPE, Credential

_DATES: Final = {
    Version.V1_1: ("issuanceDate", "expirationDate"),
    Version.V2_0: ("validFrom", "validUntil"),
}
_SET_BY_ORDER: Final = frozenset(
    {
        *("validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus"),
        *("proof", "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce", "vc", "vp"),
    }
)


def compose(order: Order, version: Version) -> JsonObject:
    """Write a credential of a version of the data model, without any proof.

    The claims of the order are members of the credential: `credentialSubject`, which must be
    there, and what else the issuer says, such as `name`, `id`, `credentialSchema`, `evidence`.
    `@context` and `type` hold further contexts and types, and an `issuer` further members
    beside the `id`. Mappings and tuples are taken for objects and arrays.

    Raises:
        MisuseError: `misuse.claims` for claims that the order sets itself, or that make no
            credential of the data model; `misuse.lifetime`; `misuse.status`;
            `misuse.naive_time`.
    """
    if not order.type or not _SET_BY_ORDER.isdisjoint(order.claims):
        raise MisuseError(Code.MISUSE_CLAIMS, "no type, or a claim that the order sets")
    if times.to_numeric_date(order.valid_until) <= times.to_numeric_date(order.valid_from):
        raise MisuseError(Code.MISUSE_LIFETIME)
    begins, ends = _DATES[version]
    claims: JsonObject = thaw(order.claims)  # type: ignore[assignment]  # checked right after
    document: JsonObject = {
        "@context": _joined(version.value, claims.pop("@context", ())),
        "type": _joined(TYPE, (order.type, *_list(claims.pop("type", ())))),
        "issuer": _issuer(order.issuer, claims.pop("issuer", None)),
        begins: times.to_rfc3339(order.valid_from),
        ends: times.to_rfc3339(order.valid_until),
        **_status(order, version),
        **claims,
    }
    _check(document)
    return document


def _check(document: JsonObject) -> None:
    """What krid issues, krid reads."""
    try:
        Credential.from_document(document)
    except KridError as cause:
        place = f"{cause.code}: {cause.detail}" if cause.detail else str(cause.code)
        raise MisuseError(Code.MISUSE_CLAIMS, place) from cause


def _joined(first: str, others: Json) -> list[Json]:
    """Put what must be there first, and each other once."""
    found: list[Json] = [first]
    for each in _list(others):
        if each not in found:
            found.append(each)
    return found


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _issuer(name: str, members: Json) -> Json:
    if members is None:
        return name
    if not isinstance(members, Mapping) or members.get("id", name) != name:
        raise MisuseError(Code.MISUSE_CLAIMS, "issuer")
    return {"id": name, **members}


def _status(order: Order, version: Version) -> JsonObject:
    entries: list[Json] = [_entry(each, version) for each in bitstring_entries(order.status)]
    if not entries:
        return {}
    return {"credentialStatus": entries[0] if len(entries) == 1 else entries}


def _entry(entry: BitstringEntry, version: Version) -> JsonObject:
    """Version 1.1 wants an identifier of each status, which must not be the list's own."""
    named: JsonObject = {"id": f"{entry.uri}#{entry.index}"} if version is Version.V1_1 else {}
    return named | encode_bitstring_entry(entry)
