"""Data model 1.1 in a JWT, decoded and encoded (VCDM 1.1, section 6.3.1)."""

from collections.abc import Mapping
from typing import Final

from krid._core import shape, times
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError

_DATES: Final = {"nbf": "issuanceDate", "exp": "expirationDate"}


def credential(payload: Mapping[str, Json]) -> JsonObject:
    """Return the credential that a JWT stands for: `vc`, with what the claims say filled in.

    What stands in both must agree, which `claims.check_agreement` sees to; of dates, both hold.

    Raises:
        MalformedError: `w3c.claim`.
    """
    document = _inner(payload, "vc", "vp")
    if "iss" in payload:
        document.setdefault("issuer", payload["iss"])
    for claim, name in _DATES.items():
        if claim in payload:
            document.setdefault(name, _date(payload, claim))
    if "jti" in payload:
        document.setdefault("id", payload["jti"])
    if "sub" in payload:
        _fill_subject(document, payload["sub"])
    return document


def presentation(payload: Mapping[str, Json]) -> JsonObject:
    """Return the presentation that a JWT stands for: `vp`, with its holder and identifier.

    Raises:
        MalformedError: `w3c.claim`.
    """
    document = _inner(payload, "vp", "vc")
    for claim, name in (("iss", "holder"), ("jti", "id")):
        if claim in payload:
            document.setdefault(name, payload[claim])
    return document


def _inner(payload: Mapping[str, Json], name: str, other: str) -> JsonObject:
    if other in payload or name not in payload:
        raise MalformedError(Code.W3C_CLAIM, name)
    return dict(shape.mapping(payload[name], Code.W3C_CLAIM))


def _fill_subject(document: JsonObject, subject_id: Json) -> None:
    """`sub` is the id of the one subject."""
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if isinstance(subject, Mapping):
        document["credentialSubject"] = {"id": subject_id, **subject}


def _date(payload: Mapping[str, Json], name: str) -> str:
    try:
        return times.to_rfc3339(times.from_numeric_date(payload[name]))
    except MalformedError as cause:
        raise MalformedError(Code.W3C_CLAIM, name) from cause
